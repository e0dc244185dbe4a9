"""The log: leaves, slots, map leaves, checkpoints and proofs. It admits whatever it is given: cheating is for cases."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, field

from . import leaves, note, slotmap, tree
from .keys import Key, MlDsaKey
from .spelling import time_text


@dataclass(frozen=True)
class Checkpoint:
    """A signed and cosigned checkpoint; the leaf at `size` - 1 is its map leaf."""

    size: int
    root: bytes
    text: str


@dataclass
class Log:
    origin: str
    key: Key
    ml_dsa: MlDsaKey | None
    witnesses: list[note.Witness]
    entries: list[str] = field(default_factory=list)
    checkpoints: list[Checkpoint] = field(default_factory=list)

    def append(self, leaf: str) -> int:
        self.entries.append(leaf)
        return len(self.entries) - 1

    def fork(self) -> Log:
        """A second history from here on, under the same keys."""
        return copy.deepcopy(self)

    def hashes(self, size: int) -> list[bytes]:
        return [tree.leaf_hash(entry.encode()) for entry in self.entries[:size]]

    def slots(self, size: int) -> slotmap.Slots:
        """Each slot below `size` with the index of its first leaf."""
        found: slotmap.Slots = {}
        for index, entry in enumerate(self.entries[:size]):
            slot = json.loads(entry).get("slot")
            if slot is not None:
                found.setdefault(bytes.fromhex(slot), index)
        return found

    def put_map(self, at: int) -> int:
        size = len(self.entries)
        return self.append(leaves.map_text(at, slotmap.map_root(self.slots(size)), size))

    def map_before(self, index: int) -> int | None:
        """The index of the last map leaf before a leaf."""
        for i in range(index - 1, -1, -1):
            if json.loads(self.entries[i])["v"] == "twakow/map/1":
                return i
        return None

    def checkpoint(
        self, at: int, *, cosigned: int | dict[str, int] | None = None, without: tuple[str, ...] = (), put_map: bool = True
    ) -> Checkpoint:
        """A map leaf at `at` and a checkpoint over it.

        `cosigned` is the witnesses' time in milliseconds (default 2 s later), or one for each; `without` leaves out
        signature lines: `log`, `log ml-dsa`, `uk1`, `uk1 ml-dsa`.
        """
        if put_map:
            self.put_map(at)
        size = len(self.entries)
        root = tree.root(self.hashes(size))
        text = note.body(self.origin, size, root)
        times = cosigned if isinstance(cosigned, dict) else {w.name: cosigned or at + 2000 for w in self.witnesses}
        lines = [("log", note.log_line(self.origin, self.key, text))]
        if self.ml_dsa is not None:
            seconds = max(times.values()) // 1000
            lines.append(("log ml-dsa", note.cosign_ml_dsa(self.origin, self.ml_dsa, self.origin, size, root, seconds)))
        for witness in self.witnesses:
            seconds = times[witness.name] // 1000
            lines.append((witness.name, note.cosign(witness.key_name, witness.ed25519, text, seconds)))
            if witness.ml_dsa is not None:
                signed = note.cosign_ml_dsa(witness.key_name, witness.ml_dsa, self.origin, size, root, seconds)
                lines.append((f"{witness.name} ml-dsa", signed))
        signatures = "".join(line for name, line in lines if name not in without)
        made = Checkpoint(size, root, f"{text}\n{signatures}")
        self.checkpoints.append(made)
        return made

    def earliest(self, index: int) -> Checkpoint:
        """The first checkpoint that covers a leaf."""
        return next(c for c in self.checkpoints if c.size > index)

    def proof(self, index: int, checkpoint: Checkpoint | None = None) -> str:
        under = checkpoint or self.earliest(index)
        return note.proof_text(index, tree.inclusion(self.hashes(under.size), index), under.text)

    def tick(self, at: int) -> int:
        return self.append(leaves.tick_text(at))

    def leaf_time(self, index: int) -> str:
        return str(json.loads(self.entries[index]).get("at", time_text(0)))
