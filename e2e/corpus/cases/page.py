"""The human page: docs/corpus.md."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from .table import CASES, CODES, FAIL, NEEDS, Case

HEAD = """# The corpus of evidence

{bundles} evidence bundles and {rows} readings of them, made by a program that shares no code with Twakow: it is written in
Python from [control.md](control.md), [evidence-bundle.md](evidence-bundle.md), [formats.md](formats.md) and the C2SP texts
alone, and builds whole corridors of its own (log, charter, members, key sets, acts, tag marks, map leaves, checkpoints with
cosignatures, proofs, chain entries). All keys are made from labels: TEST, never to be trusted. A verifier, ours or a
stranger's, must give every verdict of the table. This page is written by `e2e/corpus/make.py`; do not edit it.

| file in `e2e/corpus/` | what |
|---|---|
| `bundles.pack` | all bundles, parts that they share kept once |
| `trust/*.trust` | the readers' trust files, of which five are none |
| `expected.json` | the table: what is read, what is asked, every verdict |
| `QUESTIONS.md` | what the documents leave open, and how it was read here |
| `make.py`, `cases/`, `corridor/` | the maker |
| `check_vectors.py` | does the maker reproduce the golden vectors byte for byte |
| `check_rows.py`, `reading/` | every check evaluated once more by its text, to find mistakes in rows written by hand |
| `check` | all of that, in a folder of its own |

`bundles.pack` is one line of JSON, a line feed, and bytes: `chunks` are the lengths of the parts that follow, in order;
`bundles` has for each bundle its `name` and the numbers of the `chunks` that, joined, are the file.

In `expected.json`, `rows` are {{`file`, `trust` (null: none), `asked`, `why`, `exit`, `claims`, `counts`}}: `claims` gives the
verdict of every code (null: no subject), `counts` the codes that count. `expectedBrowser` has the verdicts that differ for a
verifier without ML-DSA. `unsettled` names claims that the documents do not decide, with the question; there `exit` is null
unless another claim is FAIL. A row of an unreadable file has `exit` 2 and no `claims`. `cases` has for each bundle what was
done, the claims that answer, and, where nothing in it is random, the SHA-256 of its manifest.

    e2e/corpus/check target/corpus [VECTORS.json]    # the table it makes must equal the one kept here

"""


def _alone(rows: list[dict[str, Any]]) -> str:
    """For each claim the bundles in which it is the only FAIL."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        failed = [code for code, verdict in row.get("claims", {}).items() if verdict == FAIL]
        if len(failed) == 1 and failed[0] not in row.get("unsettled", {}):
            name = row["file"].removeprefix("bundles/").removesuffix(".twk").split("-")[0]
            if name not in found[failed[0]]:
                found[failed[0]].append(name)
    text = "## Which claim fails alone\n\n| claim | bundles in which it is the only FAIL |\n|---|---|\n"
    reasons = {
        "CONSERVED": "cannot FAIL: no subject in this release",
        "HELD": "cannot FAIL: no subject in this release",
        "CONTROL-NOW": "cannot FAIL by its text",
        "SEALS": "cannot FAIL: INDETERMINATE where there is one (z01)",
    }
    for code in CODES:
        text += f"| {code} | {reasons.get(code) or ', '.join(found[code])} |\n"
    return text + "\n"


def _line(case: Case) -> str:
    answer = ", ".join(case.answers) or ("unreadable" if case.rows[0].exit == 2 else "–")
    if any(row.own.get(code) != case.rows[0].own.get(code) for row in case.rows for code in CODES):
        answer += "; by row"
    return f"| {case.name} | {case.title}. {case.done} | {answer} |\n"


PARTS = {
    "g": "Genuine", "t": "The reader's trust file", "f": "The file", "c": "Spelling", "d": "Document", "h": "Chain",
    "l": "Logged", "o": "Cosigned", "s": "One log", "i": "Time", "m": "Members", "a": "Signatures of acts",
    "k": "Keys in force", "p": "Countersignatures", "q": "Acceptances", "r": "Rules of control", "u": "Tag", "w": "Who",
    "y": "Identity", "x": "Title and medium", "e": "Consents", "v": "Provenance", "n": "Nothing later", "b": "Chain entries",
    "j": "Algorithms", "z": "Seals",
}


def page(rows: list[dict[str, Any]]) -> str:
    text = HEAD.format(bundles=len(CASES), rows=len(rows)) + _alone(rows)
    text += "## The bundles\n\nAnswers: the claims whose own check does not PASS. What follows through the needs is in the table.\n"
    for letter, title in PARTS.items():
        text += f"\n### {title}\n\n| bundle | what was done | answers |\n|---|---|---|\n"
        text += "".join(_line(case) for case in CASES if case.name.startswith(letter))
    assert set(NEEDS) <= set(CODES)
    return text
