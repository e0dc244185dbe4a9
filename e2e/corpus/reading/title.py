"""TITLE: control.md 5, the rows of acts.md, the consents of formats.md."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from corridor.keys import kid_of
from corridor.spelling import digest_of, ms

from . import proofs, shapes
from .shapes import Bad
from .view import Act, Reading, Result, same_party

Party = dict[str, Any]
AFTER = {"ENDORSE": "named", "ENDORSE_TO_ORDER": "order", "BLANK_ENDORSE": "blank"}
RECEIVED = {"ISSUE", "TRANSFER", "ENDORSE", "ENDORSE_TO_ORDER"}
WORDS = {"reject": ["TRANSFER"], "close": ["SACC"], "return": ["SREJ"], "issue": ["ISSUE"], "move": ["TRANSFER"]}
MEMBERS = {"fromPaper", "issuerSalt", "law", "jurisdiction", "nominee", "pledge", "successors", "terms", "toPaper", "withdraw"}
LAW = {"issuerSalt", "law", "jurisdiction"}

CONSENT = shapes.obj({"expires": shapes.time, "matter": shapes.DIGEST, "op": shapes.text, "prev": shapes.DIGEST,
                      "record": shapes.DIGEST, "set": shapes.DIGEST, "to": shapes.array(shapes.DIGEST, 0, 16),
                      "v": shapes.one_of("twakow/consent/1")}, {"purpose": shapes.text})
FILE = shapes.obj({"consent": shapes.text, "signatures": shapes.signatures, "v": shapes.one_of("twakow/consent-file/1")})


@dataclass(frozen=True)
class State:
    """In whose favour, and what waits."""

    kind: str
    party: Party | None = None
    noted: tuple[str, Party | None] | None = None
    nominee: Party | None = None
    terms: str | None = None
    pledge: dict[str, Any] | None = None


@dataclass
class Given:
    """The consents of an act: whose they are, and whether one could not be seen."""

    parties: list[Party] = field(default_factory=list)
    unseen: bool = False


def cited(r: Reading) -> list[dict[str, Any]]:
    """The consents in the bundle that acts cite and that are of the form."""
    found = []
    for act in r.acts:
        for name in (act.details or {}).get("consents", []):
            try:
                found.append(opened(r.files[f"files/{name}"])[0])
            except (KeyError, Bad, ValueError):
                continue
    return found


def opened(data: bytes) -> tuple[dict[str, Any], list[dict[str, Any]], str]:
    told = shapes.canonical_value(data)
    FILE(told)
    consent = shapes.canonical_value(told["consent"])
    CONSENT(consent)
    elements = shapes.canonical_value(told["signatures"])
    shapes.need(len(elements) == 1 and elements[0]["kind"] != "platform", "one signature")
    return consent, elements, told["consent"]


def consents(r: Reading, act: Act, details: dict[str, Any], result: Result) -> Given:
    given = Given()
    listed = details.get("consents", [])
    result.ask("consents" not in details or (listed == sorted(set(listed)) and 1 <= len(listed) <= 16), "consents in order")
    for name in listed:
        data = r.files.get(f"files/{name}")
        if data is None:
            given.unseen = True
            continue
        try:
            consent, elements, text = opened(data)
        except (Bad, ValueError):
            result.ask(False, "no consent")
            continue
        matter = {n: v for n, v in details.items() if n != "consents"}
        right = {"expires": consent["expires"], "matter": digest_of(matter), "op": act.op, "prev": act.told.get("prev"),
                 "record": act.record, "set": consent["set"], "to": act.told["to"]["sets"] if "to" in act.told else [],
                 "v": "twakow/consent/1"} | ({"purpose": act.told["purpose"]} if act.op == "surrender" else {})
        result.ask(consent == right, "a consent to another act")
        result.ask(act.time <= ms(consent["expires"]), "an expired consent")
        if not r.true_set(consent["set"]):
            given.unseen = True
            continue
        before = [one for one in r.sets[consent["set"]] if one.index is not None and one.index < (act.index or 0)]
        kid = elements[0].get("kid") or proofs.jws_kid(elements[0]["jws"])
        keys = [k for k in before[-1].told["keys"] if kid_of(k["jwk"]) == kid] if before else []
        result.ask(bool(keys) and holds(elements[0], text, keys[0]), "a consent that is not signed")
        party = r.party(consent["set"])
        if party is None:
            given.unseen = True
        else:
            given.parties.append(party)
    return given


def holds(element: dict[str, Any], text: str, key: dict[str, Any]) -> bool:
    if key["kind"] == "passkey":
        return element["kind"] == "webauthn" and proofs.assertion_holds(element, text, key)
    return element["kind"] == "jws" and proofs.jws_holds(element["jws"], "twk-consent+jws", text, key["jwk"])


def form(act: Act, details: dict[str, Any], by: Party | None, to: Party | None, result: Result) -> None:
    """What is asked whatever the title was."""
    ask = result.ask
    words = [word["actionCode"] for word in details.get("dcsa", [])]
    ask("party" not in details and "identityReceipt" not in details, "the details of a set")
    ends = words[:1] if len(words) == 2 and act.op == "move" else words if act.op == "note" else []
    allowed = [WORDS.get(act.op, [])]
    if act.op == "surrender":
        allowed = [["SURRENDER_FOR_DELIVERY" if act.told["purpose"] == "delivery" else "SURRENDER_FOR_AMENDMENT"]]
    if act.op == "note":
        allowed = [["SIGN"], *([word] for word in AFTER)]
    if act.op == "move":
        allowed = [["TRANSFER"], *([word, "TRANSFER"] for word in AFTER)]
    ask(not words or words in allowed, f"words {ends or words}")
    for word in details.get("dcsa", []):
        code = word["actionCode"]
        surplus = set(word) - {"actionCode", "actionDateTime", "actor", "comments"}
        surplus -= {"recipient"} if code in RECEIVED else {"reasonCode"} if code == "SURRENDER_FOR_AMENDMENT" else set()
        ask(not surplus and word.get("reasonCode", "COD") in ("SWTP", "COD", "SWI"), "members of a Transaction")
        ask((code in RECEIVED) == ("recipient" in word), "recipient")
        ask(by is None or same_party(word["actor"], by), "another actor")
        if code in ("ISSUE", "TRANSFER") and to is not None and "recipient" in word:
            ask(same_party(word["recipient"], to), "another receiver")
    said = {"issue": {"fromPaper"} | LAW, "note": {"nominee", "terms", "withdraw"}, "move": {"pledge", "terms"},
            "surrender": {"pledge"}, "close": set()}.get(act.op, set())
    if act.op == "surrender" and act.told["purpose"] == "amendment":
        said = said | {"successors"}
    if act.op == "close" and act.told["end"] == "paper":
        said = {"toPaper"}
    ask(not (MEMBERS & set(details)) - said, "a member of another act")
    if act.op == "issue":
        ask(set(details) >= LAW and "consents" not in details, "law")
    if act.op == "note":
        ask(bool(words) + sum(name in details for name in ("nominee", "terms", "withdraw")) <= 1, "a note of two things")
    for name in ("toPaper", "fromPaper"):
        paper = details.get(name, {"serials": [], "scans": []})
        listed = [paper.get("serials", []), paper.get("scans", [])]
        ask(all(one == sorted(set(one)) for one in listed), "serials and scans in order")


class Rules:
    """One act in its turn."""

    def __init__(self, act: Act, details: dict[str, Any], by: Party, given: Given, result: Result) -> None:
        self.act, self.details, self.by, self.given, self.result = act, details, by, given, result

    def need(self, party: Party | None) -> None:
        """This party acts itself or consents."""
        assert party is not None
        if same_party(party, self.by) or any(same_party(party, one) for one in self.given.parties):
            return
        if self.given.unseen:
            self.result.open("a consent that is not shown")
        else:
            self.result.ask(False, "without title")

    def endorse(self, s: State, kind: str, to: Party | None) -> None:
        if s.kind in ("straight", "named"):
            self.result.ask(False, "it cannot be endorsed")
        elif s.kind == "order" and not (s.nominee and to and same_party(s.nominee, to)):
            self.need(s.party)

    def pledge(self, s: State) -> None:
        self.result.ask(s.kind != "straight", "a straight bill pledged")
        if s.kind in ("order", "named"):
            self.need(s.party)

    def note(self, s: State, word: tuple[str, Party | None] | None) -> State:
        ask = self.result.ask
        if self.details.get("withdraw"):
            ask(bool(s.noted or s.nominee or s.terms), "nothing waits")
            return replace(s, noted=None, nominee=None, terms=None)
        if word:
            ask(s.pledge is None, "pledged")
            self.endorse(s, *word)
            return replace(s, noted=word)
        if "nominee" in self.details:
            ask(s.kind in ("order", "blank"), "nobody to nominate")
            if s.kind == "order":
                self.need(s.party)
            return replace(s, nominee=self.details["nominee"])
        if "terms" in self.details:
            ask(s.pledge is None, "pledged")
            self.pledge(s)
            return replace(s, terms=self.details["terms"])
        return s

    def move(self, s: State, word: tuple[str, Party | None] | None, to: Party) -> State:
        ask, cites, terms = self.result.ask, self.details.get("pledge"), self.details.get("terms")
        after, pledge = word or s.noted, None
        if s.pledge:
            ask(cites == s.pledge["act"], "a pledged bill moves")
            self.need(s.pledge["pledgee"])
            ask(terms is None or (terms == s.pledge["terms"] and not word), "other terms, or kept and endorsed")
            pledge = s.pledge if terms is not None else None
        else:
            ask(cites is None, "no such pledge")
            on = terms or s.terms
            if on:
                self.pledge(s)
                ask(after is not None or s.kind == "blank", "bare pledge")
                pledge = {"act": self.act.digest, "terms": on, "pledgor": self.by, "pledgee": to}
        if word:
            self.endorse(s, *word)
        kind, party = after or (s.kind, s.party)
        return State(kind, party, pledge=pledge)

    def surrender(self, s: State, first: Party | None) -> None:
        if s.kind == "straight":
            amends = self.act.told["purpose"] != "delivery" and first is not None and same_party(first, self.by)
            self.result.ask(amends or same_party(s.party or {}, self.by), "not the consignee")
        elif s.kind != "blank":
            self.need(s.party)
        cites = self.details.get("pledge")
        self.result.ask(cites is None or (s.pledge is not None and cites == s.pledge["act"]), "no such pledge")
        if s.pledge:
            self.need(s.pledge["pledgee"])
            if cites is None:
                self.need(s.pledge["pledgor"])


def at_issue(document: dict[str, Any] | None) -> State | None:
    parties = (document or {}).get("documentParties", {})
    if document is None or "isToOrder" not in document:
        return None
    if document["isToOrder"]:
        return State("order", parties["endorsee"]) if "endorsee" in parties else State("blank")
    return State("straight", parties["consignee"]) if "consignee" in parties else None


def title(r: Reading) -> Result:
    result = Result()
    state = at_issue(r.document)
    if state is None:
        result.open("the document")
    history: list[State | None] = []
    for number, act in enumerate(r.acts):
        history.append(state)
        details = act.details
        if details is None:
            result.open("details left out")
            state = None
            continue
        given = consents(r, act, details, result)
        by = r.party(act.told["by"]["sets"][0])
        last = r.acts[number - 1] if number else None
        receives = act.told.get("to") or (last.told["by"] if act.op == "reject" and last and last.op == "move" else None)
        to = r.party(receives["sets"][0]) if receives else None
        form(act, details, by, to, result)
        names = any(word["actionCode"] in ("ISSUE", "TRANSFER") for word in details["dcsa"])
        if by is None or (receives and to is None and (names or act.op in ("issue", "move"))):
            result.open("a party")
            state = None
            continue
        if state is None or result.failed:
            continue
        state = _next(r, act, details, by, to, given, history, result)
    return result


def _next(r: Reading, act: Act, details: dict[str, Any], by: Party, to: Party | None, given: Given,
          history: list[State | None], result: Result) -> State | None:
    state = history[-1]
    assert state is not None
    rules = Rules(act, details, by, given, result)
    endorsements = [(AFTER[w["actionCode"]], w.get("recipient")) for w in details["dcsa"] if w["actionCode"] in AFTER]
    word = endorsements[0] if endorsements else None
    if act.op == "note":
        return rules.note(state, word)
    if act.op == "move" and to is not None:
        return rules.move(state, word, to)
    if act.op == "reject":
        return history[-2] if r.acts[len(history) - 2].op == "move" else state
    if act.op == "surrender":
        rules.surrender(state, r.party(r.acts[0].told["to"]["sets"][0]))
    return state
