"""Platforms, parties and key sets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from . import signing
from .keys import Jwk, Key

Party = dict[str, Any]


def lei(prefix: str) -> str:
    """An 18-character prefix with its two check digits (ISO 7064, mod 97-10)."""
    number = "".join(str(int(c, 36)) for c in prefix + "00")
    return prefix + f"{98 - int(number) % 97:02d}"


def party(name: str, number: int, platform: str) -> Party:
    """A DCSA party with one identifying code."""
    code = {"codeListName": "LEI", "codeListProvider": "GLEIF", "partyCode": lei(f"TESTTESTTESTTEST{number:02d}")}
    return {"eblPlatform": platform, "identifyingCodes": [code], "partyName": name}


@dataclass
class Platform:
    """A member platform: its countersigning key, its key towards PINT, its marks."""

    code: str
    counter: Key
    pint: Key
    marks: int = 0

    @staticmethod
    def make(seed: str, code: str, *, pint: str = "ES256") -> Platform:
        made = Key.make(f"{seed} platform {code} pint", "ES384" if pint == "ES384" else "ES256")
        return Platform(code, Key.make(f"{seed} platform {code} counter"), made)


@dataclass
class SetKey:
    """A key of a set and how it signs."""

    key: Key
    kind: str = "file"
    portable: bool = True
    rp_id: str = "sign.example"
    origin: str = "https://sign.example"

    @staticmethod
    def passkey(label: str) -> SetKey:
        return SetKey(Key.make(label, "ES256"), "passkey", portable=False)

    def member(self) -> dict[str, Any]:
        told: dict[str, Any] = {"jwk": self.key.jwk, "kind": self.kind, "portable": self.portable}
        if self.kind == "passkey":
            told |= {"origins": [self.origin], "rpId": self.rp_id}
        return told

    def sign(self, act: str) -> signing.Element:
        if self.kind == "passkey":
            return signing.assertion(self.key, act, rp_id=self.rp_id, origin=self.origin)
        return signing.sign_act(self.key, act)


def by_kid(keys: list[SetKey]) -> list[SetKey]:
    return sorted(keys, key=lambda entry: entry.key.kid)


@dataclass
class Admitted:
    """An act (or a declined statement) with everything that was logged for it."""

    act: dict[str, Any]
    text: str
    digest: str
    details: str | None
    signatures: list[signing.Element]
    signature_text: str
    entry: str
    leaf: str
    index: int
    tag_leaf: str | None = None
    tag_index: int | None = None


@dataclass
class Holder:
    """A party with its key set. `set_id` is there once it is enrolled."""

    name: str
    party: Party
    home: Platform
    keys: list[SetKey]
    recovery: list[Jwk]
    acts: list[Admitted] = field(default_factory=list)

    @property
    def set_id(self) -> str:
        return self.acts[0].digest

    def controller(self, home: str | None = None) -> dict[str, Any]:
        return {"custody": "self", "home": home or self.home.code, "sets": [self.set_id]}

    def at(self, home: Platform) -> Holder:
        """The same set, at another platform."""
        return Holder(self.name, self.party | {"eblPlatform": home.code}, home, self.keys, self.recovery, self.acts)
