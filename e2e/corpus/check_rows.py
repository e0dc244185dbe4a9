"""Does a reading by the documents give every row of the table? `check_rows.py FOLDER`, a folder that make.py wrote."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from cases.table import CODES, settle
from corridor.spelling import canonical_text
from reading import proofs, shapes
from reading.checks import CHECKS
from reading.files import Unreadable
from reading.view import Reading

REGISTRY = {"charter", "logMlDsa", "origin", "policy", "policyEd25519", "successor", "verifying"}


def trust_of(path: Path | None) -> dict[str, Any] | None:
    """A trust file, refused as formats.md says."""
    if path is None:
        return None
    told: dict[str, Any] = shapes.strict(path.read_bytes())
    shapes.need(set(told) <= {"carriers", "identityIssuers", "registries", "test", "v"}, "members")
    for registry in told["registries"]:
        shapes.need(set(registry) <= REGISTRY, "members of a registry")
        texts = [registry[name] for name in ("policy", "policyEd25519") if name in registry]
        policies = [proofs.Policy(text, registry["origin"]) for text in texts]
        shapes.need(len({canonical_text(policy.shape) for policy in policies}) == 1, "shape")
    return told


def differences(folder: Path, row: dict[str, Any], *, browser: bool) -> list[str]:
    try:
        trust = trust_of(folder / row["trust"] if row["trust"] else None)
        reading = Reading((folder / row["file"]).read_bytes(), trust, row["asked"], ml_dsa=not browser)
        own = reading.judge(CHECKS)
    except (Unreadable, shapes.Bad) as refused:
        return [] if row["exit"] == 2 else [f"unreadable: {refused}"]
    if row["exit"] == 2:
        return ["is readable"]
    made = settle(own)
    wanted = row["claims"] | (row.get("expectedBrowser", {}) if browser else {})
    return [f"{code}: row {wanted[code]}, reading {made[code]} {reading.why.get(code, [])[:2]}"
            for code in CODES if made[code] != wanted[code] and code not in row.get("unsettled", {})]


def main() -> int:
    folder = Path(sys.argv[1])
    rows = json.loads((folder / "expected.json").read_text())["rows"]
    wrong = 0
    for row in rows:
        for browser in (False, True):
            for difference in differences(folder, row, browser=browser):
                wrong += 1
                print(f"{row['file']} {row['trust']} {'browser ' if browser else ''}({row['why']}): {difference}")
    print(f"{len(rows)} rows read, {wrong} differences")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
