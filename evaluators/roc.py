"""How well scores tell positives from negatives: points of the ROC curve and the area below it.

The curve runs straight through ties: rows of equal score are flagged together, or by the toss of a
coin where only some of them fit the false positive rate. So the area is
``P(positive > negative) + P(equal) / 2``, and the true positive rate has a value at every false
positive rate, however many rows share the highest score.

Intervals are at 95 per cent over the draw of both samples, each of independent rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf, log, sqrt
from typing import Final

import numpy as np

from evaluators.encode import Floats
from evaluators.intervals import Z, wilson_share

ANGLES: Final = np.linspace(0.0, np.pi / 2, 17)


def delong(positives: Floats, negatives: Floats) -> tuple[float, float]:
    """The area below the ROC curve and its variance.

    DeLong et al. (1988), Biometrics 44, 837-845, by the midranks of Sun and Xu (2014), IEEE Signal
    Processing Letters 21, 1389-1393: ties count one half, exactly. Two rows a side are needed.
    """
    m, n = len(positives), len(negatives)
    ranks = _midranks(np.concatenate([positives, negatives]))
    above = (ranks[:m] - _midranks(positives)) / n
    below = 1 - (ranks[m:] - _midranks(negatives)) / m
    return float(above.mean()), float(above.var(ddof=1) / m + below.var(ddof=1) / n)


def _midranks(values: Floats) -> Floats:
    ordered = np.sort(values)
    first, last = (np.searchsorted(ordered, values, side=side) for side in ("left", "right"))
    return np.asarray((first + last + 1) / 2, dtype=np.float64)


def auc(positives: Floats, negatives: Floats) -> tuple[float, float, float]:
    """The area below the ROC curve and its bounds, DeLong's on the scale of the logit.

    Pepe (2003), The Statistical Evaluation of Medical Tests, section 5.2: on the logit scale the
    bounds keep their coverage near 1, as long as some ten rows of the smaller side are misplaced.
    Without any variance, as when the two samples are apart, they are Wilson's for as many rows as
    the smaller sample has.
    """
    area, variance = delong(positives, negatives)
    if variance == 0 or not 0 < area < 1:
        return area, *wilson_share(area, min(len(positives), len(negatives)))
    middle, half = log(area / (1 - area)), Z * sqrt(variance) / (area * (1 - area))
    return area, 1 / (1 + exp(half - middle)), 1 / (1 + exp(-half - middle))


@dataclass(frozen=True)
class _Flagged:
    """What a sample has of flagged rows: each counts 1, a tied one the chance to be flagged."""

    share: float
    square: float

    @property
    def variance(self) -> float:
        return max(0.0, self.square - self.share**2)

    def worth(self, rows: int) -> float:
        """As many independent rows, flagged or not, would give a share of the same variance."""
        if not 0 < self.share < 1:
            return rows
        return rows * self.share * (1 - self.share) / self.variance if self.variance else inf


@dataclass(frozen=True, eq=False)
class _Curve:
    """Vertices of the ROC curve, from (0, 0) to (1, 1)."""

    fpr: Floats
    tpr: Floats

    def at(self, fpr: float) -> tuple[_Flagged, _Flagged]:
        """Positives and negatives that are flagged at this false positive rate."""
        i = min(int(np.searchsorted(self.fpr, fpr, side="right")), len(self.fpr) - 1) - 1
        rise = float(self.fpr[i + 1] - self.fpr[i])
        chance = (fpr - float(self.fpr[i])) / rise if rise else 1.0
        return _flagged(self.tpr, i, chance), _flagged(self.fpr, i, chance)


def _flagged(rates: Floats, i: int, chance: float) -> _Flagged:
    sure, tied = float(rates[i]), float(rates[i + 1] - rates[i])
    return _Flagged(sure + chance * tied, sure + chance**2 * tied)


def _curve(positives: Floats, negatives: Floats) -> _Curve:
    thresholds = np.unique(np.concatenate([positives, negatives]))[::-1]
    return _Curve(_shares(negatives, thresholds), _shares(positives, thresholds))


def _shares(scores: Floats, thresholds: Floats) -> Floats:
    """The share of scores at or above each falling threshold, after a first share of none."""
    above = len(scores) - np.searchsorted(np.sort(scores), thresholds, side="left")
    return np.concatenate([[0.0], above / len(scores)])


def tpr_at_fpr(positives: Floats, negatives: Floats, fpr: float) -> tuple[float, float, float]:
    """The true positive rate at a false positive rate (0..1), and its bounds.

    Two things are uncertain. The threshold: which rate of the curve at hand belongs to the
    threshold that is exceeded by ``fpr`` of the population, of which the square root is taken to
    be normal, as is usual for a count. And the share of positives beyond a given threshold:
    Wilson's interval, with the sample size that gives the variance where ties are flagged by
    chance. The bounds are the extremes over both at once, that is over the ellipse on which their
    squared normal deviates sum to Z squared: what MOVER does (Zou and Donner 2008, Statistics in
    Medicine 27, 1693-1702), for curves that bend.

    In ``tests/soak`` it holds the truth in 93 to 97 of 100 samples, and in up to 98 where no more
    than ten flagged negatives are expected.
    """
    curve = _curve(positives, negatives)
    hit, false = curve.at(fpr)
    step = sqrt(false.variance / len(negatives) / fpr) / 2
    low = high = hit.share
    for angle in ANGLES:
        z, shift = Z * float(np.cos(angle)), Z * float(np.sin(angle)) * step
        fewer, _ = curve.at(max(0.0, sqrt(fpr) - shift) ** 2)
        more, _ = curve.at(min(1.0, sqrt(fpr) + shift) ** 2)
        low = min(low, wilson_share(fewer.share, fewer.worth(len(positives)), z)[0])
        high = max(high, wilson_share(more.share, more.worth(len(positives)), z)[1])
    return hit.share, low, high
