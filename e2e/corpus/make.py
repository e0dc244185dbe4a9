"""Writes the corpus: `make.py FOLDER` writes bundles, trust files, expected.json; with `--page FILE` also the human page.

Same seed, same keys, same bytes; only ML-DSA signatures differ from run to run.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from pathlib import Path
from typing import Any

from cases import CASE_MODULES
from cases.page import page
from cases.table import CASES, CODES, FAIL, OPEN, Case, Made, Row, Verdict, counts, exit_code, settle

NO_TRUST = dict.fromkeys("COSIGNED SINGLE TIME MEMBERS WHO ALGORITHMS".split(), OPEN)


def verdicts(made: Made, row: Row, *, browser: bool) -> dict[str, Verdict]:
    own = made.own | row.own
    trust = made.trusts.get(row.trust)
    if row.trust == "none":
        own = own | {code: OPEN for code in NO_TRUST if own[code] != FAIL}
    elif browser and trust is not None and any("policy" in registry for registry in trust["registries"]):
        own = own | {"ALGORITHMS": OPEN} | row.browser
    return settle(own)


def told_row(case: Case, made: Made, row: Row, trust: str | None) -> dict[str, Any]:
    told: dict[str, Any] = {
        "file": f"bundles/{case.name}.twk", "trust": trust, "asked": row.asked.told(), "why": row.why,
    }
    if row.exit == 2:
        return told | {"exit": 2}
    plain, browser = (verdicts(made, row, browser=which) for which in (False, True))
    code = exit_code({c: v for c, v in plain.items() if c not in row.unsettled}, row.asked)
    told["exit"] = code if not row.unsettled or code == 1 else None
    told["claims"] = plain
    told["counts"] = [c for c in CODES if counts(c, plain[c], row.asked)]
    different = {c: v for c, v in browser.items() if v != plain[c]}
    if different:
        told["expectedBrowser"] = different
    if row.unsettled:
        told["unsettled"] = row.unsettled
    return told


class Trusts:
    """Trust files by their content: equal ones are written once."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}

    def name(self, content: str, wanted: str) -> str:
        return self.names.setdefault(content, f"trust/{wanted}.trust")


def trust_name(case: Case, made: Made, row: Row, trusts: Trusts) -> str | None:
    if row.trust == "none":
        return None
    told = made.trusts[row.trust]
    content = told if isinstance(told, str) else json.dumps(told, indent=1, sort_keys=True) + "\n"
    return trusts.name(content, case.name if row.trust == "own" else f"{case.name}-{row.trust}")


def write(folder: Path) -> list[dict[str, Any]]:
    trusts = Trusts()
    rows: list[dict[str, Any]] = []
    for name in ("bundles", "trust"):
        shutil.rmtree(folder / name, ignore_errors=True)
        (folder / name).mkdir(parents=True)
    for case in CASES:
        made = case.make()
        data = made.bundle if isinstance(made.bundle, bytes) else made.bundle.zip()
        (folder / "bundles" / f"{case.name}.twk").write_bytes(data)
        rows += [told_row(case, made, row, trust_name(case, made, row, trusts)) for row in case.rows]
    for content, name in trusts.names.items():
        (folder / name).write_text(content)
    cases = [{"answers": c.answers, "done": c.done, "file": f"bundles/{c.name}.twk", "title": c.title} for c in CASES]
    table = {"cases": cases, "codes": CODES, "rows": rows, "v": "twakow/corpus/1"}
    (folder / "expected.json").write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n")
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--page", type=Path, help="the human page to write")
    chosen = parser.parse_args()
    assert CASE_MODULES
    rows = write(chosen.folder)
    if chosen.page is not None:
        chosen.page.write_text(page(rows))
    print(f"{len(CASES)} bundles, {len(rows)} rows")
    return 0


if __name__ == "__main__":
    sys.exit(main())
