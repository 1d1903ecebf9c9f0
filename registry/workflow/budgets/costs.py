"""What reports say of a source's ledger, gathered from stored records alone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import inf

from sqlmodel import Session

from registry.errors import RegistryError
from registry.ledger.account import Account, rule_of
from registry.ledger.batches import Batch, sentence
from registry.ledger.batches import standing as stands_in
from registry.ledger.entry import Entry
from registry.ledger.exposure import reaches
from registry.ledger.guarantee import Unlike
from registry.ledger.totals import Basic, Total, gated
from registry.records import Budget
from registry.reports.cost_facts import (
    AudienceFacts,
    BatchFacts,
    BudgetFacts,
    ClaimFacts,
    CostFacts,
    EntryFacts,
    MethodFacts,
    StepFacts,
)
from registry.workflow.budgets.account import account_of, standing
from registry.workflow.budgets.in_force import by_audience
from registry.workflow.budgets.listing import state_of
from registry.workflow.budgets.methods import Distributions, distributions, keep
from registry.workflow.budgets.plan import remaining
from registry.workflow.budgets.show import DELTA, audiences_of, charged_to, made
from registry.workflow.budgets.terms import budget_label, require_unaltered, signatures_on
from registry.workflow.context import Context
from registry.workflow.dp_audits.listing import sentences
from registry.workflow.dp_audits.listing import standing as audited
from registry.workflow.find import Found, account_name, row_id

RUN = "run"
STEPS = 60
"""Of an audience are drawn; what it had before them is in the first."""


def costs_of(context: Context, session: Session, found: Found) -> CostFacts:
    """The ledger of the source of a version, and what the version itself claims."""
    account = account_of(session, found.source)
    budgets = by_audience(session, row_id(found.source))
    for budget in budgets.values():
        require_unaltered(session, budget)
    audiences = audiences_of(account, budgets)
    own, composed = account.newest[found.label], distributions(session, found.source)
    methods = tuple(_methods(account, budgets, audiences, composed))
    keep(context, composed)
    return CostFacts(
        source=found.source.name,
        entries=tuple(_entries(account)),
        audiences=tuple(
            audience_facts(context, session, account, one, budgets.get(one)) for one in audiences
        ),
        methods=methods,
        claim=claim_of(own),
        unclaimed=own.read.why,
        audited=audited(session, found),
        audits=tuple(sentences(session, found)),
        batches=tuple(_batch(account, one, budgets, audiences) for one in account.batches),
    )


def _entries(account: Account) -> Iterator[EntryFacts]:
    seen: set[str] = set()
    for one in account.entries:
        read = one.read
        claim = read.guarantee
        yield EntryFacts(
            number=one.number,
            kind=one.kind,
            label=one.label,
            audience=one.audience,
            epsilon=claim.epsilon if claim else None,
            delta=claim.delta if claim else None,
            rho=claim.rho if claim else None,
            counted=claim is not None,
            why=_why(account, one),
            amended=one.kind == "run" and one.label in seen,
            event=one.event,
            renyi=claim.renyi if claim else (),
        )
        seen.add(one.label)


def _why(account: Account, one: Entry) -> str:
    batch = stands_in(one, account.batches)
    return sentence(batch) if batch else one.read.why


def _batch(
    account: Account, one: Batch, budgets: Mapping[str, Budget], audiences: Sequence[str]
) -> BatchFacts:
    return BatchFacts(
        name=one.name,
        runs=len(one.runs),
        made=made(account, one),
        epsilon=one.epsilon,
        delta=one.delta,
        library=one.library,
        charged_to=tuple(charged_to(account, one, budgets, audiences)),
    )


def audience_facts(
    context: Context, session: Session, account: Account, name: str, budget: Budget | None
) -> AudienceFacts:
    """What an audience has received, step by step, and its budget."""
    steps, before = _steps(account, name, budget)
    total, why = _standing(context, account, name, budget)
    return AudienceFacts(
        name=name,
        budget=_budget(context, session, account, budget) if budget else None,
        epsilon=total.epsilon if total else None,
        delta=total.delta if total else None,
        why=why,
        unbounded_by=total.unbounded_by if total else (),
        steps=steps,
        before=before,
    )


def _standing(
    context: Context, account: Account, name: str, budget: Budget | None
) -> tuple[Total | None, str]:
    if budget:
        found = standing(account, budget, context.clock())
        return found.total, found.why
    try:
        total = gated(account.exposed(name), Basic(), account.partitions, account.batches)
    except Unlike as error:
        return None, error.what
    return total, total.why


def _budget(context: Context, session: Session, account: Account, budget: Budget) -> BudgetFacts:
    people = [account_name(session, one.account_id) for one in signatures_on(session, budget)]
    declared_by, signed_by = (name or "an unknown account" for name in people)
    now = context.clock()
    return BudgetFacts(
        label=budget_label(budget),
        epsilon=budget.epsilon,
        delta=budget.delta,
        unit=budget.unit,
        relation=budget.relation,
        method=budget.method,
        until=budget.last,
        reason=budget.reason,
        declared_by=declared_by,
        signed_by=signed_by,
        state=state_of(session, budget, now),
        remaining=remaining(account, budget, now),
        order=budget.order,
    )


def _steps(
    account: Account, audience: str, budget: Budget | None
) -> tuple[tuple[StepFacts, ...], int]:
    """What each entry brought the total to, and how many are left out at the beginning.

    A run is a step where it makes a worse claim for what was released already.
    """
    reached: set[str] = set()
    places = []
    for one in account.entries:
        if reaches(one, audience):
            reached.add(one.content_digest)
        if reaches(one, audience) or (one.kind == "run" and one.content_digest in reached):
            places.append(one)
    shown = places[-STEPS:]
    return tuple(_totals(account, audience, budget, shown)), len(places) - len(shown)


def _totals(
    account: Account, audience: str, budget: Budget | None, shown: Sequence[Entry]
) -> Iterator[StepFacts]:
    rule = rule_of(budget) if budget else Basic()
    for one in shown:
        so_far = replace(account, entries=account.entries[: one.number])
        try:
            exposed = so_far.exposed(audience)
            epsilon = gated(exposed, rule, account.partitions, account.batches).epsilon
        except RegistryError:  # from here on it has no sum, as the standing says
            return
        yield StepFacts(one.number, one.label, epsilon)


def _methods(
    account: Account,
    budgets: Mapping[str, Budget],
    audiences: Sequence[str],
    composed: Distributions,
) -> Iterator[MethodFacts]:
    for scope in (*audiences, RUN):
        budget = budgets.get(scope)
        delta = budget.delta if budget and budget.delta else DELTA
        rule = rule_of(budget) if budget else Basic()
        entries = account.ran if scope == RUN else account.exposed(scope)
        try:
            totals = composed.compared(scope, entries, delta, rule, account)
        except Unlike as error:
            yield MethodFacts(scope, "any", None, None, False, error.what)
            continue
        for one in totals:
            yield MethodFacts(scope, one.method, one.epsilon, one.delta, one.valid, one.why)


def claim_of(own: Entry) -> ClaimFacts | None:
    """What the version guarantees, as its card is now; of rho alone no epsilon is made here."""
    claim = own.read.guarantee
    if claim is None or claim.figures is None or claim.figures[0] == inf:
        return None
    return ClaimFacts(*claim.figures, claim.unit, claim.relation)
