"""What of everything wants attention first: wrong now before what is to come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlmodel import Session, col, select

from registry.clock import moment, stamp
from registry.ledger.contradiction import CONTRADICTED
from registry.policy.expiry import expired
from registry.records import DpAudit, Event
from registry.reports.numbers import plural
from registry.reports.portfolio.facts import BudgetUse, Need
from registry.reports.portfolio.portfolio import used_said
from registry.store.pages import Page, pages
from registry.workflow.auditing.fact import read

if TYPE_CHECKING:
    from registry.workflow.reports.portfolio import Held

SOON = timedelta(days=30)
LONG = timedelta(days=14)
FULL = 0.8
"""The share of a budget from which one more release may be one too many."""


def needs(session: Session, held: Held, budgets: Iterable[BudgetUse]) -> Iterator[Need]:
    """Everything, in no order; the rank says what comes first."""
    yield from _contradicted(session, held)
    yield from _flagged(session, held)
    yield from _recalled(held)
    yield from _spent(budgets)
    yield from _ending(held)
    yield from _waiting(held)


def _contradicted(session: Session, held: Held) -> Iterator[Need]:
    """Releases in force of a version whose claim an audit contradicted when it was submitted."""
    found = select(DpAudit.version_id).where(DpAudit.verdict == CONTRADICTED).distinct()
    refuted = set(session.exec(found))
    for one in held.in_force:
        if one.version_id in refuted:
            why = "an audit CONTRADICTED its claimed epsilon"
            yield _release(held, one, 0, "Contradicted claim", why, "revoke it, or amend the claim")


def _flagged(session: Session, held: Held) -> Iterator[Need]:
    """Releases in force that would not be granted today, as the last recheck recorded."""
    told: dict[str, Any] = {}
    for event in pages(session, [col(Event.action) == "recheck"], Page()):
        fact = read(event)
        if fact.fact in ("release.flagged", "release.cleared"):
            told[str(fact.details.get("release"))] = fact
    for one in held.in_force:
        last = told.get(f"REL-{one.id}")
        if last and last.fact == "release.flagged":
            why = f"it would not be granted today, as found on {last.at[:10]}"
            yield _release(held, one, 1, "No longer right", why, "`registry releases recheck`")


def _recalled(held: Held) -> Iterator[Need]:
    for one in held.recalls:
        days = (held.now - moment(one.issued_at)).days
        yield Need(
            2,
            one.issued_at,
            "Recall not acknowledged",
            f"REL-{one.id} of {held.labels[one.version_id]}",
            f"{one.recipient} has not answered for {plural(days, 'day')}",
            "`registry recalls list`",
        )


def _spent(budgets: Iterable[BudgetUse]) -> Iterator[Need]:
    for one in budgets:
        about = f"{one.label} of {one.source} for {one.audience}"
        if one.used is None or one.used > 1 or one.state != "in force":
            yield Need(2, "", "Budget", about, one.why or one.state, "`registry budget show`")
        elif one.used >= FULL:
            yield Need(
                4, "", "Budget nearly spent", about, used_said(one.used), "`registry budget plan`"
            )


def _ending(held: Held) -> Iterator[Need]:
    limit = held.now + SOON
    for one in held.in_force:
        if expired(one.expires_on, limit):
            why = f"it ends on {one.expires_on}"
            todo = "tell the recipient, or release anew"
            yield _release(held, one, 3, "Release ends soon", why, todo, one.expires_on)
    for one in held.waivers:
        if expired(one.until, limit):
            about = f"W-{one.id} on {one.rule}, {held.labels[one.version_id]}"
            why = f"it ends on {one.until}, and what rests on it then fails"
            yield Need(3, one.until, "Waiver ends soon", about, why, f"ask {one.owner}")


def _waiting(held: Held) -> Iterator[Need]:
    before = stamp(held.now - LONG)
    for one in held.requests:
        if one.submitted_at < before:
            days = (held.now - moment(one.submitted_at)).days
            yield Need(
                5,
                one.submitted_at,
                "Request waits",
                f"R-{one.id} of {held.labels[one.version_id]}",
                f"{one.state} {plural(days, 'day')} ago",
                "`registry review queue`",
            )


def _release(
    held: Held, one: Any, rank: int, what: str, why: str, todo: str, since: str = ""
) -> Need:
    about = f"REL-{one.id} of {held.labels[one.version_id]}, {one.recipient}"
    return Need(rank, since or one.released_at, what, about, why, todo)
