from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from evaluators.base import Declared, Kind, Tables
from evaluators.intervals import wilson
from evaluators.neighbours import nearest, view
from evaluators.privacy import closest, hamming
from evaluators.privacy.closest import below, ratio
from evaluators.privacy.clusters import clustered, score_interval
from evaluators.tables import align

SHARES = ("privacy.dcr.share", "privacy.nndr", "privacy.dcr.hamming_share")


@pytest.fixture(scope="module")
def partly() -> Tables:
    """Good synthetic rows, of which one in twenty is a training row."""
    real, holdout, fresh = (numbers(1200, seed) for seed in (1, 2, 3))
    return align(real, holdout, pd.concat([real.head(60), fresh.tail(1140)]), None)


def numbers(rows: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.normal(size=(rows, 3)), columns=list("xyz"))
    return frame.assign(c=rng.choice(list("pqrs"), rows))


@pytest.mark.parametrize("metric", SHARES)
def test_a_copy_is_closer_to_training_and_a_fresh_table_is_not(
    one: Any, copied: Tables, independent: Tables, metric: str
) -> None:
    copy, fresh = one(copied, metric), one(independent, metric)

    assert copy.low > 0.6
    assert fresh.low < 0.5 < fresh.high


@pytest.mark.parametrize("metric", ["privacy.dcr.share", "privacy.dcr.hamming_share"])
def test_equal_references_are_equally_close(one: Any, draw: Any, metric: str) -> None:
    """Where all three tables are one, every distance is a tie, and a tie counts one half."""
    same = one(align(draw(200, 1), draw(200, 1), draw(200, 1), None), metric)

    assert (same.value, same.low < 0.5 < same.high) == (0.5, True)


def test_the_dcr_share_by_hand(one: Any) -> None:
    real = pd.DataFrame({"x": [0.0, 10.0] * 60})
    holdout = pd.DataFrame({"x": [4.5, 10.0] * 60})
    synthetic = pd.DataFrame({"x": [1.0] * 40 + [4.0] * 20 + [10.0] * 60})

    found = one(align(real, holdout, synthetic, None, ordinary("x")), "privacy.dcr.share")

    assert found.value == pytest.approx((40 + 0.5 * 60) / 120)
    assert found.parameters["equal_share"] == 0.5


def ordinary(*names: str) -> Declared:
    return Declared(kinds=dict.fromkeys(names, Kind.NUMERIC))


def test_the_larger_reference_is_cut_to_the_smaller(one: Any, draw: Any) -> None:
    tables = align(draw(900, 1), draw(300, 2), draw(300, 3), None)

    for metric in SHARES:
        found = one(tables, metric)
        assert found.parameters["reference_rows"] == 300
        assert found.low < 0.5 < found.high


@pytest.mark.parametrize("metric", [*SHARES, "privacy.closest.tail"])
def test_rows_are_drawn_where_comparing_all_takes_too_long(
    one: Any, partly: Tables, metric: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pairs_of_cells = 4 * 2400
    tables = align(*partly.each, None)
    whole = one(align(*partly.each, None), metric)
    monkeypatch.setattr(closest, "MOST", 600 * pairs_of_cells)

    part = one(tables, metric)

    assert (whole.n, part.n) == (1200, 600)
    assert part.parameters["drawn_rows"] == 600
    assert part.high - part.low > whole.high - whole.low
    assert part.low < whole.value < part.high


def test_the_ratio_of_two_zeros_singles_nobody_out() -> None:
    assert ratio(np.array([[0.0, 0.0], [0.0, 2.0], [1.0, 2.0]])).tolist() == [1.0, 0.0, 0.5]


def test_a_few_copies_among_many_good_rows_light_up_the_tail(one: Any, partly: Tables) -> None:
    fresh = align(partly.real, partly.holdout, numbers(1200, 3), None)

    few, none = one(partly, "privacy.closest.tail"), one(fresh, "privacy.closest.tail")

    assert few.value == pytest.approx(0.06, abs=0.01)
    assert few.low > 0.03
    assert none.low < 0.01 < none.high
    assert none.parameters["ceiling"] == 0.01


def test_the_tail_looks_at_all_training_rows_and_not_at_a_draw(one: Any, partly: Tables) -> None:
    holdout = partly.holdout.sample(1000, random_state=7)
    copies = align(partly.real, holdout, partly.real, None)

    assert one(copies, "privacy.closest.tail").value == 1.0


def test_the_holdout_itself_has_just_the_share_of_its_quantile() -> None:
    ties = np.repeat([0.0, 1.0, 2.0, 3.0], [40, 300, 300, 360])

    assert below(ties, ties, 0.01).mean() == pytest.approx(0.01)
    assert below(ties, ties, 0.2).mean() == pytest.approx(0.2)
    assert below(np.array([0.0, 1.0, 2.0]), ties, 0.01).tolist() == [0.25, 0.0, 0.0]


def test_no_row_of_the_synthetic_table_near_a_training_row_is_a_tail_of_zero(one: Any) -> None:
    real, holdout = numbers(1000, 1), numbers(1000, 2)
    far = numbers(1000, 3).assign(x=50.0, y=50.0, z=50.0)

    found = one(align(real, holdout, far, None), "privacy.closest.tail")

    assert (found.value, found.low) == (0.0, 0.0)
    assert found.high == pytest.approx(wilson(0, 1000)[1])


def test_a_cluster_for_each_row_is_wilsons_interval_but_for_competition() -> None:
    scores = np.repeat([0.0, 1.0], [30, 70])

    low, high = clustered(scores, np.arange(100), 10**9)

    assert (low, high) == pytest.approx(wilson(70, 100), abs=1e-6)


def test_rows_of_one_record_count_as_one() -> None:
    scores = np.tile([0.0, 1.0], 50)
    few = np.tile(np.arange(20), 5)

    assert clustered(np.sort(scores), np.sort(few), 10**9) == pytest.approx(
        score_interval(0.5, 0.25 / 20, 100), abs=1e-6
    )


def test_a_share_of_all_or_nothing_has_the_interval_of_as_many_rows() -> None:
    assert clustered(np.ones(50), np.zeros(50, dtype=np.int64), 50) == pytest.approx(wilson(50, 50))
    assert clustered(np.zeros(50), np.arange(50), 50) == pytest.approx(wilson(0, 50))


@pytest.mark.parametrize(("metric", "null"), [("privacy.dcr.share", 0.5), ("privacy.nndr", 0.5)])
def test_the_interval_of_independent_samples_holds_the_null(
    one: Any, metric: str, null: float
) -> None:
    rng = np.random.default_rng(11)
    held = 0
    for _ in range(120):
        parts = [pd.DataFrame(rng.normal(size=(n, 2))) for n in (150, 150, 450)]
        found = one(align(*parts, None), metric)
        held += found.low <= null <= found.high

    assert held >= 108  # of 120; at a coverage of 95 per cent fewer than that are 1 in 60


def test_bins_stop_at_percentiles_and_missing_is_a_bin() -> None:
    assert hamming.bins(np.array([1.0, 1.0, 2.0, np.nan])).tolist()[3] == 0
    assert hamming.bins(np.full(3, np.nan)).tolist() == [0, 0, 0]
    codes = hamming.bins(np.arange(1000.0))
    assert (codes.min(), codes.max()) == (1, 100)
    assert (np.diff(codes) >= 0).all()
    assert np.bincount(codes)[1:].min() >= 9


def test_the_hamming_distance_counts_columns_that_differ(draw: Any) -> None:
    tables = align(draw(120, 1), draw(120, 2), draw(120, 3), None)
    real, _, synthetic = hamming.binned(tables)
    by_hand = (synthetic.codes[:, :, None] != real.codes[:, None, :]).sum(axis=0)

    assert real.codes.dtype == np.uint8
    assert np.array_equal(nearest(synthetic, real, 1)[0][:, 0], by_hand.min(axis=1))


def test_columns_of_many_categories_are_compared_in_full(one: Any) -> None:
    names = [f"v{i:04d}" for i in range(600)]
    real, holdout = (pd.DataFrame({"c": names[part]}) for part in (slice(300), slice(300, 600)))

    declared = Declared(kinds={"c": Kind.CATEGORICAL})
    found = one(align(real, holdout, real, None, declared), "privacy.dcr.hamming_share")

    assert (found.value, found.parameters["closer"]) == (1.0, 300)


def test_the_metrics_of_distance_share_one_search(
    partly: Tables, one: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    searches = []

    def counted(*given: Any) -> Any:
        searches.append(given[2])
        return nearest(*given)

    monkeypatch.setattr(closest, "nearest", counted)
    tables = align(*partly.each, None)
    for metric in ("privacy.dcr.share", "privacy.nndr", "privacy.closest.tail"):
        one(tables, metric)

    assert sorted(searches) == [1, 2, 2]
    assert view(tables) is view(tables)


def excluded(real: list[Any], holdout: list[Any], synthetic: list[Any]) -> Tables:
    frames = [
        pd.DataFrame({"note": notes, "x": np.arange(len(notes)) + 0.5})
        for notes in (real, holdout, synthetic)
    ]
    return align(*frames, None, Declared(kinds={"note": Kind.TEXT}))


def test_values_of_text_that_stand_in_the_training_table_are_counted(one: Any) -> None:
    real = ["none"] * 10 + [f"real {i}" for i in range(30)]
    holdout = ["none"] * 10 + [f"other {i}" for i in range(30)]
    synthetic = ["none", "real 3", "new", None] * 10

    found = one(excluded(real, holdout, synthetic), "privacy.verbatim", "note")

    assert (found.value, found.n) == (pytest.approx(20 / 30), 30)
    assert (found.low, found.high) == pytest.approx(wilson(20, 30))
    assert found.parameters["ceiling"] == 0.25


def test_a_text_column_that_is_missing_throughout_is_not_measurable(one: Any) -> None:
    texts = [f"real {i}" for i in range(40)]

    found = one(excluded(texts, texts, [None] * 40), "privacy.verbatim", "note")

    assert found.status == "not-measurable"
    assert found.cause == "every synthetic value of the column is missing"
