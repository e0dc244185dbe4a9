"""The people and the two plain stories that most cases start from."""

from __future__ import annotations

from typing import Any

from corridor import note
from corridor.bundle import Bundle, export
from corridor.keys import Key
from corridor.people import Holder, Platform, SetKey
from corridor.registry import Checkpoint, Log
from corridor.spelling import ms
from corridor.world import Bill, Corridor, transaction

from .table import CODES, OPEN, PASS, WITHOUT_SUBJECT, Made, Own, Verdict


class Stage:
    """Two member platforms; a carrier and an exporter at TWKA, a bank (with a passkey) and an importer at TWKB."""

    def __init__(
        self, *, seed: str = "corpus", ml_dsa: bool = False, members: bool = True, enrolled: bool = True,
        shape: str = note.BOTH_SIDES, pint: str = "ES256",
    ) -> None:
        self.ml_dsa = ml_dsa
        self.world = Corridor(seed=seed, ml_dsa=ml_dsa, shape=shape)
        self.a = Platform.make(seed, "TWKA", pint=pint)
        self.b = Platform.make(seed, "TWKB")
        self.c = Platform.make(seed, "TWKC")
        carrier = SetKey(Key.make(f"{seed} carrier", "ES256"), "token")
        self.carrier = self.world.holder("Carrier", 1, self.a, [carrier])
        self.exporter = self.world.holder("Exporter", 2, self.a)
        bank = [SetKey.passkey(f"{seed} bank passkey"), SetKey(Key.make(f"{seed} bank"))]
        self.bank = self.world.holder("Bank", 3, self.b, bank)
        self.importer = self.world.holder("Importer", 4, self.b)
        if members:
            self.world.charter()
            self.world.member(self.a)
            self.world.member(self.b)
        if members and enrolled:
            for holder in (self.carrier, self.exporter, self.bank):
                self.world.enrol(holder)

    def document(self, *, order: Holder | None = None, consignee: Holder | None = None, **more: Any) -> dict[str, Any]:
        """A short transport document: to order of a party, straight to a consignee, or blank."""
        parties: dict[str, Any] = {}
        for role, holder in (("endorsee", order), ("consignee", consignee)):
            if holder is not None:
                parties[role] = {n: v for n, v in holder.party.items() if n != "eblPlatform"}
        return {
            "carrierCode": "TST", "carrierCodeListProvider": "SMDG", "documentParties": parties,
            "isToOrder": consignee is None, "transportDocumentReference": "TDR-CORPUS-1",
            "cargo": "20 bags of green coffee — ≈ 1.2 t", "grossWeightTonnes": 1.2,
        } | more

    def bill(self, document: dict[str, Any]) -> Bill:
        return Bill(self.world, self.carrier, document)

    def made(
        self, bill: Bill, holders: list[Holder], platforms: list[Platform] | None = None, *, own: Own | None = None,
        bundle: Bundle | None = None, head: Checkpoint | None = None, log: Log | None = None,
        trusts: dict[str, Any] | None = None,
    ) -> Made:
        """The bundle of a bill with the own results of an honest one."""
        packed = bundle or export(bill, holders, platforms or [self.a, self.b], head=head, log=log)
        results: dict[str, Verdict] = {**dict.fromkeys(CODES, PASS), **WITHOUT_SUBJECT}
        results["ALGORITHMS"] = PASS if self.ml_dsa else OPEN
        for act in bill.acts:
            if act.act["op"] == "rehome" or act.act.get("to", {}).get("home", act.act["by"]["home"]) != act.act["by"]["home"]:
                results["ACCEPTED"] = PASS
        if bill.pint:
            results["PINT"] = PASS
        return Made(packed, {"own": self.trust()} | (trusts or {}), {**results, **(own or {})})

    def trust(self, **changed: Any) -> dict[str, Any]:
        return self.world.trust({"SMDG:TST": [self.carrier.set_id]}, **changed)


def endorsed(stage: Stage, code: str, by: Holder, to: Holder, at: str) -> list[dict[str, Any]]:
    """The two Transactions of an endorsement that a transfer delivers."""
    moment = ms(at)
    named = None if code == "BLANK_ENDORSE" else to.party
    return [transaction(code, by.party, moment, named), transaction("TRANSFER", by.party, moment, to.party)]


def issued(stage: Stage, *, document: dict[str, Any] | None = None, **how: Any) -> Bill:
    """Sets enrolled, one checkpoint, a bill to order of the exporter issued to it at 09:00 on 2 March, a checkpoint."""
    stage.world.checkpoint("2026-03-01 09:00")
    bill = stage.bill(document or stage.document(order=stage.exporter))
    bill.issue(stage.exporter, "2026-03-02 09:00", **how)
    stage.world.checkpoint("2026-03-02 10:00")
    return bill


def crossed(stage: Stage, *, checkpoint: bool = True, at: str = "2026-03-03 10:20", **how: Any) -> Bill:
    """`issued`, then endorsed to the bank and transferred to it, from TWKA to TWKB, on 3 March."""
    bill = issued(stage)
    words = endorsed(stage, "ENDORSE_TO_ORDER", stage.exporter, stage.bank, at)
    bill.act("move", stage.exporter, at, to=stage.bank, **({"dcsa": words} | how))
    if checkpoint:
        stage.world.checkpoint("2026-03-03 10:30")
    return bill


def three(stage: Stage) -> list[Holder]:
    """The sets that act in `crossed`."""
    return [stage.carrier, stage.exporter, stage.bank]
