"""The ledger of a source shown: every entry, what it comes to by every method, what is left."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from math import isinf
from typing import Any

from sqlmodel import Session

from registry.card import require_word
from registry.ledger.account import Account, rule_of
from registry.ledger.batches import Batch, sentence
from registry.ledger.batches import standing as stands_in
from registry.ledger.entry import Entry, head
from registry.ledger.guarantee import Unlike
from registry.ledger.totals import Basic, Rule
from registry.records import Budget
from registry.store.database import reading
from registry.workflow.budgets.account import account_of, standing
from registry.workflow.budgets.holdings import summed, under_several
from registry.workflow.budgets.in_force import by_audience, closed_for
from registry.workflow.budgets.listing import state_of
from registry.workflow.budgets.methods import Distributions, distributions, keep
from registry.workflow.budgets.plan import remaining
from registry.workflow.budgets.refused import refused
from registry.workflow.budgets.terms import budget_label, require_unaltered
from registry.workflow.context import Context
from registry.workflow.find import row_id, source_named
from registry.workflow.requested import AUDIENCES

Row = dict[str, object]
DELTA = 1e-6
"""At which methods are compared where no budget names a delta."""


def show(context: Context, name: str, audience: str | None = None) -> dict[str, Any]:
    """Budgets, entries and totals of a source; with ``audience`` only what it received.

    Figures without bound are the word "inf", which JSON can carry.
    """
    if audience is not None:
        require_word("audience", audience, AUDIENCES)
    with reading(context.engine) as session:
        source = source_named(session, name)
        account = account_of(session, source)
        budgets = by_audience(session, row_id(source))
        for budget in budgets.values():
            require_unaltered(session, budget)
        entries = _listed(account, audience) if audience else account.entries
        audiences = [audience] if audience else audiences_of(account, budgets)
        composed = distributions(session, source)
        found: dict[str, Any] = {
            "source": name,
            "entries": len(account.entries),
            "head": head(account.entries),
            "budgets": [
                _budget(session, account, budgets.get(one), one, context.clock())
                for one in audiences
            ],
            "batches": [_batch(account, one, budgets, audiences) for one in account.batches],
            "ledger": [_entry(account, one) for one in entries],
            "methods": _methods(account, budgets, audiences, composed),
            "recipients": _recipients(account, audiences),
        }
    keep(context, composed)
    return found


def _listed(account: Account, audience: str) -> list[Entry]:
    """What counts for an audience, as it stands in the ledger."""
    return [account.entries[one.number - 1] for one in account.exposed(audience)]


def audiences_of(account: Account, budgets: Mapping[str, Budget]) -> list[str]:
    """Every audience that received something, or has a budget."""
    received = {one.audience for one in account.entries}
    return [one for one in AUDIENCES if one in budgets or one in received]


def _budget(
    session: Session, account: Account, budget: Budget | None, audience: str, now: datetime
) -> Row:
    if budget is None:
        blank = ("budget", "epsilon", "delta", "spent epsilon", "spent delta", "used", "remaining")
        why = "no budget was declared for it"
        return {"audience": audience, **dict.fromkeys(blank), "state": "none", "why": why}
    stands = standing(account, budget, now)
    return {
        "audience": audience,
        "budget": budget_label(budget),
        "epsilon": budget.epsilon,
        "delta": budget.delta,
        "spent epsilon": plain(stands.total.epsilon) if stands.total else None,
        "spent delta": stands.total.delta if stands.total else None,
        "used": plain(stands.used),
        "remaining": remaining(account, budget, now),
        "state": state_of(session, budget, now),
        "why": "; ".join(filter(None, (closed_for(budget, now), stands.why))),
    }


def charged_to(
    account: Account, one: Batch, budgets: Mapping[str, Budget], audiences: Iterable[str]
) -> list[str]:
    """The audiences with whom a batch counts once: a filter counts run by run."""
    return [
        each
        for each in audiences
        if one in account.charged(account.exposed(each), budgets.get(each))
    ]


def made(account: Account, one: Batch) -> int:
    """How many of its runs were made."""
    return len({run.batch for run in account.entries if stands_in(run, [one])})


def _batch(
    account: Account, one: Batch, budgets: Mapping[str, Budget], audiences: Iterable[str]
) -> Row:
    return {
        "batch": one.name,
        "runs": len(one.runs),
        "made": made(account, one),
        "epsilon": one.epsilon,
        "delta": one.delta,
        "charged to": charged_to(account, one, budgets, audiences),
        "why": sentence(one),
        "library": f"dp-accounting {one.library}",
        "event": one.event,
    }


def _entry(account: Account, one: Entry) -> Row:
    claim = one.guarantee or {}
    batch = stands_in(one, account.batches)
    return {
        "entry": one.number,
        "kind": one.kind,
        "version": one.label,
        "audience": one.audience,
        "recipient": one.recipient,
        "epsilon": claim.get("epsilon"),
        "delta": claim.get("delta", 0.0 if claim.get("variant") == "pure" else None),
        "rho": claim.get("rho"),
        "renyi": claim.get("renyi"),
        "unit": claim.get("privacyUnit"),
        "relation": claim.get("neighbouringRelation"),
        "partition": one.partition,
        "batch": one.batch,
        "counted as": "batch" if batch else one.read.recorded_as,
        "why": refused(one.guarantee) or (sentence(batch) if batch else one.read.why),
        "event": one.event,
        "content": one.content_digest,
    }


def _methods(
    account: Account,
    budgets: dict[str, Budget],
    audiences: Iterable[str],
    composed: Distributions,
) -> list[Row]:
    rows = []
    for audience in audiences:
        budget = budgets.get(audience)
        delta = budget.delta if budget and budget.delta else DELTA
        rule = rule_of(budget) if budget else Basic()
        received = account.exposed(audience)
        rows += _compared(audience, received, delta, rule, account, composed)
    return rows + _compared("run", account.ran, DELTA, Basic(), account, composed)


def _compared(
    scope: str,
    entries: Sequence[Entry],
    delta: float,
    rule: Rule,
    account: Account,
    composed: Distributions,
) -> list[Row]:
    total = scope if scope == "run" else f"exposed to {scope}"
    try:
        totals = composed.compared(scope, entries, delta, rule, account)
    except Unlike as error:
        blank = {"method": None, "epsilon": None, "delta": None, "valid": False}
        return [{"total": total, **blank, "why": error.what}]
    return [
        {
            "total": total,
            "method": one.method,
            "epsilon": plain(one.epsilon),
            "delta": one.delta,
            "valid": one.valid,
            "why": one.why,
        }
        for one in totals
    ]


def _recipients(account: Account, audiences: Iterable[str]) -> list[Row]:
    """What each recipient holds, as a list: the gate adds up whole audiences."""
    several = under_several(account.entries)
    found: dict[tuple[str, str], list[str]] = {}
    for audience in audiences:
        for one in account.exposed(audience):
            if one.recipient is not None and one.audience == audience:
                found.setdefault((audience, one.recipient), []).append(one.label)
    return [
        {
            "audience": audience,
            "recipient": recipient,
            "versions": sorted(set(labels)),
            "note": summed(several, recipient, audience),
        }
        for (audience, recipient), labels in sorted(found.items())
    ]


def plain(number: float | None) -> float | str | None:
    """A number as JSON has it: without bound is a word."""
    return "inf" if number is not None and isinf(number) else number
