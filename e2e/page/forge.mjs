// A small registry with the test keys of the golden vectors. It makes evidence bundles, genuine and forged, so that the
// page can be tested. Written from docs/ alone; it shares no code with the page.
import { createHash, createPrivateKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { crc32 as zlibCrc32, deflateRawSync } from 'node:zlib';

/** The golden vectors of the protocol, named by TWAKOW_VECTORS as in .ci/run. */
if (!process.env.TWAKOW_VECTORS) throw new Error('set TWAKOW_VECTORS to the golden vectors (control-vectors.json)');
export const vectors = JSON.parse(readFileSync(process.env.TWAKOW_VECTORS, 'utf8'));

export const sha = (...parts) => {
  const hash = createHash('sha256');
  parts.forEach((part) => hash.update(part));
  return hash.digest();
};
export const hex = (...parts) => sha(...parts).toString('hex');
const bytes = (digest) => Buffer.from(digest, 'hex');
export const b64u = (value) => Buffer.from(value).toString('base64url');
const be8 = (number) => {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64BE(BigInt(number));
  return buffer;
};

export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
}

// ---- signing -------------------------------------------------------------------------------------------------------

export function signer(name) {
  const { jwk, TEST_ONLY_private: d, kid, alg } = vectors.keys[name];
  const key = createPrivateKey({ key: { ...jwk, d }, format: 'jwk' });
  const raw = (data) => (alg === 'EdDSA' ? sign(null, data, key) : sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' }));
  const der = (data) => sign('sha256', data, { key, dsaEncoding: 'der' });
  return { jwk, kid, alg, raw, der };
}

export function detached(key, typ, payload, header = {}) {
  const head = b64u(canonical({ alg: key.alg, kid: key.kid, typ, ...header }));
  return `${head}..${b64u(key.raw(Buffer.from(`${head}.${b64u(payload)}`)))}`;
}

export function compact(key, payload, header = {}) {
  const head = `${b64u(canonical({ alg: key.alg, kid: key.kid, typ: 'JWT', ...header }))}.${b64u(payload)}`;
  return `${head}.${b64u(key.raw(Buffer.from(head)))}`;
}

export function assertion(key, digest, { flags = 5, type = 'webauthn.get', site = 'sign.example', more = {} } = {}) {
  const data = Buffer.concat([sha(site), Buffer.from([flags]), Buffer.alloc(4)]);
  const client = JSON.stringify({ type, challenge: b64u(bytes(digest)), origin: `https://${site}`, crossOrigin: false, ...more });
  return { authenticatorData: b64u(data), clientDataJSON: b64u(client), kid: key.kid, kind: 'webauthn',
    signatureDer: b64u(key.der(Buffer.concat([data, sha(client)]))) };
}

export function counter(key, platform, role, act, at) {
  const statement = canonical({ act, at, platform, role, v: 'twakow/counter/1' });
  return { jws: detached(key, 'twk-counter+jws', statement), kind: 'platform', statement };
}

// ---- slots, slot map, tree -----------------------------------------------------------------------------------------

export const slotOf = {
  act: (record, seq) => hex('twakow/slot/1\n', bytes(record), be8(seq)),
  tag: (tag, count) => hex('twakow/tag-slot/1\n', bytes(tag), be8(count)),
  mark: (subject, count) => hex('twakow/mark/1\n', bytes(subject), be8(count)),
};
export const subjectOf = {
  platform: (code) => hex(`twakow/platform/1\n${code}`),
  charter: (origin) => hex(`twakow/charter/1\n${origin}`),
};

const bit = (slot, depth) => (bytes(slot)[depth >> 3] >> (7 - (depth & 7))) & 1;
const zero = Buffer.alloc(32);

function mapHash(list, depth) {
  if (list.length === 0) return zero;
  if (list.length === 1) return sha(Buffer.from([2]), bytes(list[0].slot), be8(list[0].index));
  const side = (value) => list.filter(({ slot }) => bit(slot, depth) === value);
  return sha(Buffer.from([3]), mapHash(side(0), depth + 1), mapHash(side(1), depth + 1));
}

export function mapProof(list, slot) {
  const siblings = [];
  let here = list;
  while (here.length > 1) {
    const depth = siblings.length;
    const side = (value) => here.filter((entry) => bit(entry.slot, depth) === value);
    siblings.push(mapHash(side(1 - bit(slot, depth)), depth + 1).toString('hex'));
    here = side(bit(slot, depth));
  }
  return { end: here.length === 1 ? { index: here[0].index, slot: here[0].slot } : null, siblings, slot };
}

const leafHash = (text) => sha(Buffer.from([0]), text);
const node = (left, right) => sha(Buffer.from([1]), left, right);
function split(count) {
  let k = 1;
  while (k * 2 < count) k *= 2;
  return k;
}
function treeRoot(hashes) {
  if (hashes.length === 1) return hashes[0];
  const k = split(hashes.length);
  return node(treeRoot(hashes.slice(0, k)), treeRoot(hashes.slice(k)));
}
function treePath(hashes, index) {
  if (hashes.length === 1) return [];
  const k = split(hashes.length);
  return index < k ? [...treePath(hashes.slice(0, k), index), treeRoot(hashes.slice(k))]
    : [...treePath(hashes.slice(k), index - k), treeRoot(hashes.slice(0, k))];
}

export function vkey(name, type, jwk) {
  const key = Buffer.concat([Buffer.from([type]), Buffer.from(jwk.x, 'base64url')]);
  return { name, id: sha(`${name}\n`, key).subarray(0, 4), text: `${name}+${sha(`${name}\n`, key).toString('hex', 0, 4)}+${key.toString('base64')}` };
}

// ---- the world of the vectors as a model that can be changed ---------------------------------------------------------

export const ORIGIN = vectors.log.origin;
const WITNESSES = [['uk1', 'witness.example/uk1', 'witnessUk'], ['sg1', 'witness.example/sg1', 'witnessSg']];

/** The vectors' log as a list of items, in order, to be changed and then given to `assemble`. */
export function model() {
  const items = vectors.log.entries.map((text) => ({ leaf: JSON.parse(text) }));
  const signed = (index, role, source, more = {}) => Object.assign(items[index], { role, act: structuredClone(source.act),
    signatures: structuredClone(source.signatures), details: structuredClone(source.details?.body), ...more });
  for (const index of [0, 1, 2]) items[index].role = 'mark';
  const sets = {};
  for (const [index, name] of [[3, 'carrier'], [4, 'exporter'], [5, 'bank']]) {
    sets[name] = vectors.keysets[name].digest;
    signed(index, 'set', vectors.keysets[name], { set: sets[name] });
  }
  [6, 8, 11, 13].forEach((index, i) => signed(index, 'act', vectors.chain[i], { provenance: i === 0 ? 'carrier_signed' : 'holder_signed' }));
  items[7].role = 'tag';
  signed(12, 'set', vectors.rekey, { set: sets.exporter });
  const { decline } = vectors;
  Object.assign(items[10], { role: 'decline', statement: decline.statement, signatures: structuredClone(decline.signatures),
    offer: decline.offer.canonical });
  return { items, sets, record: vectors.record, document: vectors.document.canonical, tagCount: 0, files: {}, dropFiles: [],
    pint: [{ answers: [], entry: vectors.pint.entryJws, v: 'twakow/bundle-pint/1' }], slots: (proofs) => proofs, checkpoint: (note) => note,
    leaves: (texts) => texts, edit: () => {}, apart: () => {}, manifest: (manifest) => manifest, cosignedAt: 1773028815, absent: [], witnesses: WITNESSES };
}

export const acts = (m) => m.items.filter(({ role }) => role === 'act');

/** Drops everything logged after act `i`, and appends a fresh tick and map leaf. */
export function cutAfter(m, i) {
  const last = m.items.indexOf(acts(m)[i]);
  m.items = [...m.items.slice(0, last + 1), { role: 'map', leaf: { at: m.items.at(-1).leaf.at, v: 'twakow/map/1' } }];
  if (i < 2) m.pint = [];
}

/** Adds an act at the end, before the last map leaf, signed as told. */
export function addAct(m, fields, { at, key, home, accept, provenance = 'holder_signed', dcsa = [], more = {}, leafAt = at, passkey = false }) {
  const all = acts(m);
  const details = { v: 'twakow/details/1', salt: b64u(sha(`${all.length}`).subarray(0, 16)), document: vectors.document.checksum, dcsa, ...more };
  const act = { v: 'twakow/act/1', at, record: m.record, seq: all.length, prev: hex(canonical(all.at(-1).act)),
    expires: new Date(Date.parse(at) + 3600000).toISOString(), details: hex(canonical(details)), ...fields };
  const digest = hex(canonical(act));
  const signatures = [passkey ? assertion(key, digest) : { jws: detached(key, 'twk-act+jws', canonical(act)), kind: 'jws' }];
  if (home) signatures.push(counter(home[0], home[1], 'home', digest, at));
  if (accept) signatures.push(counter(accept[0], accept[1], 'accept', digest, at));
  m.items.splice(-1, 0, { role: 'act', act, signatures, details, provenance, leaf: { at: leafAt } });
  m.items.at(-1).leaf.at = new Date(Math.max(Date.parse(m.items.at(-1).leaf.at), Date.parse(leafAt) + 1000)).toISOString();
  m.cosignedAt = Math.floor(Date.parse(m.items.at(-1).leaf.at) / 1000) + 3;
  return act;
}

/** Signs an act of the model again with other holder signatures; platform statements are made anew over the new act. */
export function resign(m, i, change, sign) {
  const item = acts(m)[i];
  change(item.act);
  const text = canonical(item.act);
  const digest = hex(text);
  const names = { TWKA: 'platformA', TWKB: 'platformB' };
  item.signatures = item.signatures.map((element) => {
    if (element.kind !== 'platform') return sign(text, digest);
    const old = JSON.parse(element.statement);
    return counter(signer(names[old.platform]), old.platform, old.role, digest, old.at);
  });
}

/** Each proof ends with the path of its checkpoint, which is kept once. */
function putCheckpointsApart(files, put) {
  for (const [path, data] of [...files].filter(([name]) => name.endsWith('.proof'))) {
    const [head, checkpoint] = [data.subarray(0, data.indexOf('\n\n')), data.subarray(data.indexOf('\n\n') + 2)];
    put(`checkpoints/${hex(checkpoint)}`, checkpoint);
    put(path, `${head}\n\ncheckpoints/${hex(checkpoint)}\n`);
  }
}

/** The bundle and the trust file of a model. */
export function assemble(m) {
  const texts = [];
  const used = [];
  const files = new Map();
  const put = (path, value) => files.set(path, Buffer.isBuffer(value) ? value : Buffer.from(typeof value === 'string' ? value : canonical(value)));
  const entries = new Map();
  const counts = { act: 0, mark: 0, decline: 0 };
  let mapIndex = null;
  const tellLater = [];
  m.items.forEach((item, index) => {
    const slotted = (entry, slot) => ({ at: item.leaf.at, entry: hex(entry), slot, v: 'twakow/leaf/1' });
    let leaf;
    if (item.role === 'act' || item.role === 'set') {
      const act = canonical(item.act);
      const signatures = canonical(item.signatures);
      const entry = canonical({ act: hex(act), signatures: hex(signatures), v: 'twakow/entry/1' });
      leaf = slotted(entry, slotOf.act(item.act.record ?? hex(act), item.act.seq));
      const file = { act, entry, leaf: canonical(leaf), signatures, v: 'twakow/bundle-act/1' };
      if (item.details) file.details = canonical(item.details);
      if (item.role === 'set') {
        const number = entries.get(item.set) ?? 0;
        entries.set(item.set, number + 1);
        tellLater.push({ path: `keysets/${item.set}/${String(number).padStart(4, '0')}`, file, index });
      } else {
        const name = String(counts.act).padStart(4, '0');
        file.provenance = item.provenance;
        if (mapIndex !== null) {
          file.before = texts[mapIndex];
          tellLater.push({ proof: `proofs/${name}.before.proof`, index: mapIndex });
        }
        tellLater.push({ path: `acts/${name}`, proof: `proofs/${name}.proof`, file, index, item });
        counts.act += 1;
      }
      item.entry = entry;
    } else if (item.role === 'tag') {
      const issue = acts(m)[0];
      leaf = slotted(issue.entry, slotOf.tag(issue.act.tag, m.tagCount));
      tellLater.push({ proof: 'proofs/0000.tag.proof', index });
      item.text = canonical(leaf);
    } else if (item.role === 'decline') {
      const signatures = canonical(item.signatures);
      const entry = canonical({ act: hex(item.statement), signatures: hex(signatures), v: 'twakow/entry/1' });
      leaf = slotted(entry, slotOf.mark(m.record, counts.decline));
      const file = { entry, leaf: canonical(leaf), signatures, statement: item.statement, v: 'twakow/bundle-hidden/1' };
      if (item.offer) file.act = item.offer;
      tellLater.push({ path: `marks/${String(counts.decline).padStart(4, '0')}`, file, index });
      counts.decline += 1;
    } else if (item.role === 'mark') {
      leaf = item.leaf;
      tellLater.push({ path: `members/${String(counts.mark).padStart(4, '0')}`, file: { leaf: canonical(leaf), v: 'twakow/bundle-mark/1' }, index });
      counts.mark += 1;
    } else if (item.leaf.v === 'twakow/map/1') {
      leaf = { at: item.leaf.at, root: mapHash(used, 0).toString('hex'), size: index, v: 'twakow/map/1' };
      mapIndex = index;
    } else leaf = item.leaf;
    if (leaf.slot && !used.some(({ slot }) => slot === leaf.slot)) used.push({ slot: leaf.slot, index });
    texts.push(canonical(leaf));
  });

  const logged = m.leaves(texts);
  const hashes = logged.map(leafHash);
  const body = `${ORIGIN}\n${texts.length}\n${treeRoot(hashes).toString('base64')}\n`;
  const line = (name, id, signature) => `\u2014 ${name} ${Buffer.concat([id, signature]).toString('base64')}\n`;
  const registry = signer('registry');
  const log = vkey(ORIGIN, 1, registry.jwk);
  let note = `${body}\n${line(ORIGIN, log.id, registry.raw(Buffer.from(body)))}`;
  let policy = `log ${log.text}\n`;
  for (const [label, name, keyName] of WITNESSES) {
    const key = signer(keyName);
    const witness = vkey(name, 4, key.jwk);
    policy += `witness ${label} ${witness.text}\n`;
    if (!m.witnesses.some(([other]) => other === label)) continue;
    const message = Buffer.from(`cosignature/v1\ntime ${m.cosignedAt}\n${body}`);
    note += line(name, witness.id, Buffer.concat([be8(m.cosignedAt), key.raw(message)]));
  }
  policy += 'group uk 1 uk1\ngroup sg 1 sg1\ngroup both all uk sg\nquorum both\n';
  note = m.checkpoint(note);
  const proofText = (index) => `c2sp.org/tlog-proof@v1\nindex ${index}\n${treePath(hashes, index).map((hash) => `${hash.toString('base64')}\n`).join('')}\n${note}`;
  for (const { path, proof, file, index, item } of tellLater) {
    if (item === acts(m)[0]) {
      const tag = m.items.find(({ role }) => role === 'tag');
      if (tag) Object.assign(file, { tagLeaf: tag.text, tagCount: m.tagCount });
    }
    if (path) put(`${path}.json`, file);
    put(proof ?? `${path}.proof`, proofText(index));
  }
  if (m.items.at(-1).leaf.v === 'twakow/map/1') {
    put('head/leaf.json', texts.at(-1));
    put('head/leaf.proof', proofText(texts.length - 1));
    const wanted = new Set(m.absent);
    const last = acts(m).at(-1).act;
    wanted.add(slotOf.act(m.record, last.seq)).add(slotOf.act(m.record, last.seq + 1)).add(slotOf.mark(m.record, counts.decline));
    for (const [id, count] of entries) wanted.add(slotOf.act(id, count - 1)).add(slotOf.act(id, count)).add(slotOf.mark(id, 0));
    const marks = m.items.filter(({ role }) => role === 'mark').map(({ leaf }) => JSON.parse(leaf.statement));
    wanted.add(slotOf.mark(subjectOf.charter(ORIGIN), marks.filter(({ platform }) => !platform).length));
    for (const code of ['TWKA', 'TWKB']) wanted.add(slotOf.mark(subjectOf.platform(code), marks.filter(({ platform }) => platform === code).length));
    wanted.add(slotOf.tag(acts(m)[0].act.tag, m.tagCount + 1));
    put('head/slots.json', m.slots([...wanted].sort().map((slot) => mapProof(used, slot))));
  }
  if (m.document) put('document.json', m.document);
  m.pint.forEach((file, i) => put(`pint/${String(i).padStart(4, '0')}.json`, file));
  for (const [path, data] of Object.entries(m.files)) put(path, data);
  for (const path of m.dropFiles) files.delete(path);
  m.edit(files, put);
  putCheckpointsApart(files, put);
  m.apart(files, put);
  const list = [...files].map(([path, data]) => ({ path, sha256: hex(data), size: data.length })).sort((a, b) => (a.path < b.path ? -1 : 1));
  files.set('manifest.json', Buffer.from(canonical(m.manifest({ files: list, record: m.record, test: true, v: 'twakow/bundle/1' }))));

  const charter = JSON.parse(vectors.log.entries[0]).statement;
  const trust = { v: 'twakow/trust/1', test: true, identityIssuers: [], carriers: [{ carrier: 'SMDG:TST', sets: [m.sets.carrier] }],
    registries: [{ origin: ORIGIN, policy: vectors.log.policy, policyEd25519: policy, verifying: ['uk1', 'sg1'], charter: hex(charter) }] };
  return { files, bundle: zip([...files]), trust: JSON.stringify(trust), note, root: treeRoot(hashes) };
}

// ---- zip -----------------------------------------------------------------------------------------------------------

const crcOf = (data) => (zlibCrc32 ? zlibCrc32(data) : slowCrc(data));
function slowCrc(data) {
  let value = 0xffffffff;
  for (const byte of data) {
    value ^= byte;
    for (let i = 0; i < 8; i += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  return (value ^ 0xffffffff) >>> 0;
}

/** A zip of [name, data, options]; options: stored, descriptor (12 or 16), flags, extra, size, crc, packed, after. */
export function zip(list, { comment = Buffer.alloc(0), between = Buffer.alloc(0), count } = {}) {
  const parts = [];
  const directory = [];
  let at = 0;
  for (const [name, data, options = {}] of list) {
    const nameBytes = Buffer.from(name);
    const packed = options.packed ?? (options.stored ? data : deflateRawSync(data));
    const method = options.stored ? 0 : 8;
    const flags = (options.flags ?? 0) | (options.descriptor ? 8 : 0);
    const sizes = Buffer.alloc(12);
    sizes.writeUInt32LE(options.crc ?? crcOf(data), 0);
    sizes.writeUInt32LE(packed.length, 4);
    sizes.writeUInt32LE(options.size ?? data.length, 8);
    const extra = options.extra ?? Buffer.alloc(0);
    const head = (signature, middle) => {
      const fixed = Buffer.alloc(middle ? 46 : 30);
      fixed.writeUInt32LE(signature, 0);
      const base = middle ? 2 : 0;
      fixed.writeUInt16LE(20, 4 + base);
      fixed.writeUInt16LE(flags, 6 + base);
      fixed.writeUInt16LE(method, 8 + base);
      if (middle || !options.descriptor) sizes.copy(fixed, 14 + base);
      fixed.writeUInt16LE(nameBytes.length, 26 + base);
      fixed.writeUInt16LE(extra.length, 28 + base);
      if (middle) fixed.writeUInt32LE(at, 42);
      return Buffer.concat([fixed, nameBytes, extra]);
    };
    directory.push(head(0x02014b50, true));
    const tail = options.descriptor === 16 ? Buffer.concat([Buffer.from('PK\x07\x08', 'latin1'), sizes]) : options.descriptor ? sizes : Buffer.alloc(0);
    const whole = Buffer.concat([head(0x04034b50, false), packed, tail, options.after ?? Buffer.alloc(0)]);
    parts.push(whole);
    at += whole.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(count ?? list.length, 8);
  end.writeUInt16LE(count ?? list.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(at + between.length, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...parts, between, central, end, comment]);
}
