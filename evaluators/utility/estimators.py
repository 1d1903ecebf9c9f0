"""The two models whose usefulness is compared: gradient boosting and a linear one.

Both are trained alike on whatever rows they are given; nothing is tuned and nothing is random.
Gradient boosting (scikit-learn's, by histograms) takes numbers and categories as they are, missing
values among them. The linear model is logistic regression for classes and ridge regression for
numbers: each number is imputed by the median of the training rows, with an indicator beside it
where they lack some, and standardised; each category of at least 20 training rows is a column of
its own, up to 50 of them, and all others share one.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from evaluators.base import JSON, NotMeasurable
from evaluators.encode import Floats

Settings: TypeAlias = dict[str, JSON]
Model: TypeAlias = Callable[[Sequence[bool], bool], Any]
"""Makes an unfitted estimator: for each feature whether it is a category, and whether the target is
a class; the estimator has scikit-learn's ``fit`` and ``predict_proba`` or ``predict``."""

BOOSTING: Final[Settings] = {
    "max_iter": 100,
    "learning_rate": 0.1,
    "max_leaf_nodes": 31,
    "min_samples_leaf": 20,
    "early_stopping": False,
    "random_state": 0,
}
LOGISTIC: Final[Settings] = {"C": 1.0, "solver": "lbfgs", "tol": 1e-4, "max_iter": 500}
RIDGE: Final[Settings] = {"alpha": 1.0, "solver": "sparse_cg", "tol": 1e-6, "max_iter": 1000}
NUMBERS: Final[Settings] = {
    "strategy": "median",
    "add_indicator": True,
    "keep_empty_features": True,
}
LABELS: Final[Settings] = {
    "min_frequency": 20,
    "max_categories": 50,
    "handle_unknown": "infrequent_if_exist",
}


def gradient_boosting(categories: Sequence[bool], classes: bool) -> Any:
    """Histogram gradient boosting with fixed settings."""
    kind = HistGradientBoostingClassifier if classes else HistGradientBoostingRegressor
    return kind(categorical_features=list(categories), **BOOSTING)


def linear(categories: Sequence[bool], classes: bool) -> Any:
    """Logistic or ridge regression behind a fixed preparation of the features."""
    is_label = np.asarray(categories, dtype=bool)
    prepare = ColumnTransformer(
        [
            (
                "numbers",
                make_pipeline(SimpleImputer(**NUMBERS), StandardScaler()),
                np.flatnonzero(~is_label),
            ),
            ("labels", OneHotEncoder(**LABELS), np.flatnonzero(is_label)),
        ],
        sparse_threshold=1.0,
    )
    return make_pipeline(prepare, LogisticRegression(**LOGISTIC) if classes else Ridge(**RIDGE))


MODELS: Final[Mapping[str, Model]] = MappingProxyType(
    {"gradient-boosting": gradient_boosting, "linear": linear}
)


def described(model: str, classes: bool) -> dict[str, JSON]:
    """The estimator's name and every setting, for the record."""
    if model == "gradient-boosting":
        name = f"HistGradientBoosting{'Classifier' if classes else 'Regressor'}"
        return {"estimator": name, "settings": dict(BOOSTING)}
    name, own = ("LogisticRegression", LOGISTIC) if classes else ("Ridge", RIDGE)
    return {"estimator": name, "settings": own | {"numbers": NUMBERS, "categories": LABELS}}


def trained(estimator: Any, features: Floats, truth: npt.NDArray[Any]) -> Any:
    """The fitted estimator. Raises ``NotMeasurable`` where it does not converge.

    A feature that all training rows lack is 0 in each of them, so that nothing is learnt from it.
    """
    known = np.where(np.isnan(features).all(axis=0), 0.0, features)
    with warnings.catch_warnings():
        warnings.simplefilter("error", ConvergenceWarning)
        try:
            return estimator.fit(known, truth)
        except ConvergenceWarning:
            raise NotMeasurable(
                "a model did not converge within its bounded number of iterations"
            ) from None


def predicted(estimator: Any, features: Floats, classes: bool) -> Floats:
    """Chances of shape (rows, classes), or numbers of shape (rows, 1)."""
    predict = estimator.predict_proba if classes else estimator.predict
    return np.asarray(predict(features), dtype=np.float64).reshape(len(features), -1)
