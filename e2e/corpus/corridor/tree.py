"""The Merkle tree of RFC 9162: leaf hashes, roots, inclusion proofs."""

from __future__ import annotations

from .spelling import sha256


def leaf_hash(leaf: bytes) -> bytes:
    return sha256(b"\x00" + leaf)


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right)


def _split(size: int) -> int:
    """The largest power of two below the size."""
    return 1 << ((size - 1).bit_length() - 1)


def root(hashes: list[bytes]) -> bytes:
    if not hashes:
        return sha256(b"")
    if len(hashes) == 1:
        return hashes[0]
    k = _split(len(hashes))
    return _node(root(hashes[:k]), root(hashes[k:]))


def inclusion(hashes: list[bytes], index: int) -> list[bytes]:
    """The path of a leaf, its sibling first."""
    if len(hashes) == 1:
        return []
    k = _split(len(hashes))
    if index < k:
        return inclusion(hashes[:k], index) + [root(hashes[k:])]
    return inclusion(hashes[k:], index - k) + [root(hashes[:k])]
