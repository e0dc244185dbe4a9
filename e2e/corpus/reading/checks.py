"""Each check of evidence-bundle.md section 5, on its own."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from corridor import leaves, note
from corridor.keys import kid_of
from corridor.spelling import DAY, HOUR, MINUTE, b64u, canonical, canonical_text, digest, digest_of, ms, unb64u

from . import files, proofs, shapes
from .proofs import Proof
from .shapes import Bad

PASS, FAIL, OPEN = "PASS", "FAIL", "INDETERMINATE"
HOMED = {"issue", "note", "move", "reject", "surrender", "close", "return"}


@dataclass
class Result:
    """Any FAIL makes it FAIL, else any INDETERMINATE, else it is PASS."""

    subject: bool = True
    failed: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    def ask(self, holds: bool, why: str) -> None:
        if not holds:
            self.failed.append(why)

    def open(self, why: str) -> None:
        self.unknown.append(why)

    @property
    def verdict(self) -> str | None:
        return None if not self.subject else FAIL if self.failed else OPEN if self.unknown else PASS


class Act:
    """An act file with its proof."""

    def __init__(self, reading: Reading, path: str, proof: str) -> None:
        self.file = json.loads(reading.files[path])
        self.text: str = self.file["act"]
        self.told: dict[str, Any] = json.loads(self.text)
        self.digest = digest(self.text)
        self.signatures: list[dict[str, Any]] = json.loads(self.file["signatures"])
        self.entry = json.loads(self.file["entry"])
        self.leaf = json.loads(self.file["leaf"])
        self.time = ms(self.leaf["at"])
        self.proof = reading.proof(proof)
        self.details: dict[str, Any] | None = json.loads(self.file["details"]) if "details" in self.file else None
        self.holders = [e for e in self.signatures if e["kind"] != "platform"]
        self.platforms = [e for e in self.signatures if e["kind"] == "platform"]
        self.record: str = self.told.get("record", self.digest)
        self.op: str = self.told["op"]

    @property
    def index(self) -> int | None:
        return self.proof.index if self.proof else None

    @property
    def crosses(self) -> bool:
        if self.op == "rehome":
            return True
        return self.op in ("issue", "move", "surrender") and self.told["to"]["home"] != self.told["by"]["home"]


class Reading:
    """A bundle under a trust file."""

    def __init__(self, data: bytes, trust: dict[str, Any] | None, asked: dict[str, Any], *, ml_dsa: bool = True) -> None:
        self.files, self.manifest, self.wrong = files.read(data)
        self.trust, self.asked, self.ml_dsa = trust, asked, ml_dsa
        self.own: dict[str, str | None] = {}
        self.why: dict[str, list[str]] = {}

    def proof(self, path: str) -> Proof | None:
        try:
            return proofs.parse_proof(self.files[path])
        except (Bad, ValueError, IndexError, KeyError):
            return None

    def numbered(self, folder: str, ending: str = "json") -> list[str]:
        return sorted(p for p in self.files if re.fullmatch(rf"{folder}/[0-9]{{4}}\.{ending}", p))

    def judge(self) -> dict[str, str | None]:
        self.own = {"FORMAT": FAIL if self.wrong else PASS}
        self.why = {"FORMAT": self.wrong}
        if not self.wrong:
            canonical_form = Result()
            for path, data in self.files.items():
                try:
                    if path.endswith(".json"):
                        if path != "manifest.json":
                            shapes.check_file(path, data)
                except Bad as bad:
                    canonical_form.failed.append(f"{path}: {bad}")
            self.put("CANONICAL", canonical_form)
            if not canonical_form.failed:
                self._open_files()
                for code, check in CHECKS.items():
                    self.put(code, check(self))
        return self.own

    def put(self, code: str, result: Result) -> None:
        self.own[code] = result.verdict
        self.why[code] = result.failed or result.unknown

    def _open_files(self) -> None:
        self.acts = [Act(self, p, p.replace("acts", "proofs").replace("json", "tlog-proof")) for p in self.numbered("acts")]
        self.sets: dict[str, list[Act]] = {}
        for folder in sorted({p.split("/")[1] for p in self.files if p.startswith("keysets/")}):
            paths = self.numbered(f"keysets/{folder}")
            self.sets[folder] = [Act(self, p, p.replace("json", "tlog-proof")) for p in paths]
        self.members = [(json.loads(self.files[p])["leaf"], self.proof(p.replace("json", "tlog-proof")))
                        for p in self.numbered("members")]
        self.marks = [(json.loads(self.files[p]), self.proof(p.replace("json", "tlog-proof"))) for p in self.numbered("marks")]
        self.head = json.loads(self.files["head/leaf.json"]) if "head/leaf.json" in self.files else None
        self.head_proof = self.proof("head/leaf.tlog-proof") if self.head else None
        self.slots = {p["slot"]: p for p in json.loads(self.files["head/slots.json"])} if self.head else {}
        self.document = shapes.strict(self.files["document.json"]) if "document.json" in self.files else None
        self.origin = self.acts[0].told["registry"]["origin"]
        registries = self.trust["registries"] if self.trust else []
        self.registry: dict[str, Any] = next((r for r in registries if r["origin"] == self.origin), {})
        text = self.registry.get("policyEd25519", self.registry.get("policy"))
        self.policy = proofs.Policy(text, self.origin) if text else None

    # What several checks ask

    @cached_property
    def leaves(self) -> list[tuple[str, Proof | None]]:
        """Every leaf of the bundle with its proof."""
        found: list[tuple[str, Proof | None]] = []
        for act in self.acts:
            found.append((act.file["leaf"], act.proof))
            if "before" in act.file:
                found.append((act.file["before"], self.proof(f"proofs/{act.told['seq']:04d}.before.tlog-proof")))
        if "tagLeaf" in self.acts[0].file:
            found.append((self.acts[0].file["tagLeaf"], self.proof("proofs/0000.tag.tlog-proof")))
        found += [(act.file["leaf"], act.proof) for acts in self.sets.values() for act in acts]
        found += self.members + [(mark["leaf"], proof) for mark, proof in self.marks]
        if self.head:
            found.append((canonical_text(self.head), self.head_proof))
        return found

    @cached_property
    def checkpoints(self) -> list[proofs.Checkpoint]:
        return list(dict.fromkeys(proof.checkpoint for _, proof in self.leaves if proof))

    def quorum_time(self, proof: Proof | None) -> float | None:
        if self.policy is None or proof is None or proof.checkpoint.origin != self.origin:
            return None
        if not self.ml_dsa and note.ML_DSA in self.policy.kinds:
            return None
        return self.policy.time(proofs.holds_under(self.policy, proof.checkpoint)[1])

    def absent(self, result: Result, slot: str, what: str) -> None:
        self._shown(result, slot, what, None)

    def present(self, result: Result, slot: str, index: int | None, what: str) -> None:
        self._shown(result, slot, what, index if index is not None else -1)

    def _shown(self, result: Result, slot: str, what: str, index: int | None) -> None:
        if self.head is None or slot not in self.slots:
            result.open(f"no proof: {what}")
            return
        if index == -1:
            result.open(f"no index: {what}")
            return
        wanted = ("absent", None) if index is None else ("present", index)
        result.ask(proofs.map_shows(self.slots[slot], self.head["root"]) == wanted, f"{what} is not shown {wanted}")

    def member_leaves(self) -> list[tuple[dict[str, Any], dict[str, Any], int, int]]:
        """(leaf, statement, index, time) of members/."""
        told = []
        for text, proof in self.members:
            leaf = json.loads(text)
            told.append((leaf, json.loads(leaf["statement"]), proof.index if proof else -1, ms(leaf["at"])))
        return told

    def standing(self, code: str, index: int) -> dict[str, Any] | None:
        """The newest mark of a platform before a leaf."""
        found = [s for _, s, at, _ in self.member_leaves() if s.get("platform") == code and at < index]
        return found[-1] if found else None

    def known(self, code: str) -> bool:
        return any(s.get("platform") == code for _, s, _, _ in self.member_leaves())

    def valid_keys(self, code: str, index: int, time: int, use: str) -> list[dict[str, str]]:
        mark = self.standing(code, index)
        if mark is None or mark["state"] != "member":
            return []
        return [k["jwk"] for k in mark["keys"] if k["use"] == use and ms(k["from"]) <= time]

    def counter(self, result: Result, element: dict[str, Any] | None, role: str, code: str, act: Act) -> None:
        """A platform's statement over an act, by a key valid at the act's leaf."""
        if not self.known(code):
            result.open(f"no mark of {code}")
            return
        if element is None:
            result.ask(False, f"no {role}")
            return
        told = json.loads(element["statement"])
        result.ask((told["role"], told["platform"], told["act"]) == (role, code, act.digest), f"{role} by {code} says another thing")
        keys = self.valid_keys(code, act.index if act.index is not None else 1 << 60, act.time, "counter")
        holds = any(proofs.jws_holds(element["jws"], "twk-counter+jws", element["statement"], key) for key in keys)
        result.ask(holds, f"{role} by {code}: no valid key")

    def true_set(self, name: str) -> bool:
        return name in self.sets and self.sets[name][0].digest == name

    def party(self, name: str) -> dict[str, Any] | None:
        details = self.sets[name][0].details if self.true_set(name) else None
        return details.get("party") if details else None


def signed_by(reading: Reading, name: str, element: dict[str, Any], act: Act) -> dict[str, Any] | None:
    """The key of a set that made a signature over an act."""
    kid = element.get("kid") or proofs.jws_kid(element["jws"])
    for entry in (key for one in reading.sets[name] for key in one.told["keys"]):
        if kid_of(entry["jwk"]) == kid:
            return entry if element_holds(element, act.text, entry) else None
    return None


def element_holds(element: dict[str, Any], text: str, entry: dict[str, Any]) -> bool:
    if entry["kind"] == "passkey":
        return element["kind"] == "webauthn" and proofs.assertion_holds(element, text, entry)
    return element["kind"] == "jws" and proofs.jws_holds(element["jws"], "twk-act+jws", text, entry["jwk"])


def carrier_of(document: dict[str, Any]) -> str:
    return f"{document['carrierCodeListProvider']}:{document['carrierCode']}"


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
            before = r.proof(f"proofs/{act.told['seq']:04d}.before.tlog-proof")
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


def act_signed(r: Reading) -> Result:
    result = Result()
    for act in r.acts:
        kinds = [e["kind"] == "platform" for e in act.signatures]
        result.ask(kinds == sorted(kinds), "holder after platform")
        sets = act.told["by"]["sets"]
        result.ask(len(act.holders) == len(sets), "number of holder signatures")
        for name, element in zip(sets, act.holders):
            if not r.true_set(name):
                result.open("set not in the bundle")
            else:
                result.ask(signed_by(r, name, element, act) is not None, f"act {act.told['seq']} is not signed by its set")
    return result


def keys_in_force(r: Reading) -> Result:
    result = Result()
    for name in sorted({name for act in r.acts for name in act.told["by"]["sets"]}):
        if name not in r.sets:
            result.open("set not in the bundle")
            continue
        acts = r.sets[name]
        result.ask(acts[0].digest == name, "not the set's first act")
        result.ask(acts[0].told["registry"]["origin"] == r.origin, "another log")
        for number, act in enumerate(acts):
            told = act.told
            linked = number == 0 or (told["prev"], told["record"], told["seq"]) == (acts[number - 1].digest, name, number)
            result.ask(linked, "links")
            result.ask(ms(told["at"]) <= act.time + 5 * MINUTE, "dated in the future")
            _set_signatures(result, acts, number)
        last = acts[-1]
        r.present(result, leaves.act_slot(last.record, last.told["seq"]), last.index, "last act of the set")
        r.absent(result, leaves.act_slot(last.record, last.told["seq"] + 1), "next act of the set")
        if r.head is None or r.acts[-1].index is None or r.head["size"] <= r.acts[-1].index:
            result.open("no head")
        for act in r.acts:
            _in_force(result, acts, name, act)
    return result


def _set_signatures(result: Result, acts: list[Act], number: int) -> None:
    act = acts[number]
    keys = act.told["keys"]
    if number == 0:
        holds = len(act.holders) == len(keys)
        holds = holds and all(element_holds(e, act.text, k) for e, k in zip(act.holders, keys))
    else:
        old = {kid_of(k["jwk"]): k for k in acts[number - 1].told["keys"]}
        new = {kid_of(k["jwk"]): k for k in keys}
        kids = [str(e.get("kid") or proofs.jws_kid(e["jws"])) for e in act.holders]
        holds = bool(kids) and kids[0] in old and old[kids[0]]["portable"] and kids[1:] == sorted(kids[1:])
        holds = holds and set(new) - set(old) <= set(kids) <= set(new) - set(old) | set(old) - set(new) | {kids[0]}
        holds = holds and all(element_holds(e, act.text, (old | new)[k]) for e, k in zip(act.holders, kids))
        holds = holds and not act.platforms
    result.ask(holds, f"signatures of set act {number}")


def _in_force(result: Result, acts: list[Act], name: str, act: Act) -> None:
    if name not in act.told["by"]["sets"]:
        return
    place = act.told["by"]["sets"].index(name)
    if place >= len(act.holders):
        return
    if act.index is None or any(one.index is None for one in acts):
        result.open("no index")
        return
    element = act.holders[place]
    kid = element.get("kid") or proofs.jws_kid(element["jws"])
    before = [one for one in acts if one.index is not None and one.index < act.index]
    listed = {kid_of(k["jwk"]) for k in before[-1].told["keys"]} if before else set()
    result.ask(kid in listed, f"act {act.told['seq']}: key not in force")


def _expected(act: Act) -> tuple[bool, bool]:
    """Does the act have a home, and an acceptance?"""
    home = act.op in HOMED or (act.op == "rehome" and len(act.platforms) == 2)
    return home, act.crosses


def countersigned(r: Reading) -> Result:
    result = Result()
    for act in r.acts:
        home, accept = _expected(act)
        result.ask(len(act.platforms) <= home + accept, "platform signatures left over")
        if home:
            r.counter(result, act.platforms[0] if act.platforms else None, "home", act.told["by"]["home"], act)
    return result


def accepted(r: Reading) -> Result:
    crossing = [act for act in r.acts if act.crosses]
    result = Result(bool(crossing))
    for act in crossing:
        home = _expected(act)[0]
        element = act.platforms[home] if len(act.platforms) > home else None
        r.counter(result, element, "accept", act.told["to"]["home"], act)
    return result


def control_rules(r: Reading) -> Result:
    result = Result()
    Fold(r, result).run()
    return result


class Fold:
    """Possession, by control.md 3.2."""

    def __init__(self, r: Reading, result: Result) -> None:
        self.r, self.result = r, result
        self.phase = "none"
        self.control: dict[str, Any] | None = None
        self.remembered: dict[str, Any] | None = None
        self.surrender: Act | None = None
        self.last_leave: int | None = None
        self.before_move: dict[str, Any] | None = None

    def run(self) -> None:
        for number, act in enumerate(self.r.acts):
            self._times(act)
            self._phase(act, number)
            self._declined(act)
            told = act.told
            for side in ("by", "to"):
                if side in told and (len(told[side]["sets"]) > 1 or told[side]["custody"] == "platform"):
                    self.result.open("not yet")
            if self.result.failed:
                return
            self._after(act)

    def _times(self, act: Act) -> None:
        at, expires = ms(act.told["at"]), ms(act.told["expires"])
        life = 60 * DAY if act.op == "issue" else 30 * DAY if act.crosses else DAY
        self.result.ask(at <= act.time + 5 * MINUTE, "from the future")
        self.result.ask(act.time <= expires, "expired")
        self.result.ask(expires <= at + life, "lives too long")

    def _phase(self, act: Act, number: int) -> None:
        told, ask = act.told, self.result.ask
        allowed = {"none": {"issue"}, "live": {"note", "move", "reject", "leave", "rehome", "surrender"},
                   "surrendered": {"leave", "rehome", "return", "reclaim", "close"}, "closed": set()}
        ask(act.op in allowed[self.phase], f"{act.op} while {self.phase}")
        if act.op != "issue":
            ask(told["by"] == (self.remembered if act.op == "reclaim" else self.control), "by is not the controller")
        if act.op == "surrender":
            wait = ms(told["answerBy"]) - ms(told["at"])
            ask(told["to"]["sets"] == self.r.acts[0].told["by"]["sets"] and DAY <= wait <= 60 * DAY, "surrender")
        if act.op == "reclaim" and self.surrender:
            ask(act.time >= ms(self.surrender.told["answerBy"]), "too soon")
        if act.op == "close" and self.surrender:
            ends = {"delivery": ["delivered"], "amendment": ["paper", "replaced"], "cancel": ["void"]}
            ask(told["end"] in ends[self.surrender.told["purpose"]], "end")
        if act.op == "reject":
            last = self.r.acts[number - 1]
            ask(last.op == "move" and act.time <= last.time + 72 * HOUR, "reject")
            self._member(last.told["by"]["home"], act, {"member"})
        if act.op == "leave":
            ask(self.last_leave is None or act.time >= self.last_leave + DAY, "leave")
        if act.op == "rehome":
            ask(told["to"]["sets"] == told["by"]["sets"] and told["to"]["home"] != told["by"]["home"], "rehome")
            if len(act.platforms) < 2:
                self._member(told["by"]["home"], act, {"suspended", "dead"}, later=True)
        if act.op == "move":
            ask(told["to"]["sets"] != told["by"]["sets"], "to oneself")

    def _member(self, code: str, act: Act, states: set[str], *, later: bool = False) -> None:
        mark = self.r.standing(code, act.index or 0)
        if mark is None:
            self.result.open("no mark")
        elif mark["state"] not in states:
            if later:
                self.result.open("not yet")
            else:
                self.result.ask(False, "standing")

    def _declined(self, act: Act) -> None:
        for mark, proof in self.r.marks:
            if json.loads(mark["statement"])["act"] == act.digest and proof and act.index is not None:
                self.result.ask(proof.index > act.index, "declined")

    def _after(self, act: Act) -> None:
        told, before = act.told, self.control
        if act.op == "issue":
            self.phase = "live"
        if act.op in ("issue", "move", "surrender", "rehome"):
            self.control = told["to"]
        if act.op == "move":
            self.before_move = before
        if act.op == "reject":
            self.control = self.before_move
        if act.op == "surrender":
            self.phase, self.remembered, self.surrender = "surrendered", before, act
        if act.op in ("return", "reclaim"):
            self.phase, self.control = "live", self.remembered
        if act.op == "close":
            self.phase, self.control = "closed", None
        if act.op == "leave":
            self.last_leave = act.time


def tag(r: Reading) -> Result:
    result, first = Result(), r.acts[0]
    if "tagLeaf" not in first.file:
        result.open("no tag mark")
        return result
    leaf, count = json.loads(first.file["tagLeaf"]), first.file["tagCount"]
    proof = r.proof("proofs/0000.tag.tlog-proof")
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


def same_party(a: dict[str, Any], b: dict[str, Any]) -> bool:
    def codes(p: dict[str, Any]) -> set[tuple[Any, Any, Any]]:
        return {(c["codeListProvider"], c.get("codeListName"), c["partyCode"]) for c in p.get("identifyingCodes", [])}

    return bool(codes(a) & codes(b)) if codes(a) and codes(b) else a == b


def who(r: Reading) -> Result:
    result = Result()
    for name in sorted({n for act in r.acts for side in ("by", "to") if side in act.told for n in act.told[side]["sets"]}):
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


AFTER = {"ENDORSE": "named", "ENDORSE_TO_ORDER": "order", "BLANK_ENDORSE": "blank"}


class Title:
    """Title replayed, by control.md 5."""

    def __init__(self, r: Reading, result: Result) -> None:
        document = r.document or {}
        parties = document.get("documentParties", {})
        self.r, self.result = r, result
        self.now: tuple[str, Any] = ("blank", None)
        if not document.get("isToOrder", True):
            self.now = ("straight", parties["consignee"])
        elif "endorsee" in parties:
            self.now = ("order", parties["endorsee"])
        self.before = self.now
        self.waiting: tuple[str, Any] | None = None
        self.original = r.party(r.acts[0].told["to"]["sets"][0])
        self.pledge: str | None = None

    def _receives(self, act: Act, last: Act | None) -> None:
        """ISSUE and TRANSFER name the party behind the set that receives."""
        to = act.told.get("to") or (last.told["by"] if act.op == "reject" and last else None)
        for word in (act.details or {})["dcsa"]:
            if word["actionCode"] in ("ISSUE", "TRANSFER"):
                party = self.r.party(to["sets"][0]) if to else None
                if "recipient" in word and to and party is None:
                    self.result.open("receiver unknown")
                else:
                    self.result.ask("recipient" in word and party is not None and same_party(word["recipient"], party), "receiver")

    def act(self, act: Act, actor: dict[str, Any], last: Act | None) -> None:
        details = act.details or {}
        ask = self.result.ask
        self._receives(act, last)
        if act.op == "move":
            ask(self.pledge is None or details.get("pledge") == self.pledge, "a pledged bill moves")
            self.pledge = act.digest if "terms" in details else None
        endorsements = [word for word in details["dcsa"] if word["actionCode"] in AFTER]
        ask(len(endorsements) <= 1 and (not endorsements or act.op in ("note", "move")), "endorsements of one act")
        ask(all(same_party(word["actor"], actor) for word in details["dcsa"]), "another actor")
        if details.get("withdraw"):
            self.waiting = None
        for word in endorsements:
            code = word["actionCode"]
            ask(code == "BLANK_ENDORSE" or "recipient" in word, "recipient")
            ask(self.now[0] == "blank" or (self.now[0] == "order" and same_party(self.now[1], actor)), "endorsement")
            self.waiting = (AFTER[code], word.get("recipient"))
        if act.op == "move":
            self.before, self.now, self.waiting = self.now, self.waiting or self.now, None
        if act.op == "reject":
            self.now, self.waiting = self.before, None
        if act.op == "surrender" and not details.get("consents"):
            kind, holder = self.now
            own = holder is not None and same_party(holder, actor)
            amends = kind == "straight" and act.told["purpose"] != "delivery"
            first = amends and self.original is not None and same_party(self.original, actor)
            ask(kind == "blank" or own or first, "surrender without title")


def title(r: Reading) -> Result:
    result = Result()
    if r.document is None or any(act.details is None for act in r.acts):
        result.open("left out")
        return result
    replay = Title(r, result)
    for number, act in enumerate(r.acts):
        actor = r.party(act.told["by"]["sets"][0])
        if actor is None:
            result.open("party unknown")
        else:
            replay.act(act, actor, r.acts[number - 1] if number else None)
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
    "DOCUMENT": document, "CHAIN": chain, "LOGGED": logged, "COSIGNED": cosigned, "SINGLE": single, "TIME": time,
    "MEMBERS": members, "ACT-SIGNED": act_signed, "KEYS-IN-FORCE": keys_in_force, "COUNTERSIGNED": countersigned,
    "ACCEPTED": accepted, "CONTROL-RULES": control_rules, "TAG": tag, "WHO": who, "IDENTITY": identity, "TITLE": title,
    "MEDIUM": medium, "CONSERVED": without_subject, "PROVENANCE": provenance, "HELD": without_subject,
    "NOTHING-LATER": nothing_later, "CONTROL-AT": control_at, "CONTROL-NOW": control_now, "PINT": pint,
    "ALGORITHMS": algorithms, "SEALS": seals,
}
