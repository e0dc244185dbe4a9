"""Keys of a TEST corridor, each made from its label: control.md sections 1 and 2."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Literal

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from .spelling import b64u, canonical, fixed_bytes, sha256

Alg = Literal["EdDSA", "ES256", "ES384"]
Jwk = dict[str, str]

ED25519_ORDER = 2**252 + 27742317777372353535851937790883648493
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
ED25519_IDENTITY = bytes([1]) + bytes(31)
_CURVES: dict[str, tuple[ec.EllipticCurve, hashes.HashAlgorithm, str, int]] = {
    "ES256": (ec.SECP256R1(), hashes.SHA256(), "P-256", 32),
    "ES384": (ec.SECP384R1(), hashes.SHA384(), "P-384", 48),
}


@dataclass(frozen=True)
class Key:
    """A signing key: Ed25519 by its seed, ECDSA by its scalar (signatures are deterministic, RFC 6979)."""

    alg: Alg
    secret: bytes

    @staticmethod
    def make(label: str, alg: Alg = "EdDSA") -> Key:
        if alg == "EdDSA":
            return Key(alg, fixed_bytes(f"{label} {alg}", 32))
        size = _CURVES[alg][3]
        # 31 (47) bytes are always below the order of the curve.
        return Key(alg, fixed_bytes(f"{label} {alg}", 31).rjust(size, b"\0"))

    @cached_property
    def _private(self) -> Any:
        if self.alg == "EdDSA":
            return ed25519.Ed25519PrivateKey.from_private_bytes(self.secret)
        return ec.derive_private_key(int.from_bytes(self.secret, "big"), _CURVES[self.alg][0])

    @cached_property
    def public(self) -> bytes:
        """The raw 32 bytes of an Ed25519 key."""
        return bytes(self._private.public_key().public_bytes_raw())

    @cached_property
    def jwk(self) -> Jwk:
        if self.alg == "EdDSA":
            return {"crv": "Ed25519", "kty": "OKP", "x": b64u(self.public)}
        _, _, name, size = _CURVES[self.alg]
        numbers = self._private.public_key().public_numbers()
        x, y = (b64u(n.to_bytes(size, "big")) for n in (numbers.x, numbers.y))
        return {"crv": name, "kty": "EC", "x": x, "y": y}

    @cached_property
    def kid(self) -> str:
        return kid_of(self.jwk)

    def sign_der(self, message: bytes) -> bytes:
        """An ECDSA signature as a passkey gives it."""
        return bytes(self._private.sign(message, ec.ECDSA(_CURVES[self.alg][1], deterministic_signing=True)))

    def sign(self, message: bytes) -> bytes:
        """A signature as a JWS carries it: 64 bytes of Ed25519, or r and s."""
        if self.alg == "EdDSA":
            return bytes(self._private.sign(message))
        r, s = decode_dss_signature(self.sign_der(message))
        size = _CURVES[self.alg][3]
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")

    def sign_with_small_order_r(self, message: bytes) -> bytes:
        """A signature that solves the Ed25519 equation with R the identity point: S = k * a."""
        expanded = bytearray(hashlib.sha512(self.secret).digest()[:32])
        expanded[0] &= 248
        expanded[31] = (expanded[31] & 127) | 64
        scalar = int.from_bytes(expanded, "little")
        challenge = hashlib.sha512(ED25519_IDENTITY + self.public + message).digest()
        s = int.from_bytes(challenge, "little") * scalar % ED25519_ORDER
        return ED25519_IDENTITY + s.to_bytes(32, "little")


def kid_of(jwk: Jwk) -> str:
    """The RFC 7638 thumbprint: every member of these JWKs is a required one."""
    return b64u(sha256(canonical(jwk)))


def add_order(signature: bytes) -> bytes:
    """The same Ed25519 signature with S + L in place of S."""
    s = int.from_bytes(signature[32:], "little") + ED25519_ORDER
    return signature[:32] + s.to_bytes(32, "little")


def with_high_s(signature: bytes) -> bytes:
    """An ES256 signature (r and s, 32 bytes each) with the higher of s and n - s."""
    s = int.from_bytes(signature[32:], "big")
    return signature[:32] + max(s, P256_ORDER - s).to_bytes(32, "big")


@dataclass(frozen=True)
class MlDsaKey:
    """An ML-DSA-44 key by its seed. Its signatures differ from run to run."""

    secret: bytes

    @staticmethod
    def make(label: str) -> MlDsaKey:
        return MlDsaKey(fixed_bytes(f"{label} ML-DSA-44", 32))

    @cached_property
    def _private(self) -> mldsa.MLDSA44PrivateKey:
        return mldsa.MLDSA44PrivateKey.from_seed_bytes(self.secret)

    @cached_property
    def public(self) -> bytes:
        return self._private.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """A signature; the same one for the same message within a run, so that corridors share their first checkpoints."""
        return _ml_dsa_signature(self, message)


@cache
def _ml_dsa_signature(key: MlDsaKey, message: bytes) -> bytes:
    return key._private.sign(message)
