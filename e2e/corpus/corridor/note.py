"""Signed notes, checkpoints, cosignatures, tlog-proofs, policies: the C2SP texts."""

from __future__ import annotations

from dataclasses import dataclass

from .keys import Key, MlDsaKey
from .spelling import b64, be8, sha256

LOG = 0x01
COSIGNATURE = 0x04
ML_DSA = 0x06


def key_id(name: str, kind: int, public: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + bytes([kind]) + public)[:4]


def vkey(name: str, kind: int, public: bytes) -> str:
    return f"{name}+{key_id(name, kind, public).hex()}+{b64(bytes([kind]) + public)}"


def line(name: str, kind: int, public: bytes, signature: bytes) -> str:
    return f"— {name} {b64(key_id(name, kind, public) + signature)}\n"


def body(origin: str, size: int, root: bytes) -> str:
    """The note text of a checkpoint."""
    return f"{origin}\n{size}\n{b64(root)}\n"


def log_line(origin: str, key: Key, text: str) -> str:
    return line(origin, LOG, key.public, key.sign(text.encode()))


def cosign(name: str, key: Key, text: str, seconds: int) -> str:
    """An Ed25519 cosignature."""
    message = f"cosignature/v1\ntime {seconds}\n{text}".encode()
    return line(name, COSIGNATURE, key.public, be8(seconds) + key.sign(message))


def cosign_ml_dsa(name: str, key: MlDsaKey, origin: str, size: int, root: bytes, seconds: int) -> str:
    """An ML-DSA-44 cosignature."""
    message = b"subtree/v1\n\0"
    message += bytes([len(name.encode())]) + name.encode() + be8(seconds)
    message += bytes([len(origin.encode())]) + origin.encode() + be8(0) + be8(size) + root
    return line(name, ML_DSA, key.public, be8(seconds) + key.sign(message))


def proof_text(index: int, path: list[bytes], checkpoint: str, *, extra: bytes | None = None) -> str:
    """A tlog-proof."""
    head = "c2sp.org/tlog-proof@v1\n"
    if extra is not None:
        head += f"extra {b64(extra)}\n"
    return head + f"index {index}\n" + "".join(b64(h) + "\n" for h in path) + "\n" + checkpoint


@dataclass(frozen=True)
class Witness:
    """A witness: its name in the policy, its key name, its two keys."""

    name: str
    key_name: str
    ed25519: Key
    ml_dsa: MlDsaKey | None

    @staticmethod
    def make(seed: str, name: str, *, ml_dsa: bool) -> Witness:
        label = f"{seed} witness {name}"
        return Witness(name, f"witness.example/{name}", Key.make(label), MlDsaKey.make(label) if ml_dsa else None)

    def line(self, *, ml_dsa: bool) -> str:
        if ml_dsa:
            assert self.ml_dsa is not None
            return f"witness {self.name} {vkey(self.key_name, ML_DSA, self.ml_dsa.public)}\n"
        return f"witness {self.name} {vkey(self.key_name, COSIGNATURE, self.ed25519.public)}\n"


BOTH_SIDES = "group uk 1 uk1\ngroup sg 1 sg1\ngroup both all uk sg\nquorum both\n"


def policy_text(origin: str, log: Key, witnesses: list[Witness], shape: str, *, ml_dsa: bool) -> str:
    """A policy: the log, the witnesses with one kind of key, groups and quorum as `shape` says."""
    lines = f"log {vkey(origin, LOG, log.public)}\n"
    return lines + "".join(w.line(ml_dsa=ml_dsa) for w in witnesses) + shape
