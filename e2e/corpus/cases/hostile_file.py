"""Hostile files: zip tricks, manifests, spellings of JSON. Claims FORMAT and CANONICAL, and what cannot be read at all."""

from __future__ import annotations

import bz2
import struct
import zlib
from collections.abc import Callable

from corridor import zips
from corridor.bundle import Bundle
from corridor.spelling import canonical_text, digest
from corridor.world import transaction

from .genuine import surrendered
from .stage import Stage, issued, three
from .table import Made, case

Zipper = Callable[[list[zips.Entry]], bytes]


def plain(change: Callable[[Bundle], None] | None = None, zip_with: Zipper | None = None) -> Made:
    """A genuine bundle of an issued bill, changed before it is listed, or zipped in another way."""
    stage = Stage()
    made = stage.made(issued(stage), [stage.carrier, stage.exporter], [stage.a])
    if change is not None:
        change(made.bundle)
    if zip_with is not None:
        made.bundle.zip_with = zip_with
    return made


def find(entries: list[zips.Entry], name: bytes) -> zips.Entry:
    return next(entry for entry in entries if entry.name == name)


def altered(name: bytes, **fields: object) -> Zipper:
    """Writes the zip with other fields in one entry."""

    def zip_with(entries: list[zips.Entry]) -> bytes:
        for field, value in fields.items():
            setattr(find(entries, name), field, value)
        return zips.write(entries)

    return zip_with


@case("f01-stray-path", "Stray path", "A file notes.txt, listed in the manifest.", fails="FORMAT")
def stray() -> Made:
    return plain(lambda bundle: bundle.put("notes.txt", "The holder agrees to everything.\n"))


@case("f02-double-path", "One path twice", "acts/0000.json twice in the zip, the second one different.", fails="FORMAT")
def double() -> Made:
    return plain(zip_with=lambda entries: zips.write([*entries, zips.Entry(b"acts/0000.json", b"{}")]))


@case("f03-letter-case", "Two paths that differ in letter case", "Acts/0000.json beside acts/0000.json.", fails="FORMAT")
def letter_case() -> Made:
    return plain(lambda bundle: bundle.put("Acts/0000.json", bundle.files["acts/0000.json"]))


@case("f04-zip64-extra", "Zip64 extra field", "The central entry of the document has an extra field 0x0001.", fails="FORMAT")
def zip64_extra() -> Made:
    return plain(zip_with=altered(b"document.json", central_extra=struct.pack("<HHQ", 1, 8, 0)))


@case("f05-zip64-locator", "Zip64 end record", "A zip64 end record and its locator before the end record.", fails="FORMAT")
def zip64_locator() -> Made:
    record = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, 0, 0, 0, 0)
    locator = struct.pack("<IIQI", 0x07064B50, 0, 0, 1)
    return plain(zip_with=lambda entries: zips.write(entries, before_end=record + locator))


@case("f06-gap", "A gap between entries", "Eight bytes between two entries that no header owns.", fails="FORMAT")
def gap() -> Made:
    return plain(zip_with=altered(b"document.json", gap_before=b"unowned!"))


@case("f07-comment", "A zip comment", "The end record is not the last 22 bytes.", exit=2)
def comment() -> Made:
    return plain(zip_with=lambda entries: zips.write(entries, comment=b"read me"))


@case("f08-local-name", "Local and central name differ",
      "The local header of the document says another name.", fails="FORMAT")
def local_name() -> Made:
    return plain(zip_with=altered(b"document.json", local_name=b"document.jsom"))


@case("f09-local-method", "Local and central method differ", "Stored by the local header, deflated by the central one.",
      fails="FORMAT")
def local_method() -> Made:
    return plain(zip_with=altered(b"document.json", local_method=0))


@case("f10-local-size", "Local and central size differ", "Another unpacked size in the local header, without flag bit 3.",
      fails="FORMAT")
def local_size() -> Made:
    return plain(zip_with=altered(b"document.json", local_size=7))


@case("f11-large", "A file over its limit", "timeline.html of 17 MiB of zeros, told truthfully.", fails="FORMAT")
def large() -> Made:
    return plain(lambda bundle: bundle.put("timeline.html", bytes(17 * 1024 * 1024)))


@case("f12-bomb", "A bomb", "timeline.html says 1,000 bytes and unpacks to 16 MiB.", fails="FORMAT")
def bomb() -> Made:
    def zip_with(entries: list[zips.Entry]) -> bytes:
        told = bytes(1000)
        squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
        packed = squeeze.compress(bytes(16 * 1024 * 1024)) + squeeze.flush()
        entry = find(entries, b"timeline.html")
        entry.packed, entry.size, entry.crc = packed, 1000, zlib.crc32(told)
        return zips.write(entries)

    return plain(lambda bundle: bundle.put("timeline.html", bytes(1000)), zip_with)


@case("f13-crc", "Wrong CRC", "The CRC-32 of the document is wrong in both headers.", fails="FORMAT")
def crc() -> Made:
    return plain(zip_with=altered(b"document.json", crc=1))


@case("f14-prefix", "Bytes before the first entry", "A script stands before the zip.", fails="FORMAT")
def prefix() -> Made:
    return plain(zip_with=lambda entries: zips.write(entries, before=b"#!/bin/sh\nexit 0\n"))


@case("f15-dots", "A path that climbs", "A file ../evil.json, listed in the manifest.", fails="FORMAT")
def dots() -> Made:
    return plain(lambda bundle: bundle.put("../evil.json", "{}"))


@case("f16-backslash", "A path with a backslash", r"acts\0001.json, listed in the manifest.", fails="FORMAT")
def backslash() -> Made:
    return plain(lambda bundle: bundle.put("acts\\0001.json", "{}"))


@case("f17-method", "Another compression", "The document is packed with bzip2 (method 12).", fails="FORMAT")
def method() -> Made:
    def zip_with(entries: list[zips.Entry]) -> bytes:
        entry = find(entries, b"document.json")
        entry.method, entry.packed = 12, bz2.compress(entry.data)
        return zips.write(entries)

    return plain(zip_with=zip_with)


@case("f18-encrypted", "The encryption flag", "Flag bit 0 of the document is set.", fails="FORMAT")
def encrypted() -> Made:
    return plain(zip_with=altered(b"document.json", flags=1))


@case("f19-after-deflate", "Bytes after the deflate stream", "One byte more than the stream of the document.", fails="FORMAT")
def after_deflate() -> Made:
    def zip_with(entries: list[zips.Entry]) -> bytes:
        entry = find(entries, b"document.json")
        entry.packed = entry.body() + b"\0"
        return zips.write(entries)

    return plain(zip_with=zip_with)


@case("f20-unlisted", "A file that the manifest does not list", "timeline.html is in the zip, not in the manifest.",
      fails="FORMAT")
def unlisted() -> Made:
    return plain(zip_with=lambda entries: zips.write([*entries, zips.Entry(b"timeline.html", b"<p>PASS</p>")]))


@case("f21-missing", "A listed file that is not there", "The document is listed and left out.", fails="FORMAT")
def missing() -> Made:
    return plain(zip_with=lambda entries: zips.write([e for e in entries if e.name != b"document.json"]))


@case("f22-checksum", "A checksum that does not fit", "The document is changed after the manifest was made.", fails="FORMAT")
def checksum() -> Made:
    def zip_with(entries: list[zips.Entry]) -> bytes:
        entry = find(entries, b"document.json")
        entry.data = entry.data.replace(b"20 bags", b"99 bags")
        return zips.write(entries)

    return plain(zip_with=zip_with)


@case("f23-manifest-spelling", "A manifest that is not canonical", "A line feed after the manifest.", fails="FORMAT")
def manifest_spelling() -> Made:
    def change(bundle: Bundle) -> None:
        bundle.manifest = lambda made: made + b"\n"

    return plain(change)


@case("f24-number-gap", "A gap in the numbers", "members/0001 is called 0003.", fails="FORMAT")
def number_gap() -> Made:
    def change(bundle: Bundle) -> None:
        for ending in ("json", "proof"):
            bundle.put(f"members/0003.{ending}", bundle.files.pop(f"members/0002.{ending}"))

    return plain(change)


@case("f25-no-proof", "An act without its proof", "proofs/0000.proof is left out, and not listed.", fails="FORMAT")
def no_proof() -> Made:
    return plain(lambda bundle: bundle.drop("proofs/0000.proof"))


@case("f26-supporting-file", "A supporting file of another name", "files/ID does not hash to its name.", fails="FORMAT")
def supporting() -> Made:
    return plain(lambda bundle: bundle.put(f"files/{digest('the packing list')}", "another packing list"))


@case("f27-folder", "A folder with data", "An entry acts/ that holds four bytes.", fails="FORMAT")
def folder() -> Made:
    return plain(zip_with=lambda entries: zips.write([*entries, zips.Entry(b"acts/", b"data", method=0)]))


@case("f28-empty-folder", "A folder of nothing", "An entry marks/ although no file is in it.", fails="FORMAT")
def empty_folder() -> Made:
    return plain(zip_with=lambda entries: zips.write([*entries, zips.Entry(b"marks/", b"", method=0)]))


@case("f29-truncated", "Cut off", "The last 100 bytes of the file are missing.", exit=2)
def truncated() -> Made:
    return plain(zip_with=lambda entries: zips.write(entries)[:-100])


@case("f30-no-manifest", "No manifest", "Everything but manifest.json.", exit=2)
def no_manifest() -> Made:
    return plain(zip_with=lambda entries: zips.write(entries[1:]))


@case("f31-manifest-version", "Another kind of file", "The manifest's `v` is `twakow/bundle/2`.", exit=2)
def manifest_version() -> Made:
    def change(bundle: Bundle) -> None:
        bundle.manifest = lambda made: made.replace(b"twakow/bundle/1", b"twakow/bundle/2")

    return plain(change)


@case("f32-descriptor", "A data descriptor that lies", "Flag bit 3, and a descriptor with another CRC.", fails="FORMAT")
def lying_descriptor() -> Made:
    def zip_with(entries: list[zips.Entry]) -> bytes:
        entry = find(entries, b"document.json")
        entry.flags = 8
        right = zips.descriptor(entry)
        entry.descriptor = right[:4] + bytes(4) + right[8:]
        return zips.write(entries)

    return plain(zip_with=zip_with)


# Spellings


def respelled(path: str, change: Callable[[bytes], bytes]) -> Made:
    return plain(lambda bundle: bundle.put(path, change(bundle.files[path])))


@case("c01-white-space", "White space in an act file", "A space after a comma in acts/0000.json; the manifest fits.",
      fails="CANONICAL")
def white_space() -> Made:
    return respelled("acts/0000.json", lambda data: data.replace(b',"', b', "', 1))


@case("c02-duplicate-member", "A member twice", "`provenance` twice in acts/0000.json.", fails="CANONICAL")
def duplicate() -> Made:
    twice = b'"provenance":"carrier_signed","provenance":"carrier_signed"'
    return respelled("acts/0000.json", lambda data: data.replace(b'"provenance":"carrier_signed"', twice))


@case("c03-unknown-member", "An unknown member", "`verified`: true in acts/0000.json.", fails="CANONICAL")
def unknown() -> Made:
    return plain(lambda bundle: bundle.edit("acts/0000.json", verified=True))


@case("c04-byte-order-mark", "A byte order mark", "members/0000.json begins with U+FEFF.", fails="CANONICAL")
def byte_order_mark() -> Made:
    return respelled("members/0000.json", lambda data: b"\xef\xbb\xbf" + data)


@case("c05-document-duplicate", "A document with a member twice", "`cargo` twice in document.json.", fails="CANONICAL")
def document_duplicate() -> Made:
    return respelled("document.json", lambda data: data.replace(b'"cargo":', b'"cargo": "silver", "cargo":', 1))


def signed_so(text: Callable[[str], str]) -> Made:
    """A bill with a note whose bytes were changed before it was signed and logged."""
    stage = Stage()
    bill = issued(stage)
    drafted = bill.draft("note", stage.exporter, "2026-03-03 09:00")
    bill.act("note", stage.exporter, "2026-03-03 09:00", drafted=drafted, text=text(canonical_text(drafted[0])))
    stage.world.checkpoint("2026-03-03 10:30")
    return stage.made(bill, [stage.carrier, stage.exporter], [stage.a])


@case("c06-act-white-space", "A signed act with white space", "The holder signed, and the log took, an act with a space in it.",
      fails="CANONICAL")
def act_white_space() -> Made:
    return signed_so(lambda text: text.replace(",", ", ", 1))


@case("c07-act-member", "A signed act with an unknown member", "`memo` in a note, signed and logged.", fails="CANONICAL")
def act_member() -> Made:
    return signed_so(lambda text: text.replace('"op":', '"memo":"x","op":'))


@case("c08-act-number", "A number in another spelling", "`seq` is 1.0 in a signed act.", fails="CANONICAL")
def act_number() -> Made:
    return signed_so(lambda text: text.replace('"seq":1', '"seq":1.0'))


@case("c09-act-time", "A time in another spelling", "`at` without milliseconds in a signed act.", fails="CANONICAL")
def act_time() -> Made:
    return signed_so(lambda text: text.replace('"at":"2026-03-03T09:00:00.000Z"', '"at":"2026-03-03T09:00:00Z"'))


@case("c10-second-issue", "A second issue in one record", "Act 1 is an `issue` with the right `prev` and `record`.",
      fails="CANONICAL")
def second_issue() -> Made:
    stage = Stage()
    bill = issued(stage)
    bill.act("issue", stage.carrier, "2026-03-03 09:00", to=stage.exporter,
             members={"prev": bill.record, "record": bill.record})
    stage.world.checkpoint("2026-03-03 10:30")
    return stage.made(bill, [stage.carrier, stage.exporter], [stage.a])


@case("c11-long-act", "An act over its limit", "A registry URL of 5,000 characters makes the issue longer than 4,096 bytes.",
      fails="CANONICAL")
def long_act() -> Made:
    stage = Stage()
    url = "https://registry.example/" + "v1/" * 1660
    bill = issued(stage, members={"registry": {"origin": stage.world.log.origin, "url": url}})
    return stage.made(bill, [stage.carrier, stage.exporter], [stage.a])


@case("c12-lone-surrogate", "Half a character", r"A lone surrogate \ud800 in the details of the issue.", fails="CANONICAL")
def surrogate() -> Made:
    return respelled("acts/0000.json", lambda data: data.replace(b"England and Wales", b"England \\\\ud800 Wales", 1))


@case("c13-three-transactions", "Three Transactions in one act", "A note whose details carry three; the limit is two.",
      fails="CANONICAL")
def transactions() -> Made:
    stage = Stage()
    bill = issued(stage)
    words = [transaction("SIGN", stage.exporter.party, 1772528400000)] * 3
    bill.act("note", stage.exporter, "2026-03-03 09:00", dcsa=words)
    stage.world.checkpoint("2026-03-03 10:30")
    return stage.made(bill, [stage.carrier, stage.exporter], [stage.a])


@case("c14-into-delivered", "Delivered, and replaced", "`close` with `delivered` and an `into`.", fails="CANONICAL")
def into_delivered() -> Made:
    stage = Stage()
    bill = surrendered(stage)
    bill.act("close", stage.carrier, "2026-03-10 09:00", members={"end": "delivered", "into": ["ab" * 32]})
    stage.world.checkpoint("2026-03-10 10:00")
    return stage.made(bill, three(stage))
