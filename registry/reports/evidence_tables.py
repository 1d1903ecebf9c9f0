"""Tables of measurements: values, intervals, n and ceilings, and what was not measurable."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from registry.reports.facts import MeasurementFacts
from registry.reports.measurements import Reading, ceiling
from registry.reports.numbers import NOT_EVALUATED, NOT_MEASURABLE, between, count, figure
from registry.reports.table import Table, table

Cell = Callable[[Reading], str]

SHOWN: Final = 8
MOST: Final = 120
"""Of one metric: three hundred columns have 44,850 pairs, and what a reader needs are the worst."""
RATES: Final = ("attack_rate", "control_rate", "baseline_rate")
CENTRES: Final = {name: f"{name}_wilson" for name in RATES}  # Wilson's, where a metric keeps those
BETTER: Final = {"higher": "higher is better", "lower": "lower is better"}


def measured_table(caption: str, noun: str, found: Sequence[Reading]) -> Table:
    """Every reading as a row: value, interval and its method, n, ceiling.

    Interval and method are left out, and the caption says so, where every value is exact; the
    ceiling where no evaluator recorded one (the section says so).
    """
    whole = not found[0].scope
    cells: list[tuple[str, Cell]] = [
        (noun, (lambda r: r.about) if whole else (lambda r: r.named())),
        ("Value #", lambda r: _value(r.measurement)),
    ]
    exact = all(reading.measurement.interval == "exact" for reading in found)
    if not exact:
        cells.append(("Interval #", lambda r: _interval(r.measurement)))
        cells.append(("Method", lambda r: r.measurement.interval or "none stated"))
    cells.append(("n #", lambda r: _n(r.measurement)))
    if any(ceiling(reading.measurement) is not None for reading in found):
        cells.append(("Ceiling #", lambda r: _ceiling(r.measurement)))
    kept = found if whole else found[:MOST]
    rows = tuple(tuple(cell(reading) for _, cell in cells) for reading in kept)
    heads = " | ".join(head for head, _ in cells)
    how = f"{_how(found, exact)}{_left_out(len(found) - len(kept))}"
    return table(f"{caption} ({how})", heads, rows, len(rows) if whole else SHOWN)


def _left_out(number: int) -> str:
    if number <= 0:
        return ""
    return (
        f"; {count(number)} more, none of them worse, are in the record: registry datasets evidence"
    )


def _how(found: Sequence[Reading], exact: bool) -> str:
    """What applies to the whole table: which way is better, and whether anything was sampled."""
    ways = dict.fromkeys(reading.measurement.direction for reading in found)
    better = ", ".join(BETTER.get(way, "neither way is better") for way in ways)
    if len(ways) > 1:
        better = "see each metric for which way is better"
    return f"{better}; exact" if exact else better


def _value(measurement: MeasurementFacts) -> str:
    if measurement.value is None:
        return NOT_MEASURABLE
    return figure(measurement.value, measurement.unit)


def _interval(measurement: MeasurementFacts) -> str:
    if measurement.value is None:
        return NOT_MEASURABLE
    if measurement.interval == "exact":
        return "the value"
    return between(measurement.low, measurement.high, measurement.unit)


def _n(measurement: MeasurementFacts) -> str:
    return "none stated" if measurement.n is None else count(measurement.n)


def _ceiling(measurement: MeasurementFacts) -> str:
    top = ceiling(measurement)
    return NOT_EVALUATED if top is None else figure(top, measurement.unit)


def attack_rates(found: Iterable[Reading]) -> Table | None:
    """How often each attack succeeded, beside its control and its baseline; None without any.

    One line an attack: the risk's. Advantage and strength are other figures of the same attacks.
    """
    rows = tuple(
        (reading.about, *(_rate(reading, name) for name in RATES), _beats(reading))
        for reading in found
        if reading.measurement.unit == "risk"
        and any(name in reading.measurement.parameters for name in (*RATES, *CENTRES.values()))
    )
    if not rows:
        return None
    columns = "Attack | Attack rate # | Control rate # | Baseline rate # | Beats its baseline"
    return table("Attacks: how often they succeeded", columns, rows, len(rows))


def _rate(reading: Reading, name: str) -> str:
    parameters = reading.measurement.parameters
    rate = parameters.get(name, parameters.get(CENTRES[name]))
    if isinstance(rate, bool) or not isinstance(rate, int | float):
        return NOT_EVALUATED
    return figure(float(rate))


def _beats(reading: Reading) -> str:
    answer = reading.measurement.parameters.get("attack_beats_baseline")
    return {True: "yes", False: "no"}[answer] if isinstance(answer, bool) else NOT_EVALUATED


def not_measurable(found: Iterable[Reading]) -> Table | None:
    """Every measurement that could not be made, with its cause; None where all could."""
    rows = tuple(
        (reading.about, reading.evaluation, reading.measurement.cause or "no cause was recorded")
        for reading in found
        if not reading.measured
    )
    if not rows:
        return None
    return table("Measurements that could not be made", "Measure | Evaluation | Cause", rows)
