"""The checks of document, chain, log, members, tag and head."""

from __future__ import annotations

import json
from typing import Any

from cases.table import PASS
from corridor import leaves, note
from corridor.keys import kid_of
from corridor.spelling import DAY, MINUTE, digest, digest_of, ms, unb64u

from . import proofs
from .view import Reading, Result, carrier_of


def document(r: Reading) -> Result:
    result = Result()
    if r.document is None:
        result.open("no document")
    for act in r.acts:
        if act.details is None:
            result.open("details left out")
            continue
        result.ask(digest(act.file["details"]) == act.told["details"], "details")
        result.ask(r.document is None or act.details.get("document") == digest_of(r.document), "checksum")
    first = r.acts[0].details
    if first is not None and r.document is not None:
        made = leaves.tag_of(carrier_of(r.document), r.document["transportDocumentReference"], unb64u(first["issuerSalt"]),
                             r.document.get("transportDocumentSubReference", ""))
        result.ask(made == r.acts[0].told["tag"], "tag")
    return result


def chain(r: Reading) -> Result:
    result = Result()
    result.ask(r.acts[0].told["seq"] == 0 and r.acts[0].digest == r.manifest["record"], "act 0")
    for number, act in enumerate(r.acts[1:], 1):
        told = act.told
        right = (number, r.acts[number - 1].digest, r.manifest["record"])
        result.ask((told["seq"], told["prev"], told["record"]) == right, f"act {number}")
    return result


def logged(r: Reading) -> Result:
    result = Result()
    for leaf, proof in r.leaves:
        result.ask(proof is not None, "proof does not parse")
        if proof is not None:
            result.ask(proofs.included(leaf, proof), f"inclusion of leaf {proof.index}")
            told = json.loads(leaf)
            result.ask(told["v"] != "twakow/map/1" or told["size"] == proof.index, "size of a map leaf")
    for act in [*r.acts, *(one for acts in r.sets.values() for one in acts)]:
        result.ask(act.entry["act"] == act.digest and act.entry["signatures"] == digest(act.file["signatures"]), "entry")
        result.ask(act.leaf["entry"] == digest(act.file["entry"]), "leaf entry")
        result.ask(act.leaf["slot"] == leaves.act_slot(act.record, act.told["seq"]), "slot")
    for number, (mark, _) in enumerate(r.marks):
        entry, leaf = json.loads(mark["entry"]), json.loads(mark["leaf"])
        result.ask(entry["act"] == digest(mark["statement"]) and entry["signatures"] == digest(mark["signatures"]), "entry")
        result.ask(leaf["entry"] == digest(mark["entry"]) and leaf["slot"] == leaves.mark_slot(r.acts[0].digest, number), "mark")
    lists = [r.acts, *r.sets.values()]
    for acts in lists:
        origin = acts[0].told["registry"]["origin"] if acts is not r.acts else r.origin
        result.ask(all(a.proof is None or a.proof.checkpoint.origin == origin for a in acts), "origin")
        _rising(result, [a.index for a in acts])
    for some in (r.members, [(m["leaf"], p) for m, p in r.marks], [("", r.head_proof)] if r.head else []):
        _rising(result, [p.index if p else None for _, p in some])
        result.ask(all(p is None or p.checkpoint.origin == r.origin for _, p in some), "origin")
    for act in r.acts:
        if "before" in act.file:
            before = r.proof(f"proofs/{act.told['seq']:04d}.before.proof")
            result.ask(before is None or act.index is None or before.index < act.index, "before")
    return result


def _rising(result: Result, indices: list[int | None]) -> None:
    seen = [i for i in indices if i is not None]
    result.ask(seen == sorted(set(seen)), "indices")


def cosigned(r: Reading) -> Result:
    result = Result()
    if any(proof is None for _, proof in r.leaves):
        result.open("a proof does not parse")
    for checkpoint in r.checkpoints:
        if r.policy is None or checkpoint.origin != r.origin:
            result.open("no policy")
        elif not r.ml_dsa and note.ML_DSA in r.policy.kinds:
            result.open("no ML-DSA")
        else:
            result.ask(proofs.holds_under(r.policy, checkpoint)[0], f"checkpoint {checkpoint.size}")
    return result


def single(r: Reading) -> Result:
    result = Result()
    roots: dict[tuple[str, int], bytes] = {}
    for checkpoint in r.checkpoints:
        known = roots.setdefault((checkpoint.origin, checkpoint.size), checkpoint.root)
        result.ask(known == checkpoint.root, "two roots of one size")
    at: dict[int, str] = {}
    slots: dict[str, int] = {}
    for leaf, proof in r.leaves:
        if proof is None:
            result.open("no index")
            continue
        result.ask(at.setdefault(proof.index, leaf) == leaf, "two leaves at one index")
        slot = json.loads(leaf).get("slot")
        result.ask(slot is None or slots.setdefault(slot, proof.index) == proof.index, "one slot, two indices")
    for checkpoint in r.checkpoints:
        if r.policy is None or checkpoint.origin != r.origin or (not r.ml_dsa and note.ML_DSA in r.policy.kinds):
            result.open("no policy")
            continue
        times = proofs.holds_under(r.policy, checkpoint)[1]
        alone = {n: t for n, t in times.items() if n in r.registry["verifying"]}
        if r.policy.time(alone) == float("inf"):
            result.open("verifying witnesses alone are no quorum")
    return result


def time(r: Reading) -> Result:
    result = Result()
    ordered = sorted((p.index, ms(json.loads(leaf)["at"])) for leaf, p in r.leaves if p)
    result.ask(all(a[1] <= b[1] for a, b in zip(ordered, ordered[1:])), "time falls")
    for leaf, proof in r.leaves:
        quorum = r.quorum_time(proof)
        if quorum is None or quorum == float("inf"):
            result.open("time not known")
        else:
            result.ask(ms(json.loads(leaf)["at"]) <= quorum + MINUTE, "later than its cosignatures")
    return result


def members(r: Reading) -> Result:
    result = Result()
    told = r.member_leaves()
    if not told:
        result.open("no members")
    else:
        leaf, statement, index, _ = told[0]
        wanted = r.registry.get("charter")
        right = statement["v"] == "twakow/charter/1" and statement["n"] == 0 and index == 0 and statement["origin"] == r.origin
        result.ask(right, "charter")
        if wanted is None:
            result.open("no charter in the trust file")
        else:
            result.ask(digest(leaf["statement"]) == wanted, "another charter")
        _marks(r, result, told)
    platforms = _appearing(r)
    last = r.acts[-1].index
    if r.head is None or last is None or r.head["size"] <= last:
        result.open("no head")
    charters = sum(s["v"] == "twakow/charter/1" for _, s, _, _ in told)
    r.absent(result, leaves.mark_slot(leaves.charter_subject(r.origin), charters), "next charter")
    for code in platforms:
        count = sum(s.get("platform") == code for _, s, _, _ in told)
        r.absent(result, leaves.mark_slot(leaves.platform_subject(code), count), f"next mark of {code}")
    return result


def _appearing(r: Reading) -> set[str]:
    elements = [e for acts in [r.acts, *r.sets.values()] for act in acts for e in act.platforms]
    elements += [e for mark, _ in r.marks for e in json.loads(mark["signatures"])]
    homes = {act.told[side]["home"] for act in r.acts for side in ("by", "to") if side in act.told}
    return homes | {json.loads(e["statement"])["platform"] for e in elements}


def _marks(r: Reading, result: Result, told: list[tuple[dict[str, Any], dict[str, Any], int, int]]) -> None:
    counts: dict[str, int] = {}
    charters: list[tuple[dict[str, Any], int, int]] = []
    for leaf, statement, index, at in told:
        charter = statement["v"] == "twakow/charter/1"
        subject = leaves.charter_subject(r.origin) if charter else leaves.platform_subject(statement["platform"])
        result.ask(statement["origin"] == r.origin and statement["n"] == counts.get(subject, 0), "n or origin")
        counts[subject] = counts.get(subject, 0) + 1
        result.ask(leaf["slot"] == leaves.mark_slot(subject, statement["n"]), "mark slot")
        if charter:
            ruling = charters[-1][0] if charters else statement
        else:
            ruling = charters[0][0] if charters else {"authority": {"keys": [], "quorum": 1}, "waits": {"memberDays": 7}}
            for (before, _, _), (later, since, place) in zip(charters, charters[1:]):
                if place < index and since + before["waits"]["memberDays"] * DAY <= at:
                    ruling = later
        _authority(result, leaf, ruling)
        if charter:
            charters.append((statement, at, index))
        else:
            _from(r, result, statement, index, at, ruling["waits"]["memberDays"])


def _authority(result: Result, leaf: dict[str, Any], ruling: dict[str, Any]) -> None:
    kids = [proofs.jws_kid(e["jws"]) for e in leaf["signatures"]]
    result.ask(None not in kids and kids == sorted({k for k in kids if k}), "kids in order")
    keys = {kid_of(jwk): jwk for jwk in ruling["authority"]["keys"]}
    for element, kid in zip(leaf["signatures"], kids):
        known = kid in keys and proofs.jws_holds(element["jws"], "twk-mark+jws", leaf["statement"], keys[kid])
        result.ask(known, "authority signature")
    result.ask(len(kids) >= ruling["authority"]["quorum"], "short of authority")


def _from(r: Reading, result: Result, statement: dict[str, Any], index: int, at: int, days: int) -> None:
    before = r.standing(statement["platform"], index)
    old = [(k["jwk"], k["use"]) for k in before["keys"]] if before else []
    since = {(kid_of(k["jwk"]), k["use"]): k["from"] for k in (before or {"keys": []})["keys"]}
    for key in statement["keys"]:
        if (key["jwk"], key["use"]) in old:
            result.ask(key["from"] == since[kid_of(key["jwk"]), key["use"]], "from moved")
        else:
            result.ask(ms(key["from"]) >= at + days * DAY, "from too early")


def tag(r: Reading) -> Result:
    result, first = Result(), r.acts[0]
    if "tagLeaf" not in first.file:
        result.open("no tag mark")
        return result
    leaf, count = json.loads(first.file["tagLeaf"]), first.file["tagCount"]
    proof = r.proof("proofs/0000.tag.proof")
    if proof is None or first.index is None:
        result.open("no index")
    else:
        result.ask(proof.index == first.index + 1, "not the next leaf")
    result.ask(leaf["entry"] == digest(first.file["entry"]), "entry")
    result.ask(leaf["slot"] == leaves.tag_slot(first.told["tag"], count), "slot")
    result.ask((count == 0) == ("from" not in first.told), "count")
    if r.acts[-1].op != "close":
        r.absent(result, leaves.tag_slot(first.told["tag"], count + 1), "next tag mark")
    return result


def nothing_later(r: Reading) -> Result:
    result = Result()
    if r.head is None:
        result.open("no head")
        return result
    if r.head_proof is None:
        result.open("no index")
    else:
        right = r.head_proof.index == r.head_proof.checkpoint.size - 1 and r.head["size"] == r.head_proof.index
        result.ask(right, "not the newest map leaf")
    record, last = r.acts[0].digest, len(r.acts) - 1
    r.present(result, leaves.act_slot(record, last), r.acts[-1].index, "last act")
    r.absent(result, leaves.act_slot(record, last + 1), "next act")
    for acts in r.sets.values():
        own, seq = acts[-1].record, acts[-1].told["seq"]
        r.present(result, leaves.act_slot(own, seq), acts[-1].index, "last act of a set")
        r.absent(result, leaves.act_slot(own, seq + 1), "next act of a set")
        r.absent(result, leaves.mark_slot(own, 0), "mark of a set")
    r.absent(result, leaves.mark_slot(record, len(r.marks)), "next mark of the record")
    told = r.member_leaves()
    charters = sum(s["v"] == "twakow/charter/1" for _, s, _, _ in told)
    r.absent(result, leaves.mark_slot(leaves.charter_subject(r.origin), charters), "next charter")
    signed = {json.loads(e["statement"])["platform"] for acts in [r.acts, *r.sets.values()] for a in acts for e in a.platforms}
    signed |= {json.loads(e["statement"])["platform"] for mark, _ in r.marks for e in json.loads(mark["signatures"])}
    for code in signed:
        count = sum(s.get("platform") == code for _, s, _, _ in told)
        r.absent(result, leaves.mark_slot(leaves.platform_subject(code), count), f"next mark of {code}")
    return result


def control_at(r: Reading) -> Result:
    asked = r.asked.get("at")
    result = Result(asked is not None)
    if asked is None:
        return result
    moment, inf = ms(asked), float("inf")
    upper = [r.quorum_time(act.proof) for act in r.acts]
    if any(q is None for q in upper):
        result.open("time not known")
        return result
    lower = [ms(json.loads(a.file["before"])["at"]) if "before" in a.file else -inf for a in r.acts]
    final = [min(q for q in upper[i:] if q is not None) for i in range(len(upper))]
    begun = [max(lower[: i + 1]) for i in range(len(lower))]
    c = max((i for i, q in enumerate(final) if q <= moment), default=None)
    p = max((i for i, b in enumerate(begun) if b <= moment), default=None)
    last = len(r.acts) - 1
    if c is None and p is None:
        result.ask(False, "no record yet")
    elif c != p:
        result.open("bracket")
    elif c == last:
        t = r.quorum_time(r.head_proof)
        if r.own["NOTHING-LATER"] != PASS or t is None or moment > t:
            result.open("nothing later")
    return result


def control_now(r: Reading) -> Result:
    now = r.asked.get("now")
    result = Result(now is not None)
    if now is not None:
        t = r.quorum_time(r.head_proof)
        behind = ms(now) - t if t is not None else float("nan")
        if not -MINUTE <= behind <= r.asked["limitMinutes"] * MINUTE:
            result.open("limit")
    return result
