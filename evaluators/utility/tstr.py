"""TSTR and TRTR: train on synthetic or on real, test on real rows neither has seen.

The same model, scikit-learn's histogram gradient boosting with the fixed settings below, is
trained on the synthetic table and on the real training table, and both are scored on the holdout:
ROC AUC of a discrete target (macro average of one-versus-rest for three classes or more), R2 of a
numeric one. The ratio is TSTR's AUC (or R2) divided by TRTR's, not scaled to chance. Where TRTR's
own lower bound is not above chance (AUC 0.5, R2 0) there is nothing to retain: noise over noise
is a ratio near one, so it is not measurable.

TRTR is trained on the real table as it is. A synthetic table with more rows is cut to the real
table's size, so that sheer volume is no advantage; a smaller one is used whole. The rows are drawn
by a generator of fixed seed, so that score and ratio judge the same model. Rows whose target is
missing are left out, and so are synthetic rows of a class that no real row has.

What is resampled: holdout rows, 1,000 times, within classes for AUC; the interval is the 2.5 to
97.5 per cent range. The ratio's resamples are paired. Source: Esteban et al. (2017).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from evaluators.base import JSON, Finding, Found, NotMeasurable, Tables
from evaluators.utility.bootstrap import Floats, resampled
from evaluators.utility.models import SETTINGS, Judged, judged

LIBRARIES = ("scikit-learn", "numpy", "pandas")
RESAMPLES = 1_000


def tstr_score(tables: Tables, seed: int) -> Iterator[Finding]:
    """The score of the model trained on the synthetic table."""
    yield (), _score(judged(tables), "synthetic", seed)


def trtr_score(tables: Tables, seed: int) -> Iterator[Finding]:
    """The score of the model trained on the real table."""
    yield (), _score(judged(tables), "real", seed)


def tstr_ratio(tables: Tables, seed: int) -> Iterator[Finding]:
    """TSTR over TRTR; not measurable where the real model itself does not clearly beat chance."""
    case = judged(tables)
    chance = 0.5 if case.classes else 0.0
    above, below = _scored(case, "synthetic", seed), _scored(case, "real", seed)
    low = float(np.quantile(below[1:], 0.025))
    if low <= chance or bool(np.any(below <= 0)):
        raise NotMeasurable(
            f"the model trained on real rows does not clearly beat chance (lower bound of its "
            f"{case.score} {low:.3f}, chance {chance}), a ratio to it means nothing"
        )
    yield (), _found(above / below, case, {"tstr": float(above[0]), "trtr": float(below[0])})


def _score(case: Judged, trained_on: str, seed: int) -> Found:
    rows = case.train_rows[trained_on]
    scores = _scored(case, trained_on, seed)
    return _found(scores, case, {"trained_on": trained_on, "train_rows": rows})


def _scored(case: Judged, trained_on: str, seed: int) -> Floats:
    """The score on the holdout, followed by its resamples."""
    rng = np.random.default_rng(seed)
    return resampled(case.truth, case.predictions[trained_on], len(case.classes), RESAMPLES, rng)


def _found(scores: Floats, case: Judged, parameters: dict[str, JSON]) -> Found:
    low, high = np.quantile(scores[1:], [0.025, 0.975])
    common: dict[str, JSON] = {
        "target": case.target,
        "score": case.score,
        "classes": len(case.classes),
        "model": case.model,
        "settings": dict(SETTINGS),
        "resamples": RESAMPLES,
        "resampled": "holdout rows, within classes" if case.classes else "holdout rows",
    }
    value = float(scores[0])
    return Found(
        value, float(low), float(high), "bootstrap-95", len(case.truth), common | parameters
    )
