"""Consents of a title holder or pledgee who is not in possession: TITLE, and what KEYS-IN-FORCE and WHO say of their sets."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from corridor import consent, leaves, signing
from corridor.keys import Key
from corridor.people import Holder, SetKey
from corridor.spelling import canonical_text, digest, digest_of, ms
from corridor.world import Bill, transaction

from .stage import Stage, endorsed, issued, three
from .table import OPEN, Made, case

AT = "2026-03-09 04:00"
LATER = "2026-03-10 04:00"
TERMS = digest("terms of a pledge")

Giving = Callable[[dict[str, Any], str], bytes]


def gives(holder: Holder, *, until: str | int = LATER, key: SetKey | None = None, typ: str = consent.CONSENT,
          **changed: Any) -> Giving:
    """The consent of a holder to whatever act it is shown."""
    def made(act: dict[str, Any], details: str) -> bytes:
        end = until if isinstance(until, int) else ms(until)
        return consent.by(holder, consent.statement(act, details, holder.set_id, end, **changed), key=key, typ=typ)
    return made


def consented(bill: Bill, op: str, by: Holder, givers: list[Giving], at: str = AT, *, shown: bool = True,
              more: list[str] | None = None, drafting: dict[str, Any] | None = None, **how: Any) -> list[bytes]:
    """An act that cites what `givers` make of it (and the digests `more`). The files go along if `shown`."""
    act, told = bill.draft(op, by, at, **(drafting or {}))
    files = [give(act, told) for give in givers]
    details = json.loads(told) | {"consents": sorted([*consent.cites(files), *(more or [])])}
    act = act | {"details": digest_of(details)}
    bill.act(op, by, at, to=(drafting or {}).get("to"), drafted=(act, canonical_text(details)), **how)
    if shown:
        bill.files += files
    return files


def held_by_bank(stage: Stage) -> Bill:
    """To order of the exporter, moved to the bank without an endorsement: possession and title apart."""
    bill = issued(stage)
    bill.act("move", stage.exporter, "2026-03-03 10:20", to=stage.bank)
    return bill


def surrendering(stage: Stage, purpose: str = "delivery", **details: Any) -> dict[str, Any]:
    """The bank's surrender to the carrier, as a draft is made."""
    told: dict[str, Any] = {"to": stage.carrier, "details": details or None}
    if purpose != "delivery":
        told |= {"members": {"purpose": purpose},
                 "dcsa": [transaction("SURRENDER_FOR_AMENDMENT", stage.bank.party, ms(AT), reasonCode="COD")]}
    return told


def surrender_with(*givers: Callable[[Stage], Giving], sets: list[str] | None = None, purpose: str = "delivery",
                   own: dict[str, Any] | None = None, **how: Any) -> Made:
    """The bank surrenders what is to the exporter's order, with these consents."""
    stage = Stage()
    for name in sets or []:
        stage.world.enrol(getattr(stage, name))
    bill = held_by_bank(stage)
    consented(bill, "surrender", stage.bank, [give(stage) for give in givers], drafting=surrendering(stage, purpose), **how)
    stage.world.checkpoint("2026-03-09 05:00")
    return stage.made(bill, [*three(stage), *(getattr(stage, name) for name in sets or [])], own=own)


# What holds


@case("e01-consent", "Surrendered with a consent",
      "To order of the exporter, moved to the bank without an endorsement; the bank surrenders with the exporter's consent.")
def surrendered_with() -> Made:
    return surrender_with(lambda stage: gives(stage.exporter))


@case("e02-passkey", "A consent by passkey",
      "To order of the bank, moved to the importer without an endorsement; the importer surrenders with the bank's consent.")
def by_passkey() -> Made:
    stage = Stage()
    stage.world.enrol(stage.importer)
    bill = issued(stage, document=stage.document(order=stage.bank))
    bill.act("move", stage.exporter, "2026-03-03 10:20", to=stage.importer)
    consented(bill, "surrender", stage.importer, [gives(stage.bank)], drafting={"to": stage.carrier})
    stage.world.checkpoint("2026-03-09 05:00")
    return stage.made(bill, [*three(stage), stage.importer])


@case("e03-endorsed", "Endorsed with a consent", "As e01, but the bank endorses to the importer's order and moves the bill to it.")
def endorsed_with() -> Made:
    stage = Stage()
    stage.world.enrol(stage.importer)
    bill = held_by_bank(stage)
    words = endorsed(stage, "ENDORSE_TO_ORDER", stage.bank, stage.importer, AT)
    consented(bill, "move", stage.bank, [gives(stage.exporter)], drafting={"to": stage.importer, "dcsa": words})
    bill.act("surrender", stage.importer, "2026-03-20 04:00", to=stage.carrier)
    stage.world.checkpoint("2026-03-20 05:00")
    return stage.made(bill, [*three(stage), stage.importer])


def kept_by_importer(stage: Stage) -> Bill:
    """Pledged to the bank, which gives the bill into the importer's hands: the pledge stands."""
    stage.world.enrol(stage.importer)
    bill = issued(stage)
    words = endorsed(stage, "ENDORSE_TO_ORDER", stage.exporter, stage.bank, "2026-03-03 10:20")
    bill.act("move", stage.exporter, "2026-03-03 10:20", to=stage.bank, dcsa=words, details={"terms": TERMS})
    bill.act("move", stage.bank, "2026-03-04 08:00", to=stage.importer, details={"terms": TERMS, "pledge": bill.acts[1].digest})
    return bill


@case("e04-pledgee", "An amendment with the pledgee's consent",
      "Pledged to the bank and in the hands of the importer, who surrenders it for amendment, citing the pledge, with the bank's "
      "consent.")
def with_pledgee() -> Made:
    stage = Stage()
    bill = kept_by_importer(stage)
    words = [transaction("SURRENDER_FOR_AMENDMENT", stage.importer.party, ms(AT), reasonCode="COD")]
    drafting = {"to": stage.carrier, "dcsa": words, "members": {"purpose": "amendment"}, "details": {"pledge": bill.acts[1].digest}}
    consented(bill, "surrender", stage.importer, [gives(stage.bank)], drafting=drafting)
    stage.world.checkpoint("2026-03-09 05:00")
    return stage.made(bill, [*three(stage), stage.importer])


def surrendered_pledged(givers: list[str]) -> Made:
    """The importer surrenders the pledged bill without citing the pledge."""
    stage = Stage()
    bill = kept_by_importer(stage)
    holders = [gives(getattr(stage, name)) for name in givers]
    consented(bill, "surrender", stage.importer, holders, drafting={"to": stage.carrier})
    stage.world.checkpoint("2026-03-09 05:00")
    return stage.made(bill, [*three(stage), stage.importer])


@case("e05-both", "Pledgor and pledgee consent", "As e04, for delivery and without citing the pledge; pledgor and pledgee consent.")
def with_both() -> Made:
    return surrendered_pledged(["bank", "exporter"])


@case("e06-pledgee-alone", "The pledgee alone consents", "As e05, without the pledgor's consent.", fails="TITLE")
def with_pledgee_alone() -> Made:
    return surrendered_pledged(["bank"])


@case("e07-enforced", "Enforced with the pledgee's consent",
      "As e04, but the importer moves the bill to the exporter, citing the pledge, with the bank's consent.")
def enforced_with() -> Made:
    stage = Stage()
    bill = kept_by_importer(stage)
    words = endorsed(stage, "ENDORSE_TO_ORDER", stage.importer, stage.exporter, AT)
    drafting = {"to": stage.exporter, "dcsa": words, "details": {"pledge": bill.acts[1].digest}}
    consented(bill, "move", stage.importer, [gives(stage.bank)], drafting=drafting)
    stage.world.checkpoint("2026-03-09 05:00")
    return stage.made(bill, [*three(stage), stage.importer])


@case("e08-new-key", "Given with a new key", "As e01; the exporter changed its key before, and consents with the new one.")
def new_key() -> Made:
    stage = Stage()
    bill = held_by_bank(stage)
    stage.world.rekey(stage.exporter, [SetKey(Key.make("corpus Exporter second"))], "2026-03-05 08:00")
    consented(bill, "surrender", stage.bank, [gives(stage.exporter)], drafting=surrendering(stage))
    stage.world.checkpoint("2026-03-09 05:00")
    return stage.made(bill, three(stage))


@case("e09-never-held", "By one who never held the bill",
      "To order of the importer, which never had possession; the bank surrenders with its consent.")
def never_held() -> Made:
    stage = Stage()
    stage.world.enrol(stage.importer)
    bill = issued(stage, document=stage.document(order=stage.importer))
    bill.act("move", stage.exporter, "2026-03-03 10:20", to=stage.bank)
    consented(bill, "surrender", stage.bank, [gives(stage.importer)], drafting=surrendering(stage))
    stage.world.checkpoint("2026-03-09 05:00")
    return stage.made(bill, [*three(stage), stage.importer])


@case("e10-last-moment", "At the last moment", "As e01; the consent expires at the very time of the surrender's leaf.")
def last_moment() -> Made:
    return surrender_with(lambda stage: gives(stage.exporter, until=ms(AT) + 1000))


@case("e11-not-needed", "Left out and not needed",
      "The exporter, to whose order the bill is, notes that it signs, and cites a consent that is left out.")
def not_needed() -> Made:
    stage = Stage()
    bill = issued(stage)
    bill.act("note", stage.exporter, "2026-03-03 09:00", details={"consents": [digest("a consent")]})
    stage.world.checkpoint("2026-03-03 10:30")
    return stage.made(bill, [stage.carrier, stage.exporter], [stage.a])


# What does not


@case("e12-expired", "An expired consent", "As e01; the consent expires a millisecond before the surrender's leaf.", fails="TITLE")
def expired() -> Made:
    return surrender_with(lambda stage: gives(stage.exporter, until=ms(AT) + 999))


@case("e13-other-record", "A consent about another record", "As e01; the consent names another record.", fails="TITLE")
def other_record() -> Made:
    return surrender_with(lambda stage: gives(stage.exporter, record=digest("another record")))


@case("e14-other-place", "A consent for another place in the chain", "As e01; the consent is to an act after another one.",
      fails="TITLE")
def other_prev() -> Made:
    return surrender_with(lambda stage: gives(stage.exporter, prev=digest("another act")))


@case("e15-other-op", "A consent to another act", "As e01; the consent is to a move.", fails="TITLE")
def other_op() -> Made:
    return surrender_with(lambda stage: gives(stage.exporter, op="move", purpose=None))


@case("e16-other-purpose", "A consent to an amendment used to cancel",
      "As e01, but surrendered to be cancelled; the consent is to an amendment.", fails="TITLE")
def other_purpose() -> Made:
    return surrender_with(lambda stage: gives(stage.exporter, purpose="amendment"), purpose="cancel")


@case("e17-other-receiver", "A consent to a transfer to another",
      "As e03; the exporter's consent is to a move to the carrier.", fails="TITLE")
def other_receiver() -> Made:
    stage = Stage()
    stage.world.enrol(stage.importer)
    bill = held_by_bank(stage)
    words = endorsed(stage, "ENDORSE_TO_ORDER", stage.bank, stage.importer, AT)
    giver = gives(stage.exporter, to=[stage.carrier.set_id])
    consented(bill, "move", stage.bank, [giver], drafting={"to": stage.importer, "dcsa": words})
    stage.world.checkpoint("2026-03-09 05:00")
    return stage.made(bill, [*three(stage), stage.importer])


@case("e18-other-matter", "A consent to other details",
      "As e01; the consent is to details that differ in a comment.", fails="TITLE")
def other_matter() -> Made:
    def gave(stage: Stage) -> Giving:
        def made(act: dict[str, Any], details: str) -> bytes:
            told = json.loads(details)
            told["dcsa"][0]["comments"] = "with the price paid"
            return gives(stage.exporter)(act, canonical_text(told))
        return made
    return surrender_with(gave)


@case("e19-replayed", "A consent used twice",
      "As e01; the carrier returns the bill, and the bank surrenders again, citing the first surrender's consent.", fails="TITLE")
def replayed() -> Made:
    stage = Stage()
    bill = held_by_bank(stage)
    files = consented(bill, "surrender", stage.bank, [gives(stage.exporter, until="2026-04-09 04:00")],
                      drafting=surrendering(stage))
    bill.act("return", stage.carrier, "2026-03-10 09:00")
    consented(bill, "surrender", stage.bank, [], "2026-03-11 09:00", more=consent.cites(files), drafting=surrendering(stage))
    stage.world.checkpoint("2026-03-11 10:00")
    return stage.made(bill, three(stage))


@case("e20-foreign", "The consent of somebody else", "As e01; the importer consents in the exporter's place.", fails="TITLE")
def foreign() -> Made:
    return surrender_with(lambda stage: gives(stage.importer), sets=["importer"])


@case("e21-forged", "A forged consent", "As e01; the importer signs a consent in the name of the exporter's set.", fails="TITLE")
def forged() -> Made:
    return surrender_with(lambda stage: gives(stage.exporter, key=stage.importer.keys[0]))


@case("e22-typ", "A signature of another kind", "As e01; the consent's signature has the typ of an act.", fails="TITLE")
def typ() -> Made:
    return surrender_with(lambda stage: gives(stage.exporter, typ=signing.ACT))


@case("e23-removed-key", "Given with a removed key", "As e08, but the consent is by the old key.", fails="TITLE")
def removed_key() -> Made:
    stage = Stage()
    bill = held_by_bank(stage)
    old = stage.exporter.keys[0]
    stage.world.rekey(stage.exporter, [SetKey(Key.make("corpus Exporter second"))], "2026-03-05 08:00")
    consented(bill, "surrender", stage.bank, [gives(stage.exporter, key=old)], drafting=surrendering(stage))
    stage.world.checkpoint("2026-03-09 05:00")
    return stage.made(bill, three(stage))


@case("e24-key-to-come", "Given with a key to come", "As e08, but the key changes after the surrender.", fails="TITLE")
def key_to_come() -> Made:
    stage = Stage()
    bill = held_by_bank(stage)
    fresh = SetKey(Key.make("corpus Exporter second"))
    consented(bill, "surrender", stage.bank, [gives(stage.exporter, key=fresh)], drafting=surrendering(stage))
    stage.world.rekey(stage.exporter, [fresh], "2026-03-09 08:00")
    stage.world.checkpoint("2026-03-09 09:00")
    return stage.made(bill, three(stage))


@case("e25-no-consent", "A file that is no consent", "As e01; what the surrender cites is a letter.", fails="TITLE")
def letter() -> Made:
    return surrender_with(lambda stage: lambda act, details: b"I consent. The exporter.\n")


@case("e26-unsigned", "A consent that nobody signed", "As e01; the consent's list of signatures is empty.", fails="TITLE")
def unsigned() -> Made:
    return surrender_with(lambda stage: lambda act, details: consent.file(
        consent.statement(act, details, stage.exporter.set_id, ms(LATER)), []))


@case("e27-signed-twice", "A consent that is signed twice", "As e01; exporter and importer sign the exporter's consent.",
      fails="TITLE")
def signed_twice() -> Made:
    def gave(stage: Stage) -> Giving:
        def made(act: dict[str, Any], details: str) -> bytes:
            text = consent.statement(act, details, stage.exporter.set_id, ms(LATER))
            return consent.file(text, [consent.element(h.keys[0], text) for h in (stage.exporter, stage.importer)])
        return made
    return surrender_with(gave)


@case("e28-surplus-member", "A consent with a member too many", "As e01; the consent has a member `note`.", fails="TITLE")
def surplus() -> Made:
    return surrender_with(lambda stage: gives(stage.exporter, note="for this time only"))


@case("e29-other-version", "A consent of another version", "As e01; `v` of the file is `twakow/consent-file/2`.", fails="TITLE")
def version() -> Made:
    def gave(stage: Stage) -> Giving:
        def made(act: dict[str, Any], details: str) -> bytes:
            text = consent.statement(act, details, stage.exporter.set_id, ms(LATER))
            return consent.file(text, [consent.element(stage.exporter.keys[0], text)], v="twakow/consent-file/2")
        return made
    return surrender_with(gave)


@case("e30-wrong-beside-right", "A wrong consent beside the right one",
      "As e01; the surrender also cites the importer's consent to another act.", fails="TITLE")
def beside() -> Made:
    return surrender_with(lambda stage: gives(stage.exporter), lambda stage: gives(stage.importer, prev=digest("another act")),
                          sets=["importer"])


@case("e31-foreign-and-left-out", "The consent of somebody else, and one that is left out",
      "As e20; the surrender also cites a consent that is left out.", own={"TITLE": OPEN})
def left_out_too() -> Made:
    return surrender_with(lambda stage: gives(stage.importer), sets=["importer"], more=[digest("another consent")])


@case("e32-broken-besides", "What no consent excuses",
      "As g29; then the carrier closes the bill, and names the bank as its actor.", fails="TITLE")
def broken_besides() -> Made:
    stage = Stage()
    bill = held_by_bank(stage)
    consented(bill, "surrender", stage.bank, [gives(stage.exporter)], shown=False, drafting=surrendering(stage))
    bill.act("close", stage.carrier, "2026-03-10 09:00", members={"end": "delivered"},
             dcsa=[transaction("SACC", stage.bank.party, ms("2026-03-10 09:00"))])
    stage.world.checkpoint("2026-03-10 10:00")
    return stage.made(bill, three(stage))


@case("e33-issue", "An issue that cites a consent", "The issue cites a consent, which could not name the record.", fails="TITLE")
def issue() -> Made:
    stage = Stage()
    bill = issued(stage, details={"consents": [digest("a consent")]})
    return stage.made(bill, [stage.carrier, stage.exporter], [stage.a])


@case("e34-unsorted", "Consents out of order", "As e05; the two consents are cited in falling order.", fails="TITLE")
def unsorted() -> Made:
    stage = Stage()
    bill = issued(stage)
    bill.act("note", stage.exporter, "2026-03-03 09:00", details={"consents": ["bb" * 32, "aa" * 32]})
    stage.world.checkpoint("2026-03-03 10:30")
    return stage.made(bill, [stage.carrier, stage.exporter], [stage.a])


@case("e35-set-left-out", "The set that consents is left out", "As e09, without the importer's set.",
      own={"KEYS-IN-FORCE": OPEN, "WHO": OPEN, "TITLE": OPEN})
def set_left_out() -> Made:
    stage = Stage()
    stage.world.enrol(stage.importer)
    bill = issued(stage, document=stage.document(order=stage.importer))
    bill.act("move", stage.exporter, "2026-03-03 10:20", to=stage.bank)
    consented(bill, "surrender", stage.bank, [gives(stage.importer)], drafting=surrendering(stage))
    stage.world.checkpoint("2026-03-09 05:00")
    return stage.made(bill, three(stage))


def by_importer(stage: Stage, **enrolling: Any) -> Made:
    """As e09, with the importer's set enrolled in another way."""
    stage.world.enrol(stage.importer, **enrolling)
    bill = issued(stage, document=stage.document(order=stage.importer))
    bill.act("move", stage.exporter, "2026-03-03 10:20", to=stage.bank)
    consented(bill, "surrender", stage.bank, [gives(stage.importer)], drafting=surrendering(stage))
    stage.world.checkpoint("2026-03-09 05:00")
    return stage.made(bill, [*three(stage), stage.importer])


@case("e36-not-enrolled", "The set that consents was never enrolled", "As e09; no platform enrolled the importer's set.",
      fails="WHO")
def not_enrolled() -> Made:
    return by_importer(Stage(), enrolled=lambda act: [])


@case("e37-other-log", "The set that consents lives in another log", "As e09; the importer's keyset names another registry.",
      fails="LOGGED KEYS-IN-FORCE")
def other_log() -> Made:
    return by_importer(Stage(), registry={"origin": "registry.example/other", "url": "https://registry.example/v1"})


@case("e38-nameless", "The set that consents without its name", "As e09; the details of the importer's keyset are left out.",
      own={"WHO": OPEN, "TITLE": OPEN})
def nameless() -> Made:
    stage = Stage()
    made = by_importer(stage)
    made.bundle.edit(f"keysets/{stage.importer.set_id}/0000.json", details=None)
    return made


@case("e39-later-set-act", "The set that consents changed since",
      "As e09; the importer's rekey, after the surrender, is left out.", own={"KEYS-IN-FORCE": OPEN, "NOTHING-LATER": OPEN})
def changed_since() -> Made:
    stage = Stage()
    stage.world.enrol(stage.importer)
    bill = issued(stage, document=stage.document(order=stage.importer))
    bill.act("move", stage.exporter, "2026-03-03 10:20", to=stage.bank)
    consented(bill, "surrender", stage.bank, [gives(stage.importer)], drafting=surrendering(stage))
    stage.world.rekey(stage.importer, [SetKey(Key.make("corpus Importer second"))], "2026-03-09 08:00")
    stage.world.checkpoint("2026-03-09 09:00")
    last = stage.importer.acts.pop()
    made = stage.made(bill, [*three(stage), stage.importer])
    made.bundle.without_slot(leaves.act_slot(stage.importer.set_id, last.act["seq"]))
    return made


# Nominations, which a consent makes useful


def nominated(words: Callable[[Stage], list[dict[str, Any]]]) -> Made:
    """To order of the bank and with the exporter, which nominates the importer with the bank's consent, and moves the bill to
    it with these words."""
    stage = Stage()
    stage.world.enrol(stage.importer)
    bill = issued(stage, document=stage.document(order=stage.bank))
    drafting = {"details": {"nominee": stage.importer.party}, "dcsa": []}
    consented(bill, "note", stage.exporter, [gives(stage.bank)], drafting=drafting)
    bill.act("move", stage.exporter, LATER, to=stage.importer, dcsa=words(stage))
    stage.world.checkpoint("2026-03-10 05:00")
    return stage.made(bill, [*three(stage), stage.importer])


@case("e40-nominee", "Endorsed to a nominee",
      "To order of the bank and with the exporter, which nominates the importer with the bank's consent, and endorses to its order.")
def nominee() -> Made:
    return nominated(lambda stage: endorsed(stage, "ENDORSE_TO_ORDER", stage.exporter, stage.importer, LATER))


@case("e41-other-nominee", "Endorsed to another than the nominee", "As e40, but endorsed to the carrier's order.", fails="TITLE")
def other_nominee() -> Made:
    def words(stage: Stage) -> list[dict[str, Any]]:
        first = transaction("ENDORSE_TO_ORDER", stage.exporter.party, ms(LATER), stage.carrier.party)
        return [first, endorsed(stage, "ENDORSE", stage.exporter, stage.importer, LATER)[1]]
    return nominated(words)


@case("e42-nominee-blank", "Endorsed in blank to a nominee", "As e40, but endorsed in blank.", fails="TITLE")
def nominee_blank() -> Made:
    return nominated(lambda stage: endorsed(stage, "BLANK_ENDORSE", stage.exporter, stage.importer, LATER))
