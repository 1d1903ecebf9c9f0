"""Curves of a model on the holdout, fit to be stored: ROC, and predicted against observed.

Rows are put in order of what is predicted for them and cut into cells, and never between two equal
predictions. A cell ends once it holds a fortieth of the curve and, of the positive rows as of the
negative ones, none or as many as the minimum cell; what is left at the end joins the last. The ROC
curve has its points where cells end, and the bins of the calibration curve are whole cells, about
ten: so nobody can tell a smaller count by taking one figure from another. A curve straight between
its points runs below the true one by at most half the sum of ``width * height`` of its steps.

ROC: Fawcett (2006), Pattern Recognition Letters 27, 861-874; of three or more classes each one
against the rest, whose mean area is the score. Calibration: Murphy and Winkler (1977), Applied
Statistics 26, 41-47, the mean prediction of a bin and the share of it that is positive; of a number
the means of both, where values beyond the outermost round edges of a histogram of the holdout
count as those edges, so that no mean gives away an extreme value.

A class is named where the training table and the holdout hold as many rows of it as the minimum
cell; of another there is no curve.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, log10
from typing import Final

import numpy as np
import numpy.typing as npt

from evaluators.base import JSON, Figure, Tables
from evaluators.encode import Codes, Floats
from evaluators.histograms import FINEST, TINY, round_edges
from evaluators.utility.models import Case, case_of, predictions

STEPS: Final = 40
BINS: Final = 10
DECIMALS: Final = 3


def curves(tables: Tables, model: str, trained_on: str) -> tuple[Figure, ...]:
    """The curves of a model trained on ``real`` or ``synthetic`` rows; none where cells are small.

    ROC and calibration of each class that may be named (of two classes, of the second one), or the
    calibration of a number.
    """
    case, minimum = case_of(tables), tables.declared.minimum_cell
    truth, said = case.truths["holdout"], predictions(tables, model, trained_on)
    about: dict[str, JSON] = {"target": case.target, "model": model, "trained_on": trained_on}
    about["rows"] = len(truth)
    if not case.classes:
        return of_number(truth, said[:, 0], about, minimum)
    positives = [1] if len(case.classes) == 2 else range(len(case.classes))
    each = [
        of_class(truth == k, said[:, k], about | {"positive": case.classes[k]}, minimum)
        for k in positives
        if _shown(case, k, minimum)
    ]
    return tuple(figure for figures in each for figure in figures)


def _shown(case: Case, k: int, minimum: int) -> bool:
    """Whether class ``k`` may be named, and told from the rest."""
    held, trained = (case.truths[role] == k for role in ("holdout", "real"))
    return min(int(held.sum()), int((~held).sum()), int(trained.sum())) >= minimum


def of_class(
    positive: npt.NDArray[np.bool_], said: Floats, about: dict[str, JSON], minimum: int
) -> tuple[Figure, Figure]:
    """ROC and calibration of chances ``said``; both kinds of rows reach the minimum."""
    values, counts = _counted(said, np.column_stack([~positive, positive]))
    reached = _reached(counts[::-1])
    stops = stops_of(reached, STEPS, minimum)
    fpr, tpr = (reached / reached[-1]).T
    area = float((np.diff(fpr) * (tpr[1:] + tpr[:-1])).sum() / 2)
    points: list[JSON] = [[_round(fpr[at]), _round(tpr[at])] for at in stops]
    wide = [stops[at] for at in stops_of(reached[stops], BINS, minimum)]
    rising = [len(values) - at for at in reversed(wide)]
    bins = _bins(values, rising, said, positive.astype(np.float64), DECIMALS)
    bins[0]["low"], bins[-1]["high"] = 0.0, 1.0
    return (
        {"figure": "roc", **about, "points": points, "auc": _round(area)},
        {"figure": "calibration", **about, "bins": [*bins]},
    )


def of_number(
    truth: Floats, said: Floats, about: dict[str, JSON], minimum: int
) -> tuple[Figure, ...]:
    """Calibration of predictions ``said``; none where the minimum cell has no two round edges."""
    known = np.sort(truth)
    if len(known) < max(2, minimum):
        return ()
    low, high = float(known[minimum - 1]), float(known[-minimum])
    if high - low <= FINEST * max(abs(low), abs(high), TINY):
        return ()
    edges = round_edges(low, high, whole=False)
    seen, kept = (np.clip(each, edges[0], edges[-1]) for each in (truth, said))
    values, counts = _counted(kept, np.ones((len(kept), 1), dtype=bool))
    stops = stops_of(_reached(counts), BINS, minimum)
    digits = DECIMALS - 1 - floor(log10(edges[1] - edges[0]))
    bins = _bins(values, stops, kept, seen, digits)
    return ({"figure": "calibration", **about, "positive": None, "bins": [*bins]},)


def _counted(said: Floats, strata: npt.NDArray[np.bool_]) -> tuple[Floats, Codes]:
    """The distinct predictions, rising, and the rows of each: (predictions, strata)."""
    values, place = np.unique(said, return_inverse=True)
    each = [np.bincount(place, stratum, len(values)).astype(np.int64) for stratum in strata.T]
    return values, np.column_stack(each)


def _reached(counts: Codes) -> Codes:
    """Sums after none, one, two, ... of the counts."""
    return np.concatenate([np.zeros((1, counts.shape[1]), dtype=np.int64), counts.cumsum(axis=0)])


def stops_of(reached: Codes, steps: int, minimum: int) -> list[int]:
    """Where to stop on the way through rising counts (places, strata), from 0 to the last place.

    From one stop to the next lies a ``steps``-th of the whole or more, the mean of the strata's
    shares, and of each stratum nothing or ``minimum`` rows or more.
    """
    share, last = (reached / reached[-1]).mean(axis=1), len(reached) - 1
    stops = [0]
    while True:
        first = int(np.searchsorted(share, share[stops[-1]] + 1 / steps))
        fit = np.flatnonzero(_fits(reached[first:] - reached[stops[-1]], minimum))
        if not len(fit):
            break
        stops.append(first + int(fit[0]))
    while stops[-1] and not _fits(reached[last] - reached[stops[-1]], minimum):
        stops.pop()
    return stops if stops[-1] == last else [*stops, last]


def _fits(gained: Codes, minimum: int) -> npt.NDArray[np.bool_]:
    """Whether each stratum gained nothing or enough."""
    return np.asarray(((gained == 0) | (gained >= minimum)).all(axis=-1))


def _bins(
    values: Floats, stops: Sequence[int], said: Floats, seen: Floats, digits: int
) -> list[dict[str, JSON]]:
    """Means of predictions and of what was seen between stops; open at both ends."""
    place = np.searchsorted(values[stops[1:-1]], said, side="right")
    cuts = [round(float(values[at - 1] + values[at]) / 2, digits) for at in stops[1:-1]]
    rows = np.bincount(place)
    predicted, observed = (np.bincount(place, each) / rows for each in (said, seen))
    return [
        {
            "low": low,
            "high": high,
            "predicted": round(float(predicted[at]), digits) + 0.0,
            "observed": round(float(observed[at]), digits) + 0.0,
            "rows": int(rows[at]),
        }
        for at, (low, high) in enumerate(zip([None, *cuts], [*cuts, None], strict=True))
    ]


def _round(share: float) -> float:
    return round(float(share), DECIMALS)
