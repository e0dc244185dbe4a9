"""What a row of the corpus is, and how a claim's own result becomes its verdict: evidence-bundle.md section 4.

A case states the *own result* of each check, derived by hand from the text of that check. What follows from the needs of
other claims (rules 2 and 3) is applied here, once, for all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from corridor.bundle import Bundle

Verdict = str | None
PASS, FAIL, OPEN = "PASS", "FAIL", "INDETERMINATE"

CODES = (
    "FORMAT CANONICAL DOCUMENT CHAIN LOGGED COSIGNED SINGLE TIME MEMBERS ACT-SIGNED KEYS-IN-FORCE COUNTERSIGNED ACCEPTED "
    "CONTROL-RULES TAG WHO IDENTITY TITLE MEDIUM CONSERVED PROVENANCE HELD CONTROL-AT NOTHING-LATER CONTROL-NOW PINT "
    "ALGORITHMS SEALS"
).split()

NEEDS = {
    "COSIGNED": ["LOGGED"],
    "SINGLE": ["COSIGNED"],
    "TIME": ["LOGGED", "SINGLE"],
    "MEMBERS": ["LOGGED", "COSIGNED"],
    "KEYS-IN-FORCE": ["LOGGED", "COSIGNED", "ACT-SIGNED"],
    "COUNTERSIGNED": ["MEMBERS"],
    "ACCEPTED": ["MEMBERS"],
    "CONTROL-RULES": ["CHAIN", "KEYS-IN-FORCE", "COUNTERSIGNED", "ACCEPTED", "TIME"],
    "TAG": ["LOGGED", "COSIGNED"],
    "WHO": ["MEMBERS"],
    "IDENTITY": ["WHO"],
    "TITLE": ["CONTROL-RULES", "DOCUMENT"],
    "MEDIUM": ["CONTROL-RULES", "DOCUMENT"],
    "CONSERVED": ["CONTROL-RULES", "DOCUMENT"],
    "PROVENANCE": ["CHAIN"],
    "HELD": ["CHAIN"],
    "CONTROL-AT": ["CONTROL-RULES", "SINGLE"],
    "NOTHING-LATER": ["CONTROL-RULES", "SINGLE"],
    "CONTROL-NOW": ["NOTHING-LATER"],
    "PINT": ["CHAIN", "DOCUMENT", "MEMBERS"],
    "ALGORITHMS": ["COSIGNED"],
}

# Claims that need a subject which most bundles have not.
WITHOUT_SUBJECT: dict[str, Verdict] = dict.fromkeys(
    ["ACCEPTED", "IDENTITY", "MEDIUM", "CONSERVED", "HELD", "CONTROL-AT", "CONTROL-NOW", "PINT", "SEALS"]
)

Own = Mapping[str, Verdict]


@dataclass
class Asked:
    """What the reader asks: times as text, the limit in minutes."""

    at: str | None = None
    now: str | None = None
    control_now: bool = False
    limit: int = 24 * 60
    identity: bool = False

    def told(self) -> dict[str, Any]:
        told: dict[str, Any] = {"controlNow": self.control_now, "identity": self.identity, "limitMinutes": self.limit}
        if self.at is not None:
            told["at"] = self.at
        if self.now is not None:
            told["now"] = self.now
        return told


@dataclass
class Row:
    """One reading of a bundle: with this trust file, asking this, these claims answer."""

    why: str
    asked: Asked = field(default_factory=Asked)
    trust: str = "own"
    own: Own = field(default_factory=dict)
    browser: Own = field(default_factory=dict)
    unsettled: dict[str, str] = field(default_factory=dict)
    exit: int | None = None


@dataclass
class Made:
    """What a case makes: a bundle, and the trust files its rows name."""

    bundle: Bundle
    trusts: dict[str, Any]
    own: dict[str, Verdict]


@dataclass
class Case:
    """A bundle of the corpus. `answers`: the claims that answer to what was done; empty for a genuine one."""

    name: str
    title: str
    done: str
    answers: list[str]
    rows: list[Row]
    make: Callable[[], Made]


CASES: list[Case] = []


def case(
    name: str, title: str, done: str, *, fails: str = "", own: Own | None = None, rows: list[Row] | None = None,
    unsettled: dict[str, str] | None = None, browser: Own | None = None, exit: int | None = None,
) -> Callable[[Callable[[], Made]], Callable[[], Made]]:
    """Registers a case. `fails` names claims whose own result is FAIL; `own` gives other results that differ."""

    def register(make: Callable[[], Made]) -> Callable[[], Made]:
        results: dict[str, Verdict] = {**dict.fromkeys(fails.split(), FAIL), **(own or {})}
        told = rows or [Row("as a reader with the genuine trust file")]
        for row in told:
            row.own = {**results, **row.own}
            row.unsettled = (unsettled or {}) | row.unsettled
            row.browser = {**(browser or {}), **row.browser}
            row.exit = exit if row.exit is None else row.exit
        answers = fails.split() + [code for code, result in (own or {}).items() if result == OPEN]
        CASES.append(Case(name, title, done, answers, told, make))
        return make

    return register


def settle(own: Own) -> dict[str, Verdict]:
    """The verdict of every claim from the own result of each check."""
    for gate in ("FORMAT", "CANONICAL"):
        if own[gate] == FAIL:
            before = CODES[: CODES.index(gate)]
            return {code: own[code] if code in before else FAIL if code == gate else OPEN for code in CODES}
    verdicts: dict[str, Verdict] = {}

    def verdict(code: str) -> Verdict:
        if code not in verdicts:
            result = own[code]
            lacking = any(verdict(need) not in (PASS, None) for need in NEEDS.get(code, []))
            verdicts[code] = OPEN if result == PASS and lacking else result
        return verdicts[code]

    return {code: verdict(code) for code in CODES}


def counts(code: str, verdict: Verdict, asked: Asked) -> bool:
    if code == "CONTROL-NOW":
        return verdict is not None and asked.control_now
    if code == "IDENTITY":
        return verdict is not None and asked.identity
    return verdict is not None


def exit_code(verdicts: dict[str, Verdict], asked: Asked) -> int:
    counted = [verdict for code, verdict in verdicts.items() if counts(code, verdict, asked)]
    return 1 if FAIL in counted else 3 if OPEN in counted else 0
