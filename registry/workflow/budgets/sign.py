"""Signs a budget that somebody else declared: then it is in force."""

from dataclasses import dataclass

from registry.errors import Conflict
from registry.records import Budget
from registry.workflow.attempt import attempt
from registry.workflow.budgets.declare import require_unexposed
from registry.workflow.budgets.in_force import SIGNING, newest, outside
from registry.workflow.budgets.terms import (
    Signature,
    Signed,
    budget_label,
    budget_labelled,
    terms_of,
)
from registry.workflow.budgets.two_people import require_second, seconded
from registry.workflow.context import Context, Identity, Work
from registry.workflow.find import account_name
from registry.workflow.once import once
from registry.workflow.people.signing import ready
from registry.workflow.permissions import require
from registry.workflow.statement import signature_details

ACTION = SIGNING


@dataclass(frozen=True)
class InForce:
    """The budget that now binds, by whom it was declared and signed."""

    budget: str
    source: str
    audience: str
    epsilon: float
    delta: float
    state: str
    declared_by: str
    signed_by: str
    supersedes: str | None
    statement: str
    authentication: str


@once("sign-budget")
def sign(context: Context, label: str) -> InForce:
    """Sign B-1, so that it is in force.

    Raises `NotPermitted` for the person who declared it, `Conflict` if it is signed already,
    another came into force since it was declared, or today is none of its days.
    """
    context = ready(context, ACTION)
    with attempt(context, ACTION) as work:
        identity = require(context, ACTION)
        row = budget_labelled(work.session, label)
        declaration = require_second(work, identity, row)
        _require_current(work, row)
        _require_day(context, row)
        require_unexposed(work.session, row)
        statement = seconded(work, identity, ACTION, row, declaration)
        event = work.record(ACTION, "budget.declared", details=_told(work, row, statement))
        work.session.add(statement.row(row, event.seq))
        work.session.flush()
        return _result(work, identity, row, declaration, statement)


def _require_current(work: Work, row: Budget) -> None:
    """Two proposals to supersede the same budget: only the first that is signed does."""
    before = newest(work.session, row.source_id, row.audience)
    if (before.id if before else None) == row.supersedes:
        return
    assert before is not None
    raise Conflict(
        f"{budget_label(before)} came into force after {budget_label(row)} was declared",
        expected="a budget declared in the knowledge of the one it supersedes",
        todo="declare it anew with `registry budget declare`",
    )


def _require_day(context: Context, row: Budget) -> None:
    """To sign it is to end the one before it: not before its own days, nor after them."""
    closed = outside(row, context.clock())
    if closed is None:
        return
    begins = "begins" in closed
    raise Conflict(
        closed,
        expected="a budget signed within its days, for it supersedes the one in force at once",
        todo="sign it on its first day; the one in force binds until then"
        if begins
        else "declare another with `registry budget declare`",
    )


def _told(work: Work, row: Budget, statement: Signed) -> dict[str, object]:
    terms = terms_of(work.session, row)
    return {
        "budget": budget_label(row),
        **{key: terms[key] for key in ("source", "audience", "epsilon", "delta", "supersedes")},
        "role": statement.role,
        "statement": statement.digest,
        **signature_details(statement.made),
    }


def _result(
    work: Work, identity: Identity, row: Budget, declaration: Signature, statement: Signed
) -> InForce:
    return InForce(
        budget=budget_label(row),
        source=str(terms_of(work.session, row)["source"]),
        audience=row.audience,
        epsilon=row.epsilon,
        delta=row.delta,
        state="in force",
        declared_by=account_name(work.session, declaration.account_id) or "",
        signed_by=identity.name,
        supersedes=f"B-{row.supersedes}" if row.supersedes is not None else None,
        statement=statement.digest,
        authentication=identity.authentication,
    )
