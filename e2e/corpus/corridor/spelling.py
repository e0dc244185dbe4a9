"""Canonical JSON, digests, base64, times: control.md section 1."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime
from typing import Any

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def _number(value: float) -> str:
    """A finite double as ECMAScript writes it (RFC 8785, 3.2.2.3)."""
    if value == int(value) and abs(value) < 1e21:
        return str(int(value))
    text = repr(value)
    if "e" not in text:
        return text
    mantissa, exponent = text.split("e")
    power = int(exponent)
    if -7 < power < 0:
        digits = mantissa.replace(".", "").lstrip("-")
        return ("-" if value < 0 else "") + "0." + "0" * (-power - 1) + digits
    return f"{mantissa}e{'+' if power > 0 else '-'}{abs(power)}"


def canonical_text(value: Any) -> str:
    """The RFC 8785 form of a value, as text."""
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{canonical_text(n)}:{canonical_text(value[n])}" for n in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(canonical_text(item) for item in value) + "]"
    if isinstance(value, float):
        return _number(value)
    return json.dumps(value, ensure_ascii=False)


def canonical(value: Any) -> bytes:
    """The RFC 8785 form of a value, as bytes."""
    return canonical_text(value).encode()


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def digest(data: bytes | str) -> str:
    """SHA-256 as 64 lower-case hexadecimal digits; of a text, over its UTF-8 bytes."""
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def digest_of(value: Any) -> str:
    """The digest of a value's canonical bytes."""
    return digest(canonical(value))


def b64u(data: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64u(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def b64(data: bytes) -> str:
    """base64, padded."""
    return base64.b64encode(data).decode()


def be8(number: int) -> bytes:
    """A number in 8 bytes, big-endian."""
    return number.to_bytes(8, "big")


def ms(text: str) -> int:
    """A time `2026-03-09T14:05:00.000Z` as milliseconds since 1970. A shorter spelling (`2026-03-09 14:05`) is for cases."""
    if len(text) <= 19:
        text = text.replace(" ", "T") + ":00"[: 19 - len(text)] + ".000Z"
    moment = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    return round(moment.timestamp() * 1000)


def time_text(milliseconds: int) -> str:
    """Milliseconds since 1970 in the one form of control.md section 1."""
    seconds, rest = divmod(milliseconds, 1000)
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S") + f".{rest:03d}Z"


def fixed_bytes(label: str, length: int) -> bytes:
    """The same "random" bytes in every run: salts and seeds of a TEST corridor."""
    return sha256(b"twakow corpus, test only\n" + label.encode())[:length]
