// Changes to chain entries and answers. A chain that follows the acts as they are is made first, by platforms that both have a
// key for it; then one thing of it is another, and is signed so.
import { acts, b64u, canonical, compact, detached, hex, signer, vectors } from './forge.mjs';

const PINT_KEY = 'platformAPint';
const DECLARED = JSON.parse(vectors.pint.entryPayload);
const MANIFEST = JSON.parse(Buffer.from(DECLARED.issuanceManifestSignedContent.split('.')[1], 'base64url'));

/** TWKB's mark lists a key for chain entries, too: the same as TWKA's, since the vectors have one. */
function giveBothKeys(m, byAuthority) {
  const mark = m.items.find(({ role, leaf }) => role === 'mark' && JSON.parse(leaf.statement).platform === 'TWKB');
  const statement = JSON.parse(mark.leaf.statement);
  if (statement.keys.some(({ use }) => use === 'pint')) return;
  statement.keys.push({ from: statement.keys[0].from, jwk: signer(PINT_KEY).jwk, use: 'pint' });
  mark.leaf.statement = canonical(statement);
  mark.leaf.signatures = byAuthority(mark.leaf.statement, ['authority1', 'authority2']);
}

const partyOf = (m, act) => {
  const name = Object.keys(m.sets).find((set) => m.sets[set] === act.by.sets[0]);
  return name ? vectors.keysets[name].details.body.party : { partyName: 'Nobody' };
};

/** The chain by the acts: one entry for each act that crosses, its answers, and how each is signed. */
function chain(m) {
  const all = acts(m);
  const ends = all.map(({ act }, i) => (act.to && act.to.home !== act.by.home ? i : -1)).filter((i) => i >= 0);
  let from = 0;
  return ends.map((end) => {
    const transactions = all.slice(from, end + 1).flatMap(({ act, details }) => {
      const words = details?.dcsa?.length ? details.dcsa : [{ actionCode: 'SIGN', actionDateTime: act.at, actor: partyOf(m, act) }];
      return words.map((word) => ({ ...structuredClone(word), auditReference: `twk1.${b64u(Buffer.from(hex(canonical(act)), 'hex'))}` }));
    });
    const link = { payload: { eblPlatform: all[end].act.by.home, transactions, transportDocumentChecksum: vectors.document.checksum },
      answers: [{ payload: { responseCode: 'RECE' }, key: PINT_KEY, header: {} }], key: PINT_KEY, header: {}, file: {} };
    if (from === 0) link.manifest = { payload: structuredClone(MANIFEST), key: 'carrier', header: {} };
    from = end + 1;
    return link;
  });
}

const signed = ({ payload, key, header }) => compact(signer(key), typeof payload === 'string' ? payload : canonical(payload), header);

/** Signs the chain, each entry naming the one before, each answer its entry. */
function write(m, links) {
  let before = null;
  m.pint = links.map((link) => {
    if (link.manifest) link.payload.issuanceManifestSignedContent ??= signed(link.manifest);
    if (before) link.payload.previousEnvelopeTransferChainEntrySignedContentChecksum ??= hex(before);
    const entry = link.entry ? link.entry(signed(link)) : signed(link);
    before = entry;
    const answers = link.answers.map((answer) => {
      if (typeof answer.payload === 'object') answer.payload.lastEnvelopeTransferChainEntrySignedContentChecksum ??= hex(entry);
      return answer.text ?? signed(answer);
    });
    return { answers, entry, v: 'twakow/bundle-pint/1', ...link.file };
  });
}

/** One change of each kind. `tools` has the choices of a run, so that its seed repeats it. */
export function pintChanges({ pick, random, shifted, byAuthority }) {
  const change = (what) => (m) => {
    if (random(4)) giveBothKeys(m, byAuthority);
    const links = chain(m);
    what(links.length ? pick(links) : null, links, m);
    write(m, links);
  };
  const keys = [PINT_KEY, 'platformA', 'platformB', 'carrier', 'officer'];
  const headers = () => pick([{ kid: 'x' }, { kid: undefined }, { typ: undefined }, { alg: pick(['none', 'HS256', 'ES384', 'EdDSA', 'ES256']) }, { crit: ['b64'], b64: false },
    { jwk: signer('officer').jwk }, { x5c: [] }, { typ: 'jwt' }, { surprise: 1 }]);
  const word = (link) => pick(link.payload.transactions);
  const parties = () => pick(Object.values(vectors.keysets)).details.body.party;
  return {
    'the chain as it should be': change(() => {}),
    'a chain entry’s members': change((link) => {
      const { payload } = link;
      pick([() => { payload.eblPlatform = pick(['TWKA', 'TWKB', 'TWKX', 7]); }, () => { payload.transportDocumentChecksum = pick([hex('another'), undefined, 'x']); },
        () => { payload.issuanceManifestSignedContent = pick(['x', '', DECLARED.issuanceManifestSignedContent, 7]); }, () => { payload.surprise = 1; },
        () => { payload.previousEnvelopeTransferChainEntrySignedContentChecksum = pick([hex('another'), '', hex(vectors.pint.entryJws)]); },
        () => { payload.transactions = pick([[], undefined, 'x', [...payload.transactions, ...payload.transactions]]); }])();
    }),
    'the words of a chain entry': change((link) => {
      const { transactions } = link.payload;
      const i = random(transactions.length);
      pick([() => transactions.reverse(), () => transactions.splice(i, 1), () => transactions.push(transactions[i]), () => transactions.splice(0, 0, transactions[i]),
        () => { word(link).auditReference = pick(['twk1.', 'x', `twk1.${b64u(Buffer.from(hex('another'), 'hex'))}`, transactions[0].auditReference]); },
        () => { delete word(link).auditReference; }, () => { word(link).actor = parties(); }, () => { word(link).recipient = parties(); }, () => { delete word(link).recipient; },
        () => { word(link).actionCode = pick(['SIGN', 'TRANSFER', 'ISSUE', 'SACC']); }, () => { word(link).actionDateTime = shifted(word(link).actionDateTime, pick([1, -1000])); },
        () => { word(link).comments = 'c'; }, () => { word(link).actor = { ...word(link).actor, surprise: 1 }; }, () => { transactions[i] = pick([{}, 'x', null, []]); }])();
    }),
    'who signed a chain entry': change((link) => { link.key = pick(keys); }),
    'the header of a chain entry': change((link) => { link.header = headers(); }),
    'the spelling of a chain entry': change((link) => {
      link.entry = pick([(text) => `${text}=`, (text) => text.slice(0, -2), (text) => text.replace('.', '..'), (text) => `${text}.x`, (text) => text.toLowerCase(), () => '', (text) => ` ${text}`,
        (text) => text.replace(/^[^.]*/, (head) => `${head}A`), (text) => { const [head, , tail] = text.split('.'); return `${head}..${tail}`; }]);
    }),
    'the payload of a chain entry': change((link) => {
      const text = canonical(link.payload);
      const spelled = pick([` ${text}`, text.replace('{', '{"eblPlatform":"TWKA",'), '[]', 'x', '"x"', text.slice(0, -1), JSON.stringify({ ...link.payload }, null, 1)]);
      delete link.manifest;
      link.entry = () => signed({ ...link, payload: spelled });
    }),
    'the manifest': change((_, links) => {
      const { manifest } = links.find((link) => link.manifest) ?? {};
      if (!manifest) return;
      pick([() => { manifest.payload.documentChecksum = hex('another'); }, () => { manifest.payload.issueToChecksum = pick([hex('another'), hex(canonical(parties()))]); },
        () => { manifest.payload.eBLVisualisationByCarrierChecksum = pick([hex('picture'), hex('another'), null, 7]); }, () => { manifest.payload.surprise = 1; },
        () => { delete manifest.payload[pick(Object.keys(manifest.payload))]; }, () => { manifest.key = pick(['carrierPortable', 'officer', 'exporter', PINT_KEY]); },
        () => { manifest.header = headers(); }, () => { manifest.payload = pick(['x', '[]', '{}']); }])();
    }),
    'a picture': change((_, links, m) => {
      const { manifest } = links.find((link) => link.manifest) ?? {};
      if (manifest) manifest.payload.eBLVisualisationByCarrierChecksum = hex('picture');
      m.files['visualisation.pdf'] = pick(['picture', 'picture', 'another']);
    }),
    'the entries': change((link, links) => {
      pick([() => links.pop(), () => links.reverse(), () => links.push(structuredClone(links.at(-1))), () => links.shift(),
        () => { const [first, second] = links; if (second) { first.payload.transactions.push(...second.payload.transactions); links.pop(); } },
        () => { const [first, second] = links; if (second) second.payload.transactions.unshift(first.payload.transactions.pop()); },
        () => { const last = links.at(-1); links.push({ ...structuredClone(last), manifest: undefined, payload: { ...structuredClone(last.payload), transactions: [] } }); }])();
    }),
    'an answer': change((link, links) => {
      const [answer] = link.answers;
      pick([() => { answer.payload.responseCode = pick(['DUPE', 'BENV', 'BSIG', 'XYZ', '', 7, null]); }, () => { delete answer.payload.responseCode; },
        () => { answer.payload.lastEnvelopeTransferChainEntrySignedContentChecksum = pick([hex('another'), hex(vectors.pint.entryJws), 7]); },
        () => { answer.key = pick(keys); }, () => { answer.header = headers(); }, () => { answer.payload = pick(['x', '[]', '{}']); },
        () => { answer.text = pick(['', 'x', 'a.b.c', '...', detached(signer(PINT_KEY), 'JWT', canonical(answer.payload))]); }, () => { answer.payload.surprise = 1; },
        () => link.answers.push(structuredClone(answer)), () => { link.answers = []; }, () => { links.forEach((other) => { other.answers = link.answers; }); }])();
    }),
    'the file of a chain entry': change((link) => {
      link.file = pick([{ v: 'twakow/bundle-pint/2' }, { surprise: 1 }, { answers: 'x' }, { answers: [7] }, { entry: 7 }, { answers: {} }]);
    }),
  };
}
