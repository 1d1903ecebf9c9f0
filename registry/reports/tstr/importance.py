"""Feature importance: whether both models rely on the same columns, with both lists."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from markupsafe import Markup

from registry.reports.document import Block, Figure, Gallery, Rows, Words
from registry.reports.facts import MeasurementFacts
from registry.reports.measurements import ceiling
from registry.reports.numbers import NOT_EVALUATED, NOT_MEASURABLE, between, figure, listed
from registry.reports.plots.axis import linear
from registry.reports.plots.ranges import Mark, Row, range_plot
from registry.reports.table import Table, table
from registry.reports.tstr.scores import Trial, named
from registry.reports.tstr.stored import Drawn, Feature, Importance

LEAD: Final = (
    "The importance of a column is how far predictions for test rows move when its value is taken "
    "from another row. Agreement is the correlation of the two lists, 1 where they are alike; its "
    "ceiling is the agreement of two models each trained on one half of the real rows."
)
KINDS: Final = {
    "line-synthetic": "trained on synthetic rows",
    "line-real": "trained on real rows",
}
DRAWN: Final = 12


def importance(found: tuple[Trial, ...], drawn: Iterable[Drawn]) -> tuple[Block, ...]:
    """The agreement of each model, and both lists of importances."""
    stored = [one for one in drawn if isinstance(one, Importance)]
    agreed = [one for one in found if one.agreement]
    lists = tuple(_figure(one, f"importance-{at}") for at, one in enumerate(stored))
    return (
        Words(LEAD),
        Rows(_agreement(agreed)) if agreed else _absent("Agreement of feature importances"),
        Gallery(lists) if lists else _tops(agreed),
    )


def _absent(what: str) -> Words:
    return Words(f"{what}: {NOT_EVALUATED}.", "absent")


def _agreement(found: list[Trial]) -> Table:
    rows = tuple((one.name, *_cells(one.agreement)) for one in found if one.agreement)
    heads = "Target and model | Agreement # | Interval # | Ceiling #"
    return table("Agreement of feature importances", heads, rows, len(rows))


def _cells(found: MeasurementFacts | None) -> tuple[str, str, str]:
    if found is None or found.value is None:
        cause = found.cause if found and found.cause else "no cause was recorded"
        return f"{NOT_MEASURABLE}: {cause}", NOT_MEASURABLE, NOT_MEASURABLE
    top = ceiling(found)
    return (
        figure(found.value),
        between(found.low, found.high),
        NOT_EVALUATED if top is None else figure(top),
    )


def _tops(found: list[Trial]) -> Block:
    """The first columns of either list, where only those were stored."""
    rows = tuple(
        (one.name, _named(one.agreement, "top_real"), _named(one.agreement, "top_synthetic"))
        for one in found
        if one.agreement and one.agreement.value is not None
    )
    if not rows:
        return _absent("Both lists of importances")
    heads = "Target and model | Trained on real rows | Trained on synthetic rows"
    return Rows(table("Most important columns, most important first", heads, rows, len(rows)))


def _named(found: MeasurementFacts | None, name: str) -> str:
    names = found.parameters.get(name) if found else None
    return listed(tuple(map(str, names))) if isinstance(names, list | tuple) else NOT_EVALUATED


def _figure(one: Importance, key: str) -> Figure:
    title = f"Importances: {named(one.model)}, {one.target}"
    caption = _caption(one)
    behind = _table(one, title)
    return Figure(title, _picture(one, key, title, caption), caption, behind)


def _picture(one: Importance, key: str, title: str, caption: str) -> Markup:
    rows = [
        Row(each.column, (Mark("line-synthetic", each.synthetic), Mark("line-real", each.real)))
        for each in _by_real(one)[:DRAWN]
    ]
    ends = [end for each in one.features for end in (each.real, each.synthetic)]
    axis = linear("importance: mean squared move of the prediction", [0.0, *ends])
    return range_plot(key, title, caption, axis, rows, KINDS)


def _by_real(one: Importance) -> list[Feature]:
    return sorted(one.features, key=lambda each: (-each.real, each.column))


def _caption(one: Importance) -> str:
    first = _by_real(one)[0].column
    other = max(one.features, key=lambda each: each.synthetic).column
    alike = (
        f"Both rely most on {first}."
        if first == other
        else f"Trained on real rows it relies most on {first}, on synthetic rows on {other}."
    )
    more = len(one.features) - DRAWN
    return f"{alike} {more} less important columns are in the table alone." if more > 0 else alike


def _table(one: Importance, title: str) -> Table:
    order = sorted(one.features, key=lambda each: (-each.synthetic, each.column))
    rows = tuple(
        (
            each.column,
            str(place),
            figure(each.real),
            str(order.index(each) + 1),
            figure(each.synthetic),
        )
        for place, each in enumerate(_by_real(one), start=1)
    )
    heads = (
        "Column | Rank, real # | Importance, real # | Rank, synthetic # | Importance, synthetic #"
    )
    return table(title, heads, rows)
