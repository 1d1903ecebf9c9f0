from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from evaluators.base import Tables
from evaluators.catalogue.detection import METRICS
from evaluators.fidelity.detection import auc
from evaluators.run import measure
from evaluators.tables import align


def told(tables: Tables, seed: int = 7) -> Any:
    (found,) = measure(tables, METRICS[0], seed=seed)
    return found


def test_independent_samples_of_one_population_are_not_told_apart(draw: Any) -> None:
    found = told(align(draw(1000, 1), draw(1000, 2), draw(1000, 3), None))

    assert found.low < 0.5 < found.high
    assert 0.4 < found.parameters["ceiling"] < 0.6


def test_a_shifted_column_gives_the_synthetic_rows_away(draw: Any) -> None:
    shifted = draw(600, 3).assign(tall=lambda rows: rows["tall"] + 20)

    found = told(align(draw(600, 1), draw(600, 2), shifted, None))

    assert found.low > 0.8


def test_missing_cells_give_the_synthetic_rows_away(draw: Any) -> None:
    made = draw(600, 3)
    made.loc[::2, "debt"] = np.nan

    assert told(align(draw(600, 1), draw(600, 2), made, None)).low > 0.6


def test_a_pair_of_columns_torn_apart_gives_the_synthetic_rows_away(draw: Any) -> None:
    made = draw(600, 3)
    made["pay"] = np.random.default_rng(1).permutation(made["pay"])

    assert told(align(draw(600, 1), draw(600, 2), made, None)).low > 0.6


def test_a_copy_is_not_told_from_its_original_and_not_taken_for_it_either(draw: Any) -> None:
    found = told(align(draw(600, 1), draw(600, 2), draw(600, 1), None))

    assert found.value == 0.5


def test_rows_that_repeat_in_all_tables_tell_nothing() -> None:
    rng = np.random.default_rng(3)
    parts = [pd.DataFrame({"x": rng.integers(0, 60, 900) + 0.5}) for _ in "abc"]

    found = told(align(*parts, None))

    assert found.low < 0.5 < found.high


def test_tables_of_one_distinct_row_cannot_be_parted() -> None:
    parts = [pd.DataFrame({"x": ["a"] * 200}) for _ in "abc"]

    assert "too few distinct rows" in str(told(align(*parts, None)).cause)


def test_as_many_synthetic_as_real_rows_are_drawn_and_half_of_them_tested(draw: Any) -> None:
    found = told(align(draw(300, 1), draw(300, 2), draw(900, 3), None))

    assert found.parameters["rows_of_each"] == 300
    assert abs(found.parameters["rows_tested"] - 300) <= 1


def test_the_same_seed_gives_the_same_area_and_another_seed_another(draw: Any) -> None:
    tables = align(draw(300, 1), draw(300, 2), draw(300, 3), None)

    assert told(tables).value == told(tables).value
    assert told(tables).value != told(tables, seed=8).value


@pytest.mark.soak
def test_the_interval_covers_one_half_where_there_is_nothing_to_tell(draw: Any) -> None:
    covered, samples = 0, 150
    for seed in range(samples):
        tables = align(*(draw(150, 1000 * seed + i) for i in range(3)), None)
        ((_, found),) = auc(tables, seed)
        covered += found.low <= 0.5 <= found.high  # type: ignore[union-attr]

    assert covered / samples >= 0.91
