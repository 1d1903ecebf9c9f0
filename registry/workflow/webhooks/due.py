"""What falls due by the calendar or by adding up, and is no event: ends near, budgets used up."""

from typing import Final

from sqlmodel import Session, col, select

from registry.records import Source, Webhook
from registry.store.database import reading, writing
from registry.workflow.budgets.account import account_of
from registry.workflow.budgets.in_force import by_audience, closed_for
from registry.workflow.budgets.plan import remaining
from registry.workflow.budgets.terms import budget_label
from registry.workflow.context import Context
from registry.workflow.release_listing import Wanted, releases_wanted
from registry.workflow.webhooks.outbox import put

NEAR: Final = "30d"


def write_due(context: Context) -> None:
    """Write a message for each release that ends within 30 days and each budget with nothing left.

    Each is told once.
    """
    if not _wanted(context):
        return
    ending = releases_wanted(context, Wanted(expiring=NEAR))
    with reading(context.engine) as session:
        exhausted = _exhausted(context, session)
    with writing(context.engine) as session:
        now = context.now()
        for row in ending:
            about = {name: row[name] for name in ("version", "recipient", "expires_on")}
            put(session, "expiring", f"{row['release']} {row['expires_on']}", now, about)
        for budget, source, audience in exhausted:
            about = {"source": source, "audience": audience}
            put(session, "budget exhausted", budget, now, about)


def _wanted(context: Context) -> bool:
    with reading(context.engine) as session:
        hooks = session.exec(select(Webhook.kinds).where(col(Webhook.removed_at).is_(None))).all()
    return any("expiring" in kinds or "exhausted" in kinds for kinds in hooks)


def _exhausted(context: Context, session: Session) -> list[tuple[str, str, str]]:
    found = []
    now = context.clock()
    for source in session.exec(select(Source).order_by(col(Source.id))).all():
        budgets = by_audience(session, source.id or 0)
        account = account_of(session, source) if budgets else None
        for audience, budget in budgets.items():
            if account is None or closed_for(budget, now):
                continue
            if remaining(account, budget, now) <= 0:
                found.append((budget_label(budget), source.name, audience))
    return found
