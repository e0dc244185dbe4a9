// The page against bundles made here: the golden vectors, every row they refuse, further genuine histories, redactions,
// and hostile files. Prints one line per bundle and, at the end, "N passed, M failed".
//
//   node own.mjs [--keep FOLDER]    FOLDER gets every bundle, its trust file, what is asked and the page's verdict
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { open } from './browser.mjs';
import { acts, addAct, assemble, canonical, compact, counter, cutAfter, detached, hex, model, resign, sha, signer, slotOf, subjectOf,
  vectors, zip } from './forge.mjs';

const refuse = (name) => vectors.refuse.find((row) => row.name.startsWith(name)) ?? (() => { throw new Error(name); })();
const rows = [];
/** A row: a name, a change of the vectors' model, the verdicts that matter. */
function row(name, change, expected, { asked = {}, trust = (file) => file, exit } = {}) {
  rows.push({ name, expected, asked, exit, make: () => {
    const m = model();
    change(m);
    const made = assemble(m);
    const trusted = trust(JSON.parse(made.trust), made);
    return { bundle: made.bundle, trust: trusted === null ? null : JSON.stringify(trusted) };
  } });
}

const GOOD = Object.fromEntries(('FORMAT CANONICAL DOCUMENT CHAIN LOGGED COSIGNED SINGLE TIME MEMBERS ACT-SIGNED KEYS-IN-FORCE COUNTERSIGNED '
  + 'ACCEPTED CONTROL-RULES TAG WHO TITLE PROVENANCE NOTHING-LATER PINT').split(' ').map((code) => [code, 'PASS']));
const [A, B] = [[signer('platformA'), 'TWKA'], [signer('platformB'), 'TWKB']];
const side = (m, home, set) => ({ custody: 'self', home, sets: [m.sets[set]] });
const party = (name) => vectors.keysets[name].details.body.party;
const say = (actionCode, who, at, to) => ({ actionCode, actor: party(who), actionDateTime: at, ...(to ? { recipient: party(to) } : {}) });

// ---- the golden vectors ----------------------------------------------------------------------------------------------

row('golden: as published', () => {}, { ...GOOD, IDENTITY: 'INDETERMINATE', ALGORITHMS: 'INDETERMINATE', MEDIUM: null, 'CONTROL-AT': null,
  'CONTROL-NOW': null, SEALS: null }, { exit: 3 });
row('golden: asked for a time', () => {}, { ...GOOD, 'CONTROL-AT': 'PASS', 'CONTROL-NOW': 'PASS' },
  { asked: { at: '2026-03-09T04:00:15.000Z', now: '2026-03-09T04:10:00.000Z', controlNow: true } });
row('golden: asked too late and too stale', () => {}, { ...GOOD, 'CONTROL-AT': 'INDETERMINATE', 'CONTROL-NOW': 'INDETERMINATE' },
  { asked: { at: '2026-03-09T05:00:00.000Z', now: '2026-03-12T04:10:00.000Z' } });

const setAct = (m, i, text) => {
  acts(m)[i].act = JSON.parse(text);
};
const jwsRow = (start, i, expected) => row(`refused: ${start}`, (m) => {
  const { canonical: text, jws } = refuse(start);
  cutAfter(m, i);
  setAct(m, i, text);
  resign(m, i, () => {}, () => ({ jws, kind: 'jws' }));
}, expected);
jwsRow('recipient changed after signing', 2, { 'ACT-SIGNED': 'FAIL', CANONICAL: 'PASS', CHAIN: 'PASS' });
jwsRow('right signature, wrong typ', 1, { 'ACT-SIGNED': 'FAIL' });
jwsRow('key that is not in the set', 1, { 'ACT-SIGNED': 'FAIL' });
jwsRow('Ed25519 signature with S not below L', 1, { 'ACT-SIGNED': 'FAIL' });
jwsRow('base64url with spare bits set', 1, { 'ACT-SIGNED': 'FAIL', CANONICAL: 'PASS' });
jwsRow('in-house act that lives longer', 1, { 'CONTROL-RULES': 'FAIL', 'ACT-SIGNED': 'PASS' });
for (const start of ['passkey assertion over another act', 'passkey assertion without user', 'passkey registration', 'passkey assertion in a cross',
  'passkey assertion with topOrigin', 'passkey assertion with the attested']) {
  row(`refused: ${start}`, (m) => {
    acts(m)[3].signatures[0] = refuse(start).assertion;
  }, { 'ACT-SIGNED': 'FAIL', CANONICAL: 'PASS', 'KEYS-IN-FORCE': 'INDETERMINATE' });
}
row('refused: Ed25519 key that is the identity point', (m) => {
  const { jwk, jws } = refuse('Ed25519 key that is the identity');
  const rekey = m.items.find(({ act }) => act?.op === 'rekey');
  rekey.act.keys = [rekey.act.keys[0], { jwk, kind: 'file', portable: true }]
    .sort((a, b) => (hexKid(a.jwk) < hexKid(b.jwk) ? -1 : 1));
  acts(m)[1].signatures[0] = { jws, kind: 'jws' };
}, { 'ACT-SIGNED': 'FAIL', CANONICAL: 'PASS', 'KEYS-IN-FORCE': 'FAIL' });
row('refused: home countersignature offered as acceptance', (m) => {
  const { act, signatures } = acts(m)[2];
  signatures[2] = counter(...B, 'home', hex(canonical(act)), act.at);
}, { ACCEPTED: 'FAIL', COUNTERSIGNED: 'PASS' });
row('refused: acceptance left out', (m) => acts(m)[2].signatures.pop(), { ACCEPTED: 'FAIL', COUNTERSIGNED: 'PASS', CANONICAL: 'PASS' });
row('refused: a used slot shown as absent', (m) => {
  const { proof } = refuse('a used slot');
  m.slots = (proofs) => proofs.map((other) => (other.slot === proof.slot ? proof : other));
}, { 'NOTHING-LATER': 'FAIL' });
row('refused: checkpoint with its size raised by one', (m) => {
  m.checkpoint = (note) => note.replace('\n16\n', '\n17\n');
}, { COSIGNED: 'FAIL' });
row('refused: older map leaf under a newer checkpoint', (m) => {
  m.edit = (files, put) => {
    put('head/leaf.json', vectors.olderMapLeaf.leaf);
    put('head/leaf.proof', files.get('proofs/0002.before.proof'));
  };
}, { 'NOTHING-LATER': 'FAIL', LOGGED: 'PASS' });
row('refused: presence with another index', (m) => {
  const item = acts(m)[3];
  const text = canonical({ act: hex(canonical(item.act)), signatures: hex(canonical(item.signatures)), v: 'twakow/entry/1' });
  m.items.splice(m.items.indexOf(item), 0, { leaf: { at: item.leaf.at, entry: hex(text), slot: slotOf.act(m.record, 3), v: 'twakow/leaf/1' } });
}, { 'NOTHING-LATER': 'FAIL', LOGGED: 'PASS', SINGLE: 'PASS' });
row('refused: member mark with one authority signature', (m) => {
  m.items[2].leaf = JSON.parse(refuse('member mark with one').leaf);
}, { MEMBERS: 'FAIL' });
row('refused: chain entry signed with the countersigning key', (m) => {
  m.pint[0].entry = refuse('chain entry signed').entryJws;
}, { PINT: 'FAIL' });

function hexKid(jwk) {
  return Buffer.from(sha(canonical(jwk))).toString('base64url');
}

// ---- further histories -----------------------------------------------------------------------------------------------

const T = (day, clock) => `2026-03-${day}T${clock}:00.000Z`;
const surrendered = (m, op, extra = {}, sayCode = null) => addAct(m, { op, by: side(m, 'TWKA', 'carrier'), ...extra },
  { at: T('10', '09:00'), key: signer('carrierPortable'), home: A, provenance: 'carrier_signed', dcsa: sayCode ? [say(sayCode, 'carrier', T('10', '09:00'))] : [] });
row('history: closed, delivered', (m) => surrendered(m, 'close', { end: 'delivered' }, 'SACC'), GOOD);
row('history: closed as paper after a surrender for delivery', (m) => surrendered(m, 'close', { end: 'paper' }, 'SACC'), { 'CONTROL-RULES': 'FAIL' });
row('history: returned', (m) => surrendered(m, 'return', {}, 'SREJ'), GOOD);
row('history: returned by the holder', (m) => addAct(m, { op: 'return', by: side(m, 'TWKB', 'bank') },
  { at: T('10', '09:00'), key: signer('bankPortable'), home: B, provenance: 'carrier_signed', dcsa: [say('SREJ', 'bank', T('10', '09:00'))] }), { 'CONTROL-RULES': 'FAIL' });
row('history: reclaimed in time', (m) => addAct(m, { op: 'reclaim', by: side(m, 'TWKB', 'bank') },
  { at: '2026-04-09T00:00:00.000Z', key: signer('bankPortable') }), GOOD);
row('history: reclaimed too soon', (m) => addAct(m, { op: 'reclaim', by: side(m, 'TWKB', 'bank') },
  { at: '2026-04-07T00:00:00.000Z', key: signer('bankPortable') }), { 'CONTROL-RULES': 'FAIL', 'ACT-SIGNED': 'PASS' });
const reject = (m, at) => {
  cutAfter(m, 2);
  return addAct(m, { op: 'reject', by: side(m, 'TWKB', 'bank') },
    { at, key: signer('bankPortable'), home: B, dcsa: [say('TRANSFER', 'bank', at, 'exporter')] });
};
row('history: rejected', (m) => reject(m, T('05', '00:00')), GOOD);
row('history: rejected, then endorsed again by the first holder', (m) => {
  reject(m, T('05', '00:00'));
  const at = T('05', '09:00');
  addAct(m, { op: 'note', by: side(m, 'TWKA', 'exporter') }, { at, key: signer('exporter'), home: A, dcsa: [say('BLANK_ENDORSE', 'exporter', at)] });
}, GOOD);
row('history: rejected too late', (m) => reject(m, T('07', '00:00')), { 'CONTROL-RULES': 'FAIL' });
row('history: left, twice in a day', (m) => {
  cutAfter(m, 2);
  for (const clock of ['09:00', '10:00']) {
    addAct(m, { op: 'leave', by: side(m, 'TWKB', 'bank') }, { at: T('05', clock), key: signer('bankPortable') });
  }
}, { 'CONTROL-RULES': 'FAIL' });
row('history: left, then rehomed with release', (m) => {
  cutAfter(m, 2);
  addAct(m, { op: 'leave', by: side(m, 'TWKB', 'bank') }, { at: T('05', '09:00'), key: signer('bankPortable') });
  addAct(m, { op: 'rehome', by: side(m, 'TWKB', 'bank'), to: side(m, 'TWKA', 'bank') },
    { at: T('06', '09:00'), key: signer('bankPortable'), home: B, accept: A });
}, GOOD);
row('history: rehomed without release', (m) => {
  cutAfter(m, 2);
  addAct(m, { op: 'rehome', by: side(m, 'TWKB', 'bank'), to: side(m, 'TWKA', 'bank') },
    { at: T('06', '09:00'), key: signer('bankPortable'), accept: A });
}, { 'CONTROL-RULES': 'INDETERMINATE', ACCEPTED: 'PASS', COUNTERSIGNED: 'PASS' });
row('history: moved by name, then endorsed further', (m) => {
  cutAfter(m, 2);
  const at = T('05', '09:00');
  addAct(m, { op: 'move', by: side(m, 'TWKB', 'bank'), to: side(m, 'TWKA', 'exporter') }, { at, key: signer('bankPortable'), home: B, accept: A,
    dcsa: [say('ENDORSE', 'bank', at, 'exporter'), say('TRANSFER', 'bank', at, 'exporter')] });
  const later = T('06', '09:00');
  addAct(m, { op: 'note', by: side(m, 'TWKA', 'exporter') }, { at: later, key: signer('exporter'), home: A, dcsa: [say('BLANK_ENDORSE', 'exporter', later)] });
}, { ...GOOD, TITLE: 'FAIL' });
row('history: an endorsement in a note takes effect with the move', (m) => {
  cutAfter(m, 2);
  const at = T('05', '09:00');
  addAct(m, { op: 'note', by: side(m, 'TWKB', 'bank') }, { at, key: signer('bankPortable'), home: B, dcsa: [say('ENDORSE_TO_ORDER', 'bank', at, 'exporter')] });
  const later = T('06', '09:00');
  addAct(m, { op: 'move', by: side(m, 'TWKB', 'bank'), to: side(m, 'TWKA', 'exporter') }, { at: later, key: signer('bankPortable'), home: B, accept: A,
    dcsa: [say('TRANSFER', 'bank', later, 'exporter')] });
  const last = T('07', '09:00');
  addAct(m, { op: 'note', by: side(m, 'TWKA', 'exporter') }, { at: last, key: signer('exporter'), home: A, dcsa: [say('ENDORSE_TO_ORDER', 'exporter', last, 'bank')] });
}, GOOD);
row('history: moved to itself', (m) => {
  cutAfter(m, 2);
  const at = T('05', '09:00');
  addAct(m, { op: 'move', by: side(m, 'TWKB', 'bank'), to: side(m, 'TWKA', 'bank') }, { at, key: signer('bankPortable'), home: B, accept: A, dcsa: [say('TRANSFER', 'bank', at, 'bank')] });
}, { 'CONTROL-RULES': 'FAIL' });
row('history: a second answer declines what was accepted', (m) => {
  const { act } = acts(m)[2];
  const statement = counter(...B, 'decline', hex(canonical(act)), act.at);
  const rest = m.items.splice(12);
  m.items.push({ role: 'decline', statement: statement.statement, signatures: [statement], leaf: { at: act.at.replace('20:00', '21:00') } }, ...rest);
}, { ...GOOD });
row('history: declined first, admitted after', (m) => {
  const { act } = acts(m)[2];
  const statement = counter(...B, 'decline', hex(canonical(act)), act.at);
  m.items.splice(11, 0, { role: 'decline', statement: statement.statement, signatures: [statement], leaf: { at: m.items[10].leaf.at } });
}, { 'CONTROL-RULES': 'FAIL' });
row('history: signed by a key before it came into force', (m) => {
  const second = signer('exporterSecond');
  cutAfter(m, 2);
  m.items.splice(-1, 0, model().items[12]);
  resign(m, 2, () => {}, (text) => ({ jws: detached(second, 'twk-act+jws', text), kind: 'jws' }));
}, { 'ACT-SIGNED': 'PASS', 'KEYS-IN-FORCE': 'FAIL' });
row('history: the last rekey left out', (m) => {
  m.edit = (files) => ['json', 'proof'].forEach((end) => files.delete(`keysets/${m.sets.exporter}/0001.${end}`));
}, { 'KEYS-IN-FORCE': 'FAIL', 'NOTHING-LATER': 'FAIL' });
row('history: an answer to the chain entry, by a key for such messages', (m) => {
  m.pint[0].answers.push(compact(signer('platformAPint'), canonical({ lastEnvelopeTransferChainEntrySignedContentChecksum: hex(m.pint[0].entry), responseCode: 'RECE' })));
}, { PINT: 'FAIL' }); // TWKB has no pint key

const SUCCESSOR = hex('another record');
const amend = (m, surrenderMore, closing, closeMore, reasonCode = 'SWTP') => {
  cutAfter(m, 2);
  const at = T('06', '09:00');
  addAct(m, { op: 'surrender', by: side(m, 'TWKB', 'bank'), to: side(m, 'TWKA', 'carrier'), purpose: 'amendment', answerBy: '2026-04-01T00:00:00.000Z' },
    { at, key: signer('bankPortable'), home: B, accept: A, dcsa: [{ ...say('SURRENDER_FOR_AMENDMENT', 'bank', at), reasonCode }], more: surrenderMore });
  const later = T('07', '09:00');
  addAct(m, { op: 'close', by: side(m, 'TWKA', 'carrier'), ...closing },
    { at: later, key: signer('carrier'), home: A, provenance: 'carrier_signed', dcsa: [say('SACC', 'carrier', later)], more: closeMore });
};
const paper = { originals: 3, serials: ['A1', 'A2', 'A3'], statement: 'Three originals replace the electronic record.' };
row('medium: to paper', (m) => amend(m, {}, { end: 'paper' }, { toPaper: paper }), { ...GOOD, MEDIUM: 'PASS' });
row('medium: to paper, which nobody asked for', (m) => amend(m, {}, { end: 'paper' }, { toPaper: paper }, 'COD'), { ...GOOD, MEDIUM: 'FAIL' });
row('medium: to paper, silently', (m) => amend(m, {}, { end: 'paper' }, {}), { ...GOOD, MEDIUM: 'FAIL' });
row('medium: to paper, a serial short', (m) => amend(m, {}, { end: 'paper' }, { toPaper: { ...paper, serials: ['A1', 'A2'] } }), { ...GOOD, TITLE: 'FAIL', MEDIUM: 'FAIL' });
row('medium: to paper, a serial twice', (m) => amend(m, {}, { end: 'paper' }, { toPaper: { ...paper, serials: ['A1', 'A2', 'A2'] } }), { MEDIUM: 'FAIL' });
row('medium: to paper, an unknown word', (m) => amend(m, {}, { end: 'paper' }, { toPaper: { ...paper, colour: 'blue' } }), { CANONICAL: 'FAIL' });
row('medium: replaced as agreed', (m) => amend(m, { successors: [SUCCESSOR] }, { end: 'replaced', into: [SUCCESSOR] }, {}), { ...GOOD, MEDIUM: 'PASS' });
row('medium: replaced by another', (m) => amend(m, { successors: [SUCCESSOR] }, { end: 'replaced', into: [hex('a third')] }, {}), { ...GOOD, MEDIUM: 'FAIL' });
row('medium: replaced, not agreed', (m) => amend(m, {}, { end: 'replaced', into: [SUCCESSOR] }, {}), { ...GOOD, MEDIUM: 'FAIL' });
row('title: a noted endorsement is taken back', (m) => {
  cutAfter(m, 2);
  const [one, two, three, four] = ['09:00', '10:00', '11:00', '12:00'].map((clock) => T('05', clock));
  addAct(m, { op: 'note', by: side(m, 'TWKB', 'bank') }, { at: one, key: signer('bankPortable'), home: B, dcsa: [say('ENDORSE', 'bank', one, 'carrier')] });
  addAct(m, { op: 'note', by: side(m, 'TWKB', 'bank') }, { at: two, key: signer('bankPortable'), home: B, more: { withdraw: true } });
  addAct(m, { op: 'move', by: side(m, 'TWKB', 'bank'), to: side(m, 'TWKA', 'exporter') }, { at: three, key: signer('bankPortable'), home: B, accept: A,
    dcsa: [say('BLANK_ENDORSE', 'bank', three), say('TRANSFER', 'bank', three, 'exporter')] });
  addAct(m, { op: 'note', by: side(m, 'TWKA', 'exporter') }, { at: four, key: signer('exporter'), home: A, dcsa: [say('ENDORSE', 'exporter', four, 'bank')] });
}, GOOD);
const withoutTitle = (m, more, actor = 'exporter') => {
  cutAfter(m, 2);
  const [one, two] = ['09:00', '10:00'].map((clock) => T('05', clock));
  addAct(m, { op: 'move', by: side(m, 'TWKB', 'bank'), to: side(m, 'TWKA', 'exporter') }, { at: one, key: signer('bankPortable'), home: B, accept: A,
    dcsa: [say('TRANSFER', 'bank', one, 'exporter')] });
  addAct(m, { op: 'surrender', by: side(m, 'TWKA', 'exporter'), to: side(m, 'TWKA', 'carrier'), purpose: 'delivery', answerBy: '2026-04-01T00:00:00.000Z' },
    { at: two, key: signer('exporter'), home: A, dcsa: [say('SURRENDER_FOR_DELIVERY', actor, two)], more });
};
row('title: surrendered by somebody without title', (m) => withoutTitle(m, {}), { ...GOOD, TITLE: 'FAIL' });
row('title: surrendered by a consent that it cites', (m) => withoutTitle(m, { consents: [hex('consent')] }), { ...GOOD, TITLE: 'INDETERMINATE' });
row('title: a consent that it cites excuses no other actor', (m) => withoutTitle(m, { consents: [hex('consent')] }, 'bank'), { ...GOOD, TITLE: 'FAIL' });
row('title: a consent that it cites makes no pledge', (m) => withoutTitle(m, { consents: [hex('consent')], pledge: hex('a pledge') }),
  { ...GOOD, TITLE: 'FAIL' });
row('title: moved to one and named another', (m) => {
  cutAfter(m, 2);
  const at = T('05', '09:00');
  addAct(m, { op: 'move', by: side(m, 'TWKB', 'bank'), to: side(m, 'TWKA', 'exporter') }, { at, key: signer('bankPortable'), home: B, accept: A,
    dcsa: [say('TRANSFER', 'bank', at, 'carrier')] });
}, { ...GOOD, TITLE: 'FAIL' });
const pledged = (m, more, to = 'carrier') => {
  cutAfter(m, 2);
  const [one, two] = ['09:00', '10:00'].map((clock) => T('05', clock));
  const pledge = addAct(m, { op: 'move', by: side(m, 'TWKB', 'bank'), to: side(m, 'TWKA', 'exporter') }, { at: one, key: signer('bankPortable'), home: B, accept: A,
    dcsa: [say('ENDORSE_TO_ORDER', 'bank', one, 'exporter'), say('TRANSFER', 'bank', one, 'exporter')], more: { terms: hex('terms') } });
  const home = to === 'bank' ? 'TWKB' : 'TWKA';
  addAct(m, { op: 'move', by: side(m, 'TWKA', 'exporter'), to: side(m, home, to) }, { at: two, key: signer('exporter'), home: A, accept: to === 'bank' ? B : undefined,
    dcsa: [say('ENDORSE_TO_ORDER', 'exporter', two, to), say('TRANSFER', 'exporter', two, to)], more: more(hex(canonical(pledge))) });
};
row('title: a pledge is enforced', (m) => pledged(m, (digest) => ({ pledge: digest })), GOOD);
row('title: a pledge is released', (m) => pledged(m, (digest) => ({ pledge: digest }), 'bank'), GOOD);
row('title: a pledged bill moves on as if it were free', (m) => pledged(m, () => ({})), { ...GOOD, TITLE: 'FAIL' });
row('title: a pledged bill moves on, citing another pledge', (m) => pledged(m, () => ({ pledge: hex('another') })), { ...GOOD, TITLE: 'FAIL' });
row('title: an endorsement in somebody else’s name', (m) => {
  cutAfter(m, 2);
  const at = T('05', '09:00');
  addAct(m, { op: 'note', by: side(m, 'TWKB', 'bank') }, { at, key: signer('bankPortable'), home: B, dcsa: [say('ENDORSE', 'exporter', at, 'carrier')] });
}, { ...GOOD, TITLE: 'FAIL' });

// ---- left out --------------------------------------------------------------------------------------------------------

row('no trust file', () => {}, { COSIGNED: 'INDETERMINATE', MEMBERS: 'INDETERMINATE', 'ACT-SIGNED': 'PASS', WHO: 'INDETERMINATE',
  'CONTROL-RULES': 'INDETERMINATE', CHAIN: 'PASS', LOGGED: 'PASS' }, { trust: () => null, exit: 3 });
row('a trust file of another log', () => {}, { COSIGNED: 'INDETERMINATE' }, { trust: (file) => ({ ...file, registries: [] }), exit: 3 });
row('another charter trusted', () => {}, { MEMBERS: 'FAIL' }, { trust: (file) => {
  file.registries[0].charter = '0'.repeat(64);
  return file;
} });
row('another carrier’s keys trusted', () => {}, { WHO: 'FAIL' }, { trust: (file) => ({ ...file, carriers: [{ carrier: 'SMDG:TST', sets: ['0'.repeat(64)] }] }) });
row('no verifying witness', () => {}, { SINGLE: 'INDETERMINATE', TIME: 'INDETERMINATE', COSIGNED: 'PASS' }, { trust: (file) => {
  file.registries[0].verifying = ['uk1'];
  return file;
} });
row('only an ML-DSA policy', () => {}, { COSIGNED: 'INDETERMINATE' }, { trust: (file) => {
  delete file.registries[0].policyEd25519;
  return file;
} });
row('a policy whose quorums need not meet', () => {}, { COSIGNED: 'FAIL' }, { trust: (file) => {
  for (const name of ['policy', 'policyEd25519']) file.registries[0][name] = file.registries[0][name].replace('group both all', 'group both any');
  return file;
} });
row('one witness of two', (m) => {
  m.witnesses = [['uk1', 'witness.example/uk1', 'witnessUk']];
}, { COSIGNED: 'FAIL', LOGGED: 'PASS' });
row('two signature lines of one key', (m) => {
  m.checkpoint = (note) => note + note.split('\n').at(-2) + '\n';
}, { LOGGED: 'FAIL' });
row('redacted: no document', (m) => {
  m.document = null;
}, { DOCUMENT: 'INDETERMINATE', TITLE: 'INDETERMINATE', 'CONTROL-RULES': 'PASS', PINT: 'INDETERMINATE', WHO: 'INDETERMINATE' });
row('redacted: no details of an act', (m) => {
  delete acts(m)[1].details;
}, { DOCUMENT: 'INDETERMINATE', TITLE: 'INDETERMINATE', 'CONTROL-RULES': 'PASS', PINT: 'INDETERMINATE', WHO: 'PASS' });
row('no head', (m) => {
  m.edit = (files) => ['leaf.json', 'leaf.proof', 'slots.json'].forEach((name) => files.delete(`head/${name}`));
}, { 'NOTHING-LATER': 'INDETERMINATE', TAG: 'INDETERMINATE', MEMBERS: 'INDETERMINATE', FORMAT: 'PASS' });
row('another document', (m) => {
  m.document = m.document.replace('TDR-VECTOR-1', 'TDR-VECTOR-2');
}, { DOCUMENT: 'FAIL', PINT: 'FAIL' });
row('a document with a doubled member', (m) => {
  m.document = m.document.replace('{', '{"note":"x",');
}, { CANONICAL: 'FAIL', DOCUMENT: 'INDETERMINATE' });

// ---- hostile files ---------------------------------------------------------------------------------------------------

const good = assemble(model());
const list = [...good.files];
const bytesRow = (name, bundle, expected, { exit, trust = good.trust } = {}) => rows.push({ name, expected, exit, asked: {}, make: () => ({ bundle, trust }) });
const withOption = (path, options) => list.map(([name, data]) => [name, data, name === path ? options : {}]);
const fails = { FORMAT: 'FAIL', CANONICAL: 'INDETERMINATE', DOCUMENT: 'INDETERMINATE' };
const unreadable = { exit: 2 };

bytesRow('zip: stored, in another order', zip(list.map(([name, data]) => [name, data, { stored: true }]).reverse()), GOOD);
bytesRow('zip: data descriptors', zip(list.map(([name, data], i) => [name, data, { descriptor: i % 2 ? 12 : 16 }])), GOOD);
bytesRow('zip: folders', zip([['acts/', Buffer.alloc(0), { stored: true }], ...list]), GOOD);
bytesRow('zip: an empty folder', zip([['files/', Buffer.alloc(0), { stored: true }], ...list]), fails);
bytesRow('zip: a comment', zip(list, { comment: Buffer.from('hello') }), {}, unreadable);
bytesRow('zip: something before the directory', zip(list, { between: Buffer.from('gap') }), fails);
bytesRow('zip: something between entries', zip(withOption('document.json', { after: Buffer.from('gap') })), fails);
bytesRow('zip: a name twice', zip([...list, list[0]]), fails);
bytesRow('zip: names that differ in case', zip([...list, ['Document.json', Buffer.from('{}')]]), fails);
bytesRow('zip: a stray path', zip([...list, ['notes.txt', Buffer.from('hello')]]), fails);
bytesRow('zip: a path upwards', zip([...list, ['files/../x', Buffer.from('hello')]]), fails);
bytesRow('zip: encrypted flag', zip(withOption('document.json', { flags: 1 })), fails);
bytesRow('zip: zip64 field', zip(withOption('document.json', { extra: Buffer.from([1, 0, 0, 0]) })), fails);
bytesRow('zip: another extra field', zip(withOption('document.json', { extra: Buffer.from([0x55, 0x54, 1, 0, 0]) })), GOOD);
bytesRow('zip: wrong CRC', zip(withOption('document.json', { crc: 1 })), fails);
bytesRow('zip: bytes after the deflate stream', zip(list.map(([name, data]) => [name, data,
  name === 'document.json' ? { packed: Buffer.concat([deflateRawSync(data), Buffer.from([0])]) } : {}])), fails);
bytesRow('zip: deflate stream cut short', zip(list.map(([name, data]) => [name, data,
  name === 'document.json' ? { packed: deflateRawSync(data).subarray(0, -2) } : {}])), fails);
const bomb = Buffer.alloc(300 * 1024 * 1024);
const bombPacked = deflateRawSync(bomb, { level: 9 });
bytesRow('zip: a bomb that says its size', zip([...list, [`files/${'0'.repeat(64)}`, bomb, { packed: bombPacked }]]), fails);
bytesRow('zip: a bomb that lies about its size', zip([...list, [`files/${'0'.repeat(64)}`, bomb, { packed: bombPacked, size: 1000 }]]), fails);
bytesRow('zip: a bomb as manifest', zip([['manifest.json', bomb, { packed: bombPacked, size: 4000000 }]]), {}, unreadable);
bytesRow('zip: no manifest', zip(list.filter(([name]) => name !== 'manifest.json')), {}, unreadable);
bytesRow('zip: a count that lies', zip(list, { count: list.length + 1 }), fails);
bytesRow('zip: a file that the manifest does not list', zip([...list, ['timeline.html', Buffer.from('<p>')]]), fails);
bytesRow('zip: a gap in the numbers', zip(list.filter(([name]) => !name.includes('acts/0001'))), fails);
bytesRow('nothing', Buffer.alloc(0), {}, unreadable);
bytesRow('no zip', Buffer.from('this is not a zip file at all, only some text'), {}, unreadable);
bytesRow('only an end record', zip([]), {}, unreadable);
bytesRow('manifest of something else', zip([['manifest.json', Buffer.from('{"v":"other"}')]]), {}, unreadable);
bytesRow('manifest with nothing in it', zip([['manifest.json', Buffer.from('{"v":"twakow/bundle/1"}')]]), fails);
bytesRow('manifest nested deep', zip([['manifest.json', Buffer.from(`${'['.repeat(100000)}`)]]), {}, unreadable);
for (const [name, trust] of [['no JSON', 'x'], ['doubled member', '{"v":"twakow/trust/1","v":"twakow/trust/1"}'], ['byte order mark', `\ufeff${good.trust}`],
  ['unknown member', good.trust.replace('{', '{"x":1,')], ['broken policy', good.trust.replace('quorum both', 'quorum neither')]]) {
  bytesRow(`trust file: ${name}`, good.bundle, {}, { ...unreadable, trust });
}
// Every byte matters: cut the file anywhere, or change one byte anywhere, and never is anything thrown, or passed wrongly.
let seed = 7;
const random = (n) => {
  seed = (seed * 48271) % 2147483647;
  return seed % n;
};
const stored = zip(list.map(([name, data]) => [name, data, { stored: true }]));
for (let i = 0; i < 40; i += 1) {
  const cut = good.bundle.subarray(0, random(good.bundle.length));
  bytesRow(`cut at ${cut.length}`, cut, {}, unreadable);
}
for (let i = 0; i < 60; i += 1) {
  const changed = Buffer.from(i % 2 ? stored : good.bundle);
  const at = random(changed.length);
  changed[at] ^= 1 << random(8);
  rows.push({ name: `bit flipped at ${at}`, expected: {}, asked: {}, exit: 'not 0', make: () => ({ bundle: changed, trust: good.trust }) });
}

// ---- run -------------------------------------------------------------------------------------------------------------

const keep = process.argv[2] === '--keep' ? process.argv[3] : null;
let kept = 0;
if (keep) mkdirSync(keep, { recursive: true });
const browser = await open();
let [passed, failed] = [0, 0];
const tell = (name, wrongs) => {
  if (wrongs.length === 0) passed += 1;
  else failed += 1;
  console.log(`${wrongs.length === 0 ? 'ok  ' : 'BAD '} ${name}${wrongs.length ? `: ${wrongs.join('; ')}` : ''}`);
};
for (const { name, expected, asked, exit, make } of rows) {
  const { bundle, trust } = make();
  const verdict = await browser.verify(bundle, trust, asked);
  if (keep) {
    kept += 1;
    const file = join(keep, String(kept).padStart(4, '0'));
    writeFileSync(`${file}.twk`, bundle);
    if (trust !== null) writeFileSync(`${file}.trust`, trust);
    writeFileSync(`${file}.json`, JSON.stringify({ name, asked, verdict }));
  }
  const wrongs = [];
  for (const [code, wanted] of Object.entries(expected)) {
    const claim = verdict.claims?.find((other) => other.code === code);
    if (!claim || claim.verdict !== wanted) wrongs.push(`${code} is ${claim?.verdict}, not ${wanted} (${claim?.reason ?? verdict.refusal?.sentence})`);
  }
  if (typeof exit === 'number' && verdict.exit !== exit) wrongs.push(`exit ${verdict.exit}, not ${exit}`);
  if (verdict.refusal?.code === 'internal') wrongs.push(verdict.refusal.sentence);
  if (verdict.claims?.some(({ reason }) => reason.includes('could not decide'))) wrongs.push('a claim broke');
  if (exit === 'not 0' && verdict.exit === 3 && !verdict.claims.some((claim) => claim.verdict !== 'PASS')) wrongs.push('passed');
  tell(name, wrongs);
}

// The parts that are easy to get wrong, one by one.
const inPage = async (name, expression, wanted) => {
  const value = await browser.evaluate(`(async () => ${expression})()`);
  tell(`part: ${name}`, JSON.stringify(value) === JSON.stringify(wanted) ? [] : [JSON.stringify(value)]);
};
const refusesJson = (text) => `{ try { readJson(${JSON.stringify(text)}); return 'taken'; } catch (error) { return error instanceof Wrong; } }`;
for (const text of ['', '{', '{"a":1,"a":2}', '"\\ud800"', '[1,]', '01', '1.', '.5', '+1', '1e400', 'nul', '{"a" 1}', '[1] 2', '"\u0001"', '"\\x"', '\ufeff1',
  '9007199254740993', '295147905179352825856', '0.1234567890123456789', '1e-400', "{'a':1}", '[NaN]', '/**/1']) await inPage(`refuses ${text.slice(0, 30)}`, refusesJson(text), true);
for (const [text, wanted] of [['333333333.33333329', '333333333.3333333'], ['1E30', '1e+30'], ['-0', '0'], ['12000.0', '12000'], ['1e-27', '1e-27'],
  ['"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/"', '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'], ['{"\\u20ac":1,"\\r":2,"\\ufb33":3,"1":4,"\\ud83d\\ude00":5,"\\u0080":6,"\\u00f6":7}',
    '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}']]) await inPage(`writes ${text.slice(0, 30)}`, `canonical(readJson(${JSON.stringify(text)}))`, wanted);
await inPage('the eight points of small order', 'SMALL_ORDER_Y[3] + SMALL_ORDER_Y[4] === P25519', true);
await inPage('y = p is no point', 'isGoodPoint(bytesOfHex("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"))', false);
await inPage('an ordinary key is one', `isGoodPoint(bytesOfBase64url(${JSON.stringify(vectors.keys.exporter.jwk.x)}))`, true);
await inPage('DER with a long length', 'rawOfDer(bytesOfHex("30810602010102010100"))', null);
await inPage('DER, small', 'hexOf(rawOfDer(bytesOfHex("3006020101020102")))', `${'0'.repeat(63)}1${'0'.repeat(63)}2`);
await inPage('DER, negative', 'rawOfDer(bytesOfHex("3006020181020102"))', null);
await inPage('DER, not minimal', 'rawOfDer(bytesOfHex("300702020001020102"))', null);
const quorum = (lines) => `quorumsMeet({ names: new Map(${JSON.stringify(lines)}.map(([name, group]) => [name, group ? { group } : { witness: {} }])), quorum: 'q' })`;
const w = [['a'], ['b'], ['c']];
for (const [k, members, wanted] of [[1, ['a', 'b'], false], [2, ['a', 'b', 'c'], true], [1, ['a'], true], [2, ['a', 'b'], true], [1, ['a', 'b', 'c'], false]]) {
  await inPage(`${k} of ${members.length}`, quorum([...w, ['q', { k, members }]]), wanted);
}

const quick = (expression) => `{ const began = performance.now(); try { ${expression}; } catch {} return performance.now() - began < 2000; }`;
await inPage('a number of a million zeros', quick("readJson('0.' + '0'.repeat(1e6) + '1' + '0'.repeat(1e6) + '1')"), true);
await inPage('a text of ten megabytes', quick("readJson('\"' + 'a'.repeat(1e7) + '\"')"), true);
await inPage('a million commas', quick("readJson('[' + '1,'.repeat(1e6) + '1]')"), true);
await inPage('a party of many codes', quick("const p = { identifyingCodes: Array.from({ length: 50000 }, (_, i) => ({ codeListProvider: 'x', partyCode: String(i) })) }; for (let i = 0; i < 1000; i += 1) sameParty(p, { identifyingCodes: [{ partyCode: 'y' }] })"), true);
tell('the page asked for nothing from any network', browser.requests.filter((url) => !url.startsWith('file:')));
tell('the browser had nothing to complain about', browser.complaints);
await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
