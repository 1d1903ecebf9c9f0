"""The models behind TSTR and TRTR: features, settings, and predictions on the holdout."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from evaluators.base import JSON, Kind, NotMeasurable, Tables
from evaluators.encode import labels, numbers
from evaluators.shared import once_per_tables
from evaluators.utility.bootstrap import Floats

SETTINGS: dict[str, JSON] = {
    "max_iter": 100,
    "learning_rate": 0.1,
    "max_leaf_nodes": 31,
    "min_samples_leaf": 20,
    "early_stopping": False,
    "random_state": 0,
}
CATEGORIES = 254  # scikit-learn bins a feature into 255; the last is for all rarer categories
PER_CLASS = 10  # rows a class needs in each table: fewer make an AUC of accidents
DRAW = 0


@dataclass(frozen=True)
class Judged:
    """Holdout truth (class codes or numbers) and each model's predictions for it.

    ``predictions`` are of shape (rows, classes) for classes and (rows, 1) for numbers.
    """

    target: str
    classes: list[str]
    truth: npt.NDArray[Any]
    predictions: dict[str, Floats]
    train_rows: dict[str, int]

    @property
    def score(self) -> str:
        """The name of the score."""
        if not self.classes:
            return "R2"
        return "ROC AUC" if len(self.classes) == 2 else "ROC AUC, macro one-versus-rest"

    @property
    def model(self) -> str:
        """The name of the model."""
        return f"HistGradientBoosting{'Classifier' if self.classes else 'Regressor'}"


@once_per_tables
def judged(tables: Tables) -> Judged:
    """Train on real and on synthetic, predict the holdout.

    Raises ``NotMeasurable`` without a target, or where it cannot be learnt or tested.
    """
    target = tables.target
    if target is None:
        raise NotMeasurable(
            "no target column was named; name the column that models are to predict"
        )
    if tables.kinds[target] is Kind.DATETIME:
        raise NotMeasurable("the target is a date; name a class or a number to predict")
    if len(tables.columns) < 2:
        raise NotMeasurable("there is no column to predict the target from")
    real, holdout, synthetic = (table[table[target].notna()] for table in tables.each)
    if len(synthetic) > len(real):
        draw = np.random.default_rng(DRAW).choice(len(synthetic), len(real), replace=False)
        synthetic = synthetic.iloc[np.sort(draw)]
    return learnt(tables, {"real": real, "holdout": holdout, "synthetic": synthetic})


def learnt(tables: Tables, parts: dict[str, pd.DataFrame]) -> Judged:
    """Train on the ``real`` and ``synthetic`` rows as they are, predict the ``holdout`` rows."""
    numeric = tables.kinds[str(tables.target)] is Kind.NUMERIC
    return _number(tables, parts) if numeric else _classes(tables, parts)


def _classes(tables: Tables, parts: dict[str, pd.DataFrame]) -> Judged:
    target = str(tables.target)
    truths = {role: labels(part[target]) for role, part in parts.items()}
    classes = sorted(set(truths["real"]) | set(truths["holdout"]))
    _enough_of_each(classes, truths)
    code = {name: i for i, name in enumerate(classes)}
    known = np.isin(truths["synthetic"].astype(str), classes)
    parts, truths = dict(parts), dict(truths)
    parts["synthetic"], truths["synthetic"] = parts["synthetic"][known], truths["synthetic"][known]
    coded = {role: np.array([code[name] for name in truth]) for role, truth in truths.items()}
    return _fit(tables, parts, coded, classes)


def _enough_of_each(classes: list[str], truths: dict[str, npt.NDArray[np.object_]]) -> None:
    """Causes count classes and never name them: a rare class is somebody's value."""
    if len(classes) < 2:
        raise NotMeasurable("the target has one class, there is nothing to tell apart")
    for role, truth in truths.items():
        counts = Counter(truth)
        few = sum(counts[name] < PER_CLASS for name in classes)
        if few:
            raise NotMeasurable(
                f"{few} of {len(classes)} classes of the target have fewer than {PER_CLASS} rows "
                f"in the {role} table"
            )


def _number(tables: Tables, parts: dict[str, pd.DataFrame]) -> Judged:
    truths = {role: numbers(part[str(tables.target)]) for role, part in parts.items()}
    for role, truth in truths.items():
        if len(truth) < 2 or np.ptp(truth) == 0:
            raise NotMeasurable(f"the target is constant in the {role} table")
    return _fit(tables, parts, truths, [])


def _fit(
    tables: Tables,
    parts: dict[str, pd.DataFrame],
    truths: dict[str, npt.NDArray[Any]],
    classes: list[str],
) -> Judged:
    names = [name for name in tables.columns if name != tables.target]
    features = _features(tables, parts, names)
    discrete = [not tables.kinds[name].continuous for name in names]
    model = HistGradientBoostingClassifier if classes else HistGradientBoostingRegressor
    predictions = {}
    for role in ("synthetic", "real"):
        fitted = model(categorical_features=discrete, **SETTINGS).fit(features[role], truths[role])
        predict = fitted.predict_proba if classes else fitted.predict
        predictions[role] = np.asarray(predict(features["holdout"]), dtype=np.float64).reshape(
            len(truths["holdout"]), -1
        )
    rows = {role: len(truths[role]) for role in ("synthetic", "real")}
    return Judged(str(tables.target), classes, truths["holdout"], predictions, rows)


def _features(
    tables: Tables, parts: dict[str, pd.DataFrame], names: list[str]
) -> dict[str, Floats]:
    """Numbers as they are; categories by rank in the real table, rare and unknown ones together."""
    columns: dict[str, list[Floats]] = {role: [] for role in parts}
    for name in names:
        views = {role: part[name] for role, part in parts.items()}
        if tables.kinds[name].continuous:
            coded = {role: numbers(view) for role, view in views.items()}
        else:
            coded = _coded({role: labels(view) for role, view in views.items()})
        for role, column in coded.items():
            columns[role].append(column)
    return {role: np.column_stack(parts_) for role, parts_ in columns.items()}


def _coded(views: dict[str, npt.NDArray[np.object_]]) -> dict[str, Floats]:
    counts = Counter(name for name in views["real"] if name is not None)
    ranked = sorted(counts, key=lambda name: (-counts[name], name))[: CATEGORIES - 1]
    code: dict[str | None, float] = {name: float(i) for i, name in enumerate(ranked)}
    code[None] = np.nan
    other = float(len(ranked))
    return {
        role: np.array([code.get(name, other) for name in view]) for role, view in views.items()
    }
