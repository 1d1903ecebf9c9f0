"""Scores of predictions on test rows, and their intervals at 95 per cent by the jackknife.

The area under the ROC curve of classes (the mean of each class against the rest where there are
three or more) and R2 of numbers have a closed form for the score without one row. From these comes
the variance of a score, and of any function of two scores on the same rows: Tukey's jackknife by
strata, which for the area is the variance of DeLong et al. (1988), Biometrics 44, 837-845.

What is resampled: test rows, within classes for areas. The models are taken as they are.

Quantiles are Student's with Satterthwaite's degrees of freedom. An area is bounded on the scale of
its logit (Pepe 2003, The Statistical Evaluation of Medical Tests, section 5.2), R2 on that of
``log(1 - R2)``. Where fewer than five rows of the smaller class are misranked on average, too many
samples show no variance, and that of Hanley and McNeil (1982), Radiology 143, 29-36, is taken where
it is larger; it covers too much rather than too little. Without any error at all the bound is
Wilson's for the smallest class.

A target with a tail as heavy as a lognormal's has an R2 that few rows decide: there the interval,
like the bootstrap's, covers too little.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, sqrt
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from evaluators.encode import Floats
from evaluators.intervals import wilson_share

Labels: TypeAlias = npt.NDArray[Any]
FEW: Final = 5  # misranked rows
TAIL: Final = 0.975


@dataclass(frozen=True, eq=False)
class Score:
    """A score with its bounds, the score without each row, and the class (0, 1, ...) of each row.

    Numbers are all of one class.
    """

    value: float
    low: float
    high: float
    without: Floats
    classes: Labels


def area(truth: Labels, chances: Floats) -> Score:
    """ROC AUC, or the mean of one-versus-rest areas; ``chances`` has shape (rows, classes)."""
    last = chances.shape[1] - 1
    each = [_one(truth == k, chances[:, k]) for k in ([1] if last == 1 else range(last + 1))]
    value = float(np.mean([one.value for one in each]))
    without = np.mean([one.without for one in each], axis=0)
    inflation = sqrt(max(one.inflation for one in each))
    if not 0 < value < 1:
        low, high = wilson_share(value, int(np.bincount(truth).min()))
        return Score(value, low, high, without, truth)
    half = inflation * half_width(without, truth) / (value * (1 - value))
    middle = log(value / (1 - value))
    low, high = 1 / (1 + exp(half - middle)), 1 / (1 + exp(-half - middle))
    return Score(value, low, high, without, truth)


@dataclass(frozen=True, eq=False)
class _Area:
    value: float
    without: Floats
    inflation: float  # of the variance, where errors are too few to show it


def _one(positive: npt.NDArray[np.bool_], scores: Floats) -> _Area:
    """The area ``P(positive > negative) + P(equal) / 2``; each row's share of it is its placement.

    A positive's placement is the share of negatives below it, a negative's that of positives above.
    """
    ups, downs = np.sort(scores[positive]), np.sort(scores[~positive])
    m, n = len(ups), len(downs)
    placed = np.where(positive, _below(downs, scores), 1 - _below(ups, scores))
    value = float(placed[positive].mean())
    rest = np.where(positive, m, n)
    without = (rest * value - placed) / (rest - 1)
    seen = placed[positive].var(ddof=1) / m + placed[~positive].var(ddof=1) / n
    expected = _hanley_mcneil(value, m, n)
    few = min(m, n) * min(value, 1 - value) < FEW and seen > 0
    return _Area(value, without, max(1.0, float(expected / seen)) if few else 1.0)


def _below(ordered: Floats, values: Floats) -> Floats:
    """The share of ``ordered`` below each value, with a half for what is equal to it."""
    first, last = (np.searchsorted(ordered, values, side=side) for side in ("left", "right"))
    return np.asarray((first + last) / (2 * len(ordered)), dtype=np.float64)


def _hanley_mcneil(value: float, m: int, n: int) -> float:
    up, down = value / (2 - value), 2 * value**2 / (1 + value)
    of_ups, of_downs = (m - 1) * (up - value**2), (n - 1) * (down - value**2)
    return (value * (1 - value) + of_ups + of_downs) / (m * n)


def r2(truth: Floats, numbers: Floats) -> Score:
    """``1 - residual / total`` sum of squares; ``numbers`` has shape (rows, 1)."""
    n = len(truth)
    residual, centred = (truth - numbers[:, 0]) ** 2, truth - truth.mean()
    left, total = residual.sum(), (centred**2).sum()
    value = float(1 - left / total)
    without = 1 - (left - residual) / (total - centred**2 * n / (n - 1))
    one = np.zeros(n, dtype=np.int64)
    if left == 0:
        return Score(value, value, value, without, one)
    factor = exp(half_width(without, one) / (1 - value))
    return Score(value, 1 - (1 - value) * factor, 1 - (1 - value) / factor, without, one)


def difference(one: Score, other: Score) -> tuple[float, float, float]:
    """``one - other`` on the same rows, with its bounds."""
    value = one.value - other.value
    half = half_width(one.without - other.without, one.classes)
    return value, value - half, value + half


def ratio(one: Score, other: Score) -> tuple[float, float, float]:
    """``one / other`` on the same rows, with its bounds; ``other`` is above 0."""
    value = one.value / other.value
    half = half_width(one.without / other.without, one.classes)
    return value, value - half, value + half


def half_width(without: Floats, classes: Labels) -> float:
    """Half the interval of a statistic, from its values without each row, by strata."""
    each = [without[classes == k] for k in range(int(classes.max()) + 1)]
    variances = [float((len(w) - 1) / len(w) * ((w - w.mean()) ** 2).sum()) for w in each]
    variance = sum(variances)
    if variance == 0:
        return 0.0
    shares = [(v / variance) ** 2 / (len(w) - 1) for v, w in zip(variances, each, strict=True)]
    return float(stdtrit(1 / sum(shares), TAIL)) * sqrt(variance)


def macro_f1(truth: Labels, chances: Floats) -> float:
    """The mean over classes of ``2 TP / (2 TP + FP + FN)``; the likeliest class is predicted."""
    said = chances.argmax(axis=1)
    each = [
        2 * np.sum((truth == k) & (said == k)) / max(1, np.sum(truth == k) + np.sum(said == k))
        for k in range(chances.shape[1])
    ]
    return float(np.mean(each))
