"""Judges fresh documents twice, by the official style sheets under Saxon and by `twakow invoice check`: both must say the same.

`judge.py FOLDER TWAKOW STANDARDS`; FOLDER is what `setup` has set up. Every disagreement is shown and fails; its document is
kept in FOLDER/disagreements. Each run takes another seed and prints it; `--seed` repeats a run, `--only` one document of it.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from multiprocessing import Pool
from pathlib import Path
from typing import Any

from generate import Documents
from lxml import etree
from saxonche import PySaxonApiError, PySaxonProcessor
from sheets import SHEETS, unpacked

ROOT = Path(__file__).resolve().parents[2]
SVRL = "{http://purl.oclc.org/dsdl/svrl}"
XSL = "{http://www.w3.org/1999/XSL/Transform}"
# The packages carry an older release of these: only rules that both releases have in one form are compared; where the release has
# changed what a breach weighs, not the weight; and on a document that holds a code which one release lists and the other
# does not, not the rules that list it.
OLDER = {"pint", "pint-sg"}
# Without at least so many comparisons of a set in which something was found, or of documents on which it stopped, a run says
# little; both are far below what chance gives.
FINDING_MIN, STOPPED_MIN = 50, 5
SHOWN_MAX = 20
# Documents that one run of the command judges.
BATCH = 25

Answer = Counter[tuple[str, str, str]] | None
"""Findings as id, weight and place; nothing where the rules cannot run."""


@dataclass
class Common:
    """What can be compared of a set."""

    ids: set[str]
    reweighed: set[str]
    changed_codes: dict[str, set[str]]
    """By rule, the codes that one release lists and the other does not."""

    def of(self, answer: Iterable[tuple[str, str, str]], values: set[str]) -> Counter[tuple[str, str, str]]:
        """The answer on a document that holds these values."""
        ids = {rule for rule in self.ids if values.isdisjoint(self.changed_codes.get(rule, ()))}
        return Counter((rule, "" if rule in self.reweighed else weight, place) for rule, weight, place in answer if rule in ids)


@dataclass
class Tally:
    documents: int = 0
    found: Counter[str] = field(default_factory=Counter)
    stopped: Counter[str] = field(default_factory=Counter)
    fired: Counter[str] = field(default_factory=Counter)
    newer: Counter[str] = field(default_factory=Counter)
    disagreements: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        self.documents += other.documents
        self.found += other.found
        self.stopped += other.stopped
        self.fired += other.fired
        self.newer += other.newer
        self.disagreements += other.disagreements


def official_rules(sheet: Path) -> dict[str, tuple[str, str]]:
    """Each rule that a style sheet can report, with its weight, and its context and test in one."""
    rules = {}
    for template in etree.parse(str(sheet)).iter(f"{XSL}template"):
        for element in template.iter(f"{SVRL}failed-assert"):
            of = {e.get("name"): e.text for e in element.iter(f"{XSL}attribute")}
            text = f"{template.get('match')} {element.get('test')}"
            rules[str(of["id"])] = (str(of["flag"]), text)
    return rules


def codes(text: str) -> set[str]:
    """What a rule says between quotes, divided by spaces; what follows no space is no part of a list, as the rule reads it."""
    words = [literal.split(" ")[1:-1] for literal in re.findall(r"'([^']*)'", text)]
    return {word for literal in words for word in literal if word}


def form(text: str) -> str:
    """A rule without what it says between quotes, without space and comments."""
    return re.sub(r"\s+|'[^']*'|\(:.*?:\)", "", text, flags=re.DOTALL)


def releases(official: dict[str, tuple[str, str]], table: Path) -> tuple[dict[str, set[str]], set[str]]:
    """How the release in `table` differs from the one in hand: by rule, the codes that one lists and the other does not; and the
    rules that differ in more than that."""
    with table.open(encoding="utf-8", newline="") as file:
        newer = {row["id"]: f"{row['context']} {row['test_expression']}" for row in csv.DictReader(file)}
    both = {rule: (text, newer[rule]) for rule, (_, text) in official.items() if rule in newer}
    changed = {rule: codes(old) ^ codes(new) for rule, (old, new) in both.items()}
    reworded = {rule for rule, (old, new) in both.items() if form(old) != form(new)}
    return {rule: found for rule, found in changed.items() if found}, reworded


def our_rules(twakow: Path) -> dict[str, dict[str, str]]:
    rules: dict[str, dict[str, str]] = {}
    listed = subprocess.run([twakow, "invoice", "explain"], check=True, capture_output=True, text=True).stdout
    for line in listed.splitlines():
        name, weight, rule = line.split()[:3]
        rules.setdefault(name, {})[rule] = weight
    return rules


def commons(folder: Path, twakow: Path, standards: Path) -> dict[str, Common]:
    ours, found = our_rules(twakow), {}
    for name in SHEETS:
        sheet = official_rules(folder / f"{name}.xslt")
        official = {rule: weight for rule, (weight, _) in sheet.items()}
        changed, reworded = releases(sheet, standards / "rules-pint-sg.csv") if name in OLDER else ({}, set())
        shared = (official.keys() & ours[name].keys()) - reworded
        reweighed = {rule for rule in shared if official[rule] != ours[name][rule]}
        if name not in OLDER and official != ours[name]:
            raise SystemExit(f"{name}: rules differ: {sorted(official.items() ^ ours[name].items())}")
        print(
            f"{name:9}: {len(shared)} rules of {len(official)} official and {len(ours[name])} ours; "
            f"{len(reweighed)} weigh otherwise, {len(changed)} list other codes, {sorted(reworded)} are other rules"
        )
        found[name] = Common(shared, reweighed, changed)
    return found


class Judge:
    """One process: an engine with its compiled style sheets, and a place for the document in hand."""

    def __init__(self, options: argparse.Namespace, common: dict[str, Common]) -> None:
        self.options = options
        self.common = common
        self.documents = Documents(
            options.seed, options.standards, ROOT / "examples/invoices", ROOT / "crates/invoice/data/ubl-2.1.tsv"
        )
        self.hand = options.folder / "in-hand" / str(os.getpid())
        self.hand.mkdir(parents=True)
        self.saxon = PySaxonProcessor(license=False)
        self.sheets = {
            name: self.saxon.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(options.folder / f"{name}.xslt"))
            for name in SHEETS
        }

    def official(self, file: Path, values: set[str]) -> dict[str, Answer]:
        node = self.saxon.parse_xml(xml_file_name=str(file))
        answers: dict[str, Answer] = {}
        for name, sheet in self.sheets.items():
            try:
                report = sheet.transform_to_string(xdm_node=node)
            except PySaxonApiError:
                answers[name] = None
                continue
            failed = etree.fromstring(report.encode()).iter(f"{SVRL}failed-assert")
            answers[name] = self.common[name].of(
                ((e.get("id", ""), e.get("flag", ""), official_place(e.get("location", ""))) for e in failed), values
            )
        return answers

    def ours(self, told: dict[str, Any], values: set[str]) -> tuple[dict[str, Answer], set[str]]:
        """The answers, and the sets that one of their own release's rules has stopped."""
        if "sets" not in told:
            refused = Counter([("(not judged)", str(told.get("refused")), "")])
            return dict.fromkeys(SHEETS, refused), set()
        answers: dict[str, Answer] = {}
        newer = set()
        for one in told["sets"]:
            name, common = one["name"], self.common[one["name"]]
            if one["outcome"] == "cannot_run":
                answers[name] = None
                if not common.ids.intersection(re.findall(r"[\w-]+", one["cause"]["message"])):
                    newer.add(name)
                continue
            findings = ((f["id"], f["severity"], our_place(f["xpath"])) for f in one["findings"])
            answers[name] = common.of(findings, values)
        return answers, newer

    def judge(self, numbers: list[int]) -> Tally:
        """Judges these documents, all of them by one run of the command."""
        made = {self.hand / f"{number}.xml": (number, *self.documents.make(number)) for number in numbers}
        for file, (_, source, _) in made.items():
            file.write_bytes(source)
        sets = [word for name in SHEETS for word in ("--set", name)]
        command = [self.options.twakow, "--json", "invoice", "check", "--jobs", "1", *sets, self.hand]
        ran = subprocess.run(command, capture_output=True, text=True)
        told = {Path(line["file"]): line for line in map(json.loads, ran.stdout.splitlines())}
        tally = Tally()
        for file, (number, source, said) in made.items():
            values = values_of(source)
            self.compare(number, said, self.official(file, values), *self.ours(told.get(file, {}), values), tally)
            file.unlink()
        return tally

    def compare(
        self, number: int, said: list[str], official: dict[str, Answer], ours: dict[str, Answer], newer: set[str], tally: Tally
    ) -> None:
        tally.documents += 1
        for name in SHEETS:
            theirs, own = official[name], ours[name]
            if theirs is None:
                tally.stopped[name] += 1
            elif name in newer:
                # Findings of the older release, a type error in a rule that only the newer has: nothing to compare.
                tally.newer[name] += 1
                continue
            elif theirs:
                tally.found[name] += 1
                tally.fired.update({f"{name} {rule}" for rule, _, _ in theirs})
            if theirs != own:
                tally.disagreements.append(self.disagreement(number, name, said, theirs, own))

    def disagreement(self, number: int, name: str, said: list[str], theirs: Answer, own: Answer) -> str:
        kept = self.options.folder / "disagreements" / f"{self.options.seed}-{number}.xml"
        shutil.copy(self.hand / f"{number}.xml", kept)
        if theirs is None or own is None:
            words = {True: "cannot run", False: "report"}
            difference = [f"official: {words[theirs is None]}, ours: {words[own is None]}"]
        else:
            difference = [f"official only: {' '.join(key)} x{n}" for key, n in (theirs - own).items()]
            difference += [f"ours only: {' '.join(key)} x{n}" for key, n in (own - theirs).items()]
        return "\n    ".join([f"{name}, document {number}, kept as {kept}", *(f"- {s}" for s in said), *difference])


def values_of(source: bytes) -> set[str]:
    """All values of elements and attributes."""
    return {
        value.strip() for element in etree.fromstring(source).iter() for value in [element.text or "", *element.attrib.values()]
    }


def official_place(location: str) -> str:
    """`/*:Invoice[namespace-uri()='…'][1]` as `/Invoice[1]`."""
    return re.sub(r"\*:([^\[/]+)\[namespace-uri\(\)='[^']*'\]", r"\1", location)


def our_place(place: str) -> str:
    return re.sub(r"/(@?)[^/:\[]+:", r"/\1", place)


JUDGES: list[Judge] = []


def begin(options: argparse.Namespace, common: dict[str, Common]) -> None:
    # The engine writes pages about each type error; what ends in an answer is enough.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    JUDGES.append(Judge(options, common))


def judge(numbers: list[int]) -> Tally:
    return JUDGES[0].judge(numbers)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("twakow", type=Path)
    parser.add_argument("standards", type=Path, help="the folder with examples, probes and codelists")
    parser.add_argument("--documents", type=int, default=2500)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**9))
    parser.add_argument("--only", type=int, nargs="+", help="these documents of the run, by number")
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    return parser.parse_args()


def main() -> int:
    options = arguments()
    began = time.monotonic()
    print(f"seed {options.seed}", flush=True)
    unpacked(options.folder)
    for name in ["disagreements", "in-hand"]:
        shutil.rmtree(options.folder / name, ignore_errors=True)
        (options.folder / name).mkdir()
    common = commons(options.folder, options.twakow, options.standards)
    numbers = list(range(options.documents)) if options.only is None else options.only
    batches = [numbers[at : at + BATCH] for at in range(0, len(numbers), BATCH)]
    tally = Tally()
    with Pool(options.processes, begin, (options, common)) as pool:
        for part in pool.imap_unordered(judge, batches):
            tally.add(part)
    return report(options, common, tally, time.monotonic() - began)


def report(options: argparse.Namespace, common: dict[str, Common], tally: Tally, seconds: float) -> int:
    weak = []
    for name in SHEETS:
        fired = sum(1 for key in tally.fired if key.startswith(f"{name} "))
        print(
            f"{name:9}: {tally.found[name]} documents with findings, {tally.stopped[name]} on which it stops, "
            f"{fired} of {len(common[name].ids)} rules fired, {tally.newer[name]} stopped by a newer rule alone"
        )
        if tally.found[name] < FINDING_MIN or tally.stopped[name] < STOPPED_MIN:
            weak.append(name)
    for shown in tally.disagreements[:SHOWN_MAX]:
        print(f"DISAGREE {shown}")
    agreed = tally.documents * len(SHEETS) - len(tally.disagreements) - sum(tally.newer.values())
    print(f"seed {options.seed}: {tally.documents} documents by {len(SHEETS)} sets in {seconds:.0f} s")
    if options.only is None and weak:
        print(f"too little was found or stopped by {weak}: the documents are not what they should be", file=sys.stderr)
        return 1
    print(f"{agreed} passed, {len(tally.disagreements)} failed")
    return 1 if tally.disagreements else 0


if __name__ == "__main__":
    sys.exit(main())
