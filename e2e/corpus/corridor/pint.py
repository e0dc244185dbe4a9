"""DCSA PINT chain entries and answers about a bill: control.md section 10, evidence-bundle.md PINT."""

from __future__ import annotations

import json
from typing import Any

from . import signing
from .keys import Key
from .people import Admitted, Party
from .spelling import b64u, digest, digest_of
from .world import Bill


def manifest(bill: Bill, *, key: Key | None = None, **changed: Any) -> str:
    """The issuance manifest, signed by a key of the issuer's set."""
    recipient = dict(json.loads(bill.acts[0].details or "{}")["dcsa"][0]["recipient"])
    recipient["sendToPlatform"] = recipient.pop("eblPlatform")
    payload = {"documentChecksum": digest_of(bill.document), "issueToChecksum": digest_of(recipient)} | changed
    return signing.compact(key or bill.issuer.keys[0].key, payload)


def transactions(acts: list[Admitted], actors: list[Party]) -> list[dict[str, Any]]:
    """The Transactions of acts; one without appears as its holder's SIGN."""
    told: list[dict[str, Any]] = []
    for act, actor in zip(acts, actors):
        reference = "twk1." + b64u(bytes.fromhex(act.digest))
        own = json.loads(act.details or "{}")["dcsa"]
        if not own:
            own = [{"actionCode": "SIGN", "actor": actor, "actionDateTime": act.act["at"]}]
        told += [one | {"auditReference": reference} for one in own]
    return told


def payload(bill: Bill, first: int, last: int, platform: str, actors: list[Party], previous: str | None) -> dict[str, Any]:
    """The payload of the entry over acts `first` to `last`."""
    told: dict[str, Any] = {
        "eblPlatform": platform,
        "transactions": transactions(bill.acts[first : last + 1], actors),
        "transportDocumentChecksum": digest_of(bill.document),
    }
    if previous is None:
        told["issuanceManifestSignedContent"] = manifest(bill)
    else:
        told["previousEnvelopeTransferChainEntrySignedContentChecksum"] = digest(previous)
    return told


def answer(key: Key, entry: str, *, code: str = "RECE") -> str:
    """The receiving platform's signed answer to an entry."""
    return signing.compact(
        key, {"lastEnvelopeTransferChainEntrySignedContentChecksum": digest(entry), "responseCode": code}
    )


def add_entry(bill: Bill, key: Key, told: dict[str, Any], answers: list[Key]) -> str:
    """Signs an entry and puts it, with its answers, into the bill's `pint/`."""
    entry = signing.compact(key, told)
    bill.pint.append({"answers": [answer(k, entry) for k in answers], "entry": entry, "v": "twakow/bundle-pint/1"})
    return entry



