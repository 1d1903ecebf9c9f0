"""Reads an evaluation's measurements: which count, which bound is the bad one, which are missing.

Only admissible evaluations are read here; where two of them measured the same thing both are
shown, worst first, because the worst bound is the one that a policy reads.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from registry.reports.facts import EvaluationFacts, MeasurementFacts, VersionFacts

FAMILIES: Final = {
    "sdmetrics.quality": "fidelity",
    "sdmetrics.column_shapes": "fidelity",
    "sdmetrics.column_pair_trends": "fidelity",
    "sdmetrics.diagnostic": "validity",
}
"""SDMetrics' scores keep their own ids; here is what each one measures."""


@dataclass(frozen=True)
class Reading:
    """One measurement, the evaluation it came from, and whether others must be told apart."""

    evaluation: str
    measurement: MeasurementFacts
    alone: bool

    @property
    def family(self) -> str:
        """What the metric is about: fidelity, utility, privacy, validity, ..."""
        metric = self.measurement.metric
        return FAMILIES.get(metric, metric.partition(".")[0])

    @property
    def measured(self) -> bool:
        """Whether there is a value at all."""
        return self.measurement.value is not None

    @property
    def about(self) -> str:
        """What was measured, with its scope: "Trend: age and income"."""
        return self.named(f"{self.measurement.title}: " if self.scope else self.measurement.title)

    @property
    def scope(self) -> str:
        """The column, pair, group or target in words; empty for a metric of the whole table."""
        return " and ".join(self.measurement.scope)

    def named(self, title: str = "") -> str:
        """``title`` and the scope, with the evaluation's label where there are several."""
        return f"{title}{self.scope}" + ("" if self.alone else f" ({self.evaluation})")


def label(facts: VersionFacts, evaluation: EvaluationFacts) -> str:
    """The short name that this report gives an evaluation: E1, E2, ... in stored order."""
    return f"E{facts.evaluations.index(evaluation) + 1}"


def readings(facts: VersionFacts) -> tuple[Reading, ...]:
    """Every measurement of every admissible evaluation, in stored order."""
    admissible = [evaluation for evaluation in facts.evaluations if evaluation.admissible]
    return tuple(
        Reading(label(facts, evaluation), measurement, alone=len(admissible) == 1)
        for evaluation in admissible
        for measurement in evaluation.measurements
    )


def lower_is_better(measurement: MeasurementFacts) -> bool:
    """Whether a smaller value is the better one."""
    return measurement.direction.startswith("low")


def worst_bound(measurement: MeasurementFacts) -> float:
    """The unfavourable end of the interval, or the value of an exact metric; NaN if unmeasured."""
    if measurement.value is None:
        return math.nan
    bound = measurement.high if lower_is_better(measurement) else measurement.low
    return measurement.value if bound is None else bound


def worst_first(found: Iterable[Reading]) -> tuple[Reading, ...]:
    """Unmeasured first, then from the worst bound to the best; ties by metric and scope."""

    def badness(reading: Reading) -> tuple[int, float, str, tuple[str, ...]]:
        measurement = reading.measurement
        bound = worst_bound(measurement)
        if math.isnan(bound):
            return (0, 0.0, measurement.metric, measurement.scope)
        signed = -bound if lower_is_better(measurement) else bound
        return (1, signed, measurement.metric, measurement.scope)

    return tuple(sorted(found, key=badness))


def worst(found: Iterable[Reading], metric: str) -> Reading | None:
    """The reading of ``metric`` that counts: the worst, an unmeasured one being worse than any."""
    return next(iter(worst_first(r for r in found if r.measurement.metric == metric)), None)


def ceiling(measurement: MeasurementFacts) -> float | None:
    """The same metric between training table and holdout, where the evaluator recorded it."""
    value = measurement.parameters.get("ceiling")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value)
