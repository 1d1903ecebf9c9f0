"""The probes on real tables: what a generator made must answer all of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluators.base import Measurement, Tables
from evaluators.catalogue import CATALOGUE
from evaluators.run import measure
from evaluators.tables import align, read

PROBES = [place for (place,) in CATALOGUE["probe.response"].places]


def probed(tables: Tables) -> dict[str, Measurement]:
    return {one.scope[0]: one for one in measure(tables, CATALOGUE["probe.response"], seed=7)}


@pytest.fixture(scope="module", params=["syn_mostly", "syn_flip30"])
def census(shared: Path, request: pytest.FixtureRequest) -> dict[str, Measurement]:
    folder = shared / "census2k"
    names = ("census2k-trn", "census2k-hol", f"census2k-{request.param}")
    real, holdout, made = (read(folder / f"{name}.csv.gz") for name in names)
    return probed(align(real, holdout, made, "income"))


@pytest.fixture(scope="module")
def adult(shared: Path) -> dict[str, Measurement]:
    folder = shared / "adult"
    names = ("adult_trn", "adult_hol", "adult_mostly")
    real, holdout, made = (read(folder / f"{name}.csv.gz") for name in names)
    cuts = (table.sample(5_000, random_state=7) for table in (real, holdout, made))
    return probed(align(*cuts, "income"))


@pytest.mark.slow
@pytest.mark.parametrize("probe", PROBES)
def test_every_probe_is_answered_on_census(probe: str, census: dict[str, Measurement]) -> None:
    assert census[probe].value == 1.0, census[probe].cause or census[probe].parameters


@pytest.mark.slow
@pytest.mark.parametrize("probe", PROBES)
def test_every_probe_is_answered_on_adult(probe: str, adult: dict[str, Measurement]) -> None:
    assert adult[probe].value == 1.0, adult[probe].cause or adult[probe].parameters


@pytest.mark.slow
def test_what_was_measured_of_an_independent_half_is_nowhere_near_a_copy(
    census: dict[str, Measurement],
) -> None:
    """The lower bound for a copy is above the upper bound for people that nobody has seen."""
    copy, independent = (census[name].parameters["metrics"] for name in ("copy", "independent"))

    for copied, unseen in zip(copy, independent, strict=True):  # type: ignore[arg-type]
        assert copied["metric"] == unseen["metric"]  # type: ignore[index, call-overload]
        assert copied["after"][1] > unseen["after"][2]  # type: ignore[index, call-overload]
