"""The zip, read in the one way that evidence-bundle.md section 1 allows."""

from __future__ import annotations

import re
import struct
import zlib
from typing import Any

from corridor.spelling import canonical, digest

from .shapes import Bad, strict

LIMIT, ENTRIES, UNPACKED, FILE = 64 << 20, 16_384, 256 << 20, 16 << 20
NUMBER, ID = r"[0-9]{4}", r"[0-9a-f]{64}"
PATHS = [
    r"manifest\.json", rf"acts/{NUMBER}\.json", rf"proofs/{NUMBER}(\.before)?\.proof", r"proofs/0000\.tag\.proof",
    rf"keysets/{ID}/{NUMBER}\.(json|proof)", rf"(members|marks)/{NUMBER}\.(json|proof)",
    r"head/leaf\.(json|proof)", r"head/slots\.json", r"document\.json", r"visualisation\.pdf", rf"pint/{NUMBER}\.json",
    rf"(checkpoints|files|mandates|identity-receipts)/{ID}", rf"seals/{NUMBER}\.proof", r"timeline\.html",
]


class Unreadable(Exception):
    """Exit 2."""


def limit_of(path: str) -> int:
    if path == "manifest.json" or path.startswith("pint/"):
        return 4 << 20
    if path == "head/slots.json":
        return 32 << 20
    if path.endswith(".proof"):
        return 65_536
    if path.startswith("checkpoints/"):
        return 131_072
    return 262_144 if re.match(r"(acts|keysets|members|marks|head)/", path) else FILE


def _inflate(packed: bytes, method: int, size: int) -> bytes:
    if method == 0:
        return packed
    machine = zlib.decompressobj(-15)
    data = machine.decompress(packed, size + 1)
    if len(data) != size or not machine.eof or machine.unused_data or machine.unconsumed_tail:
        raise Bad("deflate stream")
    return data


def _central(data: bytes) -> tuple[list[dict[str, Any]], int, list[str]]:
    if len(data) > LIMIT or len(data) < 22 or data[-22:-18] != b"PK\x05\x06":
        raise Unreadable("no end record in the last 22 bytes")
    disk, start_disk, here, total, size, start, comment = struct.unpack("<HHHHIIH", data[-18:])
    wrong = []
    if comment or disk or start_disk or here != total or total > ENTRIES:
        wrong.append("end record")
    if start + size != len(data) - 22:
        wrong.append("the central directory does not end where the end record starts")
    entries, at = [], start
    for _ in range(total):
        if data[at : at + 4] != b"PK\x01\x02":
            wrong.append("central directory")
            break
        fields = struct.unpack("<HHHHHHIIIHHHHHII", data[at + 4 : at + 46])
        name_size, extra_size, comment_size = fields[9:12]
        name = data[at + 46 : at + 46 + name_size]
        extra = data[at + 46 + name_size : at + 46 + name_size + extra_size]
        entries.append({"flags": fields[2], "method": fields[3], "crc": fields[6], "packed": fields[7], "size": fields[8],
                        "offset": fields[15], "name": name, "extra": extra})
        at += 46 + name_size + extra_size + comment_size
    if at != start + size:
        wrong.append("central directory size")
    return entries, start, wrong


def _zip64(extra: bytes) -> bool:
    while len(extra) >= 4:
        kind, size = struct.unpack("<HH", extra[:4])
        if kind == 1:
            return True
        extra = extra[4 + size :]
    return False


def _entry(data: bytes, told: dict[str, Any], at: int) -> tuple[bytes, int]:
    """The unpacked bytes of one entry, whose local header must be at `at`, and where the next one starts."""
    if told["offset"] != at or data[at : at + 4] != b"PK\x03\x04":
        raise Bad("local header is not where the entry before ended")
    flags, method, _, _, crc, packed, size, name_size, extra_size = struct.unpack("<HHHHIIIHH", data[at + 6 : at + 30])
    name = data[at + 30 : at + 30 + name_size]
    extra = data[at + 30 + name_size : at + 30 + name_size + extra_size]
    if (name, method, flags) != (told["name"], told["method"], told["flags"]):
        raise Bad("local header")
    zeros = told["flags"] & 8 and (crc, packed, size) == (0, 0, 0)
    if not zeros and (crc, packed, size) != (told["crc"], told["packed"], told["size"]):
        raise Bad("local sizes")
    if method not in (0, 8) or flags & ~0x080E or _zip64(extra) or _zip64(told["extra"]):
        raise Bad("method, flags or zip64")
    begin = at + 30 + name_size + extra_size
    end = begin + told["packed"]
    if told["size"] > limit_of(name.decode("latin-1")):
        raise Bad("limit")
    content = _inflate(data[begin:end], method, told["size"])
    if len(content) != told["size"] or zlib.crc32(content) != told["crc"]:
        raise Bad("crc or size")
    if flags & 8:
        right = struct.pack("<III", told["crc"], told["packed"], told["size"])
        if data[end : end + 16] == b"PK\x07\x08" + right:
            end += 16
        elif data[end : end + 12] == right:
            end += 12
        else:
            raise Bad("descriptor")
    return content, end


def _manifest_alone(data: bytes, entries: list[dict[str, Any]]) -> dict[str, Any]:
    for told in entries:
        if told["name"] == b"manifest.json":
            try:
                content, _ = _entry(data, told, told["offset"])
                manifest = strict(content)
                if manifest["v"] == "twakow/bundle/1":
                    return dict(manifest)
            except (Bad, ValueError, KeyError, TypeError, struct.error, zlib.error):
                pass
    raise Unreadable("no manifest")


def read(data: bytes) -> tuple[dict[str, bytes], dict[str, Any], list[str]]:
    """The files, the manifest, and what is wrong with FORMAT."""
    entries, start, wrong = _central(data)
    manifest = _manifest_alone(data, entries)
    files: dict[str, bytes] = {}
    folders, at = [], 0
    for told in sorted(entries, key=lambda entry: entry["offset"]):
        try:
            content, at = _entry(data, told, at)
            name = told["name"].decode("ascii")
        except (Bad, UnicodeDecodeError, struct.error, zlib.error) as bad:
            wrong.append(f"{told['name']!r}: {bad}")
            break
        if name.endswith("/"):
            folders.append(name)
            wrong += ["folder with data"] if content else []
            continue
        if name.lower() in (known.lower() for known in files):
            wrong.append(f"{name} twice")
        files[name] = content
    else:
        if at != start:
            wrong.append("gap before the central directory")
    wrong += [f"folder {folder} of nothing" for folder in folders if not any(name.startswith(folder) for name in files)]
    if not wrong:
        wrong += _listed(files, manifest) + _paths(files) + _checkpoints(files)
    return files, manifest, wrong


def _listed(files: dict[str, bytes], manifest: dict[str, Any]) -> list[str]:
    told = [{"path": p, "sha256": digest(d), "size": len(d)} for p, d in sorted(files.items()) if p != "manifest.json"]
    wrong = [] if manifest.get("files") == told else ["the manifest lists other files"]
    if canonical(manifest) != files["manifest.json"]:
        wrong.append("manifest is not canonical")
    for path, content in files.items():
        if path.startswith(("checkpoints/", "files/", "mandates/")) and path.split("/")[1] != digest(content):
            wrong.append(f"{path} does not hash to its name")
    return wrong


def _paths(files: dict[str, bytes]) -> list[str]:
    wrong = [f"stray {path}" for path in files if not any(re.fullmatch(pattern, path) for pattern in PATHS)]
    wrong += [f"{path} is too large" for path in files if len(files[path]) > limit_of(path) or len(path) > 120]
    groups: dict[str, set[str]] = {}
    for path in files:
        found = re.fullmatch(rf"(.+/)({NUMBER})(\.before|)\.?(.*)", path)
        by_digest = path.startswith(("checkpoints/", "files/", "mandates/", "identity-receipts/"))
        if found and path != "proofs/0000.tag.proof" and not found[3] and not by_digest:
            groups.setdefault(found[1] + found[4], set()).add(found[2])
    for group, numbers in groups.items():
        if numbers != {f"{n:04d}" for n in range(len(numbers))}:
            wrong.append(f"gap in {group}")
    pairs = [(g, g.replace("json", "proof")) for g in groups if g.endswith("json") and not g.startswith(("acts", "pint"))]
    pairs += [(g.replace("proof", "json"), g) for g in groups if g.endswith("proof") and not g.startswith(("proofs", "seals"))]
    for one, other in [*pairs, ("acts/json", "proofs/proof")]:
        if groups.get(one) != groups.get(other):
            wrong.append(f"{one} without {other}")
    head = [path for path in files if path.startswith("head/")]
    if len(head) not in (0, 3) or not groups.get("acts/json"):
        wrong.append("head or acts")
    return wrong


def checkpoint_of(proof: bytes) -> str | None:
    """The path in the last line of a proof file."""
    found = re.search(rb"\n(checkpoints/[0-9a-f]{64})\n\Z", proof)
    return found[1].decode() if found else None


def tlog_proof(files: dict[str, bytes], path: str) -> bytes:
    """The whole proof: the checkpoint in place of the last line."""
    name = checkpoint_of(files[path])
    assert name is not None, "FORMAT said so"
    return files[path][: -len(name) - 1] + files[name]


def _checkpoints(files: dict[str, bytes]) -> list[str]:
    named = {path: checkpoint_of(data) for path, data in files.items() if path.endswith(".proof")}
    wrong = [f"{path} leads to no checkpoint" for path, name in named.items() if name not in files]
    return wrong + [f"{path} is nobody's" for path in files if path.startswith("checkpoints/") and path not in named.values()]
