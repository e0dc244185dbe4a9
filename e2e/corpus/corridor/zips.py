"""A zip written by hand, so that it can also be written wrong: evidence-bundle.md section 1."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

DOS_DATE = (46 << 9) | (1 << 5) | 1  # 2026-01-01: times carry no meaning, so they are all the same.


@dataclass
class Entry:
    """One entry. The fields after `data` are what a hostile maker may say instead of the truth."""

    name: bytes
    data: bytes
    method: int = 8
    flags: int = 0
    extra: bytes = b""
    central_extra: bytes = b""
    local_name: bytes | None = None
    local_method: int | None = None
    local_crc: int | None = None
    local_size: int | None = None
    crc: int | None = None
    size: int | None = None
    packed: bytes | None = None
    descriptor: bytes | None = None
    gap_before: bytes = b""
    attributes: int = 0

    def body(self) -> bytes:
        if self.packed is not None:
            return self.packed
        if self.method == 8:
            squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
            return squeeze.compress(self.data) + squeeze.flush()
        return self.data


def descriptor(entry: Entry) -> bytes:
    """The right data descriptor of an entry, with its signature."""
    return struct.pack("<IIII", 0x08074B50, zlib.crc32(entry.data), len(entry.body()), len(entry.data))


def write(entries: list[Entry], *, comment: bytes = b"", before: bytes = b"", before_end: bytes = b"", disk: int = 0) -> bytes:
    """A zip file. `before` stands before the first entry, `before_end` between central directory and end record."""
    out = bytearray(before)
    central = bytearray()
    for entry in entries:
        out += entry.gap_before
        offset = len(out)
        packed = entry.body()
        crc = zlib.crc32(entry.data) if entry.crc is None else entry.crc
        size = len(entry.data) if entry.size is None else entry.size
        deferred = bool(entry.flags & 8)
        local_crc = (0 if deferred else crc) if entry.local_crc is None else entry.local_crc
        local_size = (0 if deferred else size) if entry.local_size is None else entry.local_size
        name = entry.name if entry.local_name is None else entry.local_name
        method = entry.method if entry.local_method is None else entry.local_method
        out += struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, entry.flags, method, 0, DOS_DATE, local_crc,
                           0 if deferred else len(packed), local_size, len(name), len(entry.extra))
        out += name + entry.extra + packed
        if deferred:
            out += descriptor(entry) if entry.descriptor is None else entry.descriptor
        central += struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 20, 20, entry.flags, entry.method, 0, DOS_DATE, crc,
                               len(packed), size, len(entry.name), len(entry.central_extra), 0, 0, 0,
                               entry.attributes, offset)
        central += entry.name + entry.central_extra
    start = len(out)
    out += central + before_end
    out += struct.pack("<IHHHHIIH", 0x06054B50, disk, disk, len(entries), len(entries), len(central), start, len(comment))
    return bytes(out + comment)
