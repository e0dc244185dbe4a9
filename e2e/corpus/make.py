"""Writes the corpus: `make.py FOLDER` writes bundles, trust files and expected.json.

`make.py e2e/corpus --keep docs/corpus.md` renews what the repository keeps: bundles.pack in place of loose bundles, and the
human page. With `--renew NAME ...` only these bundles are; the others stay as they are kept.

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
from corridor.spelling import digest

NO_TRUST = dict.fromkeys("COSIGNED SINGLE TIME MEMBERS WHO ALGORITHMS".split(), OPEN)


def verdicts(made: Made, row: Row, *, browser: bool) -> dict[str, Verdict]:
    own: dict[str, Verdict] = {**made.own, **row.own}
    trust = made.trusts.get(row.trust)
    if row.trust == "none":
        own = own | {code: OPEN for code in NO_TRUST if own[code] != FAIL}
    elif browser and trust is not None and any("policy" in registry for registry in trust["registries"]):
        own = {**own, "ALGORITHMS": OPEN, **row.browser}
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


def pack(bundles: dict[str, bytes]) -> bytes:
    """All bundles in one file, with the parts that they share kept once. A part begins where a local header does."""
    numbers: dict[bytes, int] = {}
    listed = []
    for name, data in bundles.items():
        pieces = data.split(b"PK\x03\x04")
        parts = [piece for piece in [pieces[0], *(b"PK\x03\x04" + rest for rest in pieces[1:])] if piece]
        listed.append({"chunks": [numbers.setdefault(part, len(numbers)) for part in parts], "name": name})
    head = {"bundles": listed, "chunks": [len(part) for part in numbers], "v": "twakow/pack/1"}
    return json.dumps(head, separators=(",", ":")).encode() + b"\n" + b"".join(numbers)


def unpack(data: bytes) -> dict[str, bytes]:
    """The bundles of a pack, by name."""
    line, rest = data.split(b"\n", 1)
    head, parts = json.loads(line), []
    for length in head["chunks"]:
        parts.append(rest[:length])
        rest = rest[length:]
    return {told["name"]: b"".join(parts[at] for at in told["chunks"]) for told in head["bundles"]}


def table_text(rows: list[dict[str, Any]], manifests: dict[str, str]) -> str:
    """expected.json: one line a row, so that a difference can be read."""
    cases = []
    for case in CASES:
        told: dict[str, Any] = {"answers": case.answers, "done": case.done, "file": f"bundles/{case.name}.twk"}
        if case.name in manifests:
            told["manifestSha256"] = manifests[case.name]
        cases.append(told | {"title": case.title})
    lines = {"cases": cases, "rows": rows}
    text = f'{{"v":"twakow/corpus/1",\n"codes":{json.dumps(CODES)}'
    for name, values in lines.items():
        text += f',\n"{name}":[\n' + ",\n".join(json.dumps(v, ensure_ascii=False) for v in values) + "\n]"
    return text + "}\n"


def write(folder: Path, *, loose: bool, renew: list[str]) -> list[dict[str, Any]]:
    kept = unpack((folder / "bundles.pack").read_bytes()) if renew else {}
    trusts = Trusts()
    rows: list[dict[str, Any]] = []
    bundles: dict[str, bytes] = {}
    manifests: dict[str, str] = {}
    for case in CASES:
        made = case.make()
        bundles[case.name] = kept[case.name] if case.name in kept and case.name not in renew else made.bundle.zip()
        rows += [told_row(case, made, row, trust_name(case, made, row, trusts)) for row in case.rows]
        if made.own["ALGORITHMS"] != "PASS":
            manifests[case.name] = digest(made.bundle.manifest_bytes())
    shutil.rmtree(folder / "trust", ignore_errors=True)
    (folder / "trust").mkdir(parents=True)
    for content, name in trusts.names.items():
        (folder / name).write_text(content)
    (folder / "expected.json").write_text(table_text(rows, manifests))
    if loose:
        (folder / "bundles").mkdir(exist_ok=True)
        for name, data in bundles.items():
            (folder / "bundles" / f"{name}.twk").write_bytes(data)
    else:
        (folder / "bundles.pack").write_bytes(pack(bundles))
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--keep", type=Path, metavar="PAGE", help="write bundles.pack for the repository, and the human page")
    parser.add_argument("--renew", nargs="+", default=[], metavar="NAME", help="with --keep: the only bundles that change")
    chosen = parser.parse_args()
    names = [case.name for case in CASES]
    assert len(CASE_MODULES) == 8 and len(set(names)) == len(names)
    rows = write(chosen.folder, loose=chosen.keep is None, renew=chosen.renew)
    if chosen.keep is not None:
        chosen.keep.write_text(page(rows))
    print(f"{len(CASES)} bundles, {len(rows)} rows")
    return 0


if __name__ == "__main__":
    sys.exit(main())
