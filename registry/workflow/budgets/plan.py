"""Says before anything is generated whether it would fit, and what would remain."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlmodel import Session

from registry.card import require_word
from registry.errors import InvalidInput, Undecided
from registry.ledger.account import Account, Standing
from registry.ledger.entry import Entry
from registry.ledger.exposure import affected
from registry.records import Budget, Source
from registry.store.database import reading
from registry.workflow.budgets.account import account_of, standing
from registry.workflow.budgets.in_force import by_audience, closed_for
from registry.workflow.budgets.terms import budget_label, require_unaltered
from registry.workflow.context import Context
from registry.workflow.find import row_id, source_named
from registry.workflow.requested import AUDIENCES

_STEPS = 60  # halvings: far below any figure that is printed


@dataclass(frozen=True)
class Planned:
    """One audience's budget with the planned release in it.

    ``remaining`` is the epsilon that is left after it, or without it where it does not fit;
    ``epsilon`` and ``delta`` are None where no total can be told, and ``why`` says why.
    """

    audience: str
    budget: str
    fits: bool
    epsilon: float | None
    delta: float | None
    used: float | None
    remaining: float
    why: str


def plan(
    context: Context, name: str, epsilon: float, delta: float = 0.0, audience: str | None = None
) -> list[Planned]:
    """What a release with this guarantee would come to, for every budget that it would reach.

    Raises `Undecided` where no budget is declared: then nothing fits and nothing is refused.
    """
    _require_figures(epsilon, delta, audience)
    with reading(context.engine) as session:
        source = source_named(session, name)
        account, now = account_of(session, source), context.clock()
        found = []
        for budget in reached(session, source, audience):
            new = hypothetical(account, budget, epsilon, delta, "the planned release")
            found.append(planned(account, budget, [new], now))
        return found


def reached(session: Session, source: Source, audience: str | None) -> list[Budget]:
    """The budgets that a release to an audience would reach, or all; raises `Undecided` if none."""
    budgets = by_audience(session, row_id(source))
    for budget in budgets.values():
        require_unaltered(session, budget)
    _require_budget(source.name, budgets, audience)
    return [budgets[one] for one in (affected(audience, budgets) if audience else budgets)]


def remaining(account: Account, budget: Budget, now: datetime, *new: Entry) -> float:
    """The epsilon that one more release, at a delta of 0, could have; 0 where there is no room."""
    if closed_for(budget, now):
        return 0.0
    stands = standing(account, budget, now, new)
    if stands.total is None or stands.used is None or stands.used > 1:
        return 0.0
    if budget.method == "basic":
        left = Fraction(repr(budget.epsilon)) - Fraction(repr(stands.total.epsilon))
        return max(float(left), 0.0)
    low, high = 0.0, budget.epsilon
    for _ in range(_STEPS):
        middle = (low + high) / 2
        more = hypothetical(account, budget, middle, 0.0, "one more release")
        found = standing(account, budget, now, (*new, more)).used
        low, high = (middle, high) if found is not None and found <= 1 else (low, middle)
    return low


def hypothetical(
    account: Account, budget: Budget, epsilon: float, delta: float, name: str
) -> Entry:
    """A release that nobody made, in the unit and relation of the budget.

    Each needs a ``name`` of its own: two under one would be one content, and count once.
    """
    last = account.entries[-1] if account.entries else None
    claim: Mapping[str, object] = {
        "variant": "approximate" if delta else "pure",
        "epsilon": epsilon,
        "delta": delta,
        "mechanism": "other",
        "privacyUnit": budget.unit,
        "neighbouringRelation": budget.relation,
    }
    return Entry(
        number=last.number + 1 if last else 1,
        kind="exposure",
        label=name,
        content_digest=name,
        audience=budget.audience,
        recipient=None,
        guarantee=claim,
        partition=None,
        batch=None,
        event=last.event if last else 1,
    )


def planned(account: Account, budget: Budget, new: Sequence[Entry], now: datetime) -> Planned:
    """How a budget would stand with what is not there yet, and what it would leave."""
    found: Standing = standing(account, budget, now, new)
    fits = found.used is not None and found.used <= 1
    return Planned(
        audience=budget.audience,
        budget=budget_label(budget),
        fits=fits,
        epsilon=found.total.epsilon if found.total else None,
        delta=found.total.delta if found.total else None,
        used=found.used,
        remaining=remaining(account, budget, now, *(new if fits else ())),
        why=closed_for(budget, now) or found.why,
    )


def _require_figures(epsilon: float, delta: float, audience: str | None) -> None:
    if not (math.isfinite(epsilon) and epsilon > 0):
        raise InvalidInput(f"epsilon is {epsilon:g}", expected="a finite number above 0")
    if not (math.isfinite(delta) and 0 <= delta < 1):
        raise InvalidInput(f"delta is {delta:g}", expected="a number from 0, below 1")
    if audience is not None:
        require_word("audience", audience, AUDIENCES)


def _require_budget(name: str, budgets: Mapping[str, Budget], audience: str | None) -> None:
    if audience in budgets or (audience is None and budgets):
        return
    whom = f" for the audience {audience}" if audience else ""
    raise Undecided(
        f"{name} has no budget in force{whom}",
        expected="a budget that two people declared",
        todo=f"`registry budget declare {name} ...`, then `registry budget sign B-n`",
    )
