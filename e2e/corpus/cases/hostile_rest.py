"""WHO, IDENTITY, TITLE, MEDIUM, PROVENANCE, NOTHING-LATER, PINT, ALGORITHMS, SEALS, and whole corridors of a liar."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from corridor import leaves, pint, signing
from corridor.bundle import Bundle, export, head_slots, put_head
from corridor.keys import Key
from corridor.people import SetKey, party
from corridor.spelling import b64u, canonical_text, digest, ms
from corridor.world import Bill, transaction

from .genuine import papered, replaced, with_entry
from .hostile_log import changed, one
from .stage import Stage, crossed, endorsed, issued, three
from .table import FAIL, OPEN, Asked, Made, Row, case

# A whole corridor of a liar


@case(
    "w01-self-made", "A complete corridor of a liar",
    "Same names, same story, all keys the liar's own: log, witnesses, authority, platforms, carrier.",
    rows=[
        Row("with the genuine trust file", trust="genuine",
            own={"COSIGNED": FAIL, "SINGLE": OPEN, "TIME": OPEN, "MEMBERS": FAIL, "WHO": FAIL}),
        Row("without a trust file", trust="none"),
        Row("with the liar's own trust file: it proves what the liar says, to whoever trusts the liar"),
    ],
)
def self_made() -> Made:
    stage = Stage(seed="mallory")
    made = stage.made(crossed(stage), three(stage))
    genuine = Stage()
    made.trusts["genuine"] = genuine.trust()
    return made


@case("w02-impostor-carrier", "An impostor carrier",
      "A set of another party, enrolled in the genuine corridor, issues a bill of the carrier SMDG:TST.", fails="WHO")
def impostor() -> Made:
    stage = Stage()
    mallory = stage.world.holder("Mallory Line", 66, stage.a, [SetKey(Key.make("corpus Mallory"))])
    stage.world.enrol(mallory)
    bill = Bill(stage.world, mallory, stage.document(order=stage.exporter))
    stage.world.checkpoint("2026-03-01 09:00")
    bill.issue(stage.exporter, "2026-03-02 09:00")
    stage.world.checkpoint("2026-03-02 10:00")
    return stage.made(bill, [mallory, stage.exporter], [stage.a])


# WHO


def enrolled(signed: Callable[[Stage, str], list[signing.Element]]) -> Made:
    """`issued`, where the exporter's set was enrolled in another way."""
    stage = Stage(enrolled=False)
    stage.world.enrol(stage.carrier)
    stage.world.enrol(stage.exporter, enrolled=lambda act: signed(stage, act))
    return stage.made(issued(stage), [stage.carrier, stage.exporter], [stage.a])


ENROLLED = ms("2026-03-01 08:00")


@case("w03-not-enrolled", "A set that no platform enrolled", "The exporter's keyset has no `enrol`.", fails="WHO")
def not_enrolled() -> Made:
    return enrolled(lambda *_: [])


@case("w04-enrol-role", "Enrolled with another role", "The platform signed the keyset with role `home`.", fails="WHO")
def enrol_role() -> Made:
    return enrolled(lambda stage, act: [signing.counter(stage.a.counter, act, "TWKA", "home", ENROLLED)])


@case("w05-stranger-enrols", "Enrolled by a stranger", "TWKC, of which the log has no mark, enrolled the exporter's set.",
      own={"WHO": OPEN})
def stranger_enrols() -> Made:
    stage = Stage(enrolled=False)
    stage.world.enrol(stage.carrier)
    stage.world.enrol(
        stage.exporter, enrolled=lambda act: [signing.counter(stage.c.counter, act, "TWKC", "enrol", ENROLLED)])
    return stage.made(issued(stage), [stage.carrier, stage.exporter], [stage.a, stage.c])


@case("w06-other-party", "A rekey that names another party", "The exporter's rekey says that the set is Mallory's.", fails="WHO")
def other_party() -> Made:
    stage = Stage()
    bill = issued(stage)
    stage.world.rekey(stage.exporter, [SetKey(Key.make("corpus exporter second"))], "2026-03-05 07:00",
                      details={"party": party("Mallory Ltd", 66, "TWKA")})
    bill.act("note", stage.exporter, "2026-03-05 08:00")
    return one(stage, bill, "2026-03-05 10:00")


@case("w07-nameless", "A set without a name", "The details of the exporter's keyset are left out.", own={"WHO": OPEN, "TITLE": OPEN})
def nameless() -> Made:
    stage = Stage()
    bill = crossed(stage)
    bundle = export(bill, three(stage), [stage.a, stage.b])
    bundle.edit(f"keysets/{stage.exporter.set_id}/0000.json", details=None)
    return stage.made(bill, [], bundle=bundle)


# IDENTITY

RECEIPT = b"receipt of an identity scheme, test only\n"


def with_receipt(content: bytes) -> Made:
    stage = Stage(enrolled=False)
    stage.world.enrol(stage.carrier)
    stage.world.enrol(stage.exporter, receipt=digest(RECEIPT))
    made = stage.made(issued(stage), [stage.carrier, stage.exporter], [stage.a], own={"IDENTITY": OPEN})
    made.bundle.put(f"identity-receipts/{digest(RECEIPT)}", content)
    return made


@case("y01-receipt", "An identity receipt", "The exporter's set names a receipt, which is there: replaying it is not yet.",
      rows=[Row("identity not asked: the claim does not count"), Row("identity asked", Asked(identity=True))])
def receipt() -> Made:
    return with_receipt(RECEIPT)


@case("y02-false-receipt", "Another receipt than the one named", "identity-receipts/ID does not hash to its name.",
      fails="IDENTITY",
      rows=[Row("identity not asked: a FAIL that does not count"), Row("identity asked", Asked(identity=True))])
def false_receipt() -> Made:
    return with_receipt(b"another receipt\n")


# TITLE


def titled(words: Callable[[Stage], list[dict[str, Any]]], *, first: str = "TRANSFER") -> Made:
    """The bank holds the bill, by `first`, and endorses it on to the importer in house."""
    stage = Stage()
    stage.world.enrol(stage.importer)
    bill = issued(stage)
    moment = "2026-03-03 10:20"
    plain = [transaction("TRANSFER", stage.exporter.party, ms(moment), stage.bank.party)]
    told = plain if first == "TRANSFER" else endorsed(stage, first, stage.exporter, stage.bank, moment)
    bill.act("move", stage.exporter, moment, to=stage.bank, dcsa=told)
    bill.act("move", stage.bank, "2026-03-04 08:00", to=stage.importer, dcsa=words(stage))
    stage.world.checkpoint("2026-03-04 08:30")
    return stage.made(bill, [*three(stage), stage.importer])


def onward(code: str) -> Callable[[Stage], list[dict[str, Any]]]:
    return lambda stage: endorsed(stage, code, stage.bank, stage.importer, "2026-03-04 08:00")


@case("x01-no-title", "Endorsed without title", "The bill came to the bank without an endorsement; the bank endorses it.",
      fails="TITLE")
def no_title() -> Made:
    return titled(onward("ENDORSE_TO_ORDER"))


@case("x02-named", "Endorsed by a named endorsee", "Endorsed to the bank by name (`ENDORSE`), which endorses further.",
      fails="TITLE")
def named() -> Made:
    return titled(onward("ENDORSE_TO_ORDER"), first="ENDORSE")


@case("x03-other-actor", "Another actor", "The Transaction of the exporter's note names the bank as its actor.", fails="TITLE")
def other_actor() -> Made:
    stage = Stage()
    bill = issued(stage)
    bill.act("note", stage.exporter, "2026-03-03 09:00",
             dcsa=[transaction("SIGN", stage.bank.party, ms("2026-03-03 09:00"))])
    return one(stage, bill)


@case("x04-surrender-without-title", "Surrendered without title",
      "To order of the exporter, moved to the bank without an endorsement; the bank surrenders, without a consent.",
      fails="TITLE")
def surrender_without() -> Made:
    stage = Stage()
    bill = issued(stage)
    bill.act("move", stage.exporter, "2026-03-03 10:20", to=stage.bank)
    bill.act("surrender", stage.bank, "2026-03-09 04:00", to=stage.carrier)
    stage.world.checkpoint("2026-03-09 05:00")
    return stage.made(bill, three(stage))


@case("x05-straight-endorsed", "A straight bill endorsed", "Straight to the bank; the exporter endorses it to order.",
      fails="TITLE")
def straight_endorsed() -> Made:
    stage = Stage()
    bill = issued(stage, document=stage.document(consignee=stage.bank))
    words = endorsed(stage, "ENDORSE_TO_ORDER", stage.exporter, stage.bank, "2026-03-03 10:20")
    bill.act("move", stage.exporter, "2026-03-03 10:20", to=stage.bank, dcsa=words)
    stage.world.checkpoint("2026-03-03 10:30")
    return stage.made(bill, three(stage))


@case("x06-undelivered", "An endorsement that was never delivered",
      "The exporter notes an endorsement to the bank, changes it to one to the importer, and moves the bill to the bank, which "
      "endorses.", fails="TITLE")
def undelivered() -> Made:
    stage = Stage()
    stage.world.enrol(stage.importer)
    bill = issued(stage)
    for at, to in (("2026-03-03 09:00", stage.bank), ("2026-03-03 09:30", stage.importer)):
        bill.act("note", stage.exporter, at, dcsa=[transaction("ENDORSE_TO_ORDER", stage.exporter.party, ms(at), to.party)])
    bill.act("move", stage.exporter, "2026-03-03 10:20", to=stage.bank)
    bill.act("move", stage.bank, "2026-03-04 08:00", to=stage.importer, dcsa=onward("ENDORSE_TO_ORDER")(stage))
    stage.world.checkpoint("2026-03-04 08:30")
    return stage.made(bill, [*three(stage), stage.importer])


@case("x07-no-recipient", "An endorsement to nobody", "`ENDORSE_TO_ORDER` without a recipient.", fails="TITLE")
def no_recipient() -> Made:
    stage = Stage()
    bill = issued(stage)
    bill.act("note", stage.exporter, "2026-03-03 09:00",
             dcsa=[transaction("ENDORSE_TO_ORDER", stage.exporter.party, ms("2026-03-03 09:00"))])
    return one(stage, bill)


@case("x08-two-endorsements", "Two endorsements in one act", "A note endorses to the bank and to the importer.", fails="TITLE")
def two_endorsements() -> Made:
    stage = Stage()
    bill = issued(stage)
    words = [transaction("ENDORSE_TO_ORDER", stage.exporter.party, ms("2026-03-03 09:00"), to.party)
             for to in (stage.bank, stage.importer)]
    bill.act("note", stage.exporter, "2026-03-03 09:00", dcsa=words)
    return one(stage, bill)


@case("x09-withdrawn", "A withdrawn endorsement used",
      "The exporter notes an endorsement to the bank, withdraws it and moves the bill; the bank endorses.", fails="TITLE")
def withdrawn() -> Made:
    stage = Stage()
    stage.world.enrol(stage.importer)
    bill = issued(stage)
    words = [transaction("ENDORSE_TO_ORDER", stage.exporter.party, ms("2026-03-03 09:00"), stage.bank.party)]
    bill.act("note", stage.exporter, "2026-03-03 09:00", dcsa=words)
    bill.act("note", stage.exporter, "2026-03-03 09:30", details={"withdraw": True})
    bill.act("move", stage.exporter, "2026-03-03 10:20", to=stage.bank)
    bill.act("move", stage.bank, "2026-03-04 08:00", to=stage.importer, dcsa=onward("ENDORSE_TO_ORDER")(stage))
    stage.world.checkpoint("2026-03-04 08:30")
    return stage.made(bill, [*three(stage), stage.importer])


@case("x10-rejected-endorsement", "An endorsement that was rejected",
      "Endorsed to the bank, which rejects, and gets the bill again without an endorsement; it endorses.", fails="TITLE")
def rejected_endorsement() -> Made:
    stage = Stage()
    stage.world.enrol(stage.importer)
    bill = crossed(stage)
    words = [transaction("TRANSFER", stage.bank.party, ms("2026-03-04 08:00"), stage.exporter.party)]
    bill.act("reject", stage.bank, "2026-03-04 08:00", dcsa=words)
    bill.act("move", stage.exporter, "2026-03-05 08:00", to=stage.bank)
    told = endorsed(stage, "ENDORSE_TO_ORDER", stage.bank, stage.importer, "2026-03-06 08:00")
    bill.act("move", stage.bank, "2026-03-06 08:00", to=stage.importer, dcsa=told)
    stage.world.checkpoint("2026-03-06 08:30")
    return stage.made(bill, [*three(stage), stage.importer])


@case("x11-other-recipient", "Words to one, control to another",
      "The words endorse and transfer to the bank; `to` is the importer's set.", fails="TITLE")
def other_recipient() -> Made:
    stage = Stage()
    stage.world.enrol(stage.importer)
    bill = issued(stage)
    words = endorsed(stage, "ENDORSE_TO_ORDER", stage.exporter, stage.bank, "2026-03-03 10:20")
    bill.act("move", stage.exporter, "2026-03-03 10:20", to=stage.importer, dcsa=words)
    stage.world.checkpoint("2026-03-03 10:30")
    return stage.made(bill, [stage.carrier, stage.exporter, stage.importer])


@case("x12-issue-recipient", "Issued to one in words, to another in fact",
      "ISSUE names the bank as its recipient; `to` is the exporter's set.", fails="TITLE")
def issue_recipient() -> Made:
    stage = Stage()
    words = [transaction("ISSUE", stage.carrier.party, ms("2026-03-02 09:00"), stage.bank.party)]
    bill = issued(stage, dcsa=words)
    return stage.made(bill, [stage.carrier, stage.exporter], [stage.a])


@case("x13-shipper-delivery", "A straight bill given up for delivery by its shipper",
      "Straight to the bank, still with the exporter, who surrenders it for delivery.", fails="TITLE")
def shipper_delivery() -> Made:
    stage = Stage()
    bill = issued(stage, document=stage.document(consignee=stage.bank))
    bill.act("surrender", stage.exporter, "2026-03-09 04:00", to=stage.carrier)
    stage.world.checkpoint("2026-03-09 05:00")
    return stage.made(bill, [stage.carrier, stage.exporter], [stage.a])


@case("x14-endorsed-surrender", "An endorsement in a surrender", "The bank's surrender carries an endorsement to the carrier.",
      fails="TITLE")
def endorsed_surrender() -> Made:
    stage = Stage()
    bill = crossed(stage)
    moment = ms("2026-03-09 04:00")
    words = [transaction("ENDORSE_TO_ORDER", stage.bank.party, moment, stage.carrier.party),
             transaction("SURRENDER_FOR_DELIVERY", stage.bank.party, moment)]
    bill.act("surrender", stage.bank, "2026-03-09 04:00", to=stage.carrier, dcsa=words)
    stage.world.checkpoint("2026-03-09 05:00")
    return stage.made(bill, three(stage))


@case("x15-pledge-uncited", "A pledged bill that moves on",
      "The bank moves the pledged bill to a third party without citing the pledge.", fails="TITLE")
def pledge_uncited() -> Made:
    stage = Stage()
    stage.world.enrol(stage.importer)
    bill = crossed(stage, details={"terms": digest("terms of a pledge")})
    words = endorsed(stage, "ENDORSE_TO_ORDER", stage.bank, stage.importer, "2026-03-20 12:00")
    bill.act("move", stage.bank, "2026-03-20 12:00", to=stage.importer, dcsa=words)
    stage.world.checkpoint("2026-03-20 12:30")
    return stage.made(bill, [*three(stage), stage.importer])


# MEDIUM


@case("x20-paper-unstated", "Paper without its statements", "Closed with `paper`; the details have no `toPaper`.", fails="MEDIUM")
def paper_unstated() -> Made:
    stage = Stage()
    bill = papered(stage, None)
    stage.world.checkpoint("2026-03-10 10:00")
    return stage.made(bill, three(stage))


@case("x21-replaced-unagreed", "Replaced without the agreed successors",
      "Closed with `into` a successor; the surrender's details name no `successors`.", fails="MEDIUM")
def unagreed() -> Made:
    stage = Stage()
    old, _ = replaced(stage, agreed=[])
    return stage.made(old, three(stage))


@case("x22-other-successor", "Replaced by another than the agreed one",
      "The surrender names another successor than the close lists in `into`.", fails="MEDIUM")
def other_successor() -> Made:
    stage = Stage()
    old, _ = replaced(stage, agreed=["ab" * 32])
    return stage.made(old, three(stage))


# PROVENANCE


@case("v01-provenance", "A move said to be the carrier's", "`provenance` of the move is `carrier_signed`.", fails="PROVENANCE")
def provenance() -> Made:
    return changed(lambda bundle: bundle.edit("acts/0001.json", provenance="carrier_signed"))


@case("v02-issue-provenance", "An issue said to be the holder's", "`provenance` of the issue is `holder_signed`.",
      fails="PROVENANCE")
def issue_provenance() -> Made:
    return changed(lambda bundle: bundle.edit("acts/0000.json", provenance="holder_signed"))


@case("v03-asserted", "A move that a platform asserts", "`provenance` of the move is `platform_asserted`: not yet.",
      own={"PROVENANCE": OPEN})
def asserted() -> Made:
    return changed(lambda bundle: bundle.edit("acts/0001.json", provenance="platform_asserted"))


# NOTHING-LATER


def without_last() -> tuple[Stage, Bundle, Bill]:
    """The bundle of `crossed` without its move, under the head that knows it."""
    stage = Stage()
    bill = crossed(stage)
    bill.acts.pop()
    return stage, export(bill, [stage.carrier, stage.exporter], [stage.a]), bill


@case("n01-without-last-act", "Without the last act", "The move is left out; the newest head's proof shows its slot in use.",
      fails="NOTHING-LATER")
def without_last_act() -> Made:
    stage, bundle, bill = without_last()
    return stage.made(bill, [], bundle=bundle)


@case("n02-without-proof", "Without the last act and its proof", "As n01, and the proof of the next slot is left out too.",
      own={"NOTHING-LATER": OPEN})
def without_proof() -> Made:
    stage, bundle, bill = without_last()
    bundle.without_slot(leaves.act_slot(bill.record, 1))
    return stage.made(bill, [], bundle=bundle)


@case("n03-older-map-leaf", "An older map leaf under a newer checkpoint",
      "The last act is left out; the head is the map leaf before it, proved under the newest checkpoint.",
      fails="NOTHING-LATER")
def older_map_leaf() -> Made:
    stage, bundle, bill = without_last()
    older = stage.world.log.checkpoints[-2]
    wanted = head_slots(bill, [stage.carrier, stage.exporter], [stage.a], closed=False)
    put_head(bundle, stage.world.log, stage.world.log.checkpoints[-1], wanted, index=older.size - 1)
    return stage.made(bill, [], bundle=bundle)


@case("n04-second-leaf", "The second leaf of a slot",
      "The log admitted two moves as act 1; the bundle shows the second one, the map counts the first.", fails="NOTHING-LATER")
def second_leaf() -> Made:
    stage = Stage()
    stage.world.enrol(stage.importer)
    bill = crossed(stage, checkpoint=False)
    bill.acts.pop()
    words = endorsed(stage, "ENDORSE_TO_ORDER", stage.exporter, stage.importer, "2026-03-03 10:21")
    bill.act("move", stage.exporter, "2026-03-03 10:21", to=stage.importer, dcsa=words)
    stage.world.checkpoint("2026-03-03 10:30")
    return stage.made(bill, [stage.carrier, stage.exporter, stage.importer])


@case("n05-forged-absence", "A proof that leads nowhere",
      "The last act is left out; the proof of its slot says `end`: null, and does not lead to the root.", fails="NOTHING-LATER")
def forged_absence() -> Made:
    stage, bundle, bill = without_last()
    slot = leaves.act_slot(bill.record, 1)
    bundle.slots(lambda proofs: [p | {"end": None} if p["slot"] == slot else p for p in proofs])
    return stage.made(bill, [], bundle=bundle)


@case("n06-no-head", "No head", "The folder head/ is left out.",
      own={"MEMBERS": OPEN, "KEYS-IN-FORCE": OPEN, "TAG": OPEN, "NOTHING-LATER": OPEN})
def no_head() -> Made:
    return changed(lambda bundle: bundle.drop("head/leaf.json", "head/leaf.proof", "head/slots.json"))


@case("n07-hidden-decline", "A decline left out", "The record has a decline mark; the bundle has no marks/.", fails="NOTHING-LATER")
def hidden_decline() -> Made:
    stage = Stage()
    bill = issued(stage)
    first, _ = bill.draft("move", stage.exporter, "2026-03-03 10:16", to=stage.bank)
    bill.decline(canonical_text(first), stage.b, "2026-03-03 10:17")
    bill.declines.pop()
    return one(stage, bill)


@case("n08-later-set-act", "A key set that changed since", "The bank's rekey, after its last act, is left out.",
      fails="KEYS-IN-FORCE NOTHING-LATER")
def later_set_act() -> Made:
    stage = Stage()
    bill = crossed(stage)
    bill.act("note", stage.bank, "2026-03-04 08:00")
    keys = [SetKey(Key.make("corpus bank second"))]
    stage.bank.keys = [key for key in stage.bank.keys if key.portable]
    stage.world.rekey(stage.bank, keys, "2026-03-04 09:00")
    stage.bank.acts.pop()
    stage.world.checkpoint("2026-03-04 10:00")
    return stage.made(bill, three(stage))


# PINT


def entered(
    change: Callable[[Stage, Bill, dict[str, Any]], None] | None = None, *, key: Callable[[Stage], Key] | None = None,
    answers: Callable[[Stage], list[Key]] | None = None, last: int = 1,
) -> Made:
    """`crossed` with its chain entry, made in another way."""
    stage = Stage()
    bill = crossed(stage)
    told = pint.payload(bill, 0, last, "TWKA", [stage.carrier.party, stage.exporter.party], None)
    if change is not None:
        change(stage, bill, told)
    signer = key(stage) if key else stage.a.pint
    pint.add_entry(bill, signer, told, answers(stage) if answers else [stage.b.pint])
    return stage.made(bill, three(stage))


@case("b01-counter-key", "An entry by the countersigning key", "TWKA signed its chain entry with its counter key.", fails="PINT")
def counter_key() -> Made:
    return entered(key=lambda stage: stage.a.counter)


@case("b02-other-platform", "An entry by another platform", "TWKB's pint key signed TWKA's entry.", fails="PINT")
def other_platform() -> Made:
    return entered(key=lambda stage: stage.b.pint)


@case("b03-transactions", "Other Transactions than the acts", "The entry's TRANSFER names another recipient.", fails="PINT")
def other_transactions() -> Made:
    def change(stage: Stage, bill: Bill, told: dict[str, Any]) -> None:
        told["transactions"][-1] = told["transactions"][-1] | {"recipient": stage.importer.party}

    return entered(change)


@case("b04-audit-reference", "A wrong auditReference", "The ISSUE refers to the digest of the record's tag.", fails="PINT")
def audit_reference() -> Made:
    def change(stage: Stage, bill: Bill, told: dict[str, Any]) -> None:
        told["transactions"][0]["auditReference"] = "twk1." + b64u(bytes.fromhex(bill.tag()))

    return entered(change)


@case("b05-left-out", "A Transaction left out", "The entry has the TRANSFER without the endorsement.", fails="PINT")
def transaction_left_out() -> Made:
    return entered(lambda stage, bill, told: told["transactions"].pop(1))


@case("b06-document", "An entry about another document", "transportDocumentChecksum is another document's.", fails="PINT")
def entry_document() -> Made:
    return entered(lambda stage, bill, told: told.update(transportDocumentChecksum="ab" * 32))


@case("b07-manifest-key", "A manifest by somebody else", "The issuance manifest is signed by the exporter's key.", fails="PINT")
def manifest_key() -> Made:
    def change(stage: Stage, bill: Bill, told: dict[str, Any]) -> None:
        told["issuanceManifestSignedContent"] = pint.manifest(bill, key=stage.exporter.keys[0].key)

    return entered(change)


@case("b08-issue-to", "A manifest for somebody else", "issueToChecksum is another party's.", fails="PINT")
def issue_to() -> Made:
    def change(stage: Stage, bill: Bill, told: dict[str, Any]) -> None:
        told["issuanceManifestSignedContent"] = pint.manifest(bill, issueToChecksum="cd" * 32)

    return entered(change)


def pictured(named: object, shown: str | None) -> Made:
    """The manifest names a picture by this checksum, and the bundle has this one."""

    def change(stage: Stage, bill: Bill, told: dict[str, Any]) -> None:
        told["issuanceManifestSignedContent"] = pint.manifest(bill, eBLVisualisationByCarrierChecksum=named)

    made = entered(change)
    if shown is not None:
        made.bundle.put("visualisation.pdf", shown)
    return made


@case("b30-picture", "A picture", "The manifest names visualisation.pdf by its SHA-256.")
def picture() -> Made:
    return pictured(digest("a picture"), "a picture")


@case("b31-other-picture", "Another picture", "The manifest names another picture than visualisation.pdf.", fails="PINT")
def other_picture() -> Made:
    return pictured(digest("a picture"), "another picture")


@case("b32-no-picture", "A picture left out", "The manifest names a picture; visualisation.pdf is left out.", own={"PINT": OPEN})
def no_picture() -> Made:
    return pictured(digest("a picture"), None)


@case("b33-picture-number", "A picture named by a number", "The manifest's checksum of the picture is the number 7.", fails="PINT")
def picture_number() -> Made:
    return pictured(7, "a picture")


@case("b09-answer-key", "A receipt by the sender", "The answer RECE is signed by TWKA.", fails="PINT")
def answer_key() -> Made:
    return entered(answers=lambda stage: [stage.a.pint])


@case("b10-answer-entry", "A receipt for another entry", "The answer's checksum is of no entry in the bundle.", fails="PINT")
def answer_entry() -> Made:
    made = entered()
    stage = Stage()
    made.bundle.edit("pint/0000.json", answers=[pint.answer(stage.b.pint, "another entry")])
    return made


@case("b11-no-crossing", "An entry that ends before the crossing", "The chain entry covers the issue alone.", fails="PINT")
def no_crossing() -> Made:
    return entered(last=0, answers=lambda stage: [])


@case("b12-first-with-previous", "A first entry with a predecessor",
      "Entry 0 has previousEnvelopeTransferChainEntrySignedContentChecksum beside its manifest.", fails="PINT")
def first_with_previous() -> Made:
    name = "previousEnvelopeTransferChainEntrySignedContentChecksum"
    return entered(lambda stage, bill, told: told.update({name: "ab" * 32}))


def twice(previous: str | None = None) -> Made:
    """The bank moves the bill back to TWKA: a second entry, which hangs on the first."""
    stage = Stage()
    bill = crossed(stage, checkpoint=False)
    with_entry(stage, bill)
    bill.act("note", stage.bank, "2026-03-20 11:00")
    words = endorsed(stage, "ENDORSE_TO_ORDER", stage.bank, stage.exporter, "2026-03-20 12:00")
    bill.act("move", stage.bank, "2026-03-20 12:00", to=stage.exporter, dcsa=words)
    told = pint.payload(bill, 2, 3, "TWKB", [stage.bank.party] * 2, previous or bill.pint[0]["entry"])
    pint.add_entry(bill, stage.b.pint, told, [stage.a.pint])
    bill.act("note", stage.exporter, "2026-03-21 12:00")
    stage.world.checkpoint("2026-03-21 12:30")
    return stage.made(bill, three(stage))


@case("g28-two-entries", "Two chain entries", "There and back: a note without words appears as SIGN; the last note has no entry yet.")
def two_entries() -> Made:
    return twice()


@case("b13-broken-chain", "A second entry that hangs elsewhere", "The previous checksum is not that of entry 0.", fails="PINT")
def broken_chain() -> Made:
    return twice("another entry")


@case("b14-entry-redacted", "An entry without the details", "The details of the acts are left out.",
      own={"DOCUMENT": OPEN, "TITLE": OPEN, "PINT": OPEN})
def entry_redacted() -> Made:
    made = entered()
    for number in (0, 1):
        made.bundle.edit(f"acts/{number:04d}.json", details=None)
    return made


# ALGORITHMS


@case("j01-p384", "An entry on P-384", "TWKA's pint key is P-384: its entry verifies, by an algorithm that is not sound here.",
      fails="ALGORITHMS", browser={"ALGORITHMS": FAIL})
def p384() -> Made:
    stage = Stage(pint="ES384")
    bill = crossed(stage)
    with_entry(stage, bill)
    return stage.made(bill, three(stage))


def post_quantum(**how: Any) -> Made:
    """A small corridor with ML-DSA, one checkpoint."""
    stage = Stage(ml_dsa=True, members=False)
    stage.world.charter()
    stage.world.member(stage.a)
    for holder in (stage.carrier, stage.exporter):
        stage.world.enrol(holder)
    bill = stage.bill(stage.document(order=stage.exporter))
    bill.issue(stage.exporter, "2026-03-02 09:00")
    stage.world.checkpoint("2026-03-02 10:00", **how)
    return stage.made(bill, [stage.carrier, stage.exporter], [stage.a])


@case("j02-ml-dsa-witness", "No ML-DSA cosignature of one side", "The Singapore witness cosigned with Ed25519 only.",
      fails="ALGORITHMS")
def ml_dsa_witness() -> Made:
    return post_quantum(without=("sg1 ml-dsa",))


@case("j03-ml-dsa-log", "No ML-DSA signature of the log", "The trust file names the log's ML-DSA key; it did not sign.",
      fails="ALGORITHMS")
def ml_dsa_log() -> Made:
    return post_quantum(without=("log ml-dsa",))


@case("j04-ml-dsa-forged", "A forged ML-DSA cosignature", "One bit of the Singapore witness's ML-DSA cosignature is turned.",
      fails="ALGORITHMS")
def ml_dsa_forged() -> Made:
    made = post_quantum()
    for path in [path for path in made.bundle.files if path.endswith(".proof")]:
        text = made.bundle.files[path].decode()
        last = text.rindex(" ") + 1001
        made.bundle.put(path, text[:last] + ("A" if text[last] != "A" else "B") + text[last + 1 :])
    return made


# SEALS


@case("z01-seals", "A seal", "seals/0000.proof is there: renewal is not yet.", own={"SEALS": OPEN})
def seals() -> Made:
    return changed(lambda bundle: bundle.put("seals/0000.proof", bundle.files["head/leaf.proof"]))
