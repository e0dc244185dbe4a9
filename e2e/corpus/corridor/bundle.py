"""The bundle: which files, what is in them, the manifest: evidence-bundle.md sections 2 and 3."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from . import leaves, zips
from .people import Admitted, Holder, Platform
from .registry import Checkpoint, Log
from .spelling import canonical, digest
from .world import ORIGIN, Bill

CARRIER_OPS = {"issue", "close", "return"}


@dataclass
class Bundle:
    """Files by path, and how they are zipped. Each `.proof` is kept as the whole tlog-proof, until its checkpoint is put apart."""

    record: str
    files: dict[str, bytes] = field(default_factory=dict)
    apart: Callable[[dict[str, bytes]], None] = lambda parts: None
    manifest: Callable[[bytes], bytes] = lambda made: made
    zip_with: Callable[[list[zips.Entry]], bytes] = zips.write

    def put(self, path: str, value: Any) -> None:
        """A JSON value in canonical form, or text, or bytes."""
        if isinstance(value, str):
            value = value.encode()
        self.files[path] = value if isinstance(value, bytes) else canonical(value)

    def json(self, path: str) -> Any:
        return json.loads(self.files[path])

    def edit(self, path: str, **members: Any) -> None:
        """Replaces members of a JSON file; None takes one out."""
        value = self.json(path) | members
        self.put(path, {name: told for name, told in value.items() if told is not None})

    def drop(self, *paths: str) -> None:
        for path in paths:
            del self.files[path]

    def slots(self, change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> None:
        """Changes the list of map proofs."""
        self.put("head/slots.json", change(self.json("head/slots.json")))

    def without_slot(self, slot: str) -> None:
        self.slots(lambda proofs: [proof for proof in proofs if proof["slot"] != slot])

    def parts(self) -> dict[str, bytes]:
        """The files of the bundle: each proof ends with the path of its checkpoint. `apart` changes them after that."""
        parts: dict[str, bytes] = {}
        for path, data in self.files.items():
            if path.endswith(".proof"):
                head, checkpoint = data.split(b"\n\n", 1)
                name = f"checkpoints/{digest(checkpoint)}"
                parts |= {name: checkpoint, path: head + f"\n\n{name}\n".encode()}
            else:
                parts[path] = data
        self.apart(parts)
        return parts

    def manifest_bytes(self) -> bytes:
        listed = [{"path": p, "sha256": digest(d), "size": len(d)} for p, d in sorted(self.parts().items())]
        made = {"files": listed, "record": self.record, "test": True, "v": "twakow/bundle/1"}
        return self.manifest(canonical(made))

    def entries(self) -> list[zips.Entry]:
        first = zips.Entry(b"manifest.json", self.manifest_bytes())
        return [first] + [zips.Entry(path.encode(), data) for path, data in sorted(self.parts().items())]

    def zip(self) -> bytes:
        return self.zip_with(self.entries())


def _put_act(bundle: Bundle, log: Log, place: str, act: Admitted) -> None:
    number = act.act["seq"]
    told: dict[str, Any] = {
        "act": act.text, "details": act.details, "entry": act.entry, "leaf": act.leaf,
        "signatures": act.signature_text, "v": "twakow/bundle-act/1",
    }
    if place == "acts":
        told["provenance"] = "carrier_signed" if act.act["op"] in CARRIER_OPS else "holder_signed"
        before = log.map_before(act.index)
        if before is not None:
            told["before"] = log.entries[before]
            bundle.put(f"proofs/{number:04d}.before.proof", log.proof(before))
        if act.tag_leaf is not None and act.tag_index is not None:
            told |= {"tagCount": tag_count(act, log), "tagLeaf": act.tag_leaf}
            bundle.put("proofs/0000.tag.proof", log.proof(act.tag_index))
        bundle.put(f"proofs/{number:04d}.proof", log.proof(act.index))
    else:
        bundle.put(f"{place}/{number:04d}.proof", log.proof(act.index))
    bundle.put(f"{place}/{number:04d}.json", {name: value for name, value in told.items() if value is not None})


def tag_count(act: Admitted, log: Log) -> int:
    """The count whose slot the tag mark has."""
    slot = json.loads(act.tag_leaf or "{}")["slot"]
    return next((n for n in range(4) if leaves.tag_slot(act.act["tag"], n) == slot), 0)


def head_slots(bill: Bill, holders: list[Holder], platforms: list[Platform], *, closed: bool) -> list[str]:
    """The slots whose presence or absence the checks ask for."""
    record, count = bill.record, len(bill.acts)
    wanted = [leaves.act_slot(record, count - 1), leaves.act_slot(record, count)]
    wanted.append(leaves.mark_slot(record, len(bill.declines)))
    for holder in holders:
        wanted += [leaves.act_slot(holder.set_id, len(holder.acts) - 1), leaves.act_slot(holder.set_id, len(holder.acts))]
        wanted.append(leaves.mark_slot(holder.set_id, 0))
    wanted.append(leaves.mark_slot(leaves.charter_subject(ORIGIN), bill.corridor.charters))
    wanted += [leaves.mark_slot(leaves.platform_subject(p.code), p.marks) for p in platforms]
    if not closed:
        issue = bill.acts[0]
        wanted.append(leaves.tag_slot(issue.act["tag"], tag_count(issue, bill.corridor.log) + 1))
    return sorted(set(wanted))


def export(
    bill: Bill,
    holders: list[Holder],
    platforms: list[Platform],
    *,
    head: Checkpoint | None = None,
    log: Log | None = None,
) -> Bundle:
    """The bundle of a bill as an honest exporter makes it, with its head under the newest checkpoint."""
    own = log or bill.corridor.log
    newest = head or own.checkpoints[-1]
    bundle = Bundle(bill.record)
    for act in bill.acts:
        _put_act(bundle, own, "acts", act)
    for holder in holders:
        for act in holder.acts:
            _put_act(bundle, own, f"keysets/{holder.set_id}", act)
    for number, (leaf, index) in enumerate(bill.corridor.members):
        bundle.put(f"members/{number:04d}.json", {"leaf": leaf, "v": "twakow/bundle-mark/1"})
        bundle.put(f"members/{number:04d}.proof", own.proof(index))
    for number, (mark, offer) in enumerate(bill.declines):
        told = {"act": offer, "entry": mark.entry, "leaf": mark.leaf, "signatures": mark.signature_text,
                "statement": mark.text, "v": "twakow/bundle-hidden/1"}
        bundle.put(f"marks/{number:04d}.json", told)
        bundle.put(f"marks/{number:04d}.proof", own.proof(mark.index))
    closed = bill.acts[-1].act["op"] == "close"
    put_head(bundle, own, newest, head_slots(bill, holders, platforms, closed=closed))
    bundle.put("document.json", json.dumps(bill.document, indent=2, ensure_ascii=False))
    for number, told in enumerate(bill.pint):
        bundle.put(f"pint/{number:04d}.json", told)
    for content in bill.files:
        bundle.put(f"files/{digest(content)}", content)
    return bundle


def put_head(bundle: Bundle, log: Log, under: Checkpoint, wanted: list[str], *, index: int | None = None) -> None:
    """The head: a map leaf (the last under `under`, unless `index` says another) and proofs of the wanted slots."""
    from .slotmap import map_proof

    place = under.size - 1 if index is None else index
    bundle.put("head/leaf.json", log.entries[place])
    bundle.put("head/leaf.proof", log.proof(place, under))
    slots = log.slots(place)
    bundle.put("head/slots.json", [map_proof(slots, bytes.fromhex(slot)) for slot in wanted])
