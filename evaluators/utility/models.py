"""What the models of utility are trained on and tested on, and what they predict.

Trained on: the real table, the synthetic table, and both together. Tested on: the holdout. A
synthetic table with more rows than the real one is cut to its size by a draw of fixed seed, so that
sheer volume is no advantage; a smaller one is used whole. Rows whose target is missing are left
out, and so are synthetic rows of a class that no real row has.

A numeric target is predicted as a number, an ordinal one by its rank (0, 1, ...), and any other as
a class.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from evaluators.base import Kind, NotMeasurable, Tables
from evaluators.encode import Floats, labels, numbers
from evaluators.shared import once_per_tables
from evaluators.utility.estimators import MODELS, Model, gradient_boosting, predicted, trained
from evaluators.utility.features import features
from evaluators.utility.scores import Score, area, r2

FEWEST: Final = 100  # rows with a target that each table needs
PER_CLASS: Final = 10  # rows a class needs in each table: fewer make an area of accidents
CLASSES: Final = 30  # more are names rather than classes, and a boosted tree is grown for each
DRAW: Final = 0  # the seed of the cut, the same for every metric


@dataclass(frozen=True, eq=False)
class Case:
    """Features (rows, columns) and target of each part, coded alike for all of them.

    ``classes`` are the names of class codes 0, 1, ...; none where the target is a number. ``names``
    are the columns of the features, and ``categories`` says which of them are categories.
    """

    target: str
    classes: list[str]
    names: list[str]
    categories: list[bool]
    features: dict[str, Floats]
    truths: dict[str, npt.NDArray[Any]]

    @property
    def score(self) -> str:
        """The name of the score."""
        if not self.classes:
            return "R2"
        return "ROC AUC" if len(self.classes) == 2 else "ROC AUC, macro one-versus-rest"

    def training(self, trained_on: str) -> tuple[Floats, npt.NDArray[Any]]:
        """Features and target of the ``real`` rows, the ``synthetic`` ones, or of ``both``."""
        roles = ("real", "synthetic") if trained_on == "both" else (trained_on,)
        return (
            np.concatenate([self.features[role] for role in roles]),
            np.concatenate([self.truths[role] for role in roles]),
        )

    def scored(self, predictions: Floats) -> Score:
        """The score of predictions for the holdout."""
        truth = self.truths["holdout"]
        return area(truth, predictions) if self.classes else r2(truth, predictions)


@dataclass(frozen=True)
class Judged:
    """Holdout truth (class codes or numbers) and each model's predictions for it, by what it was
    trained on.

    ``predictions`` are of shape (rows, classes) for classes and (rows, 1) for numbers.
    """

    truth: npt.NDArray[Any]
    predictions: dict[str, Floats]


def learnt(
    tables: Tables, parts: Mapping[str, pd.DataFrame], model: Model = gradient_boosting
) -> Judged:
    """Train on the ``real`` and on the ``synthetic`` rows of ``parts``, predict the ``holdout``."""
    case = _case(tables, dict(parts))
    predictions = {}
    for role in ("synthetic", "real"):
        estimator = model(case.categories, bool(case.classes))
        fitted = trained(estimator, *case.training(role))
        predictions[role] = predicted(fitted, case.features["holdout"], bool(case.classes))
    return Judged(case.truths["holdout"], predictions)


@once_per_tables
def fitted(tables: Tables, model: str, trained_on: str) -> Any:
    """The estimator of that name, trained on the real rows, the synthetic ones or both."""
    case = case_of(tables)
    estimator = MODELS[model](case.categories, bool(case.classes))
    return trained(estimator, *case.training(trained_on))


@once_per_tables
def predictions(tables: Tables, model: str, trained_on: str) -> Floats:
    """What that estimator predicts for the holdout."""
    case = case_of(tables)
    estimator = fitted(tables, model, trained_on)
    return predicted(estimator, case.features["holdout"], bool(case.classes))


@once_per_tables
def score(tables: Tables, model: str, trained_on: str) -> Score:
    """Its score on the holdout."""
    return case_of(tables).scored(predictions(tables, model, trained_on))


@once_per_tables
def case_of(tables: Tables) -> Case:
    """Features and targets of the tables.

    Raises ``NotMeasurable`` without a target, or where it cannot be learnt or tested.
    """
    target = tables.target
    if target is None:
        raise NotMeasurable(
            "no target column was named; name the column that models are to predict"
        )
    if tables.kinds[target] is Kind.DATETIME or tables.kinds[target].excluded:
        raise NotMeasurable(
            f"the target is of type {tables.kinds[target].value}; name a class or a number "
            "to predict"
        )
    if len(tables.columns) < 2:
        raise NotMeasurable("there is no column to predict the target from")
    real, holdout, synthetic = (table[table[target].notna()] for table in tables.each)
    if len(synthetic) > len(real):
        draw = np.random.default_rng(DRAW).choice(len(synthetic), len(real), replace=False)
        synthetic = synthetic.iloc[np.sort(draw)]
    return _case(tables, {"real": real, "holdout": holdout, "synthetic": synthetic})


def _case(tables: Tables, parts: dict[str, pd.DataFrame]) -> Case:
    for role, part in parts.items():
        if len(part) < FEWEST:
            raise NotMeasurable(f"fewer than {FEWEST} rows of the {role} table have a target")
    target = str(tables.target)
    classes: list[str] = []
    if tables.kinds[target].ordered:
        truths = _numbers(target, parts)
    else:
        parts, truths, classes = _classes(target, parts)
    kinds = {name: tables.kinds[name] for name in tables.columns if name != target}
    matrices, categories = features(parts, kinds)
    return Case(target, classes, list(kinds), categories, matrices, truths)


def _numbers(target: str, parts: dict[str, pd.DataFrame]) -> dict[str, npt.NDArray[Any]]:
    truths = {role: numbers(part[target]) for role, part in parts.items()}
    for role, truth in truths.items():
        if np.ptp(truth) == 0:
            raise NotMeasurable(f"the target is constant in the {role} table")
    return truths


def _classes(
    target: str, parts: dict[str, pd.DataFrame]
) -> tuple[dict[str, pd.DataFrame], dict[str, npt.NDArray[Any]], list[str]]:
    named = {role: labels(part[target]).astype(str) for role, part in parts.items()}
    classes = sorted(set(named["real"]) | set(named["holdout"]))
    _enough_of_each(classes, named)
    known = np.isin(named["synthetic"], classes)
    parts = parts | {"synthetic": parts["synthetic"][known]}
    named["synthetic"] = named["synthetic"][known]
    return parts, {role: np.searchsorted(classes, names) for role, names in named.items()}, classes


def _enough_of_each(classes: list[str], named: dict[str, npt.NDArray[Any]]) -> None:
    """Causes count classes and never name them: a rare class is somebody's value."""
    if len(classes) < 2:
        raise NotMeasurable("the target has one class, there is nothing to tell apart")
    if len(classes) > CLASSES:
        raise NotMeasurable(
            f"the target has {len(classes)} classes, and at most {CLASSES} are modelled"
        )
    for role, names in named.items():
        counts = Counter(names)
        few = sum(counts[name] < PER_CLASS for name in classes)
        if few:
            raise NotMeasurable(
                f"{few} of {len(classes)} classes of the target have fewer than {PER_CLASS} rows "
                f"in the {role} table"
            )
