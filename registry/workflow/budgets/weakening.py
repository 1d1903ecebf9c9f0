"""What another claim for a version does to the totals of those who have it already.

The worst claim that was ever made for a version counts, so what an amendment adds stays for good.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import isinf

from sqlmodel import Session, col, select

from registry.ledger.account import Account, rule_of
from registry.ledger.entry import Entry
from registry.ledger.exposure import reaches
from registry.ledger.guarantee import Unlike
from registry.ledger.totals import Basic, Rule, Total, gated
from registry.records import Budget, Dataset, DatasetVersion, Release, ReleaseState, Request, Source
from registry.workflow.budgets.account import account_of
from registry.workflow.budgets.in_force import by_audience
from registry.workflow.budgets.ledger import Claim, claim_in
from registry.workflow.find import Found, release_label, row_id
from registry.workflow.requested import AUDIENCES


@dataclass(frozen=True)
class Weakened:
    """The audiences whose totals grow, each with how, and the releases in force to review then."""

    audiences: Mapping[str, str]
    releases: tuple[str, ...]

    @property
    def said(self) -> str:
        """It in one sentence."""
        return "; ".join(f"{name}: {how}" for name, how in self.audiences.items())


def weakened(session: Session, found: Found, claim: Claim) -> Weakened | None:
    """What ``claim`` does once it is made for a version; None where no total grows."""
    if claim == claim_in(found.version.card):
        return None
    account = account_of(session, found.source)
    budgets = by_audience(session, row_id(found.source))
    audiences = dict(_grown(account, budgets, found, claim))
    return Weakened(audiences, _in_force(session, found.source, audiences)) if audiences else None


def _grown(
    account: Account, budgets: Mapping[str, Budget], found: Found, claim: Claim
) -> Iterator[tuple[str, str]]:
    content = found.version.content_digest
    amended = replace(account, entries=(*account.entries, _run(account, found, claim)))
    for audience in AUDIENCES:
        if not any(one.content_digest == content for one in _reached(account, audience)):
            continue
        rule = rule_of(budgets[audience]) if audience in budgets else Basic()
        before, after = (_total(one, audience, rule) for one in (account, amended))
        if how := _how(before, after):
            yield audience, how


def _reached(account: Account, audience: str) -> list[Entry]:
    return [one for one in account.entries if reaches(one, audience)]


def _run(account: Account, found: Found, claim: Claim) -> Entry:
    """The entry that the amendment adds."""
    return Entry(
        number=len(account.entries) + 1,
        kind="run",
        label=found.label,
        content_digest=found.version.content_digest,
        audience=None,
        recipient=None,
        guarantee=claim,
        partition=claim.get("partition") if claim else None,
        batch=claim.get("batch") if claim else None,
        event=account.entries[-1].event + 1,
    )


def _total(account: Account, audience: str, rule: Rule) -> Total | None:
    try:
        return gated(account.exposed(audience), rule, account.partitions, account.batches)
    except Unlike:
        return None


def _how(before: Total | None, after: Total | None) -> str | None:
    """How a total grows; None if it does not, or had no sum before."""
    if before is None or after is None:
        return None if before is None else "its total has no sum any more"
    if isinf(after.epsilon) and set(after.unbounded_by) != set(before.unbounded_by):
        return f"its total becomes infinite for good (it was epsilon {before.epsilon:g})"
    if after.epsilon <= before.epsilon and after.delta <= before.delta:
        return None
    return (
        f"its total goes from epsilon {before.epsilon:g} and delta {before.delta:g} "
        f"to {after.epsilon:g} and {after.delta:g}"
    )


def _in_force(session: Session, source: Source, audiences: Mapping[str, str]) -> tuple[str, ...]:
    rows = session.exec(
        select(Release)
        .join(Request, col(Request.id) == col(Release.request_id))
        .join(DatasetVersion, col(DatasetVersion.id) == col(Request.version_id))
        .join(Dataset, col(Dataset.id) == col(DatasetVersion.dataset_id))
        .where(col(Dataset.source_id) == row_id(source))
        .where(col(Request.audience).in_(list(audiences)))
        .where(Release.state == ReleaseState.IN_FORCE)
        .order_by(col(Release.id))
    )
    return tuple(release_label(one) for one in rows)
