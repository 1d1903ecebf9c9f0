"""Whether a holdout is a holdout: how many of its rows stand in the training table as well.

Every control of a privacy metric rests on holdout rows that no generator has seen. Real tables
hold natural duplicates, so a shared row alone proves nothing: of independent samples, a holdout
row has an equal among the training rows about as often as a training row has one among the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from evaluators.encode import row_codes
from evaluators.intervals import wilson
from evaluators.tables import align

MARGIN: Final = 0.05


@dataclass(frozen=True)
class Overlap:
    """Shares of rows: of the holdout's found in training, of training's found there again.

    ``disjoint`` is False where the first is clearly above the second: its lower Wilson bound is
    more than 5 points above the other's upper bound. The 5 points are a convention: twins come in
    groups, and Wilson's bounds take rows to be independent. Where nearly every training row has a
    twin the rule cannot tell the two apart, and ``disjoint`` is True.
    """

    holdout_in_training: float
    training_twins: float
    holdout_rows: int
    training_rows: int
    disjoint: bool


def overlap(training: pd.DataFrame, holdout: pd.DataFrame) -> Overlap:
    """Count identical rows as ``privacy.exact_match`` does, by typed values in every column.

    Raises ``TableError`` if the columns of the two tables differ in name or type.
    """
    trained, held, _ = row_codes(align(training, holdout, holdout.head(0), None))
    _, kind, times = np.unique(trained, return_inverse=True, return_counts=True)
    met, twins = int(np.isin(held, trained).sum()), int((times[kind] > 1).sum())
    low, _ = wilson(met, len(held))
    _, high = wilson(twins, len(trained))
    return Overlap(
        holdout_in_training=met / len(held),
        training_twins=twins / len(trained),
        holdout_rows=len(held),
        training_rows=len(trained),
        disjoint=low <= high + MARGIN,
    )
