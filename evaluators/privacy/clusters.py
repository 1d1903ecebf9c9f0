"""Intervals for shares of rows that are judged by the same reference rows.

Whether a synthetic row is closer to a training or to a holdout row hangs on both references, and
rows with the same closest record share their fate. A binomial interval, which takes the rows to
be independent, is too narrow. Here all rows with the same closest record form a cluster, as in the
cluster-robust variance of Liang and Zeger (1986), Biometrika 73, 13-22.

Records also compete: one more of a reference of fixed size takes rows from its neighbours and adds
none in sum, which lowers the variance by that of the ratio of two sums of records.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from evaluators.encode import Codes, Floats
from evaluators.intervals import wilson_share

INTERVAL: Final = "wilson-clustered-95"


def clustered(scores: Floats, clusters: Codes, size: int) -> tuple[float, float]:
    """Interval of the mean of scores in 0..1; ``clusters`` number each row's closest record.

    With ``p`` the mean and ``e`` the deviations of ``m`` rows, the variance is
    ``sum over clusters (sum e)^2 / m^2 - 2 (p (1 - p) s)^2 / size`` with ``s`` the share of scores
    that are 0 or 1, no tie, and ``size`` the rows of each reference.
    """
    p, m = float(scores.mean()), len(scores)
    _, cluster = np.unique(clusters, return_inverse=True)
    sums = np.bincount(cluster, weights=scores - p)
    decided = float(((scores == 0) | (scores == 1)).mean())
    competition = (p * (1 - p) * decided) ** 2 * 2 / size
    return score_interval(p, float(sums @ sums) / m**2 - competition, m)


def score_interval(p: float, variance: float, rows: int) -> tuple[float, float]:
    """Wilson's interval of a share with the given variance, in place of ``p (1 - p) / n``.

    Without any variance, as in a share of 0 or 1, it is that of as many independent ``rows``.
    """
    if variance <= 0 or p in (0.0, 1.0):
        return wilson_share(p, rows)
    return wilson_share(p, p * (1 - p) / variance)
