"""Detached and compact JWS, passkey assertions, counter statements, signature lists: control.md sections 2 and 7.1."""

from __future__ import annotations

from typing import Any

from .keys import Key
from .spelling import b64u, canonical, canonical_text, sha256, time_text

ACT = "twk-act+jws"
COUNTER = "twk-counter+jws"
MARK = "twk-mark+jws"

Element = dict[str, Any]


def detached(key: Key, typ: str, payload: bytes | str, *, header: dict[str, Any] | None = None) -> str:
    """A detached JWS; `header` replaces the members of the right header."""
    head = b64u(canonical({"alg": key.alg, "kid": key.kid, "typ": typ} | (header or {})))
    data = payload.encode() if isinstance(payload, str) else payload
    return f"{head}..{b64u(key.sign(f'{head}.{b64u(data)}'.encode()))}"


def with_signature(jws: str, signature: bytes) -> str:
    """The JWS with other signature bytes."""
    return jws[: jws.rindex(".") + 1] + b64u(signature)


def signing_input(jws: str, payload: str) -> bytes:
    """What a detached JWS signs."""
    return f"{jws.split('.')[0]}.{b64u(payload.encode())}".encode()


def with_spare_bits(jws: str) -> str:
    """The JWS with a spare bit of its last character set: the same bytes in another spelling."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return jws[:-1] + alphabet[alphabet.index(jws[-1]) | 1]


def compact(key: Key, payload: Any, *, header: dict[str, Any] | None = None) -> str:
    """A compact JWS over canonical JSON, as DCSA's messages have it."""
    head = b64u(canonical(header or {"alg": key.alg, "kid": key.kid, "typ": "JWT"}))
    body = b64u(canonical(payload))
    return f"{head}.{body}.{b64u(key.sign(f'{head}.{body}'.encode()))}"


def jws_element(jws: str) -> Element:
    return {"jws": jws, "kind": "jws"}


def sign_act(key: Key, act: str) -> Element:
    """A holder's signature with a key file or token."""
    return jws_element(detached(key, ACT, act))


def assertion(
    key: Key,
    act: str,
    *,
    rp_id: str,
    origin: str,
    flags: int = 0x05,
    counter: int = 0,
    extra: bytes = b"",
    client: dict[str, Any] | None = None,
) -> Element:
    """A passkey's assertion over an act. `client` adds to or replaces members of clientDataJSON."""
    authenticator = sha256(rp_id.encode()) + bytes([flags]) + counter.to_bytes(4, "big") + extra
    data = {"type": "webauthn.get", "challenge": b64u(sha256(act.encode())), "origin": origin, "crossOrigin": False}
    # A browser writes these members in its own order, not the canonical one.
    members = ",".join(f"{canonical_text(n)}:{canonical_text(v)}" for n, v in (data | (client or {})).items())
    client_data = ("{" + members + "}").encode()
    return {
        "authenticatorData": b64u(authenticator),
        "clientDataJSON": b64u(client_data),
        "kid": key.kid,
        "kind": "webauthn",
        "signatureDer": b64u(key.sign_der(authenticator + sha256(client_data))),
    }


def counter_statement(act_digest: str, platform: str, role: str, at: int) -> str:
    return canonical_text(
        {"act": act_digest, "at": time_text(at), "platform": platform, "role": role, "v": "twakow/counter/1"}
    )


def counter(key: Key, act_digest: str, platform: str, role: str, at: int, *, typ: str = COUNTER) -> Element:
    """A platform's signature: home, accept, decline, enrol."""
    statement = counter_statement(act_digest, platform, role, at)
    return {"jws": detached(key, typ, statement), "kind": "platform", "statement": statement}
