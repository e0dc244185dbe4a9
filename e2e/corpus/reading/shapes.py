"""Members and types of everything that is signed or logged: what CANONICAL asks."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from corridor.spelling import b64u, canonical, ms, time_text, unb64u

Check = Callable[[Any], None]


class Bad(Exception):
    """Not what the documents ask."""


def need(holds: bool, why: str) -> None:
    if not holds:
        raise Bad(why)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    need(len({name for name, _ in pairs}) == len(pairs), "member twice")
    return dict(pairs)


def strict(data: bytes) -> Any:
    """JSON without doubled members."""
    try:
        return json.loads(data.decode(), object_pairs_hook=_once)
    except (ValueError, RecursionError) as bad:
        raise Bad(str(bad)) from bad


def canonical_value(data: bytes | str) -> Any:
    """What canonical bytes parse to."""
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    value = strict(raw)
    try:
        need(canonical(value) == raw, "not canonical")
    except UnicodeEncodeError as bad:
        raise Bad("lone surrogate") from bad
    return value


def text(value: Any) -> None:
    need(isinstance(value, str) and not re.search(r"[\x00-\x1f\x7f]", value), f"text {value!r}")


def matching(pattern: str) -> Check:
    def check(value: Any) -> None:
        need(isinstance(value, str) and re.fullmatch(pattern, value) is not None, f"{value!r} is not {pattern}")

    return check


def one_of(*values: Any) -> Check:
    return lambda value: need(any(value is v or (value == v and type(value) is type(v)) for v in values), f"{value!r}")


def integer(low: int = 0, high: int = 2**53 - 1) -> Check:
    return lambda value: need(type(value) is int and low <= value <= high, f"integer {value!r}")


def time(value: Any) -> None:
    try:
        need(isinstance(value, str) and len(value) == 24 and time_text(ms(value)) == value, f"time {value!r}")
    except ValueError as bad:
        raise Bad("time") from bad


def bytes_of(length: int) -> Check:
    def check(value: Any) -> None:
        text(value)
        try:
            need(len(unb64u(value)) == length and b64u(unb64u(value)) == value, "base64url")
        except ValueError as bad:
            raise Bad("base64url") from bad

    return check


def array(item: Check, low: int = 0, high: int = 1 << 30) -> Check:
    def check(value: Any) -> None:
        need(isinstance(value, list) and low <= len(value) <= high, "list")
        for one in value:
            item(one)

    return check


def obj(required: dict[str, Check], optional: dict[str, Check] | None = None) -> Check:
    def check(value: Any) -> None:
        need(isinstance(value, dict), "object")
        known = required | (optional or {})
        need(set(required) <= set(value) <= set(known), f"members {sorted(set(value) ^ set(required))}")
        for name, told in value.items():
            known[name](told)

    return check


def anything(_: Any) -> None:
    return None


DIGEST = matching("[0-9a-f]{64}")
CODE = matching("[A-Z0-9]{4}")
ORIGIN = matching(r"[!-*,-~]{1,255}")
ED25519 = obj({"crv": one_of("Ed25519"), "kty": one_of("OKP"), "x": bytes_of(32)})
P256 = obj({"crv": one_of("P-256"), "kty": one_of("EC"), "x": bytes_of(32), "y": bytes_of(32)})


def JWK(value: Any) -> None:  # noqa: N802, named like the other shapes
    (ED25519 if isinstance(value, dict) and value.get("kty") == "OKP" else P256)(value)


def sets(value: Any) -> None:
    array(DIGEST, 1, 16)(value)
    need(sorted(set(value)) == value, "sets in order")


CONTROLLER = obj({"custody": one_of("self", "platform"), "home": CODE, "sets": sets})
REGISTRY = obj({"origin": ORIGIN, "url": matching("[!-~]{1,1024}")})
KEY = obj({"jwk": JWK, "kind": one_of("passkey", "file", "token"), "portable": one_of(True, False)},
          {"rpId": text, "origins": array(text, 1, 8)})
HOURS = integer(0, 8760)
RECOVERY = obj({"members": array(JWK, 1, 16), "quorum": integer(1), "waitHours": HOURS, "objectHours": HOURS})

ALWAYS = {"v": one_of("twakow/act/1"), "at": time, "details": DIGEST, "seq": integer(0, 1023)}
LATER = ALWAYS | {"seq": integer(1, 1023), "record": DIGEST, "prev": DIGEST}
ACTED = LATER | {"by": CONTROLLER, "expires": time}
ACTS: dict[str, Check] = {
    "issue": obj(ALWAYS | {"op": text, "seq": integer(0, 0), "by": CONTROLLER, "to": CONTROLLER, "expires": time, "tag": DIGEST,
                           "registry": REGISTRY}, {"from": array(DIGEST, 1)}),
    "surrender": obj(ACTED | {"op": text, "to": CONTROLLER, "purpose": one_of("delivery", "amendment", "cancel"),
                              "answerBy": time}),
    "close": obj(ACTED | {"op": text, "end": one_of("delivered", "paper", "replaced", "void")}, {"into": array(DIGEST, 1)}),
    "keyset": obj(ALWAYS | {"op": text, "seq": integer(0, 0), "keys": array(KEY, 1, 8), "recovery": RECOVERY,
                            "registry": REGISTRY}),
    "rekey": obj(LATER | {"op": text, "keys": array(KEY, 1, 8), "recovery": RECOVERY}),
}
ACTS |= {op: obj(ACTED | {"op": text, "to": CONTROLLER}) for op in ("move", "rehome")}
ACTS |= {op: obj(ACTED | {"op": text}) for op in ("note", "reject", "leave", "return", "reclaim")}

DETAILS = obj({"v": one_of("twakow/details/1"), "salt": bytes_of(16)},
              {"document": DIGEST, "dcsa": array(anything, 0, 2), "issuerSalt": bytes_of(16), "law": text, "jurisdiction": text,
               "party": anything, "identityReceipt": DIGEST, "mandate": DIGEST, "representedParty": anything,
               "consents": array(DIGEST), "terms": DIGEST, "pledge": DIGEST, "nominee": anything, "withdraw": one_of(True),
               "successors": array(DIGEST), "toPaper": anything, "fromPaper": anything})
ENTRY = obj({"act": DIGEST, "signatures": DIGEST, "v": one_of("twakow/entry/1")})
LEAF = obj({"at": time, "entry": DIGEST, "slot": DIGEST, "v": one_of("twakow/leaf/1")})
MAP = obj({"at": time, "root": DIGEST, "size": integer(), "v": one_of("twakow/map/1")})
COUNTER = obj({"act": DIGEST, "at": time, "platform": CODE, "role": one_of("home", "accept", "decline", "enrol"),
               "v": one_of("twakow/counter/1")})
JWS = obj({"jws": text, "kind": one_of("jws")})
ELEMENTS: dict[str, Check] = {
    "jws": JWS,
    "webauthn": obj({name: text for name in ("authenticatorData", "clientDataJSON", "kid", "signatureDer")} | {"kind": text}),
    "platform": obj({"jws": text, "kind": text, "statement": lambda value: COUNTER(canonical_value(value))}),
}
CHARTER = obj({"authority": obj({"keys": array(JWK, 1), "quorum": integer(1)}), "n": integer(), "origin": ORIGIN,
               "policy": lambda value: need(isinstance(value, str), "policy"), "v": one_of("twakow/charter/1"),
               "waits": obj({name: integer() for name in ("memberDays", "rehomeHours", "rejectHours")})})
MEMBER = obj({"keys": array(obj({"from": time, "jwk": anything, "use": one_of("counter", "pint")})), "n": integer(),
              "origin": ORIGIN, "platform": CODE, "state": one_of("member", "suspended", "dead"), "v": one_of("twakow/member/1")})


def act(value: str) -> None:
    told = canonical_value(value)
    need(isinstance(told, dict) and told.get("op") in ACTS, "op")
    ACTS[told["op"]](told)
    need(len(value.encode()) <= (8192 if told["op"] in ("keyset", "rekey") else 4096), "act too long")
    if told["op"] == "close":
        need((told["end"] == "replaced") == ("into" in told), "into")
    for key in told.get("keys", []):
        passkey = key["kind"] == "passkey"
        need(passkey == ("rpId" in key) == ("origins" in key) and not (passkey and key["portable"]), "passkey")


def signatures(value: str) -> None:
    told = canonical_value(value)
    need(isinstance(told, list), "list")
    for element in told:
        need(isinstance(element, dict) and element.get("kind") in ELEMENTS, "kind")
        ELEMENTS[element["kind"]](element)


def mark_leaf(value: str) -> None:
    told = canonical_value(value)
    obj({"at": time, "signatures": array(JWS), "slot": DIGEST, "statement": anything, "v": one_of("twakow/mark/1")})(told)
    statement = canonical_value(told["statement"])
    (CHARTER if statement.get("v") == "twakow/charter/1" else MEMBER)(statement)


def as_text(check: Check) -> Check:
    return lambda value: check(canonical_value(value))


SIGNED: dict[str, Check] = {"act": act, "signatures": signatures, "entry": as_text(ENTRY), "leaf": as_text(LEAF)}
FILES: dict[str, Check] = {
    "acts": obj(SIGNED | {"v": one_of("twakow/bundle-act/1"),
                          "provenance": one_of("holder_signed", "carrier_signed", "registry_signed", "platform_asserted")},
                {"details": as_text(DETAILS), "before": as_text(MAP), "tagLeaf": as_text(LEAF), "tagCount": integer()}),
    "keysets": obj(SIGNED | {"v": one_of("twakow/bundle-act/1")}, {"details": as_text(DETAILS)}),
    "members": obj({"leaf": mark_leaf, "v": one_of("twakow/bundle-mark/1")}),
    "marks": obj({n: SIGNED[n] for n in ("signatures", "entry", "leaf")} | {"statement": as_text(COUNTER),
                 "v": one_of("twakow/bundle-hidden/1")}, {"act": act}),
    "pint": obj({"answers": array(text), "entry": text, "v": one_of("twakow/bundle-pint/1")}),
}
PROOFS = array(obj({"end": lambda v: None if v is None else obj({"index": integer(), "slot": DIGEST})(v),
                    "siblings": array(DIGEST, 0, 256), "slot": DIGEST}))


def check_file(path: str, data: bytes) -> None:
    """Refuses a JSON file that is not canonical or has not exactly its members."""
    if path == "document.json":
        need(isinstance(strict(data), dict), "document")
        return
    told = canonical_value(data)
    folder = path.split("/")[0]
    if path == "head/leaf.json":
        MAP(told)
    elif path == "head/slots.json":
        PROOFS(told)
    elif folder in FILES:
        FILES[folder](told)
        op = json.loads(told["act"])["op"] if folder in ("acts", "keysets") else None
        first = path.endswith("0000.json")
        if folder == "acts":
            need(op == "issue" if first else op not in ("issue", "keyset", "rekey"), "op in its place")
        if folder == "keysets":
            need(op == ("keyset" if first else "rekey"), "op in its place")
