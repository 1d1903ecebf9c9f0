"""What an audience has received, drawn: epsilon as the entries added to it, against its budget."""

from __future__ import annotations

from math import isinf

from markupsafe import Markup

from registry.ledger.wording import as_it_is, used_up
from registry.reports import svg
from registry.reports.cost_facts import AudienceFacts, StepFacts
from registry.reports.document import Figure
from registry.reports.numbers import count, sentence_case
from registry.reports.table import Table, table

WIDTH, HEIGHT = 420.0, 150.0
LEFT, RIGHT, TOP, BOTTOM = 44.0, 84.0, 30.0, 42.0
BASE = TOP + HEIGHT
LONG = WIDTH - LEFT - RIGHT


def spending(audience: AudienceFacts, key: str) -> Figure | None:
    """The steps of one audience's total; None where it received nothing that can be added up."""
    if not audience.steps:
        return None
    heading = f"{sentence_case(audience.name)}: epsilon, added up by entry"
    caption = _caption(audience)
    picture = svg.drawing(key, WIDTH, BASE + BOTTOM, heading, caption, _parts(audience))
    return Figure(heading, picture, caption, _table(audience))


def _parts(audience: AudienceFacts) -> list[Markup]:
    top = _top(audience)
    parts = [svg.text("epsilon", 0, TOP - 14), svg.text("entry of the ledger", LEFT, BASE + 34)]
    # Where nothing has a bound and none was set, the axis has no figures.
    known = audience.budget or any(not isinf(one.epsilon) for one in audience.steps)
    for level in (0.0, top / 2, top) if known else (0.0,):
        y = _height(level, top)
        parts.append(svg.line("grid", LEFT, y, LEFT + LONG, y))
        parts.append(svg.text(as_it_is(level), LEFT - 6, y + 4, "end"))
    limit = _height(audience.budget.epsilon, top) if audience.budget else None
    parts += [*_limit(audience, limit), *_steps(audience.steps, top), *_ends(audience.steps)]
    return [*parts, _last(audience.steps[-1], top, limit)]


def _top(audience: AudienceFacts) -> float:
    """The end of the axis: a 1, 2 or 5 of its size above all that is drawn."""
    drawn = [one.epsilon for one in audience.steps if not isinf(one.epsilon)]
    most = max([*drawn, audience.budget.epsilon if audience.budget else 0.0]) or 1.0
    size = float(f"1e{f'{most:e}'.partition('e')[2]}")
    return next(size * each for each in (2, 5, 10, 20) if size * each > most)


def _height(epsilon: float, top: float) -> float:
    return BASE - HEIGHT * min(epsilon / top, 1.0)


def _limit(audience: AudienceFacts, y: float | None) -> list[Markup]:
    if audience.budget is None or y is None:
        return []
    return [
        svg.line("limit", LEFT, y, LEFT + LONG, y),
        svg.text(f"budget {as_it_is(audience.budget.epsilon)}", LEFT + LONG + 6, y + 4),
    ]


def _steps(steps: tuple[StepFacts, ...], top: float) -> list[Markup]:
    """Up at each entry and level to the next; above the axis, dotted, where nothing bounds it."""
    wide = LONG / len(steps)
    parts, level = [], BASE
    for place, one in enumerate(steps):
        x, y = LEFT + wide * (place + 0.3), _height(one.epsilon, top)
        start = [(LEFT, level)] if place == 0 else []
        kind = "unbounded" if isinf(one.epsilon) else "spent"
        after = LEFT + (wide * (place + 1.3) if place + 1 < len(steps) else LONG)
        parts.append(svg.path(kind, [*start, (x, level), (x, y), (after, y)]))
        parts.append(svg.dot("value", x, y, 4 if len(steps) <= 20 else 2))
        level = y
    return parts


def _last(step: StepFacts, top: float, limit: float | None) -> Markup:
    """Where the line ends, clear of the word at the budget."""
    y = _height(step.epsilon, top)
    beside = limit is not None and abs(y - limit) < 14
    said = "no bound" if isinf(step.epsilon) else used_up(step.epsilon)
    return svg.text(said, LEFT + LONG + 6, y + (18 if beside else 4))


def _ends(steps: tuple[StepFacts, ...]) -> list[Markup]:
    """The first and last entry; those between are in the table."""
    wide = LONG / len(steps)
    ends = {0: steps[0].entry, len(steps) - 1: steps[-1].entry}
    return [
        svg.text(str(entry), LEFT + wide * (place + 0.3), BASE + 18, "middle")
        for place, entry in ends.items()
    ]


def _caption(audience: AudienceFacts) -> str:
    last = audience.steps[-1]
    received = (
        "No figure bounds what was exposed"
        if isinf(last.epsilon)
        else f"Epsilon {used_up(last.epsilon)} was exposed"
    )
    limit = (
        f"the budget is epsilon {as_it_is(audience.budget.epsilon)}"
        if audience.budget
        else "no budget was declared"
    )
    before = count(audience.before)
    earlier = f" {before} of the entries before are not drawn." if audience.before else ""
    return f"{received} as of entry {last.entry}; {limit}.{earlier}"


def _table(audience: AudienceFacts) -> Table:
    rows = tuple(
        (
            str(one.entry),
            one.label,
            "infinite" if isinf(one.epsilon) else used_up(one.epsilon),
            as_it_is(audience.budget.epsilon) if audience.budget else "none declared",
        )
        for one in audience.steps
    )
    columns = "Entry | Version | Epsilon since then # | Budget #"
    return table(f"Epsilon exposed to {audience.name}", columns, rows, len(rows))
