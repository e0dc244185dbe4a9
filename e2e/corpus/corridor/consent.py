"""Consents of who is not in possession: control.md section 5, formats.md."""

from __future__ import annotations

import json
from typing import Any

from . import signing
from .people import Holder, SetKey
from .spelling import canonical, canonical_text, digest, digest_of, time_text

CONSENT = "twk-consent+jws"


def statement(act: dict[str, Any], details: str, set_id: str, expires: int, **changed: Any) -> str:
    """What `set_id` consents to: this act with these details. `changed` replaces members; None takes one out."""
    matter = {name: value for name, value in json.loads(details).items() if name != "consents"}
    told: dict[str, Any] = {
        "expires": time_text(expires), "matter": digest_of(matter), "op": act["op"], "prev": act.get("prev"),
        "purpose": act.get("purpose"), "record": act.get("record"), "set": set_id,
        "to": act["to"]["sets"] if "to" in act else [], "v": "twakow/consent/1",
    } | changed
    return canonical_text({name: value for name, value in told.items() if value is not None})


def element(by: SetKey, text: str, *, typ: str = CONSENT) -> signing.Element:
    if by.kind == "passkey":
        return signing.assertion(by.key, text, rp_id=by.rp_id, origin=by.origin)
    return signing.jws_element(signing.detached(by.key, typ, text))


def file(text: str, elements: list[signing.Element], **changed: Any) -> bytes:
    """The file of a signed consent."""
    told = {"consent": text, "signatures": canonical_text(elements), "v": "twakow/consent-file/1"} | changed
    return canonical(told)


def cites(files: list[bytes]) -> list[str]:
    """What the details say of these consents."""
    return sorted(digest(content) for content in files)


def by(holder: Holder, text: str, *, key: SetKey | None = None, typ: str = CONSENT) -> bytes:
    """A holder's consent, signed with the first key of its set or another one."""
    return file(text, [element(key or holder.keys[0], text, typ=typ)])
