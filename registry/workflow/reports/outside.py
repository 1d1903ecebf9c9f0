"""What goes into documents that leave the house: bands in place of figures, and the guarantee."""

import json
from collections.abc import Iterator, Sequence

from sqlmodel import Session, col, select

from registry.policy.decision import PolicyRef
from registry.policy.extension import resolved
from registry.records import Guarantee, PolicyDocument, Withdrawal
from registry.reports.bands import Banded, Checks, banded
from registry.reports.facts import DecisionFacts
from registry.reports.governance_rules import CLAIMS
from registry.reports.outside_facts import DisclosureFacts, GuaranteeFacts
from registry.workflow.disclose import disclosure_of
from registry.workflow.dp_audits.listing import standing
from registry.workflow.find import Found, row_id
from registry.workflow.gate import loaded
from registry.workflow.metrics import metric_titles


def bands_of(
    session: Session, decided: DecisionFacts | None, *, disclosed: bool
) -> tuple[Banded, ...]:
    """The findings of a recorded decision as bands, by the policies as they then were."""
    if decided is None:
        return ()
    checks = checks_of(session, decided.policies, decided.at)
    return banded(decided.findings, checks, _titles(), disclosed=disclosed)


def checks_of(session: Session, policies: Sequence[PolicyRef], at: str) -> Checks:
    """The check of every rule of these policies that reads a metric, with the bases of then."""
    then = select(PolicyDocument).where(PolicyDocument.published_at <= at)
    shelf = [loaded(one) for one in session.exec(then.order_by(col(PolicyDocument.id)))]
    wanted = {one.digest for one in policies}
    whole = resolved([one for one in shelf if one.digest in wanted], shelf)
    return {
        (policy.digest, rule.id): rule.check
        for policy in whole
        for _, rule in policy.rules
        if rule.check
    }


def _titles() -> dict[str, str]:
    return {**metric_titles(), **CLAIMS}


def guarantee_of(session: Session, found: Found) -> GuaranteeFacts | None:
    """What the card claims, and what audits made of it."""
    row = session.exec(select(Guarantee).where(Guarantee.version_id == row_id(found.version)))
    one = row.first()
    if one is None:
        return None
    return GuaranteeFacts(
        epsilon=one.epsilon,
        delta=one.delta,
        rho=one.rho,
        variant=one.variant,
        mechanism=one.mechanism,
        unit=one.privacy_unit,
        relation=one.neighbouring_relation,
        audited=standing(session, found),
        renyi=tuple((each["order"], each["epsilon"]) for each in json.loads(one.renyi or "[]")),
    )


def disclosed_of(session: Session, found: Found) -> DisclosureFacts | None:
    """Who let the exact figures out, if anybody did."""
    one = disclosure_of(session, found)
    return DisclosureFacts(one.by, one.at) if one else None


def withdrawn_because(session: Session, found: Found) -> str | None:
    """Why the version, or the source that it was made from, is to be used no longer."""
    return next(_withdrawals(session, found), None)


def _withdrawals(session: Session, found: Found) -> Iterator[str]:
    for what, condition in (
        (f"{found.label} was", Withdrawal.version_id == row_id(found.version)),
        ("The source it was made from was", Withdrawal.source_id == row_id(found.source)),
    ):
        row = session.exec(select(Withdrawal).where(condition)).first()
        if row:
            yield f"{what} withdrawn on {row.withdrawn_at[:10]}: {row.reason}"
