"""Genuine corridors: what an honest exporter hands out."""

from __future__ import annotations

import json

from corridor import note, pint, signing, zips
from corridor.bundle import export
from corridor.keys import Key, with_high_s
from corridor.people import SetKey
from corridor.spelling import canonical_text, digest, ms, time_text
from corridor.world import Bill, transaction

from .stage import Stage, crossed, endorsed, issued, three
from .table import OPEN, PASS, Asked, Made, Row, case

QUIET = Row("as a reader with the genuine trust file")


def with_entry(stage: Stage, bill: Bill) -> None:
    """The chain entry over both acts of `crossed`, and the bank's platform's receipt."""
    actors = [stage.carrier.party, stage.exporter.party]
    pint.add_entry(bill, stage.a.pint, pint.payload(bill, 0, 1, "TWKA", actors, None), [stage.b.pint])


@case("g01-straight", "Straight bill", "Issued to the exporter, transferred in house to the named consignee.")
def straight() -> Made:
    stage = Stage(ml_dsa=True, enrolled=False)
    buyer = stage.world.holder("Consignee", 5, stage.a)
    for holder in (stage.carrier, stage.exporter, buyer):
        stage.world.enrol(holder)
    bill = stage.bill(stage.document(consignee=buyer))
    bill.issue(stage.exporter, "2026-03-02 09:00")
    bill.act("move", stage.exporter, "2026-03-03 10:20", to=buyer)
    stage.world.checkpoint("2026-03-03 10:30")
    return stage.made(bill, [stage.carrier, stage.exporter, buyer], [stage.a])


@case(
    "g02-to-order-crossing", "To order, two platforms, with its PINT entry",
    "To order of the exporter, endorsed to the bank and transferred to it on another platform; chain entry and receipt.",
    rows=[
        Row("as a reader with the genuine trust file"),
        Row("without a trust file nothing says whose log this is", trust="none"),
        Row("a trust file with ML-DSA-44 witness keys only", trust="ml-dsa",
            browser={"COSIGNED": OPEN, "SINGLE": OPEN, "TIME": OPEN, "ALGORITHMS": OPEN}),
        Row("a trust file with Ed25519 witness keys only", trust="ed25519", own={"ALGORITHMS": OPEN}),
        Row("control now, for a payment, ten minutes after", Asked(now="2026-03-03T10:40:02.000Z", control_now=True, limit=10),
            own={"CONTROL-NOW": PASS}),
    ],
)
def crossing() -> Made:
    stage = Stage(ml_dsa=True)
    bill = crossed(stage)
    with_entry(stage, bill)
    trusts = {"ml-dsa": stage.trust(policyEd25519=None), "ed25519": stage.trust(policy=None)}
    return stage.made(bill, three(stage), trusts=trusts)


@case("g03-blank", "Blank endorsement",
      "The exporter endorses in blank by a note, transfers to the bank; the bank transfers on without an endorsement.")
def blank() -> Made:
    stage = Stage(ml_dsa=True)
    stage.world.enrol(stage.importer)
    bill = issued(stage)
    words = [transaction("BLANK_ENDORSE", stage.exporter.party, ms("2026-03-03 09:00"))]
    bill.act("note", stage.exporter, "2026-03-03 09:00", dcsa=words)
    bill.act("move", stage.exporter, "2026-03-03 10:20", to=stage.bank)
    bill.act("move", stage.bank, "2026-03-04 08:00", to=stage.importer)
    stage.world.checkpoint("2026-03-04 08:30")
    return stage.made(bill, [*three(stage), stage.importer])


@case("g04-pledge", "Pledge and release",
      "Endorsed and delivered to the bank on `terms`; endorsed and moved back, naming the act that made the pledge.")
def pledge() -> Made:
    stage = Stage(ml_dsa=True)
    bill = crossed(stage, checkpoint=False, details={"terms": digest("terms of a pledge")})
    words = endorsed(stage, "ENDORSE_TO_ORDER", stage.bank, stage.exporter, "2026-03-20 12:00")
    bill.act("move", stage.bank, "2026-03-20 12:00", to=stage.exporter, dcsa=words, details={"pledge": bill.acts[1].digest})
    stage.world.checkpoint("2026-03-20 12:30")
    return stage.made(bill, three(stage))


def surrendered(
    stage: Stage, *, purpose: str = "delivery", at: str = "2026-03-09 04:00", bill: Bill | None = None,
    details: dict[str, object] | None = None, **how: object,
) -> Bill:
    """`crossed`, then surrendered by the bank to the carrier."""
    held = bill or crossed(stage)
    members: dict[str, object] = {"purpose": purpose} | dict(how)
    words = None
    if purpose != "delivery":
        reason = {"amendment": "SWTP", "cancel": "COD"}[purpose]
        words = [transaction("SURRENDER_FOR_AMENDMENT", stage.bank.party, ms(at), reasonCode=reason)]
    held.act("surrender", stage.bank, at, to=stage.carrier, members=members, dcsa=words, details=details)
    return held


@case("g05-surrender-close", "Surrender and delivery",
      "The bank surrenders for delivery with its passkey; the carrier closes: delivered.")
def closed() -> Made:
    stage = Stage(ml_dsa=True)
    bill = surrendered(stage)
    bill.act("close", stage.carrier, "2026-03-10 09:00", members={"end": "delivered"})
    stage.world.checkpoint("2026-03-10 10:00")
    return stage.made(bill, three(stage))


TO_PAPER = {"originals": 2, "serials": ["TST-0001", "TST-0002"], "statement": "Replaced by two paper originals."}
FROM_PAPER = {
    "attestation": "Both originals are destroyed and none is live.",
    "scans": sorted([digest("scan of TST-0001"), digest("scan of TST-0002")]),
    "serials": ["TST-0001", "TST-0002"],
    "statement": "Replaces two paper originals.",
}


def papered(stage: Stage, details: dict[str, object] | None) -> Bill:
    """Surrendered for amendment and closed to paper."""
    bill = surrendered(stage, purpose="amendment")
    bill.act("close", stage.carrier, "2026-03-10 09:00", members={"end": "paper"}, details=details)
    return bill


@case("g06-paper", "Switch to paper", "Surrendered for amendment, closed with `paper`: two originals, their serials, a statement.",
      own={"MEDIUM": PASS})
def paper() -> Made:
    stage = Stage(ml_dsa=True)
    bill = papered(stage, {"toPaper": TO_PAPER})
    stage.world.checkpoint("2026-03-10 10:00")
    return stage.made(bill, three(stage))


@case("g06b-from-paper", "Back from paper",
      "Issued again `from` the record that was closed to paper, under the same tag, count 1; the originals are destroyed.",
      own={"MEDIUM": PASS})
def from_paper() -> Made:
    stage = Stage()
    old = papered(stage, {"toPaper": TO_PAPER})
    new = stage.bill(stage.document(order=stage.bank))
    new.act("issue", stage.carrier, "2026-04-10 09:00", to=stage.bank, members={"from": [old.record]},
            details={"fromPaper": FROM_PAPER})
    new.mark_tag(count=1)
    stage.world.checkpoint("2026-04-10 10:00")
    return stage.made(new, [stage.carrier, stage.bank])


def replaced(stage: Stage, *, agreed: list[str] | None = None) -> tuple[Bill, Bill]:
    """A bill closed by replacement, and its successor, issued to the bank in the same group. `agreed` replaces the
    `successors` that the surrender names."""
    old = crossed(stage)
    new = stage.bill(stage.document(order=stage.bank, cargo="19 bags of green coffee"))
    drafted = new.draft("issue", stage.carrier, "2026-03-10 09:00", to=stage.bank, members={"from": [old.record]})
    into = [digest(canonical_text(drafted[0]))]
    named = into if agreed is None else agreed
    surrendered(stage, purpose="amendment", bill=old, details={"successors": named or None})
    old.act("close", stage.carrier, "2026-03-10 09:00", members={"end": "replaced", "into": into})
    new.act("issue", stage.carrier, "2026-03-10 09:00", to=stage.bank, drafted=drafted)
    new.mark_tag(count=1)
    stage.world.checkpoint("2026-03-10 10:00")
    return old, new


@case("g07-replaced", "A record that is replaced", "Surrendered for amendment naming its successor, closed with `into` that one.",
      own={"MEDIUM": PASS})
def predecessor() -> Made:
    stage = Stage(ml_dsa=True)
    old, _ = replaced(stage)
    return stage.made(old, three(stage))


@case("g07b-successor", "The record that replaces it", "Issued `from` the closed record under the same tag, count 1.",
      own={"MEDIUM": PASS})
def successor() -> Made:
    stage = Stage(ml_dsa=True)
    _, new = replaced(stage)
    return stage.made(new, [stage.carrier, stage.bank])


def rekeyed(stage: Stage) -> Bill:
    """`issued`; then the exporter changes its key."""
    bill = issued(stage)
    fresh = SetKey(Key.make(f"{stage.world.seed} exporter second"))
    stage.world.rekey(stage.exporter, [fresh], "2026-03-05 07:00")
    return bill


@case("g08-rekey", "A key is replaced", "The exporter changes its key and transfers with the new one.")
def rekey() -> Made:
    stage = Stage(ml_dsa=True)
    bill = rekeyed(stage)
    words = endorsed(stage, "ENDORSE_TO_ORDER", stage.exporter, stage.bank, "2026-03-05 10:20")
    bill.act("move", stage.exporter, "2026-03-05 10:20", to=stage.bank, dcsa=words)
    stage.world.checkpoint("2026-03-05 10:30")
    return stage.made(bill, three(stage))


@case("g09-decline", "A declined offer, then another",
      "The bank's platform declines a first offer (a mark on the record), and accepts a second.")
def declined() -> Made:
    stage = Stage(ml_dsa=True)
    bill = issued(stage)
    first, _ = bill.draft("move", stage.exporter, "2026-03-03 10:16", to=stage.bank)
    bill.decline(canonical_text(first), stage.b, "2026-03-03 10:17")
    words = endorsed(stage, "ENDORSE_TO_ORDER", stage.exporter, stage.bank, "2026-03-03 10:20")
    bill.act("move", stage.exporter, "2026-03-03 10:20", to=stage.bank, dcsa=words)
    stage.world.checkpoint("2026-03-03 10:30")
    return stage.made(bill, three(stage))


@case("g10-passkey", "A passkey with extensions",
      "The bank notes its possession with a passkey whose answer carries extensions and a counter.")
def passkey() -> Made:
    stage = Stage(ml_dsa=True)
    bill = crossed(stage)
    key = stage.bank.keys[0]

    def sign(act: str) -> list[signing.Element]:
        return [signing.assertion(key.key, act, rp_id=key.rp_id, origin=key.origin, flags=0x85, counter=7,
                                  extra=bytes.fromhex("a0"), client={"other_keys_can_be_added_here": "ignored"})]

    bill.act("note", stage.bank, "2026-03-04 08:00", signed=sign)
    stage.world.checkpoint("2026-03-04 08:30")
    return stage.made(bill, three(stage))


@case("g11-redacted", "Redacted", "Details, document and the details of the sets are left out.",
      own={"DOCUMENT": OPEN, "WHO": OPEN, "TITLE": OPEN})
def redacted() -> Made:
    stage = Stage()
    bill = crossed(stage)
    bundle = export(bill, three(stage), [stage.a, stage.b])
    for path in list(bundle.files):
        if path.startswith(("acts/", "keysets/")) and path.endswith(".json"):
            bundle.edit(path, details=None)
    bundle.drop("document.json")
    return stage.made(bill, three(stage), bundle=bundle)


@case("g12-return", "Surrender refused", "The carrier gives the surrendered bill back to the remembered holder.")
def returned() -> Made:
    stage = Stage()
    bill = surrendered(stage)
    bill.act("return", stage.carrier, "2026-03-10 09:00")
    bill.act("note", stage.bank, "2026-03-10 12:00")
    stage.world.checkpoint("2026-03-10 13:00")
    return stage.made(bill, three(stage))


@case("g13-reclaim", "Surrender unanswered", "The carrier is silent until `answerBy`; the holder reclaims, alone.")
def reclaimed() -> Made:
    stage = Stage()
    bill = surrendered(stage, answerBy="2026-03-11T04:00:00.000Z")
    bill.act("reclaim", stage.bank, "2026-03-11 04:00")
    stage.world.checkpoint("2026-03-11 05:00")
    return stage.made(bill, three(stage))


@case("g14-reject", "Rejected after transfer", "The bank gives the bill back within 72 hours: holder and title as before.")
def rejected() -> Made:
    stage = Stage()
    bill = crossed(stage, checkpoint=False)
    moment = ms("2026-03-05 08:00")
    bill.act("reject", stage.bank, "2026-03-05 08:00",
             dcsa=[transaction("TRANSFER", stage.bank.party, moment, stage.exporter.party)])
    words = [transaction("ENDORSE", stage.exporter.party, ms("2026-03-05 09:00"), stage.bank.party)]
    bill.act("note", stage.exporter, "2026-03-05 09:00", dcsa=words)
    stage.world.checkpoint("2026-03-05 10:00")
    return stage.made(bill, three(stage))


@case("g15-leave", "The holder announces that it leaves", "Two `leave` acts 24 hours apart, without any platform.")
def left() -> Made:
    stage = Stage()
    bill = issued(stage)
    bill.act("leave", stage.exporter, "2026-03-04 08:00")
    bill.act("leave", stage.exporter, "2026-03-05 08:00")
    stage.world.checkpoint("2026-03-05 08:30")
    return stage.made(bill, [stage.carrier, stage.exporter], [stage.a])


@case("g16-rehome", "The holder takes its set to another platform", "Released by the old home, accepted by the new one.")
def rehomed() -> Made:
    stage = Stage()
    bill = issued(stage)

    def release(act: str) -> list[signing.Element]:
        return [signing.counter(stage.a.counter, digest(act), "TWKA", "home", ms("2026-03-04 08:00"))]

    bill.act("rehome", stage.exporter, "2026-03-04 08:00", to=stage.exporter.at(stage.b), home=release)
    stage.world.checkpoint("2026-03-04 08:30")
    return stage.made(bill, [stage.carrier, stage.exporter])


def suspended_home(stage: Stage) -> Bill:
    """`issued`; then TWKA is suspended."""
    bill = issued(stage)
    keys = stage.world.member_keys(stage.a, ms("2026-02-09 08:01"))
    stage.world.member(stage.a, "2026-03-03 08:00", state="suspended", keys=keys)
    return bill


@case("g17-rehome-suspended", "Away from a suspended platform",
      "TWKA is suspended; its holder rehomes to TWKB without a release. The carrier's later acts would need a member.")
def fled() -> Made:
    stage = Stage()
    bill = suspended_home(stage)
    bill.act("rehome", stage.exporter, "2026-03-04 08:00", to=stage.exporter.at(stage.b))
    stage.world.checkpoint("2026-03-04 08:30")
    return stage.made(bill, [stage.carrier, stage.exporter])


@case("g18-rezipped", "Zipped again by another tool",
      "The same entries stored, in another order, with data descriptors, folders, UTF-8 flag, times and extra fields.")
def rezipped() -> Made:
    stage = Stage()
    made = stage.made(crossed(stage), three(stage))

    def other(entries: list[zips.Entry]) -> bytes:
        for number, entry in enumerate(entries):
            entry.method = 0 if number % 2 else 8
            entry.flags = 8 if number % 3 == 0 else 0x0800 if number % 3 == 1 else 0
            if number % 5 == 0:
                entry.extra = entry.central_extra = bytes.fromhex("5554050003") + (1772445600).to_bytes(4, "little")
            if entry.flags & 8 and number % 2:
                entry.descriptor = zips.descriptor(entry)[4:]
        folders = [zips.Entry(name, b"", method=0) for name in (b"acts/", b"proofs/", b"keysets/")]
        return zips.write(folders + entries[::-1])

    made.bundle.zip_with = other
    return made


@case("g19-strangers", "Lines and members that a reader ignores",
      "Proofs with an `extra` line; checkpoints with a signature line of an unknown key.")
def strangers() -> Made:
    stage = Stage()
    made = stage.made(crossed(stage), three(stage))
    key = Key.make("a witness nobody knows")
    for path in list(made.bundle.files):
        if path.endswith(".proof"):
            text = made.bundle.files[path].decode()
            head, rest = text.split("\n", 1)
            unknown = note.line("witness.example/stranger", note.COSIGNATURE, key.public, bytes(72))
            made.bundle.put(path, f"{head}\nextra YWdlbnQ=\n{rest}{unknown}")
    return made


@case("g20-charter-change", "A second charter, a rotated member key",
      "The authority changes (charter 1); TWKB then gets a new counter key, signed by the new authority, and accepts with it.")
def rotated() -> Made:
    stage = Stage()
    world = stage.world
    bill = issued(stage)
    old = world.authority
    world.authority = sorted((Key.make(f"corpus authority {n}") for n in (2, 3, 4)), key=lambda key: key.kid)
    world.charter("2026-03-03 08:00", signers=old[1:])
    since = ms("2026-02-09 08:01")
    fresh = Key.make("corpus platform TWKB counter second")
    keys = [*world.member_keys(stage.b, since),
            {"from": time_text(ms("2026-03-19 08:00")), "jwk": fresh.jwk, "use": "counter"}]
    world.member(stage.b, "2026-03-12 08:00", keys=keys)
    stage.b.counter = fresh
    words = endorsed(stage, "ENDORSE_TO_ORDER", stage.exporter, stage.bank, "2026-03-20 10:20")
    bill.act("move", stage.exporter, "2026-03-20 10:20", to=stage.bank, dcsa=words)
    world.checkpoint("2026-03-20 10:30")
    return stage.made(bill, three(stage))


@case("g21-page", "A forged page inside", "timeline.html says that somebody else is in control; no verifier reads it.")
def page() -> Made:
    stage = Stage()
    made = stage.made(crossed(stage), three(stage))
    made.bundle.put("timeline.html", "<!doctype html><title>PASS</title><h1>In control now: Mallory Ltd</h1>\n")
    return made


@case("g22-document-respelled", "The document in another spelling",
      "document.json with other white space, member order, escapes and number spelling: the same canonical form.")
def respelled() -> Made:
    stage = Stage()
    made = stage.made(crossed(stage), three(stage))
    members = reversed(list(made.bundle.json("document.json").items()))
    text = json.dumps(dict(members)).replace("1.2,", "12E-1,").replace("1.2}", "120.0e-2}")
    made.bundle.put("document.json", "\n" + text + "\n\n")
    return made


def bracket_rows() -> list[Row]:
    """Times asked around: before 09:00:00 on 1 March; act 0 final 10:00:02 on 2 March, act 1 not before 09:00:00 on the 3rd
    and final 10:30:02 on the 3rd, which is also the head's t."""

    def at(why: str, time: str, verdict: str) -> Row:
        return Row(why, Asked(at=time), own={"CONTROL-AT": verdict})

    def now(why: str, time: str, limit: int, verdict: str) -> Row:
        return Row(why, Asked(now=time, control_now=True, limit=limit), own={"CONTROL-NOW": verdict})

    return [
        Row("asking nothing"),
        at("before the record: a map leaf before the issue is later than this", "2026-02-15T00:00:00.000Z", "FAIL"),
        at("one millisecond before the first bracket opens", "2026-03-01T08:59:59.999Z", "FAIL"),
        at("the issue may have happened", "2026-03-01T09:00:00.000Z", OPEN),
        at("issued for certain, not moved yet for certain", "2026-03-02T10:00:02.000Z", PASS),
        at("one millisecond earlier it is not certain", "2026-03-02T10:00:01.999Z", OPEN),
        at("the last moment before the move can have happened", "2026-03-03T08:59:59.999Z", PASS),
        at("the move may have happened", "2026-03-03T09:00:00.000Z", OPEN),
        at("moved, and nothing later, exactly as of t", "2026-03-03T10:30:02.000Z", PASS),
        at("one millisecond after t", "2026-03-03T10:30:02.001Z", OPEN),
        now("payment: at the limit", "2026-03-03T10:40:02.000Z", 10, PASS),
        now("payment: one millisecond over", "2026-03-03T10:40:02.001Z", 10, OPEN),
        now("information: at 24 hours", "2026-03-04T10:30:02.000Z", 1440, PASS),
        now("information: one millisecond over", "2026-03-04T10:30:02.001Z", 1440, OPEN),
        now("a clock 60 s behind counts as t", "2026-03-03T10:29:02.000Z", 10, PASS),
        now("a clock further behind", "2026-03-03T10:29:01.999Z", 10, OPEN),
        Row("now known, control now not asked: it does not count", Asked(now="2026-06-01T00:00:00.000Z"), own={"CONTROL-NOW": OPEN}),
    ]


@case("g23-brackets", "Control at a time", "Four checkpoints: who was in control when, and what cannot be said.",
      rows=bracket_rows())
def brackets() -> Made:
    stage = Stage()
    bill = issued(stage)
    stage.world.checkpoint("2026-03-03 09:00")
    words = endorsed(stage, "ENDORSE_TO_ORDER", stage.exporter, stage.bank, "2026-03-03 10:20")
    bill.act("move", stage.exporter, "2026-03-03 10:20", to=stage.bank, dcsa=words)
    stage.world.checkpoint("2026-03-03 10:30")
    return stage.made(bill, three(stage))


@case("g24-late-decline", "Accepted, then declined",
      "The bank's platform accepts, the act is final; then it declines the same act: convicts it, changes nothing.")
def late_decline() -> Made:
    stage = Stage()
    bill = crossed(stage)
    bill.decline(bill.acts[1].text, stage.b, "2026-03-03 11:00")
    stage.world.checkpoint("2026-03-03 11:30")
    return stage.made(bill, three(stage))


@case("g25-no-map-before", "Everything under one checkpoint", "No map leaf before any act: no `before`, no lower bound.",
      rows=[Row("asking nothing"),
            Row("long before: no lower bound, so it may have happened", Asked(at="2020-01-01T00:00:00.000Z"),
                own={"CONTROL-AT": OPEN}),
            Row("as of t", Asked(at="2026-03-03T10:30:02.000Z"), own={"CONTROL-AT": PASS})])
def one_checkpoint() -> Made:
    stage = Stage()
    bill = stage.bill(stage.document(order=stage.exporter))
    bill.issue(stage.exporter, "2026-03-02 09:00")
    words = endorsed(stage, "ENDORSE_TO_ORDER", stage.exporter, stage.bank, "2026-03-03 10:20")
    bill.act("move", stage.exporter, "2026-03-03 10:20", to=stage.bank, dcsa=words)
    stage.world.checkpoint("2026-03-03 10:30")
    return stage.made(bill, three(stage))


@case("g26-sixty-seconds", "The last moment of a checkpoint", "The map leaf's time is the cosignatures' time and 60 s exactly.")
def sixty() -> Made:
    stage = Stage()
    bill = crossed(stage, checkpoint=False)
    stage.world.checkpoint("2026-03-03 10:30", cosigned=ms("2026-03-03 10:29"))
    return stage.made(bill, three(stage))


@case("g27-last-week", "Last week's file", "Exported before the move: true as of its own time, which it says.",
      rows=[Row("asking nothing"),
            Row("control at a time after its own", Asked(at="2026-03-04T00:00:00.000Z"), own={"CONTROL-AT": OPEN}),
            Row("control now, asked a week later", Asked(now="2026-03-09T10:00:00.000Z", control_now=True),
                own={"CONTROL-NOW": OPEN})])
def last_week() -> Made:
    stage = Stage()
    bill = issued(stage)
    made = stage.made(bill, [stage.carrier, stage.exporter], [stage.a])
    return made


@case("g29-consent", "Surrendered with a consent that is left out",
      "To order of the exporter, moved to the bank without an endorsement; the bank surrenders, citing the exporter's consent.",
      own={"TITLE": OPEN})
def consent() -> Made:
    stage = Stage()
    bill = issued(stage)
    bill.act("move", stage.exporter, "2026-03-03 10:20", to=stage.bank)
    surrendered(stage, bill=bill, details={"consents": [digest("the exporter consents")]})
    stage.world.checkpoint("2026-03-09 05:00")
    return stage.made(bill, three(stage))


@case("g30-withdrawn", "An endorsement taken back",
      "The exporter notes an endorsement to the importer and nominates it, withdraws both, and endorses and transfers to the bank.")
def withdrawn() -> Made:
    stage = Stage()
    stage.world.enrol(stage.importer)
    bill = issued(stage)
    moment = ms("2026-03-03 09:00")
    words = [transaction("ENDORSE_TO_ORDER", stage.exporter.party, moment, stage.importer.party)]
    bill.act("note", stage.exporter, "2026-03-03 09:00", dcsa=words)
    bill.act("note", stage.exporter, "2026-03-03 09:10", details={"nominee": stage.importer.party})
    bill.act("note", stage.exporter, "2026-03-03 09:30", details={"withdraw": True})
    told = endorsed(stage, "ENDORSE_TO_ORDER", stage.exporter, stage.bank, "2026-03-03 10:20")
    bill.act("move", stage.exporter, "2026-03-03 10:20", to=stage.bank, dcsa=told)
    stage.world.checkpoint("2026-03-03 10:30")
    return stage.made(bill, three(stage))


@case("g31-shipper-amends", "A straight bill given up for amendment by its first holder",
      "Straight to the bank, still with the exporter, who surrenders it for amendment.")
def shipper_amends() -> Made:
    stage = Stage()
    bill = issued(stage, document=stage.document(consignee=stage.bank))
    words = [transaction("SURRENDER_FOR_AMENDMENT", stage.exporter.party, ms("2026-03-09 04:00"), reasonCode="COD")]
    bill.act("surrender", stage.exporter, "2026-03-09 04:00", to=stage.carrier, members={"purpose": "amendment"}, dcsa=words)
    stage.world.checkpoint("2026-03-09 05:00")
    return stage.made(bill, three(stage))


@case("g32-enforced", "A pledge enforced", "The bank moves the pledged bill to a third party, citing the pledge.")
def enforced() -> Made:
    stage = Stage()
    stage.world.enrol(stage.importer)
    bill = crossed(stage, details={"terms": digest("terms of a pledge")})
    words = endorsed(stage, "ENDORSE_TO_ORDER", stage.bank, stage.importer, "2026-03-20 12:00")
    bill.act("move", stage.bank, "2026-03-20 12:00", to=stage.importer, dcsa=words, details={"pledge": bill.acts[1].digest})
    stage.world.checkpoint("2026-03-20 12:30")
    return stage.made(bill, [*three(stage), stage.importer])


@case("g33-high-s", "A high s", "The carrier's ES256 signature has n - s in place of s: the same signature to ECDSA.")
def high_s() -> Made:
    def sign(act: str) -> list[signing.Element]:
        made = signing.detached(key, signing.ACT, act)
        return [signing.jws_element(signing.with_signature(made, with_high_s(key.sign(signing.signing_input(made, act)))))]

    stage = Stage()
    key = stage.carrier.keys[0].key
    bill = issued(stage, signed=sign)
    return stage.made(bill, [stage.carrier, stage.exporter], [stage.a])
