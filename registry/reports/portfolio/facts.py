"""What the portfolio report may say: counts and days of all datasets, and what needs attention.

Times are UTC in ISO 8601, days are inclusive, months are "2026-03".
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DatasetFacts:
    """One dataset: ``state`` is its newest version's, ``ends`` the first day on which a release in
    force ends. ``waivers`` are those that nobody ended and whose day is not over.
    """

    name: str
    source: str
    classification: str
    versions: int
    newest: int
    state: str
    registered_at: str
    in_force: int
    ends: str | None
    waivers: int
    waiting: int
    recalls: int


@dataclass(frozen=True)
class BudgetUse:
    """How much of a budget is used: 1 is all of it, None where nobody can tell; ``why`` says it."""

    source: str
    audience: str
    label: str
    epsilon: float
    used: float | None
    state: str
    why: str


@dataclass(frozen=True)
class MonthFacts:
    """A month: releases in force at its end (today, in the last one), granted and denied in it."""

    month: str
    in_force: int
    granted: int
    denied: int


@dataclass(frozen=True)
class Need:
    """Something that wants attention; a lower ``rank`` comes first, then an earlier ``since``."""

    rank: int
    since: str
    what: str
    about: str
    why: str
    todo: str


@dataclass(frozen=True)
class PortfolioFacts:
    """All of it, datasets by name."""

    datasets: tuple[DatasetFacts, ...]
    budgets: tuple[BudgetUse, ...]
    months: tuple[MonthFacts, ...]
    needs: tuple[Need, ...]
    local_mode: bool
    printed_at: str
