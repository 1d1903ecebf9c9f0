"""What rules may read: the evaluators' metrics, the claims of a card, and a source's budget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, get_args

from registry.policy.rules import Budget


@dataclass(frozen=True)
class KnownMetric:
    """A metric that rules may name. ``scope`` is what it is measured for: "" is the whole table.

    A sampled metric has a confidence interval; of any other the bound is the value. ``kinds`` are
    the column types that it applies to, ``places`` the scopes of one not measured by column.
    """

    id: str
    scope: str
    sampled: bool
    kinds: tuple[str, ...] = ()
    places: tuple[tuple[str, ...], ...] = ()


CLAIMS: Final[dict[str, KnownMetric]] = {
    metric: KnownMetric(metric, "", sampled=False) for metric in ("dp.epsilon", "dp.delta")
}
BUDGETS: Final[dict[str, KnownMetric]] = {
    budget: KnownMetric(budget, "", sampled=False) for budget in get_args(Budget)
}
UNAGED: Final = frozenset(CLAIMS) | frozenset(BUDGETS)
"""Claims are as old as their card, and a budget is reckoned when it is asked for."""
