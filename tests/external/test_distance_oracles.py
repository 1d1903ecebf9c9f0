"""Distances and shares of real tables against published figures and against Anonymeter."""

from __future__ import annotations

import csv
from itertools import pairwise
from pathlib import Path

import anonymeter.evaluators  # noqa: F401 - first: its neighbors and evaluators import each other
import numpy as np
import pandas as pd
import pytest
from anonymeter.neighbors.mixed_types_kneighbors import MixedTypeKNeighbors

from evaluators.base import Measurement, Tables
from evaluators.catalogue import CATALOGUE
from evaluators.neighbours import encode, nearest
from evaluators.run import measure
from evaluators.tables import align, read

LADDER = ("flip10", "flip30", "flip50", "flip70", "flip90")
HAMMING = "privacy.dcr.hamming_share"
OURS = ("privacy.exact_match.excess", "privacy.dcr.share", "privacy.closest.tail")


def one(tables: Tables, metric: str) -> Measurement:
    (found,) = measure(tables, CATALOGUE[metric], seed=7)
    assert found.status == "measured", found.cause
    return found


@pytest.fixture(scope="module")
def published(shared: Path) -> dict[str, float]:
    with (shared / "adult-2021" / "published_dcr.csv").open(newline="") as handle:
        rows = list(csv.DictReader(handle))
    return {row["synthesizer"]: float(row["share"]) for row in rows if row["dataset"] == "adult"}


@pytest.fixture(scope="module")
def ladder(shared: Path) -> dict[str, dict[str, Measurement]]:
    """Every metric on each rung: rows of the training table with ever more cells resampled."""
    folder = shared / "adult-2021"
    real, holdout = (read(folder / f"adult_{part}.csv.gz") for part in ("trn", "val"))
    rungs = {}
    for name in LADDER:
        tables = align(real, holdout, read(folder / f"adult_{name}.csv.gz"), "income")
        rungs[name] = {metric: one(tables, metric) for metric in (HAMMING, *OURS)}
    return rungs


@pytest.mark.slow
def test_the_hamming_share_of_the_first_rung_is_the_published_count(
    ladder: dict[str, dict[str, Measurement]],
) -> None:
    found = ladder["flip10"][HAMMING]

    counts = [found.parameters[name] for name in ("closer", "further", "equal")]
    assert counts == [44_636, 350, 5_014]
    assert found.value == pytest.approx(0.94286, abs=1e-12)


@pytest.mark.slow
def test_the_hamming_share_of_every_rung_is_the_published_share(
    ladder: dict[str, dict[str, Measurement]], published: dict[str, float]
) -> None:
    ours = {name: found[HAMMING].value for name, found in ladder.items()}

    assert ours == pytest.approx({name: published[name] for name in LADDER}, abs=0.005)


@pytest.mark.slow
@pytest.mark.parametrize("metric", ["privacy.exact_match.excess", "privacy.closest.tail"])
def test_the_fewer_cells_are_resampled_the_more_rows_are_copies(
    ladder: dict[str, dict[str, Measurement]], metric: str
) -> None:
    values = [ladder[name][metric].value or 0.0 for name in LADDER]

    assert all(more > less for more, less in pairwise(values))


@pytest.mark.slow
def test_the_dcr_share_falls_with_leakage_until_none_can_be_told(
    ladder: dict[str, dict[str, Measurement]],
) -> None:
    """With 70 per cent of the cells resampled the distance to any one record is lost in noise."""
    found = [ladder[name]["privacy.dcr.share"] for name in LADDER]
    bounds = [(m.low or 0.0, m.high or 0.0) for m in found]

    assert all(more[0] > less[1] for more, less in pairwise(bounds[:4]))
    assert bounds[2][0] > 0.5
    assert all(low < 0.5 < high for low, high in bounds[3:])


@pytest.mark.slow
def test_distances_on_a_real_table_are_anonymeters(shared: Path) -> None:
    frames = [read(shared / "census2k" / f"census2k-{part}.csv.gz") for part in ("trn", "hol")]
    queries, candidates = (pd.DataFrame(frame) for frame in (frames[1].head(200), frames[0]))
    search = MixedTypeKNeighbors(n_neighbors=10, n_jobs=1).fit(candidates)
    theirs, _ = search.kneighbors(queries, return_distance=True)

    ours, _ = nearest(*encode(queries, candidates), 10)

    assert np.abs(ours - theirs).max() < 1e-6
