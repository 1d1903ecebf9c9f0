"""Membership inference on tables of known leakage, and its figures against scikit-learn's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score

from evaluators.base import Measurement, Tables
from evaluators.catalogue import CATALOGUE
from evaluators.encode import labels, numbers
from evaluators.privacy import membership
from evaluators.quiet import quiet
from evaluators.run import measure
from evaluators.tables import align, read

RUNGS = ("flip10", "flip30", "flip50", "flip70", "flip90")
SEED = 7
Areas = dict[str, Measurement]


def census(shared: Path, synthetic: str) -> Tables:
    folder = shared / "census2k"
    names = ("census2k-trn", "census2k-hol", f"census2k-{synthetic}")
    return align(*(read(folder / f"{name}.csv.gz") for name in names), None)


def areas(tables: Tables) -> Areas:
    """The area below the curve by attack."""
    return {m.scope[0]: m for m in measure(tables, CATALOGUE["privacy.mia.auc"], seed=SEED)}


@pytest.fixture(scope="module")
def ladder(shared: Path) -> dict[str, Areas]:
    """Tables with ever more of the training table's cells resampled: their leakage has an order."""
    folder = shared / "adult-2021"
    real, holdout = (read(folder / f"adult_{part}.csv.gz") for part in ("trn", "val"))
    made = {rung: read(folder / f"adult_{rung}.csv.gz") for rung in RUNGS}
    return {rung: areas(align(real, holdout, table, None)) for rung, table in made.items()}


@pytest.mark.slow
@pytest.mark.parametrize("attack", membership.ATTACKS)
def test_the_fewer_cells_are_copied_the_fewer_members_are_found(
    ladder: dict[str, Areas], attack: str
) -> None:
    found = [ladder[rung][attack] for rung in RUNGS]

    values = [m.value or 0 for m in found]
    assert values == sorted(values, reverse=True)
    leaky, quiet = found[:3], found[3:]
    for more, less in zip(leaky, found[1:4], strict=True):
        assert (more.low or 0) > (less.high or 1)
    assert all((m.low or 1) <= 0.5 <= (m.high or 0) for m in quiet)


@pytest.mark.slow
def test_a_local_density_sees_more_of_a_leak_than_distance_alone(
    ladder: dict[str, Areas],
) -> None:
    for rung in RUNGS[:3]:
        assert (ladder[rung]["density-ratio"].value or 0) > (ladder[rung]["distance"].value or 1)


def test_a_leak_is_seen_by_neighbours_rather_than_by_a_classifier(shared: Path) -> None:
    """The same rows, attacked by gradient boosting with scikit-learn's settings."""
    tables = census(shared, "syn_flip30")

    with quiet(SEED):  # as in a run: one thread
        members, others = by_classifier(tables)

    ours = areas(tables)["density-ratio"]
    assert (ours.value or 0) > area(members, others)


def test_the_area_on_a_real_table_is_that_of_scikit_learn(shared: Path) -> None:
    tables = census(shared, "syn_flip30")

    found = areas(tables)

    for attack, scores in membership.ATTACKS.items():
        scored = scores(tables, found[attack].seed)
        assert found[attack].value == pytest.approx(area(scored.members, scored.others))


def test_a_generator_that_copies_nobody_gives_few_away(shared: Path) -> None:
    flipped, mostly = areas(census(shared, "syn_flip30")), areas(census(shared, "syn_mostly"))

    for attack in membership.ATTACKS:
        assert (flipped[attack].low or 0) > (mostly[attack].high or 1)


def area(members: np.ndarray, others: np.ndarray) -> float:
    truth = np.repeat([1, 0], [len(members), len(others)])
    return float(roc_auc_score(truth, np.concatenate([members, others])))


def by_classifier(tables: Tables) -> tuple[np.ndarray, np.ndarray]:
    """Scores of members and non-members: the log-odds of synthetic against reference rows."""
    real, holdout, synthetic = (features(tables, table) for table in tables.each)
    rng = np.random.default_rng(SEED)
    members, others = rng.permutation(len(real)), rng.permutation(len(holdout))
    n = len(others) // 2
    reference = holdout[others[n:]]
    model = HistGradientBoostingClassifier(
        categorical_features=[not tables.kinds[name].ordered for name in tables.columns],
        random_state=0,
    ).fit(np.vstack([synthetic, reference]), np.repeat([1, 0], [len(synthetic), len(reference)]))
    score = model.decision_function
    return score(real[members[:n]]), score(holdout[others[:n]])


def features(tables: Tables, table: pd.DataFrame) -> np.ndarray:
    columns = []
    for name in tables.columns:
        if tables.kinds[name].ordered:
            columns.append(numbers(table[name]))
        else:
            every = sorted({text for each in tables.each for text in labels(each[name]) if text})
            columns.append(np.array([every.index(t) if t else -1 for t in labels(table[name])]))
    return np.column_stack(columns).astype(np.float64)
