"""The slot map: control.md section 7.2."""

from __future__ import annotations

from typing import Any

from .spelling import be8, sha256

EMPTY = bytes(32)
Slots = dict[bytes, int]


def _bit(slot: bytes, depth: int) -> int:
    return slot[depth // 8] >> (7 - depth % 8) & 1


def _halves(slots: Slots, depth: int) -> tuple[Slots, Slots]:
    left = {s: i for s, i in slots.items() if not _bit(s, depth)}
    return left, {s: i for s, i in slots.items() if _bit(s, depth)}


def map_root(slots: Slots, depth: int = 0) -> bytes:
    """The root over slots and the index of each one's first leaf."""
    if not slots:
        return EMPTY
    if len(slots) == 1:
        ((slot, index),) = slots.items()
        return sha256(b"\x02" + slot + be8(index))
    left, right = _halves(slots, depth)
    return sha256(b"\x03" + map_root(left, depth + 1) + map_root(right, depth + 1))


def map_proof(slots: Slots, slot: bytes) -> dict[str, Any]:
    """Presence of a slot with its index, or its absence."""
    siblings: list[str] = []
    depth = 0
    while len(slots) > 1:
        halves = _halves(slots, depth)
        side = _bit(slot, depth)
        siblings.append(map_root(halves[1 - side], depth + 1).hex())
        slots = halves[side]
        depth += 1
    end = None
    for found, index in slots.items():
        end = {"index": index, "slot": found.hex()}
    return {"end": end, "siblings": siblings, "slot": slot.hex()}
