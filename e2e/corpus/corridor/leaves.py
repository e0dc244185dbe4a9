"""Slots, entries and leaves of the log: control.md sections 6 and 7."""

from __future__ import annotations

from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .spelling import b64u, be8, canonical_text, digest, sha256, time_text


def act_slot(record: str, seq: int) -> str:
    return digest(b"twakow/slot/1\n" + bytes.fromhex(record) + be8(seq))


def mark_slot(subject: str, count: int) -> str:
    return digest(b"twakow/mark/1\n" + bytes.fromhex(subject) + be8(count))


def tag_slot(tag: str, count: int) -> str:
    return digest(b"twakow/tag-slot/1\n" + bytes.fromhex(tag) + be8(count))


def platform_subject(code: str) -> str:
    return digest(f"twakow/platform/1\n{code}")


def charter_subject(origin: str) -> str:
    return digest(f"twakow/charter/1\n{origin}")


def issuer_salt(secret: bytes, carrier: str, reference: str, sub: str = "") -> str:
    info = f"twakow/issuer-salt/1\n{carrier}\n{reference}\n{sub}".encode()
    return b64u(HKDF(hashes.SHA256(), 16, None, info).derive(secret))


def tag_of(carrier: str, reference: str, salt: bytes, sub: str = "") -> str:
    return sha256(f"twakow/tag/1\n{carrier}\n{reference}\n{sub}\n".encode() + salt).hex()


def entry_text(act_digest: str, signatures: str) -> str:
    """The entry of an act (of a decline: of its statement) with its signature list."""
    return canonical_text({"act": act_digest, "signatures": digest(signatures), "v": "twakow/entry/1"})


def leaf_text(at: int, entry: str, slot: str) -> str:
    """A leaf of an act, a tag mark or a hidden mark; `entry` is the entry's text."""
    return canonical_text({"at": time_text(at), "entry": digest(entry), "slot": slot, "v": "twakow/leaf/1"})


def mark_text(at: int, statement: str, signatures: list[dict[str, Any]], slot: str) -> str:
    """A plain mark's leaf: the charter, a member."""
    members = {"at": time_text(at), "signatures": signatures, "slot": slot, "statement": statement}
    return canonical_text(members | {"v": "twakow/mark/1"})


def tick_text(at: int) -> str:
    return canonical_text({"at": time_text(at), "v": "twakow/tick/1"})


def map_text(at: int, root: bytes, size: int) -> str:
    return canonical_text({"at": time_text(at), "root": root.hex(), "size": size, "v": "twakow/map/1"})
