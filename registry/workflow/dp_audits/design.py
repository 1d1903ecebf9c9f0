"""The numbers of an audit's plan: checked as they are handed over, stored, and read back."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session, col, func, select

from registry.errors import InvalidInput
from registry.ledger.audits import MANY_RUN, level, planned
from registry.ledger.contradiction import ManyRuns, OneRun, Plan
from registry.records import DpAudit

ONE_RUN: Final = "one-run"
MOST_RUNS: Final = 1_000_000
MOST_RECORDS: Final = 100_000
MOST_THRESHOLDS: Final = 100


@dataclass(frozen=True)
class Asked:
    """A plan as somebody asks for it; what a method does not know stays None."""

    method: str
    alpha: float
    note: str
    members: int | None = None
    non_members: int | None = None
    records: int | None = None
    guesses: int | None = None
    thresholds: Sequence[float] = ()


def plan_of(asked: Asked) -> Plan:
    """The plan that was asked for; raises `InvalidInput` for one that cannot be carried out."""
    if not asked.note.strip():
        raise InvalidInput("a plan needs a note", todo="say with --note how it is carried out")
    if not 0 < asked.alpha < 0.5:
        raise InvalidInput(f"alpha is {asked.alpha:g}", expected="above 0 and below 0.5")
    if not all(map(math.isfinite, asked.thresholds)):
        raise InvalidInput("a threshold is not a finite number")
    if asked.method == MANY_RUN:
        return _many_runs(asked)
    if asked.method == ONE_RUN:
        return _one_run(asked)
    raise InvalidInput(f"unknown method {asked.method!r}", expected=f"{MANY_RUN} or {ONE_RUN}")


def design(plan: Plan) -> dict[str, object]:
    """The numbers of a plan by name."""
    if isinstance(plan, ManyRuns):
        return {
            "members": plan.members,
            "nonMembers": plan.non_members,
            "thresholds": list(plan.thresholds),
        }
    return {"records": plan.records, "guesses": plan.guesses, "threshold": plan.threshold}


def plan_in(session: Session, row: DpAudit) -> Plan:
    """The plan of a stored audit, at its own level: which of the version's audits it is."""
    own = (DpAudit.version_id == row.version_id, col(DpAudit.event_seq) <= row.event_seq)
    number = session.exec(select(func.count(col(DpAudit.id))).where(*own)).one()
    return planned(row.method, json.loads(row.design), level(row.alpha, number))


def _many_runs(asked: Asked) -> ManyRuns:
    _refuse(asked.records is not None or asked.guesses is not None, "--records and --guesses")
    members = _within("--members", asked.members, MOST_RUNS)
    non_members = _within("--non-members", asked.non_members, MOST_RUNS)
    thresholds = tuple(dict.fromkeys(asked.thresholds))
    if not 1 <= len(thresholds) <= MOST_THRESHOLDS:
        raise InvalidInput(
            "many runs need the thresholds that their scores are cut at, before any is known",
            expected=f"--threshold, 1 to {MOST_THRESHOLDS} times; each further one costs power",
        )
    return ManyRuns(members, non_members, thresholds, asked.alpha)


def _one_run(asked: Asked) -> OneRun:
    _refuse(
        asked.members is not None or asked.non_members is not None,
        "--members and --non-members: a coin decides who is one, so",
    )
    records = _within("--records", asked.records, MOST_RECORDS)
    guesses = records if asked.guesses is None else _within("--guesses", asked.guesses, records)
    if len(asked.thresholds) > 1:
        raise InvalidInput("one run has one threshold or none", expected="--threshold once")
    return OneRun(records, guesses, next(iter(asked.thresholds), None), asked.alpha)


def _within(flag: str, number: int | None, most: int) -> int:
    if number is None or not 1 <= number <= most:
        raise InvalidInput(
            f"{flag} is {'missing' if number is None else number}", expected=f"from 1 to {most:,}"
        )
    return number


def _refuse(given: bool, flags: str) -> None:
    if given:
        raise InvalidInput(
            f"{flags} not of this method",
            expected=f"--members and --non-members for {MANY_RUN}, --records for {ONE_RUN}",
        )
