"""Utility on a real table: the published models through our harness, and the order of releases."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split

from evaluators.base import Measurement, Tables
from evaluators.catalogue.detection import METRICS as DETECTION
from evaluators.catalogue.utility import METRICS as UTILITY
from evaluators.quiet import quiet
from evaluators.run import measure
from evaluators.tables import align, kind_of, read
from evaluators.utility.models import learnt

METRICS = {info.id: info for info in (*UTILITY, *DETECTION)}
MODELS = ("gradient-boosting", "linear")
PUBLISHED = ("mostly", "synthpop", "gaussian_copula")
PRIVATE, NOT_PRIVATE = "mostlyai_DP_eps1.6_noise1.5", "mostlyai"


class PublishedRecipe:
    """LightGBM as it was published: its defaults, stopped after five rounds without progress in
    the area under the curve on a fifth of the training rows."""

    def __init__(self, categories: Sequence[bool]) -> None:
        self._categories = [int(i) for i in np.flatnonzero(categories)]

    def fit(self, features: Any, truth: Any) -> Any:
        import lightgbm

        parts = train_test_split(features, truth, test_size=0.2, random_state=1)
        train, stop = (
            lightgbm.Dataset(part, label=target, categorical_feature=self._categories)
            for part, target in ((parts[0], parts[2]), (parts[1], parts[3]))
        )
        self._booster = lightgbm.train(
            {"objective": "binary", "metric": "auc", "verbose": -1, "num_threads": 1},
            train,
            valid_sets=[stop],
            callbacks=[lightgbm.early_stopping(5, verbose=False)],
        )
        return self

    def predict_proba(self, features: Any) -> Any:
        chances = self._booster.predict(features)
        return np.column_stack([1 - chances, chances])


@pytest.fixture(scope="module")
def lightgbm() -> Any:
    """LightGBM, or the reason why it cannot be had: its library needs the system's OpenMP."""
    try:
        import lightgbm
    except (ImportError, OSError) as error:
        pytest.skip(f"LightGBM cannot be loaded ({error}): install it and libgomp")
    return lightgbm


def as_published(shared: Path, name: str) -> Tables:
    """The tables with their rows as they stand in the files, on which the published split acts."""
    folder = shared / "adult"
    frames = [read(folder / f"adult_{part}.csv.gz") for part in ("trn", "hol", name)]
    kinds = {str(column): kind_of([frame[column] for frame in frames]) for column in frames[0]}
    return Tables(*frames, kinds, "income")


@pytest.mark.slow
def test_the_published_recipe_gives_the_published_areas_to_four_decimals(
    shared: Path, lightgbm: Any
) -> None:
    with (shared / "adult" / "published_tstr.csv").open(newline="") as handle:
        published = {
            row["synthesizer"]: round(float(row["auc"]), 4)
            for row in csv.DictReader(handle)
            if row["dataset"] == "adult"
        }

    found = {}
    for name in PUBLISHED:
        tables = as_published(shared, name)
        parts = {"real": tables.real, "holdout": tables.holdout, "synthetic": tables.synthetic}
        with quiet(7):
            case = learnt(tables, parts, lambda categories, classes: PublishedRecipe(categories))
        for key, role in (("ORIGINAL", "real"), (name, "synthetic")):
            found[key] = round(float(roc_auc_score(case.truth, case.predictions[role][:, 1])), 4)

    assert found == {name: published[name] for name in ("ORIGINAL", *PUBLISHED)}


@pytest.fixture(scope="module")
def adult(shared: Path) -> dict[str, Tables]:
    folder = shared / "adult"
    real, holdout = (read(folder / f"adult_{part}.csv.gz") for part in ("trn", "hol"))
    made = {n: read(folder / f"adult_{n}.csv.gz") for n in (*PUBLISHED, NOT_PRIVATE, PRIVATE)}
    return {name: align(real, holdout, frame, "income") for name, frame in made.items()}


def of(tables: Tables, metric: str, model: str) -> Measurement:
    each = measure(tables, METRICS[metric], seed=7)
    return next(found for found in each if found.scope in ((model,), ()))


@pytest.mark.slow
@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("metric", ["utility.tstr.score", "utility.tstr.ratio"])
def test_the_gaussian_copula_is_of_the_least_use(
    adult: dict[str, Tables], metric: str, model: str
) -> None:
    worst = of(adult["gaussian_copula"], metric, model)

    for name in adult:
        if name != "gaussian_copula":
            assert (worst.high or 1) < (of(adult[name], metric, model).low or 0)


@pytest.mark.slow
@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    "metric",
    ["utility.tstr.score", "utility.tstr.ratio", "utility.augmentation.gain"],
)
def test_the_release_at_epsilon_1_6_is_of_less_use_than_the_one_without(
    adult: dict[str, Tables], metric: str, model: str
) -> None:
    private, open_ = (of(adult[name], metric, model) for name in (PRIVATE, NOT_PRIVATE))

    assert private.high is not None
    assert open_.low is not None
    assert private.high < open_.low


@pytest.mark.slow
def test_the_release_at_epsilon_1_6_is_told_from_real_rows_more_easily(
    adult: dict[str, Tables],
) -> None:
    private, open_ = (
        of(adult[name], "fidelity.detection.auc", "") for name in (PRIVATE, NOT_PRIVATE)
    )

    assert (private.low or 0) > (open_.high or 1)


@pytest.mark.slow
def test_the_holdout_in_place_of_the_synthetic_table_is_as_good_as_the_training_table(
    adult: dict[str, Tables],
) -> None:
    """Half of the holdout is real data: its utility is bounded by nothing but its size."""
    tables = adult["mostly"]
    half = tables.holdout.sample(frac=0.5, random_state=7)
    ideal = align(tables.real, tables.holdout.drop(half.index), half, "income")

    for model in MODELS:
        assert (of(ideal, "utility.tstr.ratio", model).low or 0) > 0.98
    told = of(ideal, "fidelity.detection.auc", "")
    assert (told.low or 1) < 0.5 < (told.high or 0)
