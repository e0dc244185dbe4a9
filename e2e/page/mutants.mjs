// Changed copies of the golden record, each signed and logged again as far as the change allows, with the page's verdict on it.
//   node mutants.mjs FOLDER SEED COUNT    then: node compare.mjs FOLDER COMMAND… tells where another verifier differs
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { open } from './browser.mjs';
import { acts, addAct, assemble, assertion, canonical, counter, cutAfter, detached, hex, model, ORIGIN, resign, signer, slotOf, subjectOf,
  vectors } from './forge.mjs';
import { pintChanges } from './of-pint.mjs';
import { setChanges } from './of-sets.mjs';

const [folder, seedText = '1', countText = '100'] = process.argv.slice(2);
if (!folder) throw new Error('node mutants.mjs FOLDER SEED COUNT');
let seed = Number(seedText);
const random = (n) => {
  seed = (seed * 48271) % 2147483647;
  return seed % n;
};
const pick = (list) => list[random(list.length)];
const shifted = (time, ms) => new Date(Date.parse(time) + ms).toISOString();
const HOUR = 3600000;
const DAY = 24 * HOUR;
const PLATFORMS = { TWKA: ['platformA', 'TWKA'], TWKB: ['platformB', 'TWKB'] };
const platform = (code) => [signer(PLATFORMS[code][0]), code];
const SETS = ['carrier', 'exporter', 'bank'];

/** Signs an act with the key of whoever its `by` names. */
function holderOf(m, act) {
  const name = SETS.find((set) => m.sets[set] === act.by.sets[0]) ?? 'exporter';
  const key = signer(name);
  return (text, digest) => (name === 'bank' ? assertion(key, digest) : { jws: detached(key, 'twk-act+jws', text), kind: 'jws' });
}

/** Links and signs all acts again. */
function relink(m) {
  const all = acts(m);
  all.forEach((item, i) => resign(m, i, (act) => {
    if (i > 0) act.prev = hex(canonical(all[i - 1].act));
  }, holderOf(m, item.act)));
}

/** The bank endorses in a note, with a consent of the exporter or of another, to this act or to another. */
function consented(m) {
  const at = '2026-03-10T09:00:00.000Z';
  const party = (name) => vectors.keysets[name].details.body.party;
  const code = pick(['ENDORSE_TO_ORDER', 'ENDORSE', 'BLANK_ENDORSE', 'SIGN']);
  const word = { actionCode: code, actionDateTime: at, actor: party(pick(['bank', 'bank', 'bank', 'exporter'])) };
  if (code.startsWith('ENDORSE')) word.recipient = party(pick(SETS));
  const details = { v: 'twakow/details/1', salt: 'C'.repeat(21) + 'A', document: vectors.document.checksum, dcsa: [word] };
  const by = pick(['exporter', 'carrier', 'bank']);
  const prev = hex(canonical(acts(m).at(-1).act));
  const consent = { expires: pick([at, '2026-03-11T09:00:00.000Z', '2026-03-10T08:59:59.999Z']), matter: hex(canonical(details)), op: 'note', prev, record: m.record,
    set: m.sets[by], to: [], v: 'twakow/consent/1' };
  pick([() => {}, () => {}, () => { consent.prev = hex('another'); }, () => { consent.op = 'move'; }, () => { consent.purpose = 'delivery'; }, () => { consent.to = [m.sets.carrier]; },
    () => { consent.record = hex('another'); }, () => { consent.set = pick([m.sets.bank, hex('no set')]); }, () => { consent.surprise = 1; }, () => { consent.matter = hex('x'); }])();
  const text = canonical(consent);
  const key = signer(pick([by, by, by, 'carrierPortable', 'bankPortable']));
  const jws = { jws: detached(key, pick(['twk-consent+jws', 'twk-consent+jws', 'twk-consent+jws', 'twk-act+jws']), text), kind: 'jws' };
  const element = by === 'bank' && random(2) ? assertion(key, hex(text)) : jws;
  const file = canonical({ consent: text, signatures: canonical(pick([[element], [element], [element], [], [element, element]])), v: 'twakow/consent-file/1' });
  const [code4, home] = ['TWKB', platform('TWKB')];
  addAct(m, { op: 'note', by: { custody: 'self', home: code4, sets: [m.sets.bank] } }, { at, key: signer('bankPortable'), home, dcsa: [word],
    more: { salt: details.salt, consents: pick([[hex(file)], [hex(file)], [hex(file), hex('left out')].sort(), [hex('left out')]]) } });
  const before = m.edit;
  m.edit = (files, put) => {
    before(files, put);
    if (random(6)) put(`files/${hex(file)}`, file);
  };
}

const anySide = (act) => act[pick(['by', 'to'].filter((side) => act[side]))];
const withDetails = (m) => pick(acts(m).filter(({ details }) => details));
const withList = (m, least = 1) => pick(m.items.filter(({ signatures }) => signatures?.length >= least));
const byAuthority = (statement, names) => names.map((name) => signer(name)).sort((a, b) => (a.kid < b.kid ? -1 : 1))
  .map((key) => ({ jws: detached(key, 'twk-mark+jws', statement), kind: 'jws' }));
/** Replaces the first platform statement in a list by what `change` makes of it. */
function changeStatement(m, change) {
  const item = pick(m.items.filter(({ signatures }) => signatures?.some(({ kind }) => kind === 'platform')));
  const i = item.signatures.findIndex(({ kind }) => kind === 'platform');
  item.signatures[i] = change(JSON.parse(item.signatures[i].statement), item);
}

const CHANGES = {
  'a time of an act': (m) => {
    const item = pick(acts(m));
    const name = pick(['at', 'expires', 'answerBy'].filter((time) => item.act[time]));
    item.act[name] = shifted(item.act[name], pick([-61 * DAY, -DAY, -HOUR, 1, 300001, HOUR, DAY, 10 * DAY, 31 * DAY, 61 * DAY]));
    if (item.details) {
      item.details.dcsa.forEach((transaction) => { transaction.actionDateTime = item.act.at; });
      item.act.details = hex(canonical(item.details));
    }
    relink(m);
  },
  'a leaf’s time': (m) => {
    const { leaf } = pick(m.items);
    leaf.at = shifted(leaf.at, pick([-DAY, -1000, 1000, 60000, 61000, DAY]));
  },
  'a home': (m) => {
    const side = anySide(pick(acts(m)).act);
    side.home = side.home === 'TWKA' ? 'TWKB' : 'TWKA';
    relink(m);
  },
  'a holder': (m) => {
    anySide(pick(acts(m)).act).sets = pick([...SETS.map((name) => [m.sets[name]]), ['0'.repeat(64)], [m.sets.carrier, m.sets.exporter].sort()]);
    relink(m);
  },
  'custody': (m) => {
    anySide(pick(acts(m)).act).custody = 'platform';
    relink(m);
  },
  'the purpose': (m) => {
    acts(m).filter(({ act }) => act.purpose).forEach(({ act }) => { act.purpose = pick(['amendment', 'cancel']); });
    relink(m);
  },
  'a link': (m) => {
    const i = 1 + random(acts(m).length - 1);
    resign(m, i, (act) => { act[pick(['prev', 'record'])] = hex('another'); }, holderOf(m, acts(m)[i].act));
  },
  'a number': (m) => {
    const i = 1 + random(acts(m).length - 1);
    resign(m, i, (act) => { act.seq += 1; }, holderOf(m, acts(m)[i].act));
  },
  'a signature left out': (m) => {
    const { signatures } = withList(m);
    signatures.splice(random(signatures.length), 1);
  },
  'signatures in another order': (m) => withList(m, 2).signatures.reverse(),
  'a signature over': (m) => pick(acts(m)).signatures.push(pick(pick(acts(m)).signatures)),
  'the role of a statement': (m) => changeStatement(m, ({ act, at }, { role }) => counter(...platform(pick(['TWKA', 'TWKB'])),
    role === 'decline' ? 'decline' : pick(['home', 'accept', 'enrol', 'decline']), act, at)),
  'the key of a statement': (m) => changeStatement(m, ({ act, at, platform: code, role }) => counter(signer(pick(['platformA', 'platformB', 'officer'])), code, role, act, at)),
  'details left out': (m) => {
    delete pick(m.items.filter(({ details }) => details)).details;
  },
  'details changed after signing': (m) => {
    pick(m.items.filter(({ details }) => details)).details.salt = 'A'.repeat(22);
  },
  'a transaction': (m) => {
    const item = withDetails(m);
    const transaction = pick(item.details.dcsa);
    const party = () => vectors.keysets[pick(SETS)].details.body.party;
    pick([() => { transaction.actor = party(); }, () => { transaction.recipient = party(); }, () => { delete transaction.recipient; },
      () => { transaction.actionCode = pick(['ENDORSE', 'BLANK_ENDORSE', 'ENDORSE_TO_ORDER', 'SIGN', 'TRANSFER', 'ISSUE', 'SACC']); },
      () => item.details.dcsa.pop(), () => item.details.dcsa.reverse()])();
    item.act.details = hex(canonical(item.details));
    relink(m);
  },
  'a member of the details': (m) => {
    const item = withDetails(m);
    const party = vectors.keysets[pick(SETS)].details.body.party;
    const others = [party, { partyName: 'A' }, { ...party, partyName: undefined }, { ...party, identifyingCodes: [{ partyCode: 'x' }] }];
    const digests = ['ab'.repeat(32), 'cd'.repeat(32)];
    const members = { nominee: pick(others), withdraw: pick([true, false]), terms: hex('terms'), pledge: pick([hex('pledge'), hex(canonical(pick(acts(m)).act))]),
      successors: pick([digests, [...digests].reverse(), [], [digests[0], digests[0]], Array.from({ length: 17 }, (_, i) => hex(`${i}`)).sort()]),
      consents: pick([digests, [...digests].reverse(), []]), mandate: hex('mandate'), representedParty: pick(others), party, identityReceipt: hex('receipt'),
      law: pick(['Scotland', '', 'x'.repeat(2000), 'x'.repeat(2001), 'two\nlines', undefined]), jurisdiction: pick(['Scotland', undefined]), issuerSalt: pick(['A'.repeat(22), 'A', undefined]),
      toPaper: pick([{ originals: 1, serials: ['1'], statement: 'x' }, { originals: 2, serials: ['1'], statement: 'x' }, { serials: ['1'] }, {}, { originals: 1, serials: ['1'], statement: '' }]),
      fromPaper: pick([{ attestation: 'x', scans: [hex('scan')], serials: ['1'], statement: 'x' }, { scans: [], serials: [], statement: 'x', attestation: 'x' }, { attestation: '' }]),
      document: undefined, dcsa: pick([undefined, []]), salt: pick(['B'.repeat(21) + 'A', 'B']), surprise: 1 };
    const name = pick(Object.keys(members));
    if (members[name] === undefined) delete item.details[name];
    else item.details[name] = JSON.parse(JSON.stringify(members[name]));
    item.act.details = hex(canonical(item.details));
    relink(m);
  },
  'a member of a transaction': (m) => {
    const item = withDetails(m);
    const transaction = pick(item.details.dcsa);
    const party = vectors.keysets[pick(SETS)].details.body.party;
    pick([() => { transaction.comments = pick(['', 'c', 'c'.repeat(1020), 'c'.repeat(1021), 7]); }, () => { transaction.reasonCode = pick(['SWTP', 'COD', 'NONE']); },
      () => { transaction.surprise = 1; }, () => { transaction.actor = pick([{}, 'x', { ...party, identifyingCodes: [] }, { ...party, partyName: 7 }, { ...party, taxReference: 'x' }]); },
      () => { if (transaction.recipient) transaction.recipient = pick([{}, { ...party, identifyingCodes: [{ codeListProvider: 'GLEIF', partyCode: 7 }] }, party]); },
      () => { transaction.actionDateTime = '2026-03-01T00:00:00.000Z'; }, () => { delete transaction[pick(Object.keys(transaction))]; }])();
    item.act.details = hex(canonical(item.details));
    relink(m);
  },
  'a note with a consent': (m) => consented(m),
  'details left out, and a note': (m) => {
    delete pick(acts(m)).details;
    consented(m);
  },
  'the document signed': (m) => {
    const item = withDetails(m);
    item.details.document = hex('another');
    item.act.details = hex(canonical(item.details));
    relink(m);
  },
  'the document shown': (m) => {
    const text = vectors.document.canonical;
    m.document = pick([text.replace('true', 'false'), text.replace('TST', 'OTH'), null, text.replace('"isToOrder":true,', ''), '[]', text.replace('{', '{ ')]);
  },
  'a party': (m) => {
    const item = pick(m.items.filter(({ role, details }) => role === 'set' && details?.party));
    item.details.party = { partyName: 'Somebody Else' };
    item.act.details = hex(canonical(item.details));
  },
  'a mark': (m) => {
    const { leaf } = pick(m.items.filter(({ role }) => role === 'mark'));
    const statement = JSON.parse(leaf.statement);
    pick([() => { if (statement.state) statement.state = pick(['suspended', 'dead']); }, () => { statement.n += 1; },
      () => { if (statement.keys) statement.keys[0].from = shifted(statement.keys[0].from, pick([-3 * DAY, 10 * DAY])); },
      () => { statement.origin = 'other.example/1'; }])();
    leaf.statement = canonical(statement);
    leaf.signatures = byAuthority(leaf.statement, ['authority1', 'authority2', 'authority3'].slice(0, 2 + random(2)));
  },
  'the signatures of a mark': (m) => {
    const { leaf } = pick(m.items.filter(({ role }) => role === 'mark'));
    pick([() => leaf.signatures.pop(), () => leaf.signatures.reverse()])();
  },
  'a later mark': (m) => {
    const statement = canonical({ ...JSON.parse(m.items[1].leaf.statement), n: 1, origin: ORIGIN, state: pick(['suspended', 'dead', 'member']) });
    const place = 8 + random(4);
    m.items.splice(place, 0, { role: 'mark', leaf: { at: m.items[place - 1].leaf.at, signatures: byAuthority(statement, ['authority1', 'authority2']),
      slot: slotOf.mark(subjectOf.platform('TWKA'), 1), statement, v: 'twakow/mark/1' } });
  },
  'a file left out': (m) => {
    const before = m.edit;
    m.edit = (files, put) => {
      before(files, put);
      const path = pick([...files.keys()]);
      const stem = path.startsWith('head/') ? 'head/' : path.replace(/(json|proof)$/, '');
      for (const other of [...files.keys()]) {
        if (other === path || (/^(keysets|members|marks|head)\//.test(path) && other.startsWith(stem))) files.delete(other);
      }
    };
  },
  'a proof under the head left out': (m) => {
    m.slots = (proofs) => proofs.filter((_, i) => i !== random(proofs.length));
  },
  'a proof under the head': (m) => {
    m.slots = (proofs) => {
      const proof = pick(proofs);
      pick([() => { if (proof.siblings.length > 0) proof.siblings[0] = '0'.repeat(64); }, () => proof.siblings.push('0'.repeat(64)),
        () => { proof.end = null; }, () => { if (proof.end) proof.end.index += 1; }])();
      return proofs;
    };
  },
  'the provenance': (m) => {
    pick(acts(m)).provenance = pick(['holder_signed', 'carrier_signed', 'platform_asserted', 'registry_signed']);
  },
  'the count of the tag': (m) => {
    m.tagCount = 1;
  },
  'one witness': (m) => {
    m.witnesses = m.witnesses.slice(0, 1);
  },
  'the witnesses’ clock': (m) => {
    m.cosignedAt += pick([-3600, -60, -10, 60]);
  },
  'the checkpoint of a proof': (m) => {
    m.apart = (files, put) => {
      const paths = [...files.keys()].filter((name) => name.endsWith('.proof'));
      const path = pick(paths);
      const checkpoints = [...files.keys()].filter((name) => name.startsWith('checkpoints/'));
      const [text, whole] = [String(files.get(path)), String(files.get(checkpoints[0]))];
      const lead = (to) => put(path, text.replace(/checkpoints\/.*\n$/, `${to}\n`));
      const other = (changed) => {
        put(`checkpoints/${hex(changed)}`, changed);
        lead(`checkpoints/${hex(changed)}`);
      };
      const lines = whole.split('\n');
      pick([() => lead(`checkpoints/${hex('another')}`), () => lead(checkpoints[0].toUpperCase()), () => lead('manifest.json'), () => put(path, `${text}\n`), () => put(path, text.trimEnd()),
        () => put(path, text.replace('\n\n', '\n')), () => put(path, text.replace('\n\n', '\n\n\n')), () => put(path, text.replace(/\n[^\n]*\n$/, `\n${whole}`)),
        () => put(checkpoints[0], `${whole} `), () => put(`checkpoints/${hex('nobody')}`, 'nobody'), () => other('a sentence\n'), () => other(`${whole}${lines.at(-2)}\n`),
        () => other([...lines.slice(0, 4), ...lines.slice(4, -1).reverse(), ''].join('\n')), () => other(whole.replace(ORIGIN, 'other.example/1')), () => other(lines.slice(0, -2).join('\n').concat('\n')),
        () => other(whole.replace(/\n(\d+)\n/, (_, size) => `\n${Number(size) + 1}\n`)), () => files.delete(checkpoints[0]),
        () => put(path, text.replace('\nindex', `\nextra ${pick(['YWdlbnQ=', 'YWdlbnQ', '', '*'])}\nindex`))])();
    };
  },
  'an earlier end': (m) => cutAfter(m, random(acts(m).length)),
  'two leaves exchanged': (m) => {
    const i = 3 + random(m.items.length - 5);
    [m.items[i], m.items[i + 1]] = [m.items[i + 1], m.items[i]];
  },
  'a slot used twice': (m) => {
    const { act, signatures, leaf } = pick(m.items.filter(({ role }) => role === 'act' || role === 'set'));
    const entry = canonical({ act: hex(canonical(act)), signatures: hex(canonical(signatures)), v: 'twakow/entry/1' });
    m.items.splice(3 + random(m.items.length - 4), 0, { leaf: { at: leaf.at, entry: hex(entry),
      slot: slotOf.act(act.record ?? hex(canonical(act)), act.seq), v: 'twakow/leaf/1' } });
  },
  'an act more': (m) => {
    const op = pick(['close', 'return', 'reclaim', 'note', 'move', 'leave', 'rehome', 'reject', 'surrender']);
    const [code, set, key] = pick([['TWKA', 'carrier', 'carrierPortable'], ['TWKB', 'bank', 'bankPortable']]);
    const to = { custody: 'self', home: pick(['TWKA', 'TWKB']), sets: [m.sets[pick(SETS)]] };
    const fields = { op, by: { custody: 'self', home: code, sets: [m.sets[set]] } };
    if (['move', 'rehome', 'surrender'].includes(op)) fields.to = to;
    if (op === 'close') fields.end = pick(['delivered', 'paper', 'void']);
    if (op === 'surrender') Object.assign(fields, { purpose: 'delivery', answerBy: '2026-05-20T00:00:00.000Z' });
    addAct(m, fields, { at: pick(['2026-03-10T09:00:00.000Z', '2026-04-09T00:00:00.000Z']), key: signer(key),
      home: ['leave', 'reclaim'].includes(op) ? undefined : platform(code), accept: fields.to && to.home !== code ? platform(to.home) : undefined,
      provenance: ['close', 'return'].includes(op) ? 'carrier_signed' : 'holder_signed' });
  },
};

const tools = { pick, random, shifted, relink, byAuthority };
const PARTS = [CHANGES, setChanges(tools), pintChanges(tools)];
const anyChange = () => {
  const part = pick(PARTS);
  const name = pick(Object.keys(part));
  return [name, part[name]];
};

mkdirSync(folder, { recursive: true });
const browser = await open();
let [made, broke] = [0, 0];
for (let i = 0; i < Number(countText); i += 1) {
  const m = model();
  const changes = [anyChange(), ...(random(2) ? [anyChange()] : [])];
  const names = changes.map(([name]) => name);
  const asked = { ...(random(2) ? { at: shifted('2026-03-01T00:00:00.000Z', (random(20) * DAY) / 2) } : {}),
    ...(random(3) ? {} : { now: '2026-03-09T05:00:00.000Z' }) };
  let file;
  try {
    changes.forEach(([, change]) => change(m));
    file = assemble(m);
  } catch {
    continue; // two changes that do not go together
  }
  const verdict = await browser.verify(file.bundle, file.trust, asked);
  const stem = join(folder, String(i).padStart(4, '0'));
  writeFileSync(`${stem}.twk`, file.bundle);
  writeFileSync(`${stem}.trust`, file.trust);
  writeFileSync(`${stem}.json`, JSON.stringify({ name: names.join(', then '), asked, verdict }));
  made += 1;
  if (verdict.refusal?.code === 'internal' || verdict.claims?.some(({ reason }) => reason.includes('could not decide'))) {
    broke += 1;
    console.log(`BAD  ${stem}: ${names.join(', then ')}: the page broke`);
  }
}
await browser.close();
console.log(`${made - broke} passed, ${broke} failed`);
process.exitCode = broke === 0 ? 0 : 1;
