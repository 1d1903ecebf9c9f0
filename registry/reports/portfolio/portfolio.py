"""The portfolio report: what needs attention first, then everything there is, and the trend."""

from __future__ import annotations

from typing import Final

from registry.ledger.wording import as_it_is, share
from registry.reports.document import (
    Block,
    Callout,
    Document,
    Gallery,
    Line,
    Lines,
    Outcome,
    Section,
    Words,
    rows,
)
from registry.reports.numbers import count, moment, plural, words
from registry.reports.portfolio.facts import BudgetUse, DatasetFacts, Need, PortfolioFacts
from registry.reports.portfolio.trend import monthly
from registry.reports.signed import LOCAL_MODE
from registry.reports.table import Row, table

NAME: Final = "Portfolio report"
MOST: Final = 500
"""Datasets and needs that it lists, those that matter first; lists of all are a command away."""
SHOWN: Final = 30
URGENT: Final = 3
"""Ranks below this are about something that is wrong now, not about something to come."""


def portfolio(facts: PortfolioFacts) -> Document:
    """The report as words, tables and figures, in reading order."""
    return Document(
        kind="portfolio",
        name=NAME,
        title="All datasets",
        label="all datasets",
        printed_at=moment(facts.printed_at),
        notices=(LOCAL_MODE,) if facts.local_mode else (),
        sections=(
            Section("standing", "Where it stands", (_standing(facts), Lines(_totals(facts)))),
            Section("attention", "What needs attention first", _attention(facts)),
            Section("trend", "Trend", _trend(facts)),
            Section("datasets", "Datasets", _datasets(facts)),
            Section("budgets", "Budgets", _budgets(facts)),
        ),
        closing=f"Printed {moment(facts.printed_at)} from stored records. Whether the trail that "
        "they rest on is intact, `registry audit verify` says.",
    )


def _standing(facts: PortfolioFacts) -> Callout:
    wrong = sum(one.rank < URGENT for one in facts.needs)
    soon = len(facts.needs) - wrong
    outcome: Outcome = "deny" if wrong else "undecided" if soon else "allow"
    word = "Act now" if wrong else "Look ahead" if soon else "Nothing is waiting"
    said = f"{plural(wrong, 'matter')} cannot wait, {plural(soon, 'matter')} will come up."
    if not facts.needs:
        said = "Nothing is wrong by the records, and nothing ends within 30 days."
    return Callout(outcome, word, plural(len(facts.datasets), "dataset"), said)


def _totals(facts: PortfolioFacts) -> tuple[Line, ...]:
    found = facts.datasets
    released = sum(one.in_force > 0 for one in found)
    return (
        Line("Versions", count(sum(one.versions for one in found)), "registered, all in all"),
        Line(
            "Releases in force",
            count(sum(one.in_force for one in found)),
            f"of {plural(released, 'dataset')}",
        ),
        Line("Waivers", count(sum(one.waivers for one in found)), "not ended, their day to come"),
        Line("Waiting", count(sum(one.waiting for one in found)), "requests not decided"),
        Line("Recalls", count(sum(one.recalls for one in found)), "not acknowledged"),
        Line("Budgets", count(len(facts.budgets)), "that two people signed"),
    )


def _attention(facts: PortfolioFacts) -> tuple[Block, ...]:
    needs = sorted(facts.needs, key=lambda one: (one.rank, one.since, one.about))
    found = tuple(map(_need, needs[:MOST]))
    heads = "What | About | Why | What to do"
    made = table("Matters, the most pressing first", heads, found, SHOWN)
    more = len(needs) - MOST
    rest = (Words(f"{count(more)} more are not listed.", "note"),) if more > 0 else ()
    return rows(made, "Nothing needs attention."), *rest


def _need(one: Need) -> Row:
    return one.what, one.about, one.why, one.todo


def _trend(facts: PortfolioFacts) -> tuple[Block, ...]:
    months = facts.months
    figures = (
        monthly(
            *("in-force", "Releases in force at the end of each month", "releases in force"),
            tuple((one.month, one.in_force) for one in months),
        ),
        monthly(
            *("denials", "Denials in each month", "denials"),
            tuple((one.month, one.denied) for one in months),
        ),
        monthly(
            *("granted", "Releases granted in each month", "releases granted"),
            tuple((one.month, one.granted) for one in months),
        ),
    )
    return (
        Words(f"The last month is not over: it is as of {moment(facts.printed_at)}.", "note"),
        Gallery(figures),
    )


def _datasets(facts: PortfolioFacts) -> tuple[Block, ...]:
    ordered = sorted(facts.datasets, key=_pressing)
    found = tuple(map(_dataset, ordered[:MOST]))
    heads = (
        "Dataset | Source | Newest version | State | Releases in force # | First ends | Waivers # "
        "| Waiting # | Recalls #"
    )
    made = table("Datasets, those with open matters first", heads, found, SHOWN)
    more = len(ordered) - MOST
    said = f"{count(more)} more, with less to look at, are not listed: `registry datasets list`."
    rest = (Words(said, "note"),) if more > 0 else ()
    return rows(made, "No dataset was registered."), *rest


def _pressing(one: DatasetFacts) -> tuple[object, ...]:
    return (-one.recalls, not one.in_force, one.ends or "9", -one.waivers, -one.waiting, one.name)


def _dataset(one: DatasetFacts) -> Row:
    return (
        one.name,
        f"{one.source}, {words(one.classification)}",
        f"@{one.newest} of {one.versions}, {one.registered_at[:10]}",
        words(one.state),
        count(one.in_force),
        one.ends or "none in force",
        count(one.waivers),
        count(one.waiting),
        count(one.recalls),
    )


def _budgets(facts: PortfolioFacts) -> tuple[Block, ...]:
    found = tuple(map(_budget, sorted(facts.budgets, key=_spent, reverse=True)))
    heads = "Source | Audience | Budget | Epsilon # | Used # | State | In words"
    made = table("Budgets, the fullest first", heads, found, SHOWN)
    said = Words("A ledger adds up what cards claim, and measures nothing.", "note")
    return rows(made, "No budget is in force: nothing limits what is exposed."), said


def _spent(one: BudgetUse) -> float:
    return float("inf") if one.used is None else one.used


def _budget(one: BudgetUse) -> Row:
    used = "cannot be told" if one.used is None else used_said(one.used)
    return one.source, one.audience, one.label, as_it_is(one.epsilon), used, one.state, one.why


def used_said(used: float) -> str:
    """A share of a budget; above 1 it says so, for a percentage of it would be no share."""
    return share(used) if used <= 1 else "more than all of it"
