"""Does this implementation reproduce the golden vectors byte for byte? `check_vectors.py VECTORS.json`

From the vectors come only inputs: private keys, the members of acts, details and statements, times, the order of leaves.
Everything else (canonical bytes, digests, kids, signatures, slots, entries, leaves, roots, proofs, the log's and the
Ed25519 cosignatures) is made here and compared. ML-DSA signatures are randomised: their keys and key ids are compared.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from corridor import leaves, note, signing, slotmap, tree
from corridor.keys import Key, MlDsaKey
from corridor.spelling import b64, b64u, canonical_text, digest, digest_of, ms, sha256, unb64u

Vector = dict[str, Any]


class Checks:
    """Counts what agrees and names what does not."""

    def __init__(self) -> None:
        self.agreed = 0
        self.wrong: list[str] = []

    def same(self, what: str, made: Any, wanted: Any) -> None:
        if made == wanted:
            self.agreed += 1
        else:
            self.wrong.append(f"{what}\n  made   {made}\n  wanted {wanted}")


class Keyring:
    def __init__(self, vectors: Vector, checks: Checks) -> None:
        self.by_kid: dict[str, Key] = {}
        self.by_name: dict[str, Key] = {}
        self.ml_dsa: dict[str, MlDsaKey] = {}
        for name, entry in vectors["keys"].items():
            secret = unb64u(entry["TEST_ONLY_private"])
            if entry["alg"] == "ML-DSA-44":
                self.ml_dsa[name] = MlDsaKey(secret)
                checks.same(f"key {name}", b64(self.ml_dsa[name].public), entry["publicBase64"])
                continue
            key = Key(entry["alg"], secret)
            checks.same(f"jwk of {name}", key.jwk, entry["jwk"])
            checks.same(f"kid of {name}", key.kid, entry["kid"])
            self.by_kid[key.kid] = self.by_name[name] = key


def _again(element: Vector, text: str, keys: Keyring) -> Vector:
    """The same signature element, signed anew over `text`."""
    if element["kind"] == "webauthn":
        key = keys.by_kid[element["kid"]]
        client = json.loads(unb64u(element["clientDataJSON"]))
        flags = unb64u(element["authenticatorData"])[32]
        return signing.assertion(key, text, rp_id="sign.example", origin=client["origin"], flags=flags)
    header = json.loads(unb64u(element["jws"].split(".")[0]))
    key = keys.by_kid[header["kid"]]
    if element["kind"] == "jws":
        return signing.jws_element(signing.detached(key, header["typ"], text))
    told = json.loads(element["statement"])
    return signing.counter(key, told["act"], told["platform"], told["role"], ms(told["at"]))


def _act(name: str, vector: Vector, keys: Keyring, checks: Checks) -> None:
    """An act of a record or of a set: canonical bytes, digests, signatures, slot, entry, leaf."""
    text = canonical_text(vector["act"])
    checks.same(f"{name}: act", text, vector["canonical"])
    checks.same(f"{name}: digest", digest(text), vector["digest"])
    checks.same(f"{name}: details", canonical_text(vector["details"]["body"]), vector["details"]["canonical"])
    checks.same(f"{name}: details digest", digest_of(vector["details"]["body"]), vector["act"]["details"])
    _logged(name, text, digest(text), vector["act"].get("record", digest(text)), vector["act"]["seq"], vector, keys, checks)


def _logged(
    name: str, text: str, entered: str, record: str, seq: int, vector: Vector, keys: Keyring, checks: Checks
) -> None:
    signatures = [_again(element, text, keys) for element in vector["signatures"]]
    checks.same(f"{name}: signatures", signatures, vector["signatures"])
    checks.same(f"{name}: signatures digest", digest_of(signatures), vector["signaturesDigest"])
    entry = leaves.entry_text(entered, canonical_text(signatures))
    checks.same(f"{name}: entry", entry, vector["entry"])
    checks.same(f"{name}: entry digest", digest(entry), vector["entryDigest"])
    slot = leaves.mark_slot(record, 0) if name == "decline" else leaves.act_slot(record, seq)
    checks.same(f"{name}: slot", slot, vector["slot"])
    leaf = leaves.leaf_text(ms(json.loads(vector["leaf"])["at"]), entry, slot)
    checks.same(f"{name}: leaf", leaf, vector["leaf"])
    checks.same(f"{name}: leaf hash", tree.leaf_hash(leaf.encode()).hex(), vector["leafHash"])


def _tag(vectors: Vector, checks: Checks) -> None:
    tag = vectors["tag"]
    secret = bytes.fromhex(tag["TEST_ONLY_carrierSecretHex"])
    salt = leaves.issuer_salt(secret, tag["carrier"], tag["transportDocumentReference"], tag["subReference"])
    checks.same("issuer salt", salt, tag["issuerSalt"])
    made = leaves.tag_of(tag["carrier"], tag["transportDocumentReference"], unb64u(salt), tag["subReference"])
    checks.same("tag", made, tag["tag"])
    slot = leaves.tag_slot(made, tag["mark"]["count"])
    checks.same("tag mark slot", slot, tag["mark"]["slot"])
    leaf = leaves.leaf_text(ms(json.loads(tag["mark"]["leaf"])["at"]), vectors["chain"][0]["entry"], slot)
    checks.same("tag mark leaf", leaf, tag["mark"]["leaf"])
    document = json.loads(vectors["document"]["canonical"])
    checks.same("document checksum", digest_of(document), vectors["document"]["checksum"])


def _marks(vectors: Vector, keys: Keyring, checks: Checks) -> None:
    statements = [vectors["charter"]["statement"], *vectors["charter"]["members"]]
    for statement, wanted in zip(statements, vectors["log"]["entries"]):
        told = json.loads(wanted)
        text = canonical_text(statement)
        checks.same("mark statement", text, told["statement"])
        subject = leaves.charter_subject(statement["origin"])
        if "platform" in statement:
            subject = leaves.platform_subject(statement["platform"])
        made = [_again(element, text, keys) for element in told["signatures"]]
        leaf = leaves.mark_text(ms(told["at"]), text, made, leaves.mark_slot(subject, statement["n"]))
        checks.same("mark leaf", leaf, wanted)


def _log(vectors: Vector, keys: Keyring, checks: Checks) -> None:
    entries = [entry.encode() for entry in vectors["log"]["entries"]]
    hashes = [tree.leaf_hash(entry) for entry in entries]
    checks.same("leaf hashes", [h.hex() for h in hashes], vectors["log"]["leafHashes"])
    root = tree.root(hashes)
    checks.same("root", b64(root), vectors["log"]["root"])
    sets = vectors["keysets"].values()
    for vector in [*sets, vectors["rekey"], vectors["decline"], *vectors["chain"]]:
        path = [b64(h) for h in tree.inclusion(hashes, vector["leafIndex"])]
        checks.same(f"inclusion of leaf {vector['leafIndex']}", path, vector["inclusion"])
    _checkpoint(vectors, keys, checks, len(entries), root)
    text = vectors["log"]["checkpoint"]
    for proof in (vectors["log"]["tlogProofOfAct3"], vectors["slotMap"]["tlogProof"], vectors["olderMapLeaf"]["tlogProof"]):
        index = int(proof.split("\n")[1].removeprefix("index "))
        checks.same("tlog-proof", note.proof_text(index, tree.inclusion(hashes, index), text), proof)


def _checkpoint(vectors: Vector, keys: Keyring, checks: Checks, size: int, root: bytes) -> None:
    origin = vectors["log"]["origin"]
    lines = vectors["log"]["checkpoint"].split("\n\n")[1].splitlines(keepends=True)
    text = note.body(origin, size, root)
    checks.same("checkpoint body", text, vectors["log"]["checkpoint"].split("\n\n")[0] + "\n")
    log = keys.by_name["registry"]
    checks.same("log signature", note.log_line(origin, log, text), lines[0])
    raw = unb64u(lines[2].split(" ")[2].strip().replace("+", "-").replace("/", "_").rstrip("="))
    seconds = int.from_bytes(raw[4:12], "big")
    witnesses = []
    for place, name, key_name in ((2, "uk1", "witnessUk"), (4, "sg1", "witnessSg")):
        witness = note.Witness(name, f"witness.example/{name}", keys.by_name[key_name], keys.ml_dsa[f"{key_name}MlDsa"])
        witnesses.append(witness)
        checks.same(f"cosignature of {name}", note.cosign(witness.key_name, witness.ed25519, text, seconds), lines[place])
    named = [(origin, "registryMlDsa"), ("witness.example/uk1", "witnessUkMlDsa"), ("witness.example/sg1", "witnessSgMlDsa")]
    for place, (name, key) in zip((1, 3, 5), named):
        made = note.cosign_ml_dsa(name, keys.ml_dsa[key], origin, size, root, seconds)
        # The name, the key id and the time: 4 + 8 bytes are 16 characters of base64. The rest is randomised.
        checks.same(f"ML-DSA line of {name}", (made[: len(f'— {name} ') + 16], len(made)),
                    (lines[place][: len(f'— {name} ') + 16], len(lines[place])))
    vkeys = vectors["log"]["vkeys"]
    checks.same("vkey of the log", note.vkey(origin, note.LOG, log.public), vkeys["log"])
    for witness in witnesses:
        made = note.vkey(witness.key_name, note.COSIGNATURE, witness.ed25519.public)
        checks.same(f"vkey of {witness.name}", made, vkeys[f"{witness.name} ed25519"])
    policy = note.policy_text(origin, log, witnesses, note.BOTH_SIDES, ml_dsa=True)
    checks.same("policy", policy, vectors["log"]["policy"])


def _slot_map(vectors: Vector, checks: Checks) -> None:
    slots: slotmap.Slots = {}
    older = vectors["olderMapLeaf"]
    for index, entry in enumerate(vectors["log"]["entries"]):
        leaf = json.loads(entry)
        if index == older["index"]:
            made = leaves.map_text(ms(leaf["at"]), slotmap.map_root(slots), index)
            checks.same("older map leaf", made, older["leaf"])
        if "slot" in leaf and index < vectors["slotMap"]["size"]:
            slots.setdefault(bytes.fromhex(leaf["slot"]), index)
    checks.same("map root", slotmap.map_root(slots).hex(), vectors["slotMap"]["root"])
    for name, proof in vectors["slotMap"]["proofs"].items():
        checks.same(f"map proof: {name}", slotmap.map_proof(slots, bytes.fromhex(proof["slot"])), proof)


def _pint(vectors: Vector, keys: Keyring, checks: Checks) -> None:
    wanted = vectors["pint"]
    payload = json.loads(wanted["entryPayload"])
    checks.same("PINT payload", canonical_text(payload), wanted["entryPayload"])
    chain = vectors["chain"]
    transactions = []
    for act in chain[:3]:
        reference = "twk1." + b64u(bytes.fromhex(act["digest"]))
        transactions += [transaction | {"auditReference": reference} for transaction in act["details"]["body"]["dcsa"]]
    checks.same("PINT transactions", transactions, payload["transactions"])
    recipient = dict(chain[0]["details"]["body"]["dcsa"][0]["recipient"])
    recipient["sendToPlatform"] = recipient.pop("eblPlatform")
    manifest = {"documentChecksum": vectors["document"]["checksum"], "issueToChecksum": digest_of(recipient)}
    made = signing.compact(keys.by_name["carrier"], manifest)
    checks.same("PINT manifest", made, payload["issuanceManifestSignedContent"])
    checks.same("PINT entry", signing.compact(keys.by_name["platformAPint"], payload), wanted["entryJws"])
    checks.same("PINT entry checksum", sha256(wanted["entryJws"].encode()).hex(), wanted["entryChecksum"])


def main() -> int:
    vectors = json.loads(Path(sys.argv[1]).read_text())
    checks = Checks()
    keys = Keyring(vectors, checks)
    _tag(vectors, checks)
    _marks(vectors, keys, checks)
    for name, vector in vectors["keysets"].items():
        _act(f"keyset {name}", vector, keys, checks)
    _act("rekey", vectors["rekey"], keys, checks)
    for vector in vectors["chain"]:
        _act(vector["act"]["op"], vector, keys, checks)
    decline = vectors["decline"]
    checks.same("decline: statement", digest(decline["statement"]), decline["digest"])
    _logged("decline", decline["statement"], decline["digest"], vectors["record"], 0, decline, keys, checks)
    _log(vectors, keys, checks)
    _slot_map(vectors, checks)
    _pint(vectors, keys, checks)
    for wrong in checks.wrong:
        print(f"DIFFERENT {wrong}")
    print(f"{checks.agreed} values agree, {len(checks.wrong)} differ")
    return 1 if checks.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
