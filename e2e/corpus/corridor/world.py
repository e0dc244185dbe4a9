"""A whole corridor: a log with charter and members, key sets, bills and their acts: control.md sections 3 to 7."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from . import leaves, note, signing
from .keys import Jwk, Key, MlDsaKey
from .people import Admitted, Holder, Party, Platform, SetKey, by_kid, party
from .registry import Checkpoint, Log
from .signing import Element
from .spelling import DAY, b64u, canonical_text, digest, digest_of, fixed_bytes, ms, time_text, unb64u

ORIGIN = "registry.example/corpus/1"
URL = "https://registry.example/v1"
WAITS = {"memberDays": 7, "rehomeHours": 72, "rejectHours": 72}

COUNTERSIGNED = {"issue", "note", "move", "reject", "surrender", "close", "return"}
WITH_TO = {"issue", "move", "surrender", "rehome"}

Signer = Callable[[str], list[Element]]


def transaction(code: str, actor: Party, at: int, recipient: Party | None = None, **more: Any) -> dict[str, Any]:
    """A DCSA Transaction as it stands in details."""
    told: dict[str, Any] = {"actionCode": code, "actor": actor, "actionDateTime": time_text(at)}
    if recipient is not None:
        told["recipient"] = recipient
    return told | more


class Corridor:
    """One log and its people. `seed` makes every key; another seed is another corridor of the same names."""

    def __init__(self, *, seed: str = "corpus", ml_dsa: bool = False, shape: str = note.BOTH_SIDES) -> None:
        self.seed = seed
        self.shape = shape
        witnesses = [note.Witness.make(seed, name, ml_dsa=ml_dsa) for name in ("uk1", "sg1")]
        log_ml_dsa = MlDsaKey.make(f"{seed} log") if ml_dsa else None
        self.log = Log(ORIGIN, Key.make(f"{seed} log"), log_ml_dsa, witnesses)
        self.authority = sorted((Key.make(f"{seed} authority {n}") for n in (1, 2, 3)), key=lambda key: key.kid)
        self.members: list[tuple[str, int]] = []
        self.charters = 0
        self.charter_digest = ""
        self._salts = 0

    # Charter and members

    def _salt(self) -> str:
        self._salts += 1
        return b64u(fixed_bytes(f"{self.seed} salt {self._salts}", 16))

    def policy(self, *, ml_dsa: bool, shape: str | None = None) -> str:
        return note.policy_text(ORIGIN, self.log.key, self.log.witnesses, shape or self.shape, ml_dsa=ml_dsa)

    def mark(self, at: int, statement: dict[str, Any], subject: str, signers: list[Key], *, typ: str = signing.MARK) -> int:
        """A plain mark, put into the log and remembered for `members/`."""
        text = canonical_text(statement)
        signed = [signing.jws_element(signing.detached(key, typ, text)) for key in signers]
        leaf = leaves.mark_text(at, text, signed, leaves.mark_slot(subject, statement["n"]))
        index = self.log.append(leaf)
        self.members.append((leaf, index))
        return index

    def charter(self, at: str = "2026-02-02 08:00", *, signers: list[Key] | None = None, **changed: Any) -> int:
        ml_dsa = self.log.ml_dsa is not None
        statement = {
            "authority": {"keys": [key.jwk for key in self.authority], "quorum": 2},
            "n": self.charters,
            "origin": ORIGIN,
            "policy": self.policy(ml_dsa=ml_dsa),
            "v": "twakow/charter/1",
            "waits": WAITS,
        } | changed
        if self.charters == 0:
            self.charter_digest = digest_of(statement)
        self.charters += 1
        return self.mark(ms(at), statement, leaves.charter_subject(ORIGIN), signers or self.authority[:2])

    def member(
        self,
        platform: Platform,
        at: str = "2026-02-02 08:01",
        *,
        state: str = "member",
        keys: list[dict[str, Any]] | None = None,
        signers: list[Key] | None = None,
        typ: str = signing.MARK,
        **changed: Any,
    ) -> int:
        """A member mark. Keys that are new are valid `memberDays` after it."""
        if keys is None:
            keys = self.member_keys(platform, ms(at) + 7 * DAY)
        statement: dict[str, Any] = {
            "keys": keys,
            "n": platform.marks,
            "origin": ORIGIN,
            "platform": platform.code,
            "state": state,
            "v": "twakow/member/1",
        } | changed
        platform.marks = statement["n"] + 1
        subject = leaves.platform_subject(platform.code)
        return self.mark(ms(at), statement, subject, signers or self.authority[:2], typ=typ)

    @staticmethod
    def member_keys(platform: Platform, since: int) -> list[dict[str, Any]]:
        pair = (("counter", platform.counter), ("pint", platform.pint))
        return [{"from": time_text(since), "jwk": key.jwk, "use": use} for use, key in pair]

    # Key sets

    def holder(self, name: str, number: int, home: Platform, keys: list[SetKey] | None = None) -> Holder:
        """A party, not enrolled yet; by default with one Ed25519 key file."""
        label = f"{self.seed} {name}"
        recovery = sorted((Key.make(f"{label} recovery {n}") for n in (1, 2)), key=lambda key: key.kid)
        own = keys or [SetKey(Key.make(label))]
        return Holder(name, party(f"Test {name}", number, home.code), home, own, [key.jwk for key in recovery])

    def _recovery(self, members: list[Jwk]) -> dict[str, Any]:
        return {"members": members, "objectHours": 72, "quorum": 1, "waitHours": 72}

    def enrol(
        self,
        holder: Holder,
        at: str = "2026-03-01 08:00",
        *,
        receipt: str | None = None,
        registry: dict[str, str] | None = None,
        enrolled: Callable[[str], list[Element]] | None = None,
        signed: Signer | None = None,
        details: dict[str, Any] | None = None,
        leaf_at: str | None = None,
    ) -> Admitted:
        """The `keyset` act of a holder. `enrolled` replaces the platform's signature, `signed` those of the keys."""
        told: dict[str, Any] = {"party": holder.party, "salt": self._salt(), "v": "twakow/details/1"} | (details or {})
        if receipt is not None:
            told["identityReceipt"] = receipt
        act = {
            "at": time_text(ms(at)),
            "details": digest_of(told),
            "keys": [entry.member() for entry in by_kid(holder.keys)],
            "op": "keyset",
            "recovery": self._recovery(holder.recovery),
            "registry": registry or {"origin": ORIGIN, "url": URL},
            "seq": 0,
            "v": "twakow/act/1",
        }
        text = canonical_text(act)
        home = holder.home
        made = signed(text) if signed else [entry.sign(text) for entry in by_kid(holder.keys)]
        if enrolled is None:
            made.append(signing.counter(home.counter, digest(text), home.code, "enrol", ms(at)))
        else:
            made += enrolled(digest(text))
        holder.acts.append(self.admit(act, canonical_text(told), made,
                                       leaf_at=ms(leaf_at) if leaf_at else ms(at) + 1000))
        return holder.acts[0]

    def rekey(
        self, holder: Holder, keys: list[SetKey], at: str, *, details: dict[str, Any] | None = None, signed: Signer | None = None
    ) -> Admitted:
        """Replaces the keys of a set: signed by the first portable key in force, then by every new key."""
        told: dict[str, Any] = {"salt": self._salt(), "v": "twakow/details/1"} | (details or {})
        act = {
            "at": time_text(ms(at)),
            "details": digest_of(told),
            "keys": [entry.member() for entry in by_kid(keys)],
            "op": "rekey",
            "prev": holder.acts[-1].digest,
            "record": holder.set_id,
            "recovery": self._recovery(holder.recovery),
            "seq": len(holder.acts),
            "v": "twakow/act/1",
        }
        text = canonical_text(act)
        first = next(entry for entry in holder.keys if entry.portable)
        old = {entry.key.kid for entry in holder.keys}
        made = [first.sign(text)] + [entry.sign(text) for entry in by_kid(keys) if entry.key.kid not in old]
        if signed is not None:
            made = signed(text)
        holder.keys = keys
        holder.acts.append(self.admit(act, canonical_text(told), made, leaf_at=ms(at) + 1000))
        return holder.acts[-1]

    # The log

    def admit(
        self, act: dict[str, Any], details: str | None, signatures: list[Element], *, leaf_at: int, text: str | None = None
    ) -> Admitted:
        """Puts an act into the log, whatever it says. `text` replaces its canonical text."""
        written = text or canonical_text(act)
        listed = canonical_text(signatures)
        entry = leaves.entry_text(digest(written), listed)
        slot = leaves.act_slot(act.get("record", digest(written)), act["seq"])
        leaf = leaves.leaf_text(leaf_at, entry, slot)
        return Admitted(act, written, digest(written), details, signatures, listed, entry, leaf, self.log.append(leaf))

    def checkpoint(self, at: str, **how: Any) -> Checkpoint:
        return self.log.checkpoint(ms(at), **how)

    def trust(self, carriers: dict[str, list[str]], **changed: Any) -> dict[str, Any]:
        """The trust file of a reader who trusts this corridor."""
        registry: dict[str, Any] = {
            "charter": self.charter_digest,
            "origin": ORIGIN,
            "policyEd25519": self.policy(ml_dsa=False),
            "verifying": ["uk1", "sg1"],
        }
        if self.log.ml_dsa is not None:
            registry["policy"] = self.policy(ml_dsa=True)
            registry["logMlDsa"] = note.vkey(ORIGIN, note.ML_DSA, self.log.ml_dsa.public)
        registry = {name: value for name, value in (registry | changed).items() if value is not None}
        named = [{"carrier": carrier, "sets": sets} for carrier, sets in carriers.items()]
        return {"carriers": named, "identityIssuers": [], "registries": [registry], "test": True, "v": "twakow/trust/1"}


@dataclass
class Bill:
    """One record: a document, its acts, its declines, its chain entries."""

    corridor: Corridor
    issuer: Holder
    document: dict[str, Any]
    acts: list[Admitted] = field(default_factory=list)
    declines: list[tuple[Admitted, str]] = field(default_factory=list)
    pint: list[dict[str, Any]] = field(default_factory=list)
    files: list[bytes] = field(default_factory=list)

    @property
    def record(self) -> str:
        return self.acts[0].digest

    @property
    def carrier(self) -> str:
        return f"{self.document['carrierCodeListProvider']}:{self.document['carrierCode']}"

    def issuer_salt(self) -> str:
        secret = fixed_bytes(f"{self.corridor.seed} tag secret", 32)
        return leaves.issuer_salt(secret, self.carrier, self.document["transportDocumentReference"])

    def tag(self) -> str:
        return leaves.tag_of(self.carrier, self.document["transportDocumentReference"], unb64u(self.issuer_salt()))

    def draft(
        self,
        op: str,
        by: Holder,
        at: str,
        *,
        to: Holder | None = None,
        dcsa: list[dict[str, Any]] | None = None,
        details: dict[str, Any] | None = None,
        members: dict[str, Any] | None = None,
    ) -> tuple[dict[str, Any], str]:
        """An act and the text of its details. `members` and `details` add to or replace what belongs there."""
        moment = ms(at)
        told = {
            "dcsa": dcsa if dcsa is not None else self._words(op, by, moment, to),
            "document": digest_of(self.document),
            "salt": self.corridor._salt(),
            "v": "twakow/details/1",
        }
        act: dict[str, Any] = {"at": time_text(moment), "by": by.controller(), "op": op, "seq": len(self.acts), "v": "twakow/act/1"}
        crossing = to is not None and to.home.code != by.home.code
        act["expires"] = time_text(moment + (7 if crossing else 1) * DAY)
        if to is not None and op in WITH_TO:
            act["to"] = to.controller()
        if op == "issue":
            told |= {"issuerSalt": self.issuer_salt(), "jurisdiction": "England and Wales", "law": "England and Wales"}
            act |= {"registry": {"origin": ORIGIN, "url": URL}, "tag": self.tag()}
        else:
            act |= {"prev": self.acts[-1].digest, "record": self.record}
        if op == "surrender":
            act |= {"answerBy": time_text(moment + 30 * DAY), "purpose": "delivery"}
        told = {name: value for name, value in (told | (details or {})).items() if value is not None}
        act = act | {"details": digest_of(told)} | (members or {})
        return {name: value for name, value in act.items() if value is not None}, canonical_text(told)

    def _words(self, op: str, by: Holder, moment: int, to: Holder | None) -> list[dict[str, Any]]:
        """DCSA's words for an act, the plainest that section 3.1 allows."""
        code = {
            "issue": "ISSUE", "move": "TRANSFER", "reject": "TRANSFER", "surrender": "SURRENDER_FOR_DELIVERY",
            "close": "SACC", "return": "SREJ",
        }.get(op)
        if code is None:
            return []
        recipient = to.party if to is not None and op != "surrender" else None
        return [transaction(code, by.party, moment, recipient)]

    def signatures(
        self,
        op: str,
        by: Holder,
        to: Holder | None,
        act: str,
        moment: int,
        *,
        signed: Signer | None = None,
        home: Signer | None = None,
        accept: Signer | None = None,
    ) -> list[Element]:
        """The list of section 7.1. `signed`, `home`, `accept` replace what belongs there."""
        made = signed(act) if signed else [by.keys[0].sign(act)]
        if home is not None:
            made += home(act)
        elif op in COUNTERSIGNED:
            made.append(signing.counter(by.home.counter, digest(act), by.home.code, "home", moment))
        if accept is not None:
            made += accept(act)
        elif to is not None and op in WITH_TO and (to.home.code != by.home.code or op == "rehome"):
            made.append(signing.counter(to.home.counter, digest(act), to.home.code, "accept", moment))
        return made

    def act(
        self,
        op: str,
        by: Holder,
        at: str,
        *,
        to: Holder | None = None,
        leaf_at: str | None = None,
        drafted: tuple[dict[str, Any], str] | None = None,
        text: str | None = None,
        dcsa: list[dict[str, Any]] | None = None,
        details: dict[str, Any] | None = None,
        members: dict[str, Any] | None = None,
        **signing_choices: Signer | None,
    ) -> Admitted:
        """An act, signed and admitted, one second after its own time unless `leaf_at` says otherwise."""
        act, told = drafted or self.draft(op, by, at, to=to, dcsa=dcsa, details=details, members=members)
        written = text or canonical_text(act)
        listed = self.signatures(op, by, to, written, ms(at), **signing_choices)
        moment = ms(leaf_at) if leaf_at else ms(at) + 1000
        self.acts.append(self.corridor.admit(act, told, listed, leaf_at=moment, text=written))
        return self.acts[-1]

    def mark_tag(self, *, count: int = 0, at: str | None = None, tag: str | None = None) -> None:
        """The tag mark of act 0, the leaf after it."""
        issue = self.acts[0]
        moment = ms(at) if at else ms(str(issue.act["at"])) + 1000
        slot = leaves.tag_slot(tag or self.tag(), count)
        issue.tag_leaf = leaves.leaf_text(moment, issue.entry, slot)
        issue.tag_index = self.corridor.log.append(issue.tag_leaf)

    def issue(self, to: Holder, at: str, **how: Any) -> Admitted:
        made = self.act("issue", self.issuer, at, to=to, **how)
        self.mark_tag(at=how.get("leaf_at"))
        return made

    def decline(self, offer: str, platform: Platform, at: str, **how: Any) -> Admitted:
        """A hidden mark: `platform` declines the act whose text is `offer`."""
        element = signing.counter(platform.counter, digest(offer), platform.code, "decline", ms(at), **how)
        listed = canonical_text([element])
        statement = element["statement"]
        entry = leaves.entry_text(digest(statement), listed)
        leaf = leaves.leaf_text(ms(at) + 1000, entry, leaves.mark_slot(self.record, len(self.declines)))
        index = self.corridor.log.append(leaf)
        made = Admitted({}, statement, digest(statement), None, [element], listed, entry, leaf, index)
        self.declines.append((made, offer))
        return made
