"""TITLE, rule by rule: control.md 5, the rows of acts.md, and what is still asked where something is left out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from corridor.people import Holder
from corridor.spelling import digest, ms
from corridor.world import Bill, transaction

from .stage import Stage, endorsed, issued
from .table import OPEN, Made, case

TERMS = digest("terms of a pledge")
DAYS = [f"2026-03-{day:02d} 10:20" for day in range(3, 25)]


class Story:
    """A bill and its acts, one a day; four holders, in short words."""

    def __init__(self, *, order: str | None = "exporter", consignee: str | None = None) -> None:
        self.stage = Stage()
        self.stage.world.enrol(self.stage.importer)
        who = {"order": self._who(order), "consignee": self._who(consignee)}
        document = self.stage.document(**{name: holder for name, holder in who.items() if holder})
        self.bill: Bill = issued(self.stage, document=document)
        self.at = iter(DAYS)

    def _who(self, name: str | None) -> Holder | None:
        return getattr(self.stage, name) if name else None

    def note(self, by: str, word: str | None = None, to: str | None = None, **details: Any) -> Story:
        at = next(self.at)
        dcsa = [self._word(word, by, to, at)] if word else []
        self.bill.act("note", getattr(self.stage, by), at, dcsa=dcsa, details=details)
        return self

    def move(self, by: str, to: str, word: str | None = None, *, named: str | None = None, **details: Any) -> Story:
        """A transfer, with an endorsement to the receiver, or to `named`."""
        at = next(self.at)
        dcsa = [self._word("TRANSFER", by, to, at)]
        if word:
            dcsa.insert(0, self._word(word, by, named or to, at))
        self.bill.act("move", getattr(self.stage, by), at, to=getattr(self.stage, to), dcsa=dcsa, details=details)
        return self

    def act(self, op: str, by: str, to: str | None = None, **how: Any) -> Story:
        self.bill.act(op, getattr(self.stage, by), next(self.at), to=self._who(to), **how)
        return self

    def reject(self, by: str, to: str) -> Story:
        at = next(self.at)
        self.bill.act("reject", getattr(self.stage, by), at, dcsa=[self._word("TRANSFER", by, to, at)])
        return self

    def _word(self, code: str, by: str, to: str | None, at: str) -> dict[str, Any]:
        party = None if to is None or code in ("BLANK_ENDORSE", "SIGN") else getattr(self.stage, to).party
        return transaction(code, getattr(self.stage, by).party, ms(at), party)

    def party(self, name: str) -> dict[str, Any]:
        return dict(getattr(self.stage, name).party)

    def last(self) -> str:
        return self.bill.acts[-1].digest

    def made(self, **how: Any) -> Made:
        self.stage.world.checkpoint(next(self.at))
        holders = [self.stage.carrier, self.stage.exporter, self.stage.bank, self.stage.importer]
        return self.stage.made(self.bill, holders, **how)


ORDER, NAMED, BLANK = "ENDORSE_TO_ORDER", "ENDORSE", "BLANK_ENDORSE"


def told(name: str, title: str, done: str, *, holds: bool) -> Callable[[Callable[[], Story]], Callable[[], Made]]:
    """A case in which TITLE passes, or is the only claim that fails."""
    def register(story: Callable[[], Story]) -> Callable[[], Made]:
        return case(name, title, done, fails="" if holds else "TITLE")(lambda: story().made())
    return register


# Endorsements


@told("x30-alias", "A party in two spellings", "The actor has another name and a second code beside the one enrolled.", holds=True)
def alias() -> Story:
    story = Story()
    at = next(story.at)
    party = story.party("exporter")
    code = {"codeListName": "DID", "codeListProvider": "W3C", "partyCode": "did:example:exporter"}
    other = party | {"partyName": "EXPORTER (TEST) LTD", "identifyingCodes": [code, *party["identifyingCodes"]]}
    story.bill.act("note", story.stage.exporter, at, dcsa=[transaction("SIGN", other, ms(at))])
    return story


@told("x31-code-list", "The same code on another list", "The actor's code is the exporter's, but of another list.", holds=False)
def code_list() -> Story:
    story = Story()
    at = next(story.at)
    party = story.party("exporter")
    other = party | {"identifyingCodes": [party["identifyingCodes"][0] | {"codeListName": "BIC"}]}
    story.bill.act("note", story.stage.exporter, at, dcsa=[transaction("SIGN", other, ms(at))])
    return story


@told("x32-spent", "A noted endorsement is spent by the next move",
      "The exporter notes an endorsement in blank, and endorses to the bank's order as it moves the bill; the bank moves it to the "
      "importer, which surrenders.", holds=False)
def spent() -> Story:
    story = Story().note("exporter", BLANK).move("exporter", "bank", ORDER).move("bank", "importer")
    return story.act("surrender", "importer", "carrier")


@told("x33-restored", "What waited is restored by a reject",
      "The exporter notes an endorsement in blank and moves the bill; the bank rejects; the exporter moves it to the importer, "
      "which surrenders.", holds=True)
def restored() -> Story:
    story = Story().note("exporter", BLANK).move("exporter", "bank").reject("bank", "exporter")
    return story.move("exporter", "importer").act("surrender", "importer", "carrier")


@told("x34-turned", "A blank bill turned into order form",
      "Blank; the bank endorses to the importer's order, and the importer moves it back to the bank, which surrenders.", holds=False)
def turned() -> Story:
    story = Story(order=None).move("exporter", "bank").move("bank", "importer", ORDER).move("importer", "bank")
    return story.act("surrender", "bank", "carrier")


@told("x35-to-a-third", "Endorsed to one, handed to another",
      "The exporter endorses to the importer's order and moves the bill to the bank, which surrenders.", holds=False)
def to_a_third() -> Story:
    return Story().move("exporter", "bank", ORDER, named="importer").act("surrender", "bank", "carrier")


# Nominations


@told("x37-nominee-spent", "A nomination is spent by the next move",
      "The exporter nominates the importer and moves the bill to the bank, which endorses to the importer.", holds=False)
def nominee_spent() -> Story:
    story = Story()
    return story.note("exporter", nominee=story.party("importer")).move("exporter", "bank").move("bank", "importer", ORDER)


@told("x38-nominate-straight", "A nominee of a straight bill", "Straight to the bank; the exporter nominates the importer.", holds=False)
def nominate_straight() -> Story:
    story = Story(order=None, consignee="bank")
    return story.note("exporter", nominee=story.party("importer"))


@told("x39-nominate-named", "A named endorsee nominates", "Endorsed to the bank by name; the bank nominates the importer.", holds=False)
def nominate_named() -> Story:
    story = Story().move("exporter", "bank", NAMED)
    return story.note("bank", nominee=story.party("importer"))


@told("x40-nominate-untitled", "Nominated without title", "The bank, to which the bill came without an endorsement, nominates.", holds=False)
def nominate_untitled() -> Story:
    story = Story().move("exporter", "bank")
    return story.note("bank", nominee=story.party("importer"))


# What a note says


@told("x41-two-silent-things", "A note of two things that DCSA has no word for", "A note names a nominee and terms.", holds=False)
def two_silent_things() -> Story:
    story = Story()
    return story.note("exporter", nominee=story.party("bank"), terms=TERMS)


@told("x42-nothing-to-withdraw", "Nothing to withdraw", "A note withdraws; nothing waits.", holds=False)
def nothing_to_withdraw() -> Story:
    return Story().note("exporter", withdraw=True)


@told("x43-withdrawn-terms", "Terms taken back", "The exporter notes terms, withdraws them, and moves the bill to the bank, which moves it on.",
      holds=True)
def withdrawn_terms() -> Story:
    story = Story().note("exporter", terms=TERMS).note("exporter", withdraw=True)
    return story.move("exporter", "bank").move("bank", "importer")


# Pledges


@told("x44-noted-endorsement", "A pledge on a noted endorsement",
      "The exporter notes an endorsement to the bank's order, and moves the bill to it on terms.", holds=True)
def noted_endorsement() -> Story:
    return Story().note("exporter", ORDER, "bank").move("exporter", "bank", terms=TERMS)


@told("x45-noted-terms", "A pledge on noted terms",
      "The exporter notes terms, and moves the bill to the bank with an endorsement; the bank moves it on, citing nothing.", holds=False)
def noted_terms() -> Story:
    return Story().note("exporter", terms=TERMS).move("exporter", "bank", ORDER).move("bank", "importer")


@told("x46-bare", "A pledge without an endorsement", "To order of the exporter, moved to the bank on terms.", holds=False)
def bare() -> Story:
    return Story().move("exporter", "bank", terms=TERMS)


@told("x47-blank-pledge", "A pledge of a blank bill", "Blank; moved to the bank on terms, and released without a word.", holds=True)
def blank_pledge() -> Story:
    story = Story(order=None).move("exporter", "bank", terms=TERMS)
    return story.move("bank", "exporter", pledge=story.last())


@told("x48-straight-pledge", "A pledge of a straight bill", "Straight to the bank; moved to it on terms.", holds=False)
def straight_pledge() -> Story:
    return Story(order=None, consignee="bank").move("exporter", "bank", terms=TERMS)


@told("x49-untitled-pledge", "Pledged without title",
      "To order of the exporter, moved to the importer without an endorsement; the importer notes terms.", holds=False)
def untitled_pledge() -> Story:
    return Story().move("exporter", "importer").note("importer", terms=TERMS)


@told("x50-named-terms", "Terms by a named endorsee", "Endorsed to the bank by name; the bank notes terms.", holds=True)
def named_terms() -> Story:
    return Story().move("exporter", "bank", NAMED).note("bank", terms=TERMS)


def pledged() -> Story:
    """Endorsed to the bank's order and delivered to it on terms."""
    return Story().move("exporter", "bank", ORDER, terms=TERMS)


@told("x51-bare-release", "Released without endorsing back",
      "The bank moves the pledged bill back without an endorsement: no pledge, still to its order; the exporter moves it to the "
      "importer.", holds=True)
def bare_release() -> Story:
    story = pledged()
    return story.move("bank", "exporter", pledge=story.last()).move("exporter", "importer")


@told("x52-released-untitled", "Released without endorsing back, and endorsed",
      "As x51, but the exporter endorses, though the bill is still to the bank's order.", holds=False)
def released_untitled() -> Story:
    story = pledged()
    return story.move("bank", "exporter", pledge=story.last()).move("exporter", "importer", ORDER)


@told("x53-other-terms", "Other terms", "The bank moves the pledged bill to the importer, citing the pledge, on other terms.", holds=False)
def other_terms() -> Story:
    story = pledged()
    return story.move("bank", "importer", pledge=story.last(), terms=digest("other terms"))


@told("x54-kept-and-endorsed", "The pledge kept, the bill endorsed",
      "The bank moves the pledged bill to the importer on the pledge's own terms, and endorses it.", holds=False)
def kept_and_endorsed() -> Story:
    story = pledged()
    return story.move("bank", "importer", ORDER, pledge=story.last(), terms=TERMS)


@told("x55-agent", "In the hands of the pledgee's agent",
      "The bank moves the pledged bill to the importer on the pledge's own terms, and the importer, which is not the "
      "pledgee, back to the bank on them.", holds=False)
def agent() -> Story:
    story = pledged()
    pledge = story.last()
    return story.move("bank", "importer", pledge=pledge, terms=TERMS).move("importer", "bank", pledge=pledge, terms=TERMS)


@told("x56-agent-uncited", "The pledgee's agent cites nothing",
      "The bank moves the pledged bill to the importer on the pledge's own terms; the importer moves it on without citing the "
      "pledge.", holds=False)
def agent_uncited() -> Story:
    story = pledged()
    return story.move("bank", "importer", pledge=story.last(), terms=TERMS).move("importer", "exporter")


@told("x57-on-trust", "To the pledgor on trust",
      "The bank moves the pledged bill back to the exporter on the pledge's own terms: the pledge stands; the exporter moves it on "
      "without citing it.", holds=False)
def on_trust() -> Story:
    story = pledged()
    return story.move("bank", "exporter", pledge=story.last(), terms=TERMS).move("exporter", "importer")


@told("x58-no-such-pledge", "A pledge that is not", "The exporter moves the bill to the bank, citing a pledge.", holds=False)
def no_such_pledge() -> Story:
    return Story().move("exporter", "bank", pledge=digest("a pledge"))


@told("x59-miscited", "Another pledge", "The bank moves the pledged bill on, citing another act.", holds=False)
def miscited() -> Story:
    return pledged().move("bank", "importer", ORDER, pledge=digest("another act"))


@told("x60-pledged-note", "A pledged bill endorsed in a note", "The bank notes an endorsement of the pledged bill.", holds=False)
def pledged_note() -> Story:
    return pledged().note("bank", ORDER, "importer")


@told("x61-pledged-terms", "A pledged bill pledged again", "The bank notes terms of the pledged bill.", holds=False)
def pledged_terms() -> Story:
    return pledged().note("bank", terms=TERMS)


@told("x62-surrender-uncited", "A pledged bill surrendered, the pledge not cited",
      "The bank surrenders the pledged bill without citing the pledge: the pledgor has to consent.", holds=False)
def surrender_uncited() -> Story:
    return pledged().act("surrender", "bank", "carrier")


@told("x63-surrender-cited", "A pledged bill surrendered by the pledgee", "The bank surrenders the pledged bill, citing the pledge.",
      holds=True)
def surrender_cited() -> Story:
    story = pledged()
    return story.act("surrender", "bank", "carrier", details={"pledge": story.last()})


@told("x64-surrender-no-pledge", "A surrender that cites a pledge that is not", "Not pledged; the exporter's surrender cites a pledge.",
      holds=False)
def surrender_no_pledge() -> Story:
    return Story().act("surrender", "exporter", "carrier", details={"pledge": digest("a pledge")})


@told("x65-rejected-pledge", "A rejected pledge",
      "The bank rejects the pledge; the exporter moves the bill to the importer, citing nothing.", holds=True)
def rejected_pledge() -> Story:
    return pledged().reject("bank", "exporter").move("exporter", "importer", ORDER)


# Members of other acts, and words


def member(letter: str, what: str, story: Callable[[], Story]) -> None:
    told(f"x{letter}", "A member of another act", what, holds=False)(story)


PAPER = {"originals": 1, "serials": ["1/1"], "statement": "The originals replace the record."}
BACK = {"attestation": "Destroyed.", "scans": [digest("a scan")], "serials": ["1/1"], "statement": "The record replaces paper."}
LAW = {"issuerSalt": "AAAAAAAAAAAAAAAAAAAAAA", "law": "Scotland", "jurisdiction": "Scotland"}

member("66-to-paper", "A note has `toPaper`.", lambda: Story().note("exporter", toPaper=PAPER))
member("67-from-paper", "A note has `fromPaper`.", lambda: Story().note("exporter", fromPaper=BACK))
member("68-law", "A note has `law`, `jurisdiction` and `issuerSalt`.", lambda: Story().note("exporter", **LAW))
member("69-pledge", "A note has `pledge`.", lambda: Story().note("exporter", pledge=TERMS))
member("70-successors", "A move has `successors`.", lambda: Story().move("exporter", "bank", successors=["ab" * 32]))
member("71-nominee", "A move has `nominee`.", lambda: Story().move("exporter", "bank", nominee=Story().party("importer")))
member("72-withdraw", "A move has `withdraw`.", lambda: Story().move("exporter", "bank", withdraw=True))
member("73-terms", "A surrender has `terms`.", lambda: Story().act("surrender", "exporter", "carrier", details={"terms": TERMS}))
member("74-successors-delivery", "A surrender for delivery has `successors`.",
       lambda: Story().act("surrender", "exporter", "carrier", details={"successors": ["ab" * 32]}))
member("75-issue-terms", "The issue has `terms`.", lambda: issued_saying(terms=TERMS))


def issued_saying(**details: Any) -> Story:
    story = Story.__new__(Story)
    story.stage = Stage()
    story.stage.world.enrol(story.stage.importer)
    story.bill = issued(story.stage, details=details)
    story.at = iter(DAYS)
    return story


@told("x76-no-words", "A surrender without a word", "The exporter surrenders for delivery; its details have no Transaction.", holds=True)
def no_words() -> Story:
    return Story().act("surrender", "exporter", "carrier", dcsa=[])


@told("x77-purpose", "A surrender of another purpose", "Surrendered to be cancelled; the word is SURRENDER_FOR_DELIVERY.", holds=False)
def purpose() -> Story:
    return Story().act("surrender", "exporter", "carrier", members={"purpose": "cancel"})


@told("x78-leave-says", "A leave that says something", "A `leave` has the word SIGN.", holds=False)
def leave_says() -> Story:
    story = Story()
    at = DAYS[0]
    return story.act("leave", "exporter", dcsa=[transaction("SIGN", story.party("exporter"), ms(at))])


@told("x79-reason", "A reason that is none", "Surrendered for amendment with the reasonCode `OTHER`.", holds=False)
def reason() -> Story:
    story = Story()
    words = [transaction("SURRENDER_FOR_AMENDMENT", story.party("exporter"), ms(DAYS[0]), reasonCode="OTHER")]
    return story.act("surrender", "exporter", "carrier", members={"purpose": "amendment"}, dcsa=words)


@told("x80-set-details", "The details of a set", "A note's details have `party` and `identityReceipt`.", holds=False)
def set_details() -> Story:
    story = Story()
    return story.note("exporter", party=story.party("exporter"), identityReceipt=TERMS)


# Where something is left out


@case("x81-left-out-then-false", "Details left out, then another actor",
      "The details of the first transfer are left out; the next act's Transaction has another actor.",
      fails="TITLE", own={"DOCUMENT": OPEN})
def left_out_then_false() -> Made:
    story = Story().move("exporter", "bank", ORDER)
    story.bill.acts[-1].details = None
    at = next(story.at)
    story.bill.act("note", story.stage.bank, at, dcsa=[transaction("SIGN", story.party("importer"), ms(at))])
    return story.made()


@case("x82-left-out-then-untitled", "Details left out, then an endorsement",
      "The details of the first transfer are left out; the bank endorses: nobody can say whether it may.",
      own={"TITLE": OPEN, "DOCUMENT": OPEN})
def left_out_then_untitled() -> Made:
    story = Story().move("exporter", "bank")
    story.bill.acts[-1].details = None
    return story.move("bank", "importer", ORDER).made()


@case("x83-no-document-then-false", "No document, and another actor",
      "document.json is left out; the note's Transaction has another actor.", fails="TITLE", own={"DOCUMENT": OPEN, "WHO": OPEN})
def no_document_then_false() -> Made:
    story = Story()
    at = next(story.at)
    story.bill.act("note", story.stage.exporter, at, dcsa=[transaction("SIGN", story.party("bank"), ms(at))])
    made = story.made()
    made.bundle.drop("document.json")
    return made


@case("x84-no-document-then-untitled", "No document, and an endorsement",
      "document.json is left out; the bank endorses what came without an endorsement.", own={"TITLE": OPEN, "DOCUMENT": OPEN, "WHO": OPEN})
def no_document_then_untitled() -> Made:
    made = Story().move("exporter", "bank").move("bank", "importer", ORDER).made()
    made.bundle.drop("document.json")
    return made


@case("x85-nameless-then-untitled", "A party unknown, then an endorsement",
      "The details of the exporter's set are left out, which moves the bill to the bank; the bank endorses.",
      own={"TITLE": OPEN, "WHO": OPEN})
def nameless_then_untitled() -> Made:
    story = Story().move("exporter", "bank").move("bank", "importer", ORDER)
    made = story.made()
    made.bundle.edit(f"keysets/{story.stage.exporter.set_id}/0000.json", details=None)
    return made


@case("x86-nameless-then-false", "A party unknown, then another actor",
      "As x85, but the bank's Transactions name the carrier as their actor.", fails="TITLE", own={"WHO": OPEN})
def nameless_then_false() -> Made:
    story = Story().move("exporter", "bank")
    at = next(story.at)
    words = endorsed(story.stage, ORDER, story.stage.carrier, story.stage.importer, at)
    story.bill.act("move", story.stage.bank, at, to=story.stage.importer, dcsa=words)
    made = story.made()
    made.bundle.edit(f"keysets/{story.stage.exporter.set_id}/0000.json", details=None)
    return made


@case("x87-face", "A document that does not say to whom it is", "The document has no `isToOrder`; the note has another actor.",
      fails="TITLE")
def face() -> Made:
    story = Story.__new__(Story)
    story.stage = Stage()
    story.stage.world.enrol(story.stage.importer)
    document = {name: value for name, value in story.stage.document(order=story.stage.exporter).items() if name != "isToOrder"}
    story.bill = issued(story.stage, document=document)
    story.at = iter(DAYS)
    at = next(story.at)
    story.bill.act("note", story.stage.exporter, at, dcsa=[transaction("SIGN", story.party("bank"), ms(at))])
    return story.made()
