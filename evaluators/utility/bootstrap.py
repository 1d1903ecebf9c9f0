"""Scores of a prediction and of its bootstrap resamples, all at once.

A resample is a count for each row, so that a score is a weighted sum over rows sorted once, and a
thousand resamples are a few matrix operations.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
BLOCK = 2_000_000  # cells of a block of resamples, to bound memory


def resampled(
    truth: npt.NDArray[Any],
    predictions: Floats,
    classes: int,
    resamples: int,
    rng: np.random.Generator,
) -> Floats:
    """The score on the rows as they are, then on each resample: shape (1 + resamples,).

    ``predictions`` has shape (rows, classes), or (rows, 1) for numbers with ``classes`` = 0.
    AUC for classes, rows drawn within each class; R2 for numbers.
    """
    strata = truth if classes else np.zeros(len(truth), dtype=np.int64)
    score = _macro_auc if classes else _r2
    scores = [score(truth, predictions, np.ones((1, len(truth))))]
    block = max(1, BLOCK // len(truth))
    for start in range(0, resamples, block):
        counts = _draw(strata, min(block, resamples - start), rng)
        scores.append(score(truth, predictions, counts))
    return np.concatenate(scores)


def _draw(strata: npt.NDArray[Any], resamples: int, rng: np.random.Generator) -> Floats:
    """How often each row is drawn: shape (resamples, rows), each stratum keeping its size."""
    counts = np.zeros((resamples, len(strata)))
    for stratum in np.unique(strata):
        at = np.flatnonzero(strata == stratum)
        counts[:, at] = rng.multinomial(len(at), np.full(len(at), 1 / len(at)), size=resamples)
    return counts


def _macro_auc(truth: npt.NDArray[Any], predictions: Floats, counts: Floats) -> Floats:
    if predictions.shape[1] == 2:
        return auc(truth == 1, predictions[:, 1], counts)
    each = [auc(truth == k, predictions[:, k], counts) for k in range(predictions.shape[1])]
    return np.asarray(np.mean(each, axis=0), dtype=np.float64)


def auc(positive: npt.NDArray[np.bool_], scores: Floats, counts: Floats) -> Floats:
    """Area under the ROC curve for each row of ``counts``: P(score+ > score-) + P(equal) / 2."""
    order = np.argsort(scores, kind="stable")
    starts = np.flatnonzero(np.diff(scores[order], prepend=-np.inf))
    weights = counts[:, order]
    ups = np.add.reduceat(weights * positive[order], starts, axis=1)
    downs = np.add.reduceat(weights * ~positive[order], starts, axis=1)
    below = np.cumsum(downs, axis=1) - downs / 2
    pairs = ups.sum(axis=1) * downs.sum(axis=1)
    return np.asarray((ups * below).sum(axis=1) / pairs, dtype=np.float64)


def _r2(truth: npt.NDArray[Any], predictions: Floats, counts: Floats) -> Floats:
    """``1 - residual / total`` sum of squares for each row of ``counts``."""
    centred = truth - truth.mean()  # for the precision of the squares; R2 does not change
    rows = counts.sum(axis=1)
    residual = counts @ (truth - predictions[:, 0]) ** 2
    total = counts @ centred**2 - (counts @ centred) ** 2 / rows
    return np.asarray(1 - residual / total, dtype=np.float64)
