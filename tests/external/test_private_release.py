"""A release at epsilon 1.6 beside one without, of one generator: worth less, and risking less."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluators.base import Measurement, Tables
from evaluators.catalogue import CATALOGUE
from evaluators.run import measure
from evaluators.tables import align, read

pytestmark = pytest.mark.slow
FIDELITY = ("fidelity.quality", "fidelity.marginal.k1", "fidelity.marginal.k2")
RISK = ("privacy.dcr.share", "privacy.closest.tail", "privacy.mia.auc")
OTHER = ("privacy.exact_match.excess", "privacy.linkability", "privacy.singling_out")


@pytest.fixture(scope="module")
def releases(shared: Path) -> tuple[Tables, Tables]:
    folder = shared / "adult"
    real, holdout = (read(folder / f"adult_{part}.csv.gz") for part in ("trn", "hol"))
    private, without = (
        align(real, holdout, read(folder / f"adult_{name}.csv.gz"), "income")
        for name in ("mostlyai_DP_eps1.6_noise1.5", "mostlyai")
    )
    return private, without


def both(releases: tuple[Tables, Tables], metric: str) -> list[tuple[Measurement, Measurement]]:
    private, without = (measure(tables, CATALOGUE[metric], seed=7) for tables in releases)
    assert {one.status for one in (*private, *without)} == {"measured"}
    return list(zip(private, without, strict=True))


@pytest.mark.parametrize("metric", FIDELITY)
def test_the_private_release_is_less_faithful(releases: tuple[Tables, Tables], metric: str) -> None:
    ((private, without),) = both(releases, metric)

    assert (private.value or 1) < (without.value or 0)


@pytest.mark.parametrize("metric", RISK)
def test_the_private_release_risks_less_by_closeness_and_membership(
    releases: tuple[Tables, Tables], metric: str
) -> None:
    for private, without in both(releases, metric):
        assert (private.value or 1) < (without.value or 0)


@pytest.mark.parametrize("metric", OTHER)
def test_no_other_attack_finds_more_in_the_private_release(
    releases: tuple[Tables, Tables], metric: str
) -> None:
    """Both are near nothing, so the order of the values is chance and the intervals decide."""
    for private, without in both(releases, metric):
        assert (private.low or 0) <= (without.high or 0)
