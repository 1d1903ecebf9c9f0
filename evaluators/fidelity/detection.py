"""Detection: a classifier is trained to tell synthetic rows from real training rows.

The classifier two-sample test (Lopez-Paz and Oquab 2017): as many synthetic as real rows, at most
20,000 of each by a seeded draw, are put into one pool; gradient boosting (the settings of utility)
learns on half of it which rows are synthetic, and is scored on the other half by the area under the
ROC curve. It sees all measured columns, missing values among them.

Identical rows are kept on one side. A copied row is then in the test half with its original and
tells nothing; were they parted, the classifier would have learnt that the copy is real.

The area stands as it is, below 0.5 too: ``max(auc, 1 - auc)`` is above 0.5 for tables that nothing
tells apart. Clearly below 0.5 means rows that are near copies of training rows, which is for the
metrics of privacy to judge. The ceiling is the same between the holdout and the training table.

What is resampled: rows of the test half, by DeLong's variance on the scale of the logit; the
classifier is taken as it is. There is one split on purpose: the areas of cross-validation folds
share their rows, so that their variance cannot be had from them (Bengio and Grandvalet 2004, JMLR
5, 1089-1105), and DeLong's, which takes them as independent, is too small between equal tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from evaluators.base import Finding, Found, NotMeasurable, Tables
from evaluators.encode import Codes, row_codes
from evaluators.roc import auc as area
from evaluators.utility.estimators import described, gradient_boosting, predicted, trained
from evaluators.utility.features import features

LIBRARIES = ("scikit-learn", "scipy", "numpy", "pandas")
ROWS: Final = 20_000  # of each table
MODEL: Final = "gradient-boosting"
FEWEST: Final = 10  # test rows of each table


def auc(tables: Tables, seed: int) -> Iterator[Finding]:
    """One finding for the whole table."""
    if not tables.columns:
        raise NotMeasurable("there is no column to tell rows by")
    real, holdout, synthetic = row_codes(tables)
    value, low, high, rows, tested = _told(
        tables.real, tables.synthetic, (real, synthetic), tables, seed
    )
    ceiling, *_ = _told(tables.real, tables.holdout, (real, holdout), tables, seed)
    parameters = {
        "ceiling": ceiling,
        "rows_of_each": rows,
        "rows_tested": tested,
        "folded": False,
        "resampled": "test rows",
        **described(MODEL, True),
    }
    yield (), Found(value, low, high, "delong-logit-95", tested, parameters)


def _told(
    real: pd.DataFrame,
    other: pd.DataFrame,
    codes: tuple[Codes, Codes],
    tables: Tables,
    seed: int,
) -> tuple[float, float, float, int, int]:
    """The area and its bounds, the rows drawn of each table, and the rows tested."""
    rng = np.random.default_rng(seed)
    rows = min(len(real), len(other), ROWS)
    drawn = [np.sort(rng.choice(len(part), rows, replace=False)) for part in (real, other)]
    parts = {"real": real.iloc[drawn[0]], "other": other.iloc[drawn[1]]}
    coded, categories = features(parts, {name: tables.kinds[name] for name in tables.columns})
    pool, is_other = np.concatenate([coded["real"], coded["other"]]), np.repeat([0, 1], rows)
    tested = _half(np.concatenate([c[d] for c, d in zip(codes, drawn, strict=True)]), rng)
    for half in (tested, ~tested):
        if np.bincount(is_other[half], minlength=2).min() < FEWEST:
            raise NotMeasurable("too few distinct rows to train on some and test on others")
    classifier = trained(gradient_boosting(categories, True), pool[~tested], is_other[~tested])
    scores = predicted(classifier, pool[tested], True)[:, 1]
    truth = is_other[tested] == 1
    value, low, high = area(scores[truth], scores[~truth])
    return value, low, high, rows, int(tested.sum())


def _half(rows: Codes, rng: np.random.Generator) -> npt.NDArray[np.bool_]:
    """Which rows are tested: about half of them, identical ones together."""
    _, group = np.unique(rows, return_inverse=True)
    order = rng.permutation(int(group.max()) + 1)
    sizes = np.bincount(group)[order]
    chosen = np.empty(len(order), dtype=bool)
    chosen[order] = np.cumsum(sizes) - sizes / 2 <= len(rows) / 2
    return np.asarray(chosen[group], dtype=bool)
