"""The checks of parties, title, medium, chain entries and algorithms, and the list of all of them."""

from __future__ import annotations

import json
from typing import Any

from corridor import note
from corridor.spelling import b64u, canonical, digest, digest_of

from . import of_acts, of_log, proofs, shapes
from . import title as titles
from .shapes import Bad
from .view import Act, Reading, Result, carrier_of, same_party


def who(r: Reading) -> Result:
    result = Result()
    named = {n for act in r.acts for side in ("by", "to") if side in act.told for n in act.told[side]["sets"]}
    for name in sorted(named | {consent["set"] for consent in titles.cited(r)}):
        if not r.true_set(name):
            result.open("set not in the bundle")
            continue
        first = r.sets[name][0]
        if len(first.platforms) != 1 or first.signatures[-1]["kind"] != "platform":
            result.ask(False, "enrol")
        else:
            code = json.loads(first.platforms[0]["statement"])["platform"]
            r.counter(result, first.platforms[0], "enrol", code, first)
        if first.details is None:
            result.open("details left out")
            continue
        result.ask(digest(first.file["details"]) == first.told["details"] and "party" in first.details, "details")
        for later in r.sets[name][1:]:
            result.ask(later.details is None or digest(later.file["details"]) == later.told["details"], "details")
            named = (later.details or {}).get("party")
            result.ask(named is None or same_party(named, first.details["party"]), "another party")
    carriers = {c["carrier"]: c["sets"] for c in (r.trust or {"carriers": []})["carriers"]}
    named = carriers.get(carrier_of(r.document)) if r.document else None
    if named is None:
        result.open("carrier not named")
    else:
        result.ask(r.acts[0].told["by"]["sets"][0] in named, "not the carrier's set")
    return result


def identity(r: Reading) -> Result:
    receipts = {a.details["identityReceipt"] for acts in r.sets.values() for a in acts if a.details and "identityReceipt" in a.details}
    result = Result(bool(receipts))
    result.open("not yet")
    for name in receipts:
        content = r.files.get(f"identity-receipts/{name}")
        result.ask(content is None or digest(content) == name, "receipt")
    return result


def medium(r: Reading) -> Result:
    changing = [a for a in r.acts if "from" in a.told or a.told.get("end") in ("paper", "replaced")]
    result = Result(bool(changing))
    for act in changing:
        details = act.details
        surrender = next((a for a in reversed(r.acts[: r.acts.index(act)]) if a.op == "surrender"), None)
        if details is None or (surrender is not None and surrender.details is None):
            result.open("left out")
        elif act.op == "issue":
            result.ask("fromPaper" not in details or set(details["fromPaper"]) == FROM_PAPER, "fromPaper")
        elif act.told["end"] == "paper":
            told = details.get("toPaper", {})
            whole = set(told) == {"originals", "serials", "statement"} and len(told["serials"]) == told["originals"]
            result.ask(whole and told["serials"] == sorted(set(told["serials"])), "toPaper")
        else:
            agreed = (surrender.details or {}).get("successors") if surrender else None
            result.ask(agreed == act.told["into"], "successors")
    return result


FROM_PAPER = {"attestation", "scans", "serials", "statement"}


def provenance(r: Reading) -> Result:
    result = Result()
    for act in r.acts:
        right = "carrier_signed" if act.op in ("issue", "close", "return") else "holder_signed"
        if act.file["provenance"] in ("platform_asserted", "registry_signed"):
            result.open("not yet")
        else:
            result.ask(act.file["provenance"] == right, "provenance")
    return result


def pint(r: Reading) -> Result:
    paths = r.numbered("pint")
    result = Result(bool(paths))
    told: list[dict[str, Any]] = []
    ends: list[Act] = []
    entries = [json.loads(r.files[p]) for p in paths]
    if paths and (r.document is None or any(a.details is None for a in r.acts)):
        result.open("left out")
        return result
    for number, entry in enumerate(entries):
        try:
            _entry(r, result, entries, number, told, ends)
        except Bad as bad:
            result.ask(False, str(bad))
            return result
    return result


def _entry(r: Reading, result: Result, entries: list[dict[str, Any]], number: int, told: list[dict[str, Any]], ends: list[Act]) -> None:
    entry = entries[number]
    payload = shapes.strict(proofs.decoded(entry["entry"].split(".")[1]))
    references = [t.get("auditReference") for t in payload["transactions"]]
    first = r.acts.index(ends[-1]) + 1 if ends else 0
    stop = next((a for a in r.acts[first:] if "twk1." + b64u(bytes.fromhex(a.digest)) == references[-1]), None)
    shapes.need(stop is not None, "auditReference")
    assert stop is not None and stop.index is not None and r.document is not None
    code = payload["eblPlatform"]
    if not r.known(code):
        result.open("no mark")
        return
    proofs.compact_payload(entry["entry"], r.valid_keys(code, stop.index, stop.time, "pint"))
    checksum = digest_of(r.document)
    result.ask(payload["transportDocumentChecksum"] == checksum, "checksum")
    previous = payload.get("previousEnvelopeTransferChainEntrySignedContentChecksum")
    if number:
        result.ask(previous == digest(entries[number - 1]["entry"]), "previous")
    else:
        result.ask(previous is None, "previous in entry 0")
        _manifest(r, result, payload["issuanceManifestSignedContent"], checksum)
    span = r.acts[first : r.acts.index(stop) + 1]
    right = [t for act in span for t in _transactions(r, act)]
    result.ask(canonical(payload["transactions"]) == canonical(right), "transactions")
    result.ask(stop.crosses and not any(a.crosses for a in span[:-1]), "end of the entry")
    ends.append(stop)
    told += right
    for answer in entry["answers"]:
        code = stop.told["to"]["home"] if "to" in stop.told else ""
        said = proofs.compact_payload(answer, r.valid_keys(code, stop.index, stop.time, "pint"))
        named = said["lastEnvelopeTransferChainEntrySignedContentChecksum"]
        result.ask(named in [digest(e["entry"]) for e in entries] and isinstance(said["responseCode"], str), "answer")


def _transactions(r: Reading, act: Act) -> list[dict[str, Any]]:
    own = (act.details or {})["dcsa"]
    if not own:
        own = [{"actionCode": "SIGN", "actor": r.party(act.told["by"]["sets"][0]), "actionDateTime": act.told["at"]}]
    return [t | {"auditReference": "twk1." + b64u(bytes.fromhex(act.digest))} for t in own]


def _manifest(r: Reading, result: Result, jws: str, checksum: str) -> None:
    first = r.acts[0]
    acts = [a for a in r.sets[first.told["by"]["sets"][0]] if a.index is not None and a.index < (first.index or 0)]
    said = proofs.compact_payload(jws, [k["jwk"] for k in acts[-1].told["keys"]])
    recipient = dict((first.details or {})["dcsa"][0]["recipient"])
    recipient["sendToPlatform"] = recipient.pop("eblPlatform")
    result.ask(said["documentChecksum"] == checksum and said["issueToChecksum"] == digest_of(recipient), "manifest")
    if "eBLVisualisationByCarrierChecksum" in said:
        picture = r.files.get("visualisation.pdf")
        if picture is None:
            result.open("no picture")
        else:
            result.ask(said["eBLVisualisationByCarrierChecksum"] == digest(picture), "picture")


def algorithms(r: Reading) -> Result:
    result = Result()
    for path in r.numbered("pint"):
        told = json.loads(r.files[path])
        for jws in [told["entry"], *told["answers"]]:
            result.ask(shapes.strict(proofs.decoded(jws.split(".")[0]))["alg"] in ("ES256", "PS256") or not _verified(r, jws), "alg")
    text = r.registry.get("policy")
    policy = proofs.Policy(text, r.origin) if text else None
    if policy is None or policy.kinds != {note.ML_DSA} or not r.ml_dsa:
        result.open("no ML-DSA")
        return result
    log = proofs.Policy._vkey(r.registry["logMlDsa"]) if "logMlDsa" in r.registry else None
    for checkpoint in r.checkpoints:
        result.ask(proofs.holds_under(policy, checkpoint)[0], "ML-DSA policy")
        if log is not None:
            raw = proofs.line_of(checkpoint, log)
            result.ask(raw is not None and proofs.cosigned(checkpoint, log, raw) is not None, "log's ML-DSA")
    return result


def _verified(r: Reading, jws: str) -> bool:
    keys = [k["jwk"] for _, s, _, _ in r.member_leaves() for k in s.get("keys", []) if k["use"] == "pint"]
    try:
        proofs.compact_payload(jws, keys)
    except Bad:
        return False
    return True


def without_subject(_: Reading) -> Result:
    return Result(subject=False)


def seals(r: Reading) -> Result:
    result = Result(any(path.startswith("seals/") for path in r.files))
    result.open("not yet")
    return result


CHECKS = {
    "DOCUMENT": of_log.document, "CHAIN": of_log.chain, "LOGGED": of_log.logged, "COSIGNED": of_log.cosigned,
    "SINGLE": of_log.single, "TIME": of_log.time, "MEMBERS": of_log.members, "ACT-SIGNED": of_acts.act_signed,
    "KEYS-IN-FORCE": of_acts.keys_in_force, "COUNTERSIGNED": of_acts.countersigned, "ACCEPTED": of_acts.accepted,
    "CONTROL-RULES": of_acts.control_rules, "TAG": of_log.tag, "WHO": who, "IDENTITY": identity, "TITLE": titles.title,
    "MEDIUM": medium, "CONSERVED": without_subject, "PROVENANCE": provenance, "HELD": without_subject,
    "NOTHING-LATER": of_log.nothing_later, "CONTROL-AT": of_log.control_at, "CONTROL-NOW": of_log.control_now, "PINT": pint,
    "ALGORITHMS": algorithms, "SEALS": seals,
}
