"""What rules may read: metrics, a card's claims, audits of them, and a source's budget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, get_args

from registry.policy.rules import Budget


@dataclass(frozen=True)
class KnownMetric:
    """A metric that rules may name. ``scope`` is what it is measured for: "" is the whole table.

    A sampled metric has a confidence interval; of any other the bound is the value. ``kinds`` are
    the column types that it applies to, ``places`` the scopes of one not measured by column.
    ``direction`` says which way is better ("higher", "lower" or "none"), ``low`` and ``high`` what
    no value is beyond, where there is such a limit.
    """

    id: str
    scope: str
    sampled: bool
    kinds: tuple[str, ...] = ()
    places: tuple[tuple[str, ...], ...] = ()
    direction: str = "none"
    low: float | None = None
    high: float | None = None


def _spent(name: str) -> KnownMetric:
    """An epsilon has no upper limit, nor has a sum of deltas; one delta is a probability."""
    high = 1.0 if name == "dp.delta" else None
    return KnownMetric(name, "", sampled=False, direction="lower", low=0.0, high=high)


CLAIMS: Final[dict[str, KnownMetric]] = {
    metric: _spent(metric) for metric in ("dp.epsilon", "dp.delta")
}
CONTRADICTED: Final = "dp.contradicted"
LOWER_BOUND: Final = "dp.lower_bound"
AUDITS: Final[dict[str, KnownMetric]] = {
    metric: _spent(metric) for metric in (CONTRADICTED, LOWER_BOUND)
}
USED: Final = "source.budget_used"
BUDGETS: Final[dict[str, KnownMetric]] = {budget: _spent(budget) for budget in get_args(Budget)}
RECKONED: Final[dict[str, KnownMetric]] = {**CLAIMS, **AUDITS, **BUDGETS}
"""What is known whatever the catalogue holds, and has no age: claims are as old as their card, and
the rest is reckoned when it is asked for."""
