"""A bundle opened under a trust file, and what several checks ask of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from cases.table import FAIL, OPEN, PASS
from corridor import note
from corridor.spelling import canonical_text, digest, ms

from . import files, proofs, shapes
from .proofs import Proof
from .shapes import Bad

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
            return proofs.parse_proof(files.tlog_proof(self.files, path))
        except (Bad, ValueError, IndexError, KeyError):
            return None

    def numbered(self, folder: str, ending: str = "json") -> list[str]:
        return sorted(p for p in self.files if re.fullmatch(rf"{folder}/[0-9]{{4}}\.{ending}", p))

    def judge(self, checks: dict[str, Callable[[Reading], Result]]) -> dict[str, str | None]:
        """The own result of every check that can be evaluated."""
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
                for code, check in checks.items():
                    self.put(code, check(self))
        return self.own

    def put(self, code: str, result: Result) -> None:
        self.own[code] = result.verdict
        self.why[code] = result.failed or result.unknown

    def _open_files(self) -> None:
        self.acts = [Act(self, p, p.replace("acts", "proofs").replace("json", "proof")) for p in self.numbered("acts")]
        self.sets: dict[str, list[Act]] = {}
        for folder in sorted({p.split("/")[1] for p in self.files if p.startswith("keysets/")}):
            paths = self.numbered(f"keysets/{folder}")
            self.sets[folder] = [Act(self, p, p.replace("json", "proof")) for p in paths]
        self.members = [(json.loads(self.files[p])["leaf"], self.proof(p.replace("json", "proof")))
                        for p in self.numbered("members")]
        self.marks = [(json.loads(self.files[p]), self.proof(p.replace("json", "proof"))) for p in self.numbered("marks")]
        self.head = json.loads(self.files["head/leaf.json"]) if "head/leaf.json" in self.files else None
        self.head_proof = self.proof("head/leaf.proof") if self.head else None
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
                found.append((act.file["before"], self.proof(f"proofs/{act.told['seq']:04d}.before.proof")))
        if "tagLeaf" in self.acts[0].file:
            found.append((self.acts[0].file["tagLeaf"], self.proof("proofs/0000.tag.proof")))
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


def element_holds(element: dict[str, Any], text: str, entry: dict[str, Any]) -> bool:
    if entry["kind"] == "passkey":
        return element["kind"] == "webauthn" and proofs.assertion_holds(element, text, entry)
    return element["kind"] == "jws" and proofs.jws_holds(element["jws"], "twk-act+jws", text, entry["jwk"])


def carrier_of(document: dict[str, Any]) -> str:
    return f"{document['carrierCodeListProvider']}:{document['carrierCode']}"


def same_party(a: dict[str, Any], b: dict[str, Any]) -> bool:
    def codes(p: dict[str, Any]) -> set[tuple[Any, Any, Any]]:
        return {(c["codeListProvider"], c.get("codeListName"), c["partyCode"]) for c in p.get("identifyingCodes", [])}

    return bool(codes(a) & codes(b)) if codes(a) and codes(b) else a == b
