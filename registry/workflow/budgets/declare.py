"""Declares a budget beforehand. It counts for nothing until a second person has signed it."""

import math
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session

from registry.card import require_word
from registry.errors import Conflict, InvalidInput
from registry.ledger.exposure import reaches
from registry.policy.expiry import day, expired
from registry.records import Budget, Source
from registry.workflow.attempt import attempt
from registry.workflow.budgets.in_force import newest
from registry.workflow.budgets.ledger import ledger_of
from registry.workflow.budgets.order import cramped, require_order
from registry.workflow.budgets.terms import Signed, budget_label, terms_of
from registry.workflow.budgets.two_people import declared
from registry.workflow.context import Context, Work
from registry.workflow.find import row_id, source_named
from registry.workflow.in_use import require_source_in_use
from registry.workflow.once import once
from registry.workflow.people.signing import ready
from registry.workflow.permissions import require
from registry.workflow.requested import AUDIENCES
from registry.workflow.statement import signature_details

ACTION = "declare-budget"
UNITS: Final = ("person", "record", "household", "event")
RELATIONS: Final = ("add-remove", "replace-one")
METHODS: Final = ("basic", "zcdp", "rdp")
FILTERS: Final = {"zcdp": "zCDP", "rdp": "Renyi"}
MOST: Final = 1e6


@dataclass(frozen=True)
class Asked:
    """The budget of a source for an audience. ``first`` and ``last`` are its days, inclusive;
    ``order`` is the Renyi order of an rdp filter, and only there.
    """

    source: str
    epsilon: float
    delta: float
    unit: str
    relation: str
    audience: str
    reason: str
    method: str = "basic"
    first: str | None = None
    last: str | None = None
    order: float | None = None


@dataclass(frozen=True)
class Declared:
    """The budget that waits for its second signature, and what to think about before that."""

    budget: str
    source: str
    audience: str
    epsilon: float
    delta: float
    state: str
    supersedes: str | None
    statement: str
    authentication: str
    warnings: tuple[str, ...] = ()


@once("declare-budget")
def declare(context: Context, asked: Asked) -> Declared:
    """Propose a budget, ``B-1``; if one is in force for the audience, this is to supersede it.

    Raises `InvalidInput` for figures that bound nothing, `NotPermitted` for the wrong role.
    """
    _require_said(context, asked)
    context = ready(context, ACTION)
    with attempt(context, ACTION) as work:
        identity = require(context, ACTION)
        source = source_named(work.session, asked.source)
        require_source_in_use(source)
        row = _insert(work, source, asked)
        statement = declared(work, identity, ACTION, row)
        event = work.record(ACTION, "budget.proposed", details=told(work.session, row, statement))
        work.session.add(statement.row(row, event.seq))
        work.session.flush()
        return Declared(
            budget=budget_label(row),
            source=source.name,
            audience=row.audience,
            epsilon=row.epsilon,
            delta=row.delta,
            state="proposed",
            supersedes=f"B-{row.supersedes}" if row.supersedes else None,
            statement=statement.digest,
            authentication=identity.authentication,
            warnings=_warnings(source, row),
        )


def told(session: Session, row: Budget, statement: Signed) -> dict[str, object]:
    """What the log tells of a proposal. The reason stays out: it may name people."""
    terms = {key: value for key, value in terms_of(session, row).items() if key != "reason"}
    return {
        "budget": budget_label(row),
        **terms,
        "role": statement.role,
        "statement": statement.digest,
        **signature_details(statement.made),
    }


def _require_said(context: Context, asked: Asked) -> None:
    if not asked.reason.strip():
        raise InvalidInput("a budget needs a reason", todo="say how it was chosen with --reason")
    for noun, word, known in (
        ("audience", asked.audience, AUDIENCES),
        ("privacy unit", asked.unit, UNITS),
        ("neighbouring relation", asked.relation, RELATIONS),
        ("method", asked.method, METHODS),
    ):
        require_word(noun, word, known)
    if not (math.isfinite(asked.epsilon) and 0 < asked.epsilon <= MOST):
        raise InvalidInput(
            f"epsilon is {asked.epsilon:g}", expected=f"a number above 0, at most {MOST:g}"
        )
    if not (math.isfinite(asked.delta) and 0 <= asked.delta < 1):
        raise InvalidInput(f"delta is {asked.delta:g}", expected="a number from 0, below 1")
    if asked.method != "basic" and asked.delta == 0:
        raise InvalidInput(
            f"a {FILTERS[asked.method]} filter has no epsilon at delta 0",
            expected="a delta above 0, or --method basic",
        )
    require_order(asked.method, asked.order, asked.epsilon, asked.delta)
    _require_days(context, asked.first, asked.last)


def _require_days(context: Context, first: str | None, last: str | None) -> None:
    for text in (first, last):
        try:
            day(text or "2000-01-01")
        except ValueError as error:
            raise InvalidInput(f"{text!r} is no day", expected=str(error)) from error
    if last is not None and expired(last, context.clock()):
        raise InvalidInput(f"{last} is in the past", expected="a day from today on")
    if first is not None and last is not None and last < first:
        raise InvalidInput(f"{last} is before {first}", expected="a last day after the first")


def _insert(work: Work, source: Source, asked: Asked) -> Budget:
    before = newest(work.session, row_id(source), asked.audience)
    if before is not None and (before.unit, before.relation) != (asked.unit, asked.relation):
        raise Conflict(
            f"{budget_label(before)} is per {before.unit} under {before.relation}: what was spent "
            f"of it cannot be compared with a budget per {asked.unit} under {asked.relation}",
            expected=f"--unit {before.unit} --relation {before.relation}",
        )
    row = Budget(
        source_id=row_id(source),
        audience=asked.audience,
        epsilon=asked.epsilon,
        delta=asked.delta,
        unit=asked.unit,
        relation=asked.relation,
        method=asked.method,
        order=asked.order,
        first=asked.first,
        last=asked.last,
        reason=asked.reason,
        supersedes=before.id if before else None,
    )
    require_unexposed(work.session, row)
    work.session.add(row)
    work.session.flush()
    return row


def require_unexposed(session: Session, row: Budget) -> None:
    """Raise `Conflict` for a filter that would come after what it is to bound.

    Its budget, and the order of a Renyi filter, are to be fixed before the first release
    (Whitehouse and others 2023; Feldman and Zrnic 2021). One with the very figures of the filter
    that it supersedes is that filter still, on other days.
    """
    if row.method == "basic" or _renews(session, row):
        return
    source = session.get_one(Source, row.source_id)
    given = [one for one in ledger_of(session, source) if reaches(one, row.audience)]
    if given:
        name = FILTERS[row.method]
        raise Conflict(
            f"{given[0].label} reached {row.audience} before the {name} filter was declared",
            expected="a filter that is declared before the first release to its audience",
            todo="declare it with --method basic, or renew a filter with its own figures",
        )


def _renews(session: Session, row: Budget) -> bool:
    before = session.get(Budget, row.supersedes) if row.supersedes is not None else None
    fixed = ("method", "order", "epsilon", "delta", "unit", "relation")
    return before is not None and all(getattr(before, key) == getattr(row, key) for key in fixed)


def _warnings(source: Source, row: Budget) -> tuple[str, ...]:
    """What is allowed and should be thought over."""
    found = []
    if row.delta * source.training_rows >= 1:
        found.append(
            f"delta {row.delta:g} is at least 1/n of {source.training_rows} records: a mechanism "
            "may publish one of them whole and keep to it"
        )
    if row.epsilon > 100:
        found.append(f"an epsilon of {row.epsilon:g} limits no attacker in any useful way")
    if row.order is not None:
        found += cramped(row.order, row.epsilon, row.delta)
    return tuple(found)
