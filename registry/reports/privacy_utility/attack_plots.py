"""Attacks drawn: what each gained beyond guessing, and how often it and its control succeeded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from registry.reports.caveats import guessing
from registry.reports.document import Figure
from registry.reports.evidence_tables import RATES
from registry.reports.facts import MeasurementFacts
from registry.reports.measurements import Reading
from registry.reports.numbers import between, figure, plural
from registry.reports.plots.axis import SHARES, Axis, linear
from registry.reports.plots.ranges import Mark, Row, range_plot
from registry.reports.table import table

DRAWN: Final = 12
BESIDE: Final = 8
"""Attacks drawn with control and baseline, three lines each: what a printed page holds."""
GAINED: Final = "What each attack gained beyond its control or beyond guessing"
SUCCEEDED: Final = "How often attacks succeeded, beside control and baseline"
GAIN: Final = {"line-synthetic": "gain, with its interval"}
KINDS: Final = {
    "line-synthetic": "the attack",
    "line-real": "its control: rows never seen by the generator",
    "line-other": "its baseline: guessing without the table",
}


def gains(found: Iterable[Reading]) -> tuple[Figure, ...]:
    """Residual risks, and tests less their guess, on one axis whose zero is no gain at all."""
    known = [one for one in found if _bounded(one.measurement)]
    if not known:
        return ()
    known.sort(key=lambda one: -_gain(one.measurement)[2])
    first = known[:DRAWN]
    ends = [end for one in first for end in _gain(one.measurement)]
    axis = linear("gain; the upright line, 0, is none", [0.0, *ends])
    rows = [Row(one.about, (_mark(one.measurement),)) for one in first]
    caption = f"{_said(known[0])} {_left_out(known)}".strip()
    picture = range_plot("attack-gains", GAINED, caption, axis, rows, GAIN, 0.0)
    behind = tuple(
        (one.about, figure(value), between(low, high))
        for one in known
        for low, value, high in (_gain(one.measurement),)
    )
    heads = "Attack or test | Gain # | Interval #"
    return (Figure(GAINED, picture, caption, table(GAINED, heads, behind, len(behind))),)


def _bounded(found: MeasurementFacts) -> bool:
    return found.value is not None and found.low is not None and found.high is not None


def _gain(found: MeasurementFacts) -> tuple[float, float, float]:
    guess = guessing(found)
    low, value, high = (end if end is not None else guess for end in _ends(found))
    return low - guess, value - guess, high - guess


def _ends(found: MeasurementFacts) -> tuple[float | None, float | None, float | None]:
    return found.low, found.value, found.high


def _mark(found: MeasurementFacts) -> Mark:
    low, value, high = _gain(found)
    return Mark("line-synthetic", value, low, high)


def _said(reading: Reading) -> str:
    low, value, high = _gain(reading.measurement)
    return (
        f"The highest upper end is that of {reading.about}: {figure(value)} ({between(low, high)})."
    )


def _left_out(known: Sequence[Reading], drawn: int = DRAWN) -> str:
    more = len(known) - drawn
    return f"{plural(more, 'lower one')} in the table alone." if more > 0 else ""


def rates(found: Iterable[Reading]) -> tuple[Figure, ...]:
    """Success rates with the intervals of those that recorded one, the worst residual first."""
    known = [one for one in found if len(_marks(one.measurement)) == len(RATES)]
    if not known:
        return ()
    known.sort(key=lambda one: -(one.measurement.high or 0.0))
    axis = Axis("share of attempts that succeeded", SHARES)
    rows = [Row(one.about, _marks(one.measurement)) for one in known[:BESIDE]]
    caption = (
        "Where attack and control agree, the synthetic table gave nothing away that rows the "
        f"generator never saw do not. {_left_out(known, BESIDE)}"
    ).strip()
    picture = range_plot("attack-rates", SUCCEEDED, caption, axis, rows, KINDS)
    return (Figure(SUCCEEDED, picture, caption, None),)


def _marks(found: MeasurementFacts) -> tuple[Mark, ...]:
    """Attack, control and baseline, as far as they were recorded."""
    marks = (_rate(found, name, kind) for name, kind in zip(RATES, KINDS, strict=True))
    return tuple(one for one in marks if one)


def _rate(found: MeasurementFacts, name: str, kind: str) -> Mark | None:
    """Wilson's centre with its half width where the metric keeps them, else the share alone."""
    centre = _number(found, f"{name}_wilson")
    wide = _number(found, f"{name.removesuffix('_rate')}_error_wilson")
    if centre is not None and wide is not None:
        return Mark(kind, centre, max(0.0, centre - wide), min(1.0, centre + wide))
    plain = centre if centre is not None else _number(found, name)
    return None if plain is None else Mark(kind, plain)


def _number(found: MeasurementFacts, name: str) -> float | None:
    stated = found.parameters.get(name)
    if isinstance(stated, bool) or not isinstance(stated, int | float):
        return None
    return float(stated)
