"""Agreement of feature importances: does training on synthetic rows rely on the same columns?

The importance of a feature is how far the predictions for holdout rows move when the feature's
value is replaced by that of a random row of the real training table: the mean squared change of the
chances of all classes, or of the number predicted. Half of that is the feature's total effect on
the prediction in Jansen's (1999) formula. It is Breiman's (2001) permutation, but predictions are
compared with each other and not with the truth, by which a model that relies on a worthless column
would not differ from one that relies on nothing; and values come from another table, so that
holdout rows stay independent of each other. Both models see the same values.

Agreement is Pearson's correlation of the two lists of importances. A rank correlation (recorded
beside it) gives as much weight to the order among features that do not matter, which is noise, as
to those that do. With both lists centred and of length 1 it is ``1 - d^2 / 2``, d being the
distance between them. Chance in the importances adds to ``d^2`` as much as their variance, which is
subtracted; otherwise models that agree would seem to differ, the more so the fewer rows there are.

What is resampled: holdout rows, by the jackknife. The bounds of ``d^2`` are those of a
noncentral chi-square variable of the same mean and scale, for near agreement it is not normal.
The ceiling is the agreement of two models, each trained on one half of the real table. As with the
ratio, it is not measurable where the model trained on real rows does not clearly beat chance.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from scipy.special import chndtr, chndtrinc
from scipy.stats import spearmanr

from evaluators.base import JSON, Figure, Finding, Found, NotMeasurable, Tables
from evaluators.encode import Floats
from evaluators.utility.estimators import MODELS, predicted, trained
from evaluators.utility.models import Case, case_of, fitted
from evaluators.utility.scores import TAIL
from evaluators.utility.tstr import common, require_better_than_chance

LIBRARIES = ("scikit-learn", "scipy", "numpy", "pandas")
CELLS: Final = 100_000  # rows times features that are replaced, to bound the cost of wide tables
FEWEST: Final = 500  # rows, however many features
BLOCK: Final = 5_000_000  # cells predicted at once, to bound memory
TOP: Final = 5
DECIMALS: Final = 3


def agreement(tables: Tables, seed: int) -> Iterator[Finding]:
    """One finding for each model."""
    case_of(tables)
    for model in MODELS:
        try:
            yield (model,), _agreement(tables, model, seed)
        except NotMeasurable as refusal:
            yield (model,), refusal


def _agreement(tables: Tables, model: str, seed: int) -> Found:
    case = case_of(tables)
    if len(case.names) < 3:
        raise NotMeasurable("a correlation over fewer than three features means nothing")
    require_better_than_chance(tables, model)
    rng = np.random.default_rng(seed)
    replaced = _Replaced(case, rng)
    synthetic, real = (replaced.moved(fitted(tables, model, r)) for r in ("synthetic", "real"))
    first, second = (replaced.moved(half) for half in _halves(case, model, rng))
    value, low, high = correlation(synthetic, real)
    parameters: dict[str, JSON] = {
        "ceiling": correlation(first, second)[0],
        "rank_correlation": _rank_correlation(synthetic, real),
        "top_real": _top(case, real),
        "top_synthetic": _top(case, synthetic),
        "rows_used": replaced.rows,
        "resampled": "holdout rows",
    }
    own = common(tables, model) | parameters
    figure = _figure(case, model, synthetic, real)
    return Found(value, low, high, "noncentral-chi2-95", replaced.rows, own, (figure,))


def _figure(case: Case, model: str, synthetic: Floats, real: Floats) -> Figure:
    """What of all predictions' movement each feature accounts for, in either model."""
    shares = [each.mean(axis=0) / each.mean(axis=0).sum() for each in (real, synthetic)]
    features: list[JSON] = [
        {"column": name, "real": round(float(a), DECIMALS), "synthetic": round(float(b), DECIMALS)}
        for name, a, b in zip(case.names, *shares, strict=True)
    ]
    return {"figure": "importance", "target": case.target, "model": model, "features": features}


class _Replaced:
    """Rows of the holdout, and for each of their cells another value of the same feature."""

    def __init__(self, case: Case, rng: np.random.Generator) -> None:
        held, features = case.features["holdout"].shape
        self.rows = min(held, max(FEWEST, CELLS // features))
        drawn = np.sort(rng.choice(held, self.rows, replace=False))
        self._features, self._classes = case.features["holdout"][drawn], bool(case.classes)
        real = case.features["real"]
        given = rng.integers(0, len(real), (self.rows, features))
        self._others = np.take_along_axis(real, given, axis=0)

    def moved(self, estimator: Any) -> Floats:
        """How far each row's prediction moves when each feature is replaced: (rows, features)."""
        rows, features = self._features.shape
        plain = predicted(estimator, self._features, self._classes)
        moved = np.empty((rows, features))
        at_once = max(1, BLOCK // (rows * features))
        for start in range(0, features, at_once):
            block = range(start, min(features, start + at_once))
            changed = np.tile(self._features, (len(block), 1, 1))
            for i, j in enumerate(block):
                changed[i, :, j] = self._others[:, j]
            said = predicted(estimator, changed.reshape(-1, features), self._classes)
            far = said.reshape(len(block), rows, -1) - plain
            moved[:, start : start + len(block)] = (far**2).sum(axis=2).T
        return moved


def _halves(case: Case, model: str, rng: np.random.Generator) -> Iterator[Any]:
    """The model trained on each half of the real rows, halved within each value of the target."""
    features, truth = case.training("real")
    order = np.lexsort((rng.random(len(truth)), truth))
    for half in (order[::2], order[1::2]):
        estimator = MODELS[model](case.categories, bool(case.classes))
        yield trained(estimator, features[half], truth[half])


def correlation(one: Floats, other: Floats) -> tuple[float, float, float]:
    """Pearson's correlation of the column means of two (rows, features) arrays, with its bounds.

    Raises ``NotMeasurable`` where all features are equally important.
    """
    n = len(one)
    apart = _profile(one.mean(axis=0)) - _profile(other.mean(axis=0))
    first, second = ((each.sum(axis=0) - each) / (n - 1) for each in (one, other))
    without = _profile(first) - _profile(second)
    if not (np.all(np.isfinite(apart)) and np.all(np.isfinite(without))):
        raise NotMeasurable("no feature is more important than another to one of the models")
    length, (nearest, farthest) = _squared_length(apart, without - without.mean(axis=0))
    return 1 - length / 2, max(-1.0, 1 - farthest / 2), 1 - nearest / 2


def _profile(importances: Floats) -> Floats:
    """Centred and of length 1 along the last axis."""
    centred = importances - importances.mean(axis=-1, keepdims=True)
    return np.asarray(centred / np.sqrt((centred**2).sum(axis=-1, keepdims=True)), dtype=np.float64)


def _squared_length(vector: Floats, without: Floats) -> tuple[float, tuple[float, float]]:
    """The squared length of what a vector estimates, without what chance adds, and its bounds.

    ``without`` are its values without each row, centred. Near zero such a length is no normal
    variable but a noncentral chi-square one, times a scale that is the largest of the noise's mean
    variance and the variance along the vector.
    """
    square = float(vector @ vector)
    noise = (len(without) - 1) / len(without) * (without.T @ without)
    chance = float(np.trace(noise))
    if square == 0 or chance == 0:
        return square, (square, square)
    scale = max(float((noise**2).sum()) / chance, float(vector @ noise @ vector) / square)
    x, df = square / scale, chance / scale
    nearest = float(chndtrinc(x, df, TAIL)) if chndtr(x, df, 0) > TAIL else 0.0
    at_least = max(x, df)  # less than chance adds on average is no knowledge of the length
    farthest = float(chndtrinc(at_least, df, 1 - TAIL))
    return max(0.0, square - chance), (nearest * scale, farthest * scale)


def _rank_correlation(one: Floats, other: Floats) -> float:
    return float(spearmanr(one.mean(axis=0), other.mean(axis=0)).statistic)


def _top(case: Case, moved: Floats) -> list[JSON]:
    """The names of the most important features, most important first."""
    order = np.argsort(-moved.mean(axis=0), kind="stable")[:TOP]
    return [case.names[j] for j in order]
