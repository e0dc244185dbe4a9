// Changes to key sets: what their acts list, who signs them, and the files that show them. Everything that follows from a change
// (the set's name, links, signatures of those who still should) is made anew, unless the change is that it is not.
import { acts, assertion, canonical, counter, detached, hex, signer, vectors } from './forge.mjs';

const HOUR = 3600000;
const HOMES = { carrier: ['platformA', 'TWKA'], exporter: ['platformA', 'TWKA'], bank: ['platformB', 'TWKB'] };

const keyOf = (jwk) => {
  const name = Object.keys(vectors.keys).find((known) => vectors.keys[known].jwk?.x === jwk.x);
  return name && signer(name);
};
const byKid = (a, b) => ((keyOf(a.jwk)?.kid ?? '') < (keyOf(b.jwk)?.kid ?? '') ? -1 : 1);

/** The signature of a listed key, where the vectors have it. */
function by(entry, text) {
  const key = keyOf(entry.jwk);
  if (!key) return [];
  if (entry.kind === 'passkey') return key.alg === 'ES256' ? [assertion(key, hex(text))] : [];
  return [{ jws: detached(key, 'twk-act+jws', text), kind: 'jws' }];
}

const ownerOf = (m, item) => Object.keys(m.sets).find((name) => m.sets[name] === item.set);
const setActs = (m) => m.items.filter(({ role }) => role === 'set');
const of = (m, id) => setActs(m).filter(({ set }) => set === id);

/** Links and signs the acts of every set again, and lets the acts of the bill name the sets as they are now. */
function follow(m, relink) {
  const renamed = new Map();
  for (const [name, old] of Object.entries(m.sets)) {
    const list = of(m, old);
    if (list.length === 0) continue;
    if (list[0].details && !list[0].kept) list[0].act.details = hex(canonical(list[0].details));
    const id = hex(canonical(list[0].act));
    renamed.set(old, id);
    m.sets[name] = id;
    list.forEach((item, i) => {
      item.set = id;
      if (i > 0) Object.assign(item.act, { record: id, prev: hex(canonical(list[i - 1].act)), seq: i });
      if (item.details && !item.kept) item.act.details = hex(canonical(item.details));
      const text = canonical(item.act);
      if (i === 0) {
        const [platform, code] = HOMES[name];
        item.signatures = [...item.act.keys.flatMap((key) => by(key, text)), counter(signer(platform), code, 'enrol', hex(text), item.act.at)];
      } else {
        const before = list[i - 1].act.keys;
        const first = before.find(({ portable }) => portable) ?? before[0];
        const fresh = item.act.keys.filter(({ jwk }) => !before.some((key) => key.jwk.x === jwk.x));
        item.signatures = [first, ...fresh].flatMap((key) => by(key, text));
      }
    });
  }
  for (const { act } of acts(m)) {
    for (const side of [act.by, act.to]) if (side) side.sets = side.sets.map((id) => renamed.get(id) ?? id).sort();
  }
  relink(m);
}

/** One change of each kind. `tools` has the choices of a run, so that its seed repeats it. */
export function setChanges({ pick, random, shifted, relink }) {
  const entry = (name, more = {}) => ({ jwk: signer(name).jwk, kind: 'file', portable: true, ...more });
  const change = (m, what, choose = setActs) => {
    const item = pick(choose(m));
    what(item, m);
    follow(m, relink);
    return item;
  };
  const firsts = (m) => setActs(m).filter(({ act }) => act.op === 'keyset');
  const rekeys = (m) => setActs(m).filter(({ act }) => act.op === 'rekey');
  const put = (m, edit) => {
    const before = m.edit;
    m.edit = (files, write) => {
      before(files, write);
      const path = pick([...files.keys()].filter((name) => /^keysets\/.*\.json$/.test(name)));
      write(path, edit(JSON.parse(files.get(path))));
    };
  };
  return {
    'the keys of a set': (m) => change(m, ({ act }) => {
      const { keys } = act;
      const key = pick(keys);
      pick([() => keys.reverse(), () => keys.push(structuredClone(key)), () => keys.splice(keys.indexOf(key), 1), () => keys.push(entry('officer')),
        () => { keys.push(entry('officer')); keys.sort(byKid); }, () => { keys.push(entry('exporterSecond', { portable: false })); keys.sort(byKid); },
        () => { act.keys = ['carrier', 'carrierPortable', 'exporter', 'exporterSecond', 'officer', 'bankPortable', 'platformA', 'platformB', 'registry'].slice(0, 8 + random(2))
          .map((name) => entry(name)).sort(byKid); }])();
    }),
    'a key of a set': (m) => change(m, ({ act }) => {
      const key = pick(act.keys);
      pick([() => { key.portable = !key.portable; }, () => { key.kind = pick(['token', 'file', 'passkey', 'card']); }, () => { key.surprise = 1; },
        () => { delete key[pick(Object.keys(key))]; }, () => { key.jwk = { ...key.jwk, x: pick(['A'.repeat(43), 'AQ'.padEnd(43, 'A'), key.jwk.x.slice(1), `${key.jwk.x}=`]) }; },
        () => { key.jwk = { ...key.jwk, kid: 'x' }; }, () => { key.jwk = { ...key.jwk, crv: pick(['P-384', 'X25519', 'Ed25519', 'P-256']) }; },
        () => { key.rpId = pick(['sign.example', 'other.example', '']); }, () => { key.origins = pick([[], ['https://other.example'], ['https://b.example', 'https://a.example'],
          ['https://sign.example', 'https://sign.example'], 'https://sign.example', ['https://other.example', 'https://sign.example']]); }])();
    }),
    'the recovery of a set': (m) => change(m, ({ act: { recovery } }) => {
      pick([() => { recovery.quorum = pick([0, 1, 3, 4, '2']); }, () => { recovery.waitHours = pick([0, 1, -1, 9000, 8760, 8761, 1.5]); }, () => { recovery.objectHours = pick([0, 100000]); },
        () => recovery.members.reverse(), () => { recovery.members = pick([[], [recovery.members[0]], [recovery.members[0], recovery.members[0]]]); },
        () => { delete recovery[pick(Object.keys(recovery))]; }, () => { recovery.surprise = 1; }])();
    }),
    'the log of a set': (m) => change(m, ({ act }) => {
      act.registry = pick([{ ...act.registry, origin: 'other.example/1' }, { ...act.registry, url: pick(['https://other.example', 'x', '']) }, { origin: act.registry.origin }, undefined]);
      if (!act.registry) delete act.registry;
    }, firsts),
    'a time of a set': (m) => change(m, ({ act }) => {
      act.at = shifted(act.at, pick([-61 * 24 * HOUR, -HOUR, 1, 300001, HOUR, 48 * HOUR]));
    }),
    'a member of a set’s act': (m) => change(m, ({ act }) => {
      pick([() => { act.by = acts(m)[0].act.by; }, () => { act.expires = act.at; }, () => { act.surprise = 1; }, () => { act.op = pick(['keyset', 'rekey', 'note']); },
        () => { delete act[pick(Object.keys(act))]; }])();
    }),
    'who signed a set': (m) => {
      const item = pick(setActs(m));
      const text = canonical(item.act);
      const name = pick(['officer', 'exporter', 'exporterSecond', 'carrierPortable', 'bankPortable']);
      const other = { jws: detached(signer(name), pick(['twk-act+jws', 'twk-act+jws', 'twk-consent+jws']), text), kind: 'jws' };
      const i = random(item.signatures.length);
      pick([() => item.signatures.splice(i, 1), () => item.signatures.splice(i, 1, other), () => item.signatures.splice(i, 0, other), () => item.signatures.reverse(),
        () => item.signatures.push(item.signatures[i]), () => { item.signatures = []; }])();
    },
    'who enrolled a set': (m) => {
      const item = pick(firsts(m));
      const [platform, code] = HOMES[ownerOf(m, item)];
      const digest = hex(canonical(item.act));
      const statement = pick([[platform, code, 'home', digest], [platform, code, 'enrol', hex('another')], [platform === 'platformA' ? 'platformB' : 'platformA', code, 'enrol', digest],
        [platform, code === 'TWKA' ? 'TWKB' : 'TWKA', 'enrol', digest], ['officer', code, 'enrol', digest], [platform, 'TWKX', 'enrol', digest]]);
      const made = counter(signer(statement[0]), statement[1], statement[2], statement[3], shifted(item.act.at, pick([0, HOUR, -400 * 24 * HOUR])));
      item.signatures.splice(-1, random(3) ? 1 : 0, made);
    },
    'the details of a set': (m) => change(m, (item) => {
      const { details } = item;
      const party = vectors.keysets[pick(Object.keys(HOMES))].details.body.party;
      item.kept = random(3) === 0;
      pick([() => { delete details[pick(Object.keys(details))]; }, () => { details.party = pick([party, { partyName: 'A' }, {}, { ...details.party, partyName: 'Another Name' }, 'x']); },
        () => { details.identityReceipt = hex('receipt'); }, () => { details.document = vectors.document.checksum; }, () => { details.surprise = 1; }, () => { details.dcsa = []; },
        () => { delete item.details; }])();
    }, (m2) => setActs(m2).filter(({ details }) => details)),
    'a rekey': (m) => {
      const item = pick(rekeys(m));
      pick([() => { item.act.seq += 1; }, () => { item.act.prev = hex('another'); }, () => { item.act.record = pick([m.sets.bank, hex('another')]); },
        () => { item.act.keys = of(m, item.set)[0].act.keys; }, () => { item.act.keys = item.act.keys.slice(-1); }])();
      const text = canonical(item.act);
      const keys = pick([['exporter', 'exporterSecond'], ['exporterSecond', 'exporter'], ['exporter'], ['exporterSecond'], ['officer', 'exporterSecond']]);
      item.signatures = keys.map((name) => ({ jws: detached(signer(name), 'twk-act+jws', text), kind: 'jws' }));
    },
    'a rekey more': (m) => {
      const name = pick(Object.keys(HOMES));
      const list = of(m, m.sets[name]);
      const { keys, recovery } = list.at(-1).act;
      const next = pick([[...keys, entry('officer')].sort(byKid), keys.slice(0, -1), [entry('officer')], keys, keys.slice(1)]).map((key) => structuredClone(key));
      const after = m.items.indexOf(list.at(-1));
      const place = after + 1 + random(m.items.length - after - 1);
      const { at } = m.items[place - 1].leaf;
      const details = structuredClone(list[0].details);
      m.items.splice(place, 0, { role: 'set', set: m.sets[name], details, leaf: { at },
        act: { v: 'twakow/act/1', op: 'rekey', record: m.sets[name], seq: list.length, prev: hex(canonical(list.at(-1).act)), at, keys: next, recovery, details: hex(canonical(details)) } });
      follow(m, relink);
    },
    'a rekey left out': (m) => m.items.splice(m.items.indexOf(pick(rekeys(m))), 1),
    'the file of a set’s act': (m) => put(m, (file) => {
      const inner = (name, members) => ({ ...file, [name]: canonical({ ...JSON.parse(file[name]), ...members }) });
      const without = (name) => Object.fromEntries(Object.entries(file).filter(([key]) => key !== name));
      return pick([() => inner('entry', { act: hex('another') }), () => inner('entry', { signatures: hex('another') }), () => inner('entry', { v: 'twakow/entry/2' }),
        () => inner('leaf', { entry: hex('another') }), () => inner('leaf', { slot: hex('another') }), () => inner('leaf', { at: '2026-03-01T08:00:00.001Z' }), () => inner('leaf', { more: 1 }),
        () => ({ ...file, provenance: 'holder_signed' }), () => ({ ...file, v: 'twakow/bundle-act/2' }), () => without(pick(Object.keys(file))), () => ({ ...file, act: `${file.act} ` }),
        () => ({ ...file, before: file.leaf }), () => ({ ...file, signatures: '[]' })])();
    }),
  };
}
