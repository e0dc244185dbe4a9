"""The checks of signatures and of control."""

from __future__ import annotations

import json
from typing import Any

from corridor import leaves
from corridor.keys import kid_of
from corridor.spelling import DAY, HOUR, MINUTE, ms

from . import proofs
from .title import cited
from .view import HOMED, Act, Reading, Result, element_holds


def signed_by(reading: Reading, name: str, element: dict[str, Any], act: Act) -> dict[str, Any] | None:
    """The key of a set that made a signature over an act."""
    kid = element.get("kid") or proofs.jws_kid(element["jws"])
    for entry in (key for one in reading.sets[name] for key in one.told["keys"]):
        if kid_of(entry["jwk"]) == kid:
            return entry if element_holds(element, act.text, entry) else None
    return None


def act_signed(r: Reading) -> Result:
    result = Result()
    for act in r.acts:
        kinds = [e["kind"] == "platform" for e in act.signatures]
        result.ask(kinds == sorted(kinds), "holder after platform")
        sets = act.told["by"]["sets"]
        result.ask(len(act.holders) == len(sets), "number of holder signatures")
        for name, element in zip(sets, act.holders):
            if not r.true_set(name):
                result.open("set not in the bundle")
            else:
                result.ask(signed_by(r, name, element, act) is not None, f"act {act.told['seq']} is not signed by its set")
    return result


def keys_in_force(r: Reading) -> Result:
    result = Result()
    signing = {name for act in r.acts for name in act.told["by"]["sets"]}
    for name in sorted(signing | {consent["set"] for consent in cited(r)}):
        if name not in r.sets:
            result.open("set not in the bundle")
            continue
        acts = r.sets[name]
        result.ask(acts[0].digest == name, "not the set's first act")
        result.ask(acts[0].told["registry"]["origin"] == r.origin, "another log")
        for number, act in enumerate(acts):
            told = act.told
            linked = number == 0 or (told["prev"], told["record"], told["seq"]) == (acts[number - 1].digest, name, number)
            result.ask(linked, "links")
            result.ask(ms(told["at"]) <= act.time + 5 * MINUTE, "dated in the future")
            _set_signatures(result, acts, number)
        last = acts[-1]
        r.present(result, leaves.act_slot(last.record, last.told["seq"]), last.index, "last act of the set")
        r.absent(result, leaves.act_slot(last.record, last.told["seq"] + 1), "next act of the set")
        if r.head is None or r.acts[-1].index is None or r.head["size"] <= r.acts[-1].index:
            result.open("no head")
        for act in r.acts:
            _in_force(result, acts, name, act)
    return result


def _set_signatures(result: Result, acts: list[Act], number: int) -> None:
    act = acts[number]
    keys = act.told["keys"]
    if number == 0:
        holds = len(act.holders) == len(keys)
        holds = holds and all(element_holds(e, act.text, k) for e, k in zip(act.holders, keys))
    else:
        old = {kid_of(k["jwk"]): k for k in acts[number - 1].told["keys"]}
        new = {kid_of(k["jwk"]): k for k in keys}
        kids = [str(e.get("kid") or proofs.jws_kid(e["jws"])) for e in act.holders]
        holds = bool(kids) and kids[0] in old and old[kids[0]]["portable"] and kids[1:] == sorted(kids[1:])
        holds = holds and set(new) - set(old) <= set(kids) <= set(new) - set(old) | set(old) - set(new) | {kids[0]}
        holds = holds and all(element_holds(e, act.text, (old | new)[k]) for e, k in zip(act.holders, kids))
        holds = holds and not act.platforms
    result.ask(holds, f"signatures of set act {number}")


def _in_force(result: Result, acts: list[Act], name: str, act: Act) -> None:
    if name not in act.told["by"]["sets"]:
        return
    place = act.told["by"]["sets"].index(name)
    if place >= len(act.holders):
        return
    if act.index is None or any(one.index is None for one in acts):
        result.open("no index")
        return
    element = act.holders[place]
    kid = element.get("kid") or proofs.jws_kid(element["jws"])
    before = [one for one in acts if one.index is not None and one.index < act.index]
    listed = {kid_of(k["jwk"]) for k in before[-1].told["keys"]} if before else set()
    result.ask(kid in listed, f"act {act.told['seq']}: key not in force")


def _expected(act: Act) -> tuple[bool, bool]:
    """Does the act have a home, and an acceptance?"""
    home = act.op in HOMED or (act.op == "rehome" and len(act.platforms) == 2)
    return home, act.crosses


def countersigned(r: Reading) -> Result:
    result = Result()
    for act in r.acts:
        home, accept = _expected(act)
        result.ask(len(act.platforms) <= home + accept, "platform signatures left over")
        if home:
            r.counter(result, act.platforms[0] if act.platforms else None, "home", act.told["by"]["home"], act)
    return result


def accepted(r: Reading) -> Result:
    crossing = [act for act in r.acts if act.crosses]
    result = Result(bool(crossing))
    for act in crossing:
        home = _expected(act)[0]
        element = act.platforms[home] if len(act.platforms) > home else None
        r.counter(result, element, "accept", act.told["to"]["home"], act)
    return result


def control_rules(r: Reading) -> Result:
    result = Result()
    Fold(r, result).run()
    return result


class Fold:
    """Possession, by control.md 3.2."""

    def __init__(self, r: Reading, result: Result) -> None:
        self.r, self.result = r, result
        self.phase = "none"
        self.control: dict[str, Any] | None = None
        self.remembered: dict[str, Any] | None = None
        self.surrender: Act | None = None
        self.last_leave: int | None = None
        self.before_move: dict[str, Any] | None = None

    def run(self) -> None:
        for number, act in enumerate(self.r.acts):
            self._times(act)
            self._phase(act, number)
            self._declined(act)
            told = act.told
            for side in ("by", "to"):
                if side in told and (len(told[side]["sets"]) > 1 or told[side]["custody"] == "platform"):
                    self.result.open("not yet")
            if self.result.failed:
                return
            self._after(act)

    def _times(self, act: Act) -> None:
        at, expires = ms(act.told["at"]), ms(act.told["expires"])
        life = 60 * DAY if act.op == "issue" else 30 * DAY if act.crosses else DAY
        self.result.ask(at <= act.time + 5 * MINUTE, "from the future")
        self.result.ask(act.time <= expires, "expired")
        self.result.ask(expires <= at + life, "lives too long")

    def _phase(self, act: Act, number: int) -> None:
        told, ask = act.told, self.result.ask
        allowed = {"none": {"issue"}, "live": {"note", "move", "reject", "leave", "rehome", "surrender"},
                   "surrendered": {"leave", "rehome", "return", "reclaim", "close"}, "closed": set()}
        ask(act.op in allowed[self.phase], f"{act.op} while {self.phase}")
        if act.op != "issue":
            ask(told["by"] == (self.remembered if act.op == "reclaim" else self.control), "by is not the controller")
        if act.op == "surrender":
            wait = ms(told["answerBy"]) - ms(told["at"])
            ask(told["to"]["sets"] == self.r.acts[0].told["by"]["sets"] and DAY <= wait <= 60 * DAY, "surrender")
        if act.op == "reclaim" and self.surrender:
            ask(act.time >= ms(self.surrender.told["answerBy"]), "too soon")
        if act.op == "close" and self.surrender:
            ends = {"delivery": ["delivered"], "amendment": ["paper", "replaced"], "cancel": ["void"]}
            ask(told["end"] in ends[self.surrender.told["purpose"]], "end")
        if act.op == "reject":
            last = self.r.acts[number - 1]
            ask(last.op == "move" and act.time <= last.time + 72 * HOUR, "reject")
            self._member(last.told["by"]["home"], act, {"member"})
        if act.op == "leave":
            ask(self.last_leave is None or act.time >= self.last_leave + DAY, "leave")
        if act.op == "rehome":
            ask(told["to"]["sets"] == told["by"]["sets"] and told["to"]["home"] != told["by"]["home"], "rehome")
            if len(act.platforms) < 2:
                self._member(told["by"]["home"], act, {"suspended", "dead"}, later=True)
        if act.op == "move":
            ask(told["to"]["sets"] != told["by"]["sets"], "to oneself")

    def _member(self, code: str, act: Act, states: set[str], *, later: bool = False) -> None:
        mark = self.r.standing(code, act.index or 0)
        if mark is None:
            self.result.open("no mark")
        elif mark["state"] not in states:
            if later:
                self.result.open("not yet")
            else:
                self.result.ask(False, "standing")

    def _declined(self, act: Act) -> None:
        for mark, proof in self.r.marks:
            if json.loads(mark["statement"])["act"] == act.digest and proof and act.index is not None:
                self.result.ask(proof.index > act.index, "declined")

    def _after(self, act: Act) -> None:
        told, before = act.told, self.control
        if act.op == "issue":
            self.phase = "live"
        if act.op in ("issue", "move", "surrender", "rehome"):
            self.control = told["to"]
        if act.op == "move":
            self.before_move = before
        if act.op == "reject":
            self.control = self.before_move
        if act.op == "surrender":
            self.phase, self.remembered, self.surrender = "surrendered", before, act
        if act.op in ("return", "reclaim"):
            self.phase, self.control = "live", self.remembered
        if act.op == "close":
            self.phase, self.control = "closed", None
        if act.op == "leave":
            self.last_leave = act.time
