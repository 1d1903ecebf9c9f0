"""What the audits of one version show together of its claim, by the events that tell of them.

Each is held at its own level, which its place among the plans fixes: the n-th audit of a version
has ``alpha / (n (n + 1))`` of its alpha. However many are planned, these shares add up to one, so
all audits of a version together contradict a true claim with a probability of at most alpha, and
any one that contradicts at its level stands (Bonferroni's inequality). Why not simply divide by
how many there are: whoever plans more audits could then clear what an earlier one has shown.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Protocol

from registry.ledger.contradiction import CONTRADICTED, ManyRuns, OneRun, Plan, verdict
from registry.ledger.convert import epsilon_of_zcdp
from registry.ledger.meaning import Cost
from registry.ledger.renyi import epsilon_at

PLANNED: Final = "dp-audit.planned"
SUBMITTED: Final = "dp-audit.submitted"
MANY_RUN: Final = "many-run"
_RHO_AT: Final = 1e-6  # where an audit was planned at a delta of 0, at which they have no epsilon
_STEPS: Final = 10_000
"""Of one epsilon: a bound is rounded down to these, so that whoever reckons it has the same."""


class Told(Protocol):
    """An event, wherever it is read."""

    @property
    def seq(self) -> int: ...  # noqa: D102
    @property
    def fact(self) -> str: ...  # noqa: D102
    @property
    def details(self) -> Mapping[str, Any]: ...  # noqa: D102


@dataclass(frozen=True)
class Audit:
    """An audit with scores: its plan at its own level, what it counted, and the claim then."""

    plan: Plan
    counts: tuple[int, ...]
    claim: Cost


@dataclass(frozen=True)
class Shown:
    """The greatest epsilon that audits rule out, and how many of them contradict the claim.

    ``lower_bound`` is rounded down, and None where no audit has scores.
    """

    lower_bound: float | None
    contradicting: int


def level(alpha: float, number: int) -> float:
    """At which the ``number``-th audit of a version is held, from 1."""
    return alpha / (number * (number + 1))


def planned(method: str, design: Mapping[str, Any], at: float) -> Plan:
    """The plan of these numbers, by name, held at the level ``at``."""
    if method == MANY_RUN:
        thresholds = tuple(map(float, design["thresholds"]))
        return ManyRuns(design["members"], design["nonMembers"], thresholds, at)
    return OneRun(design["records"], design["guesses"], design["threshold"], at)


def with_scores(events: Iterable[Told]) -> list[Audit]:
    """The audits of one version that have scores, by all events about it in their order.

    Raises `ValueError` for scores of which nobody can say what was planned.
    """
    found, plans = [], dict[int, Audit]()
    for one in events:
        if one.fact == PLANNED:
            plans[one.seq] = _planned(one.details, len(plans) + 1)
        elif one.fact == SUBMITTED:
            plan = _plan_of(one, plans)
            found.append(Audit(plan.plan, tuple(one.details["counts"]), plan.claim))
    return found


def shown(audits: Sequence[Audit], guarantee: Mapping[str, Any] | None) -> Shown:
    """What audits show of a card's guarantee, as its JSON has it.

    Scores are held against the claim as it is now: amending it neither clears a contradiction nor
    earns one. Where the card claims nothing any more, against what it claimed when planned.
    """
    bounds, contradicting = [], 0
    for one in audits:
        claims = list(claimed(guarantee, one.claim.delta)) or [one.claim]
        pairs = [(_bound(one.plan, one.counts, each.delta), each.epsilon) for each in claims]
        bounds += [bound for bound, _ in pairs]
        contradicting += any(verdict(*pair) == CONTRADICTED for pair in pairs)
    most = max(bounds, default=None)
    return Shown(None if most is None else math.floor(most * _STEPS) / _STEPS, contradicting)


def claimed(guarantee: Mapping[str, Any] | None, delta: float) -> Iterator[Cost]:
    """All that a guarantee claims, a rho or a Renyi loss as what it comes to at ``delta``."""
    said = guarantee or {}
    own = 0.0 if said.get("variant") == "pure" else said.get("delta")
    if said.get("epsilon") is not None and own is not None:
        yield Cost(float(said["epsilon"]), float(own))
    if said.get("rho") is not None:
        told = delta or _RHO_AT
        yield Cost(epsilon_of_zcdp(float(said["rho"]), told), told)
    if said.get("renyi"):
        told = delta or _RHO_AT
        orders = [(float(one["order"]), float(one["epsilon"])) for one in said["renyi"]]
        yield Cost(epsilon_at(orders, told), told)


def _planned(said: Mapping[str, Any], number: int) -> Audit:
    plan = planned(said["method"], said["design"], level(said["alpha"], number))
    return Audit(plan, (), Cost(float(said["epsilon"]), float(said["delta"])))


def _plan_of(one: Told, plans: Mapping[int, Audit]) -> Audit:
    """By the place of the plan, which scores from before it was told do not name."""
    named = one.details.get("plan", next(iter(plans)) if len(plans) == 1 else None)
    if named not in plans:
        raise ValueError(f"event {one.seq} does not tell of which plan its scores are")
    return plans[named]


@lru_cache(maxsize=1024)
def _bound(plan: Plan, counts: tuple[int, ...], delta: float) -> float:
    return plan.bound(counts, delta)
