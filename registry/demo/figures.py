"""The figures that ``README.md`` quotes, computed from the packaged source and the tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd

from registry.demo import coding, tables
from registry.demo.split import groups, match_rate, panel, person_runs, split_by, twin_rate

TARGET: Final = "hlthf"


def figures() -> Iterator[str]:
    """Every figure, one a line."""
    source, training, holdout = panel(), tables.read("training"), tables.read("holdout")
    people = person_runs(source)
    yield f"rows of the packaged panel: {len(source)}"
    yield f"person-runs (inferred): {len(people)}"
    yield f"rows of the training table: {len(training)}"
    yield f"rows of the holdout: {len(holdout)}"
    yield f"person-runs with an identical other run: {twin_rate(people):.1%}"
    yield f"training rows with an identical other training row: {twin_rate(training):.1%}"
    yield f"holdout rows with an identical other holdout row: {twin_rate(holdout):.1%}"
    yield f"holdout rows identical to a training row: {match_rate(holdout, training):.1%}"
    imputed = ~people["physlm"].isin([0.0, 1.0])
    yield f"person-runs with a fraction for physlm: {imputed.mean():.1%}"
    yield f"AUC of telling training rows from holdout rows: {_shift(training, holdout):.1f}"
    whole = _shift(*split_by(groups(people), people))
    yield f"the same if all rows with equal terms were kept on one side: {whole:.1f}"
    yield from _signal(training, holdout)
    for name in tables.SYNTHETIC:
        rows = tables.read(name)
        yield f"{name} rows identical to a training row: {match_rate(rows, training):.1%}"
        yield f"{name} rows identical to a holdout row: {match_rate(rows, holdout):.1%}"


def _shift(training: pd.DataFrame, holdout: pd.DataFrame) -> float:
    """Cross-validated area under the curve of a classifier of the two sides; .5 if exchangeable."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import cross_val_predict

    rows = pd.concat([training, holdout])
    side = np.repeat([0, 1], [len(training), len(holdout)])
    model = HistGradientBoostingClassifier(random_state=0)
    odds = cross_val_predict(model, rows, side, cv=5, method="predict_proba")
    return float(roc_auc_score(side, odds[:, 1]))


def _signal(training: pd.DataFrame, holdout: pd.DataFrame) -> Iterator[str]:
    """Area under the curve of a logistic model of the target, real on real."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    others = [name for name in training.columns if name != TARGET]
    measures = [name for name in others if name not in coding.HEALTH]
    yield f"share of {TARGET} in the training table: {training[TARGET].mean():.1%}"
    for label, columns in (("all other columns", others), ("no health rating", measures)):
        model = make_pipeline(StandardScaler(), LogisticRegression())
        model.fit(training[columns], training[TARGET])
        area = roc_auc_score(holdout[TARGET], model.predict_proba(holdout[columns])[:, 1])
        yield f"AUC of {TARGET} on the holdout from {label}: {area:.2f}"
