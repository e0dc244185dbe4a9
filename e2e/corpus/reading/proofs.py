"""Signatures, tlog-proofs, policies and map proofs, verified."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from corridor import note
from corridor.keys import kid_of
from corridor.spelling import b64, b64u, be8, canonical, sha256, unb64u

from .shapes import Bad, need, strict

P = 2**255 - 19
SMALL = {0, 1, P - 1} | {
    int.from_bytes(bytes.fromhex(h), "little") & (2**255 - 1)
    for h in ("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
              "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")
}
CURVES: dict[str, tuple[Any, Any, str]] = {
    "P-256": (ec.SECP256R1(), hashes.SHA256(), "ES256"), "P-384": (ec.SECP384R1(), hashes.SHA384(), "ES384")}


def _point(raw: bytes) -> None:
    y = int.from_bytes(raw, "little") & (2**255 - 1)
    need(len(raw) == 32 and y < P and y not in SMALL, "point")


def ed25519_holds(public: bytes, signature: bytes, message: bytes) -> bool:
    try:
        _point(public)
        _point(signature[:32])
        ed25519.Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (Bad, InvalidSignature, ValueError):
        return False
    return True


def ml_dsa_holds(public: bytes, signature: bytes, message: bytes) -> bool:
    try:
        mldsa.MLDSA44PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def decoded(text: str) -> bytes:
    """base64url in its one spelling."""
    try:
        raw = unb64u(text)
    except ValueError as bad:
        raise Bad("base64url") from bad
    need(b64u(raw) == text, "base64url")
    return raw


def alg_of(jwk: dict[str, str]) -> str:
    return "EdDSA" if jwk["kty"] == "OKP" else CURVES[jwk["crv"]][2]


def _ecdsa(jwk: dict[str, str], der: bytes, message: bytes) -> bool:
    curve, digest, _ = CURVES[jwk["crv"]]
    x, y = (int.from_bytes(unb64u(jwk[n]), "big") for n in ("x", "y"))
    try:
        ec.EllipticCurvePublicNumbers(x, y, curve).public_key().verify(der, message, ec.ECDSA(digest))
    except (InvalidSignature, ValueError):
        return False
    return True


def signature_holds(jwk: dict[str, str], signature: bytes, message: bytes) -> bool:
    if jwk["kty"] == "OKP":
        return len(signature) == 64 and ed25519_holds(unb64u(jwk["x"]), signature, message)
    half = len(signature) // 2
    if half != len(unb64u(jwk["x"])):
        return False
    der = encode_dss_signature(int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big"))
    return _ecdsa(jwk, der, message)


def jws_kid(jws: str) -> str | None:
    try:
        return str(strict(decoded(jws.split(".")[0]))["kid"])
    except (Bad, KeyError, TypeError):
        return None


def jws_holds(jws: str, typ: str, payload: str, jwk: dict[str, str]) -> bool:
    """A detached JWS by control.md section 2."""
    try:
        head, empty, tail = jws.split(".")
        need(not empty and decoded(head) == canonical({"alg": alg_of(jwk), "kid": kid_of(jwk), "typ": typ}), "header")
        return signature_holds(jwk, decoded(tail), f"{head}.{b64u(payload.encode())}".encode())
    except (Bad, ValueError):
        return False


def compact_payload(jws: str, keys: list[dict[str, str]]) -> Any:
    """The payload of a compact JWS that one of the keys verifies."""
    try:
        head, body, tail = jws.split(".")
        header = strict(decoded(head))
        need("alg" in header and set(header) <= {"alg", "kid", "typ"}, "header")
        for jwk in keys:
            fits = header["alg"] == alg_of(jwk) and header.get("kid", kid_of(jwk)) == kid_of(jwk)
            if fits and signature_holds(jwk, decoded(tail), f"{head}.{body}".encode()):
                return strict(decoded(body))
    except ValueError as bad:
        raise Bad("compact JWS") from bad
    raise Bad("no key verifies")


def assertion_holds(element: dict[str, str], act: str, key: dict[str, Any]) -> bool:
    try:
        data, client_raw = decoded(element["authenticatorData"]), decoded(element["clientDataJSON"])
        client = strict(client_raw)
        need(isinstance(client, dict) and client.get("type") == "webauthn.get", "type")
        need(client.get("challenge") == b64u(sha256(act.encode())), "challenge")
        need(client.get("origin") in key["origins"] and client.get("crossOrigin", False) is False, "origin")
        need("topOrigin" not in client and data[:32] == sha256(key["rpId"].encode()), "topOrigin or rpId")
        need(len(data) >= 37 and data[32] & 5 == 5 and not data[32] & 0x40, "flags")
        need(len(data) == 37 or bool(data[32] & 0x80), "extensions")
        return _ecdsa(key["jwk"], decoded(element["signatureDer"]), data + sha256(client_raw))
    except Bad:
        return False


@dataclass(frozen=True)
class Checkpoint:
    origin: str
    size: int
    root: bytes
    body: str
    lines: tuple[tuple[str, bytes, bytes], ...]


@dataclass(frozen=True)
class Proof:
    index: int
    path: tuple[bytes, ...]
    checkpoint: Checkpoint


def _b64(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError as bad:
        raise Bad("base64") from bad
    need(b64(raw) == text, "base64")
    return raw


def _decimal(text: str) -> int:
    need(text.isascii() and text.isdigit() and str(int(text)) == text, "decimal")
    return int(text)


def parse_proof(data: bytes) -> Proof:
    text = data.decode()
    head, body, signatures = text.split("\n\n")
    lines = head.split("\n")
    need(lines[0] == "c2sp.org/tlog-proof@v1", "proof")
    rest = lines[2:] if lines[1].startswith("extra ") else lines[1:]
    if len(lines) - len(rest) == 2:
        _b64(lines[1].removeprefix("extra "))
    need(rest[0].startswith("index "), "index")
    told = body.split("\n")
    need(len(told) == 3 and signatures.endswith("\n"), "checkpoint")
    signed = []
    for line in signatures[:-1].split("\n"):
        dash, name, raw = line.split(" ")
        need(dash == "—", "signature line")
        need(len(name.encode()) <= 255, "key name")
        value = _b64(raw)
        signed.append((name, value[:4], value[4:]))
    need(len({line[:2] for line in signed}) == len(signed) <= 64, "two lines of one key, or too many")
    checkpoint = Checkpoint(told[0], _decimal(told[1]), _b64(told[2]), body + "\n", tuple(signed))
    return Proof(_decimal(rest[0].removeprefix("index ")), tuple(_b64(h) for h in rest[1:]), checkpoint)


def included(leaf: str, proof: Proof) -> bool:
    """RFC 9162 section 2.1.3.2."""
    fn, sn = proof.index, proof.checkpoint.size - 1
    if fn > sn:
        return False
    value = sha256(b"\x00" + leaf.encode())
    for sibling in proof.path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            value = sha256(b"\x01" + sibling + value)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            value = sha256(b"\x01" + value + sibling)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and value == proof.checkpoint.root


class Policy:
    """A C2SP policy with one log."""

    def __init__(self, text: str, origin: str) -> None:
        self.witnesses: dict[str, tuple[str, bytes, int, bytes]] = {}
        self.groups: dict[str, tuple[int, list[str]]] = {}
        self.quorum = ""
        self.shape: list[str] = []
        logs = []
        need(text.endswith("\n"), "policy")
        for line in text.split("\n"):
            words = line.split()
            if not words or words[0].startswith("#"):
                continue
            if words[0] == "log":
                logs.append(self._vkey(words[1]))
            elif words[0] == "witness":
                self.witnesses[words[1]] = self._vkey(words[2])
                self.shape.append(f"witness {words[1]}")
            elif words[0] == "group":
                members = words[3:]
                k = {"any": 1, "all": len(members)}.get(words[2]) or int(words[2])
                need(1 <= k <= len(members) and all(m in self.witnesses or m in self.groups for m in members), "group")
                self.groups[words[1]] = (k, members)
                self.shape.append(line)
            else:
                need(words[0] == "quorum" and not self.quorum, "line")
                self.quorum = words[1]
                self.shape.append(line)
        known = self.quorum in ("none", *self.witnesses, *self.groups)
        need(known and len(logs) == 1 and logs[0][0] == origin and logs[0][2] == note.LOG, "log or quorum")
        self.log = logs[0]
        self.kinds = {kind for _, _, kind, _ in self.witnesses.values()}

    @staticmethod
    def _vkey(text: str) -> tuple[str, bytes, int, bytes]:
        name, key_id, raw = text.split("+", 2)
        public = _b64(raw)
        need(note.key_id(name, public[0], public[1:]).hex() == key_id, "vkey")
        return name, bytes.fromhex(key_id), public[0], public[1:]

    def meets(self, name: str | None = None) -> bool:
        at = self.quorum if name is None else name
        if at == "none":
            return False
        if at in self.witnesses:
            return True
        k, members = self.groups[at]
        return 2 * k - len(members) > sum(not self.meets(member) for member in members)

    def time(self, times: dict[str, float], name: str | None = None) -> float:
        """The quorum's time in milliseconds; infinity where the quorum is not reached."""
        at = self.quorum if name is None else name
        if at == "none":
            return float("inf")
        if at in self.witnesses:
            return times.get(at, float("inf"))
        k, members = self.groups[at]
        return sorted(self.time(times, member) for member in members)[k - 1]


def cosigned(checkpoint: Checkpoint, key: tuple[str, bytes, int, bytes], signature: bytes) -> int | None:
    """The time of a cosignature that verifies."""
    name, _, kind, public = key
    seconds, raw = int.from_bytes(signature[:8], "big"), signature[8:]
    if kind == note.COSIGNATURE:
        message = f"cosignature/v1\ntime {seconds}\n{checkpoint.body}".encode()
        return seconds if ed25519_holds(public, raw, message) else None
    own, origin = name.encode(), checkpoint.origin.encode()
    message = b"subtree/v1\n\0" + bytes([len(own)]) + own + be8(seconds) + bytes([len(origin)]) + origin + be8(0)
    message += be8(checkpoint.size) + checkpoint.root
    return seconds if ml_dsa_holds(public, raw, message) else None


def line_of(checkpoint: Checkpoint, key: tuple[str, bytes, int, bytes]) -> bytes | None:
    return next((raw for name, key_id, raw in checkpoint.lines if (name, key_id) == key[:2]), None)


def holds_under(policy: Policy, checkpoint: Checkpoint) -> tuple[bool, dict[str, float]]:
    """Does the checkpoint satisfy the policy (the log's signature, no wrong line, the quorum)? And the witnesses' times."""
    wrong = False
    times: dict[str, float] = {}
    log = line_of(checkpoint, policy.log)
    wrong |= log is None or not ed25519_holds(policy.log[3], log, checkpoint.body.encode())
    for name, key in policy.witnesses.items():
        raw = line_of(checkpoint, key)
        if raw is not None:
            seconds = cosigned(checkpoint, key, raw)
            wrong |= seconds is None
            if seconds is not None:
                times[name] = seconds * 1000.0
    reached = policy.time(times) != float("inf")
    return policy.meets() and not wrong and reached, times


def map_shows(proof: dict[str, Any], root: str) -> tuple[str, int | None]:
    """What a map proof shows: `present` with an index, `absent`, or `nothing`."""
    slot, end, siblings = bytes.fromhex(proof["slot"]), proof["end"], proof["siblings"]
    value = bytes(32)
    if end is not None:
        value = sha256(b"\x02" + bytes.fromhex(end["slot"]) + be8(end["index"]))
    for depth in range(len(siblings) - 1, -1, -1):
        other = bytes.fromhex(siblings[depth])
        bit = slot[depth // 8] >> (7 - depth % 8) & 1
        value = sha256(b"\x03" + (other + value if bit else value + other))
    if value.hex() != root:
        return "nothing", None
    if end is None:
        return "absent", None
    if end["slot"] == proof["slot"]:
        return "present", end["index"]
    shared = int.from_bytes(slot, "big") ^ int.from_bytes(bytes.fromhex(end["slot"]), "big")
    return ("absent" if 256 - shared.bit_length() >= len(siblings) else "nothing"), None
