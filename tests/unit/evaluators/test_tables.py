from __future__ import annotations

import pandas as pd
import pytest

from evaluators.base import Kind, TableError
from evaluators.tables import align, kind_of

BASE = pd.DataFrame({"age": [20, 31, 42], "job": ["a", "b", "a"]})


def refusal(*tables: pd.DataFrame, target: str | None = None) -> str:
    with pytest.raises(TableError) as caught:
        align(*tables, target)
    assert caught.value.todo
    return caught.value.what


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([0, 1, 1], Kind.BOOLEAN),
        ([1.0, 2.0, None], Kind.BOOLEAN),
        ([True, False, None], Kind.BOOLEAN),
        (list(range(10)), Kind.CATEGORICAL),
        (list(range(11)), Kind.NUMERIC),
        ([0.5, 1.5], Kind.NUMERIC),
        (["yes", "no"], Kind.CATEGORICAL),
        (pd.to_datetime(["2020-01-01", None]), Kind.DATETIME),
    ],
)
def test_the_kind_follows_from_the_values(values: list[object], kind: Kind) -> None:
    assert kind_of([pd.Series(values)]) is kind


def test_kinds_are_decided_over_all_three_tables_at_once() -> None:
    few = BASE.assign(age=[0, 1, 0])
    wide = BASE.assign(age=[0.5, 1, 0])

    assert align(few, few, few, None).kinds["age"] is Kind.BOOLEAN
    assert align(few, few, wide, None).kinds["age"] is Kind.NUMERIC


def test_columns_come_in_the_order_of_the_real_table() -> None:
    tables = align(BASE, BASE[["job", "age"]], BASE[["job", "age"]], "job")

    assert [list(table) for table in tables.each] == [["age", "job"]] * 3


def test_shuffled_files_give_the_very_same_tables() -> None:
    rows = pd.DataFrame({"x": [0.5, None, 2.5, 0.5], "c": ["a", "b", None, "a"]})
    given = (rows, rows.head(3), rows.tail(3))
    shuffled = (table.sample(frac=1, random_state=3) for table in given)

    first, again = align(*given, None), align(*shuffled, None)

    for table, other in zip(first.each, again.each, strict=True):
        pd.testing.assert_frame_equal(table, other, check_exact=True)


def test_a_missing_column_is_named_with_its_nearest_neighbour() -> None:
    what = refusal(BASE, BASE, BASE.rename(columns={"age": "ages"}))

    assert "the synthetic table lacks 'age' (nearest: 'ages')" in what
    assert "has 'ages', which the real table has not" in what


def test_a_target_that_is_no_column_is_named_with_its_nearest_neighbour() -> None:
    assert "'jobs' is not a column (nearest: 'job')" in refusal(BASE, BASE, BASE, target="jobs")


def test_a_number_in_one_table_and_text_in_another_is_refused() -> None:
    what = refusal(BASE, BASE, BASE.assign(age=["x", "y", "z"]))

    assert "'age' is of different types: real number, holdout number, synthetic text" in what


def test_true_and_false_in_one_table_are_one_and_zero_in_another() -> None:
    tables = align(BASE.assign(age=[True, False, True]), *[BASE.assign(age=[1, 0, 1])] * 2, None)

    assert tables.kinds["age"] is Kind.BOOLEAN
    assert tables.real["age"].tolist() == tables.synthetic["age"].tolist()


def test_the_tables_given_are_not_changed() -> None:
    given = BASE.assign(age=[True, False, True])
    before = given.copy()

    align(given, BASE.assign(age=[1, 0, 1]), BASE.assign(age=[1, 0, 1]), None)

    pd.testing.assert_frame_equal(given, before)
