"""One score of SDMetrics, and what becomes of those that it lacks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import fsum
from typing import TypeAlias

from evaluators.base import NotMeasurable, Scope


@dataclass(frozen=True)
class Score:
    """A score, None where it is undefined; one that is not ``counted`` is left out of the mean."""

    value: float | None
    counted: bool = True


Scores: TypeAlias = Mapping[Scope, Score]
Sides: TypeAlias = list[Scores]  # of the synthetic table, of the holdout


def mean(title: str, scores: Scores) -> float | None:
    """The mean of the counted scores, None if there is none.

    Raises ``NotMeasurable`` if one of them is undefined, and names its columns.
    """
    gaps = [" x ".join(scope) for scope, score in scores.items() if _undefined(score)]
    if gaps:
        raise NotMeasurable(
            f"{title} has no score for {'; '.join(gaps)} (undefined: constant or empty)"
        )
    values = [s.value for s in scores.values() if s.counted and s.value is not None]
    return fsum(values) / len(values) if values else None


def _undefined(score: Score) -> bool:
    return score.counted and score.value is None
