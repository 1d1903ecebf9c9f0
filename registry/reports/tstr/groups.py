"""Subgroups: whether training on synthetic rows costs some people more than others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from registry.reports.document import Block, Figure, Gallery, Words
from registry.reports.numbers import (
    NOT_EVALUATED,
    NOT_MEASURABLE,
    between,
    count,
    figure,
    listed,
    sentence_case,
)
from registry.reports.plots.axis import linear
from registry.reports.plots.ranges import Mark, Row, range_plot
from registry.reports.table import Table, table
from registry.reports.tstr.scores import named
from registry.reports.tstr.stored import Drawn, Group, Score, Subgroups

LEAD: Final = (
    "Both models are scored on the test rows of each group. The difference is the score of the "
    "model trained on synthetic rows less that of the model trained on real ones, on the same "
    "rows: below zero the group is served worse by synthetic data. Small groups were joined as "
    "“other”."
)
KINDS: Final = {"line-synthetic": "difference, TSTR less TRTR, with its interval"}


def subgroups(drawn: Iterable[Drawn]) -> tuple[Block, ...]:
    """A figure for each model and column, or the words that there is none."""
    found = [one for one in drawn if isinstance(one, Subgroups)]
    if not found:
        return (
            Words(
                f"Differences between subgroups: {NOT_EVALUATED}. The card names the columns of "
                "subgroups under columns, subgroups.",
                "absent",
            ),
        )
    return Words(LEAD), Gallery(tuple(_figure(one, f"groups-{at}") for at, one in enumerate(found)))


def harmed(drawn: Iterable[Drawn]) -> tuple[str, ...]:
    """The groups whose whole interval lies below zero, as sentences."""
    return tuple(
        f"{sentence_case(named(one.model))} serves these groups of {one.by} worse than the same "
        f"model trained on real rows, with the whole interval below zero: {listed(worse)}."
        for one in drawn
        if isinstance(one, Subgroups)
        and (worse := tuple(each.name for each in one.groups if _below(each)))
    )


def _below(group: Group) -> bool:
    return group.difference is not None and group.difference.high < 0


def _figure(one: Subgroups, key: str) -> Figure:
    title = f"By {one.by}: {named(one.model)}, {one.target}"
    caption = _caption(one)
    rows = [
        Row(f"{one.by} = {each.name} ({count(each.rows)} rows)", (_mark(each.difference),))
        for each in one.groups
        if each.difference
    ]
    behind = _table(one, title)
    if not rows:
        return Figure(title, None, caption, behind)
    ends = [end for row in rows for mark in row.marks for end in (mark.low, mark.high)]
    axis = linear(f"difference of {one.metric}", [0.0, *(end for end in ends if end is not None)])
    return Figure(title, range_plot(key, title, caption, axis, rows, KINDS, 0.0), caption, behind)


def _mark(found: Score) -> Mark:
    return Mark("line-synthetic", found.value, found.low, found.high)


def _caption(one: Subgroups) -> str:
    known = [(each.difference.low, each) for each in one.groups if each.difference]
    lost = tuple(f"{each.name} ({each.cause})" for each in one.groups if each.cause)
    missing = f" {NOT_MEASURABLE.capitalize()}: {listed(lost)}." if lost else ""
    if not known:
        return f"No group could be measured.{missing}"
    _, worst = min(known, key=lambda each: each[0])
    return f"{one.by} = {worst.name} fares worst: {_cell(worst.difference)}.{missing}"


def _table(one: Subgroups, title: str) -> Table:
    rows = tuple(
        (
            each.name,
            count(each.rows),
            _cell(each.tstr),
            _cell(each.trtr),
            _cell(each.difference),
            each.cause or "measured",
        )
        for each in one.groups
    )
    heads = "Group | Test rows # | TSTR # | TRTR # | Difference # | State"
    return table(f"{title}, {one.metric}", heads, rows, len(rows))


def _cell(found: Score | None) -> str:
    if found is None:
        return NOT_MEASURABLE
    return f"{figure(found.value)} ({between(found.low, found.high)})"
