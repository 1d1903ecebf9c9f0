from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from evaluators.base import Tables
from evaluators.intervals import newcombe, wilson
from evaluators.privacy.exact_match import reference_variance
from evaluators.tables import align


def test_the_wilson_interval_by_hand() -> None:
    low, high = wilson(5, 10)

    assert (low, high) == pytest.approx((0.2365930905, 0.7634069095))
    assert wilson(0, 10)[0] == 0.0
    assert wilson(10, 10)[1] == 1.0


def test_a_verbatim_copy_matches_entirely_and_far_beyond_chance(one: Any, copied: Tables) -> None:
    match = one(copied, "privacy.exact_match")
    excess = one(copied, "privacy.exact_match.excess")

    assert (match.value, match.high) == (1.0, 1.0)
    assert excess.value > 0.9
    assert excess.low > 0.9


def test_an_independent_resample_has_no_excess(one: Any) -> None:
    rng = np.random.default_rng(4)
    chances = np.array([0.5, 0.2, 0.1] + [0.2 / 97] * 97)
    real = pd.DataFrame({"a": rng.choice(100, 600, p=chances), "b": rng.choice(3, 600)})
    holdout = pd.DataFrame({"a": rng.choice(100, 600, p=chances), "b": rng.choice(3, 600)})
    tables = align(real, holdout.tail(300), holdout.head(300), None)

    excess = one(tables, "privacy.exact_match.excess")

    assert one(tables, "privacy.exact_match").value > 0.5
    assert excess.low < 0 < excess.high
    assert excess.parameters["reference_rows"] == 300


def test_exact_match_by_hand(one: Any) -> None:
    real = pd.DataFrame({"x": [0.5] * 30, "c": ["a", "b", None] * 10})
    synthetic = pd.DataFrame({"x": [0.5] * 20 + [1.5] * 10, "c": ["a", None] * 15})

    found = one(align(real, real, synthetic, None), "privacy.exact_match")

    assert found.value == pytest.approx(20 / 30)
    assert (found.low, found.high) == pytest.approx(wilson(20, 30))


@pytest.mark.parametrize(("kinds", "m"), [(300, 300), (2000, 600)])
def test_the_excess_of_independent_samples_varies_as_estimated(kinds: int, m: int) -> None:
    rng = np.random.default_rng(8)
    values, estimates = [], []
    for _ in range(400):
        real, holdout, synthetic = (rng.integers(kinds, size=n) for n in (300, 300, m))
        hit = np.isin(synthetic, real).astype(float) - np.isin(synthetic, holdout)
        values.append(hit.mean())
        estimates.append(hit.var() / m + reference_variance(real, holdout, synthetic))

    assert np.mean(estimates) == pytest.approx(np.var(values), rel=0.25)


def test_the_newcombe_interval_as_published() -> None:
    # Newcombe (1998), table II, columns (a) and (f), method 10.
    assert newcombe(56, 70, 48, 80) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert newcombe(0, 10, 0, 20) == pytest.approx((-0.1611, 0.2775), abs=5e-5)


def test_the_newcombe_interval_keeps_its_coverage_for_rare_and_common_secrets() -> None:
    rng = np.random.default_rng(8)
    for p, q in ((0.02, 0.02), (0.5, 0.4), (0.97, 0.95)):
        pairs = zip(rng.binomial(500, p, 2000), rng.binomial(500, q, 2000), strict=True)
        covered = [
            low <= p - q <= high for low, high in (newcombe(a, 500, b, 500) for a, b in pairs)
        ]

        assert 0.93 <= np.mean(covered) <= 0.97
