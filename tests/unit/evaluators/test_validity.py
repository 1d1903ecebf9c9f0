from __future__ import annotations

from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
from sdmetrics.single_column import BoundaryAdherence, CategoryAdherence

from evaluators.base import Constraint, Declared, Kind, Tables
from evaluators.catalogue import CATALOGUE
from evaluators.run import measure
from evaluators.tables import align
from evaluators.validity.schema import compared
from evaluators.validity.share import share, shown

RELATIONS = {
    "<": [True, False, False],
    "<=": [True, True, False],
    "==": [False, True, False],
    "!=": [True, False, True],
    ">=": [False, True, True],
    ">": [False, False, True],
}


def named(rows: int, seed: int, draw: Any) -> pd.DataFrame:
    """People with a running number that says which table and row they come from."""
    frame: pd.DataFrame = draw(rows, seed)
    frame.insert(0, "person", [f"p{seed}-{row:04d}" for row in range(rows)])
    return frame


def identified(draw: Any, synthetic: pd.DataFrame) -> Tables:
    declared = Declared(kinds={"person": Kind.IDENTIFIER})
    return align(named(200, 1, draw), named(200, 2, draw), synthetic, None, declared)


def ruled(relation: Any, synthetic: pd.DataFrame, real: pd.DataFrame | None = None) -> Tables:
    declared = Declared(constraints=(Constraint("a", relation, "b"),))
    real = synthetic if real is None else real
    return align(real, real, synthetic, None, declared)


@pytest.mark.parametrize("metric", [name for name in CATALOGUE if name.startswith("validity.")])
def test_a_copy_with_new_identifiers_is_valid(draw: Any, metric: str) -> None:
    fresh = named(200, 1, draw).assign(person=[f"new{row}" for row in range(200)])
    declared = Declared(
        kinds={"person": Kind.IDENTIFIER}, constraints=(Constraint("age", "<=", "tall"),)
    )
    tables = align(named(200, 1, draw), named(200, 2, draw), fresh, None, declared)

    found = measure(tables, CATALOGUE[metric], seed=7)

    assert {one.value for one in found} == {1.0}
    assert {one.interval for one in found} == {"exact"}


def test_excluded_columns_are_said_to_be(one: Any, draw: Any) -> None:
    found = one(identified(draw, named(200, 3, draw)), "validity.schema")

    assert found.value == 1.0
    assert found.parameters["columns"] == 7
    assert found.parameters["excluded"] == {"person": "identifier"}


def test_fractions_where_real_numbers_are_whole_are_another_storage(one: Any, draw: Any) -> None:
    synthetic = draw(200, 3)
    synthetic["age"] = synthetic["age"] + 0.5
    tables = align(draw(200, 1), draw(200, 2), synthetic, None)

    found = one(tables, "validity.schema")

    assert found.value == pytest.approx(5 / 6)
    assert found.parameters["differ"] == ["age"]
    assert found.parameters["ceiling"] == 1.0


def test_order_names_and_storage_all_count() -> None:
    real = pd.DataFrame({"a": [1], "b": ["x"], "c": [True]})

    assert compared(real, real.copy()) == (1.0, [])
    assert compared(real, real[["b", "a", "c"]]) == (pytest.approx(1 / 3), ["a", "b"])
    assert compared(real, real.rename(columns={"c": "d"})) == (0.5, ["c", "d"])
    assert compared(real, real.assign(b=[1])) == (pytest.approx(2 / 3), ["b"])
    assert compared(real, real[["a", "b"]]) == (pytest.approx(2 / 3), ["c"])


def test_identifiers_that_are_missing_shared_or_a_real_person_do_not_count(
    one: Any, draw: Any
) -> None:
    synthetic = named(200, 3, draw)
    synthetic.loc[:9, "person"] = None
    synthetic.loc[10:29, "person"] = "again"
    synthetic.loc[30:32, "person"] = ["p1-0000", "p1-0001", "p2-0000"]

    found = one(identified(draw, synthetic), "validity.keys", "person")

    assert found.value == pytest.approx(167 / 200)
    assert found.parameters == {
        "ceiling": 1.0,
        "missing": pytest.approx(0.05),
        "repeated": pytest.approx(0.1),
        "taken": pytest.approx(0.015),
    }


def test_free_text_has_no_keys(draw: Any) -> None:
    declared = Declared(kinds={"person": Kind.TEXT})
    tables = align(named(200, 1, draw), named(200, 2, draw), named(200, 3, draw), None, declared)

    assert measure(tables, CATALOGUE["validity.keys"], seed=7) == []


@pytest.mark.parametrize("column", ["age", "pay", "tall", "debt"])
def test_ranges_are_those_of_sdmetrics(one: Any, independent: Tables, column: str) -> None:
    expected = BoundaryAdherence.compute(independent.real[column], independent.synthetic[column])

    assert one(independent, "validity.ranges", column).value == pytest.approx(expected)


def test_dates_have_ranges_and_no_bound_is_shown(one: Any) -> None:
    days = pd.Series(pd.date_range("2020-01-01", periods=100))
    real = pd.DataFrame({"day": days, "x": np.arange(100) + 0.5})
    late = real.assign(day=days + pd.Timedelta(days=25))

    found = one(align(real, real, late, None), "validity.ranges", "day")

    assert found.value == 0.75
    assert found.parameters == {"ceiling": 1.0, "missing_allowed": False}


@pytest.mark.parametrize(("metric", "column"), [("ranges", "pay"), ("categories", "job")])
def test_a_missing_value_is_valid_only_where_real_values_are_missing(
    one: Any, draw: Any, metric: str, column: str
) -> None:
    real, synthetic = draw(200, 1), draw(200, 1)
    synthetic.loc[:49, column] = None
    strict = one(align(real, real, synthetic, None), f"validity.{metric}", column)
    real.loc[199, column] = None
    lenient = one(align(real, real, synthetic, None), f"validity.{metric}", column)

    assert strict.value == 0.75
    assert lenient.parameters["missing_allowed"]
    assert lenient.value > 0.99


def test_categories_are_those_of_sdmetrics(one: Any, independent: Tables) -> None:
    synthetic = independent.synthetic.copy()
    synthetic.loc[:79, "job"] = "astronaut"
    tables = align(independent.real, independent.holdout, synthetic, None)

    found = one(tables, "validity.categories", "job")

    assert found.value == CategoryAdherence.compute(independent.real["job"], synthetic["job"])
    assert found.value == 0.8


@pytest.mark.parametrize(("relation", "holds"), RELATIONS.items())
@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_a_constraint_compares_two_numbers(
    one: Any, relation: str, holds: list[bool], scale: float
) -> None:
    synthetic = pd.DataFrame({"a": [2, 2, 10] * 40, "b": [10, 2, 2] * 40}) * scale

    found = one(ruled(relation, synthetic), "validity.constraints", f"a {relation} b")

    assert found.value == pytest.approx(sum(holds) / 3)
    assert found.parameters["real"] == found.parameters["ceiling"] == found.value


def test_a_row_with_a_missing_side_satisfies_a_constraint(one: Any) -> None:
    real = pd.DataFrame({"a": np.arange(100) + 0.5, "b": np.arange(100) + 1.5})
    synthetic = pd.DataFrame({"a": [9.5, None] * 50, "b": [1.5] * 100})

    found = one(ruled("<=", synthetic, real), "validity.constraints", "a <= b")

    assert found.value == 0.5
    assert found.parameters["real"] == 1.0


def test_dates_compare_as_dates(one: Any) -> None:
    start = pd.Series(pd.date_range("2020-01-01", periods=100))
    real = pd.DataFrame({"a": start, "b": start + pd.Timedelta(hours=1)})
    synthetic = real.assign(b=[*real["b"][:75], *(start[75:] - pd.Timedelta(hours=1))])

    found = one(ruled("<", synthetic, real), "validity.constraints", "a < b")

    assert found.value == 0.75


def test_text_compares_as_equal_or_not(one: Any) -> None:
    real = pd.DataFrame({"a": ["x", "y"] * 50, "b": ["x", "y"] * 50})

    found = one(ruled("==", real.assign(b="x"), real), "validity.constraints", "a == b")

    assert found.value == 0.5


def test_ranks_of_one_scale_compare_as_ranks(one: Any) -> None:
    scale = ("low", "mid", "high")
    declared = Declared(levels={"a": scale, "b": scale}, constraints=(Constraint("a", "<", "b"),))
    real = pd.DataFrame({"a": ["low", "mid"] * 50, "b": ["mid", "high"] * 50})
    synthetic = real.assign(b=["mid", "low"] * 50)

    found = one(align(real, real, synthetic, None, declared), "validity.constraints", "a < b")

    assert found.value == 0.5


@pytest.mark.parametrize(
    ("left", "kind", "relation"),
    [("x", Kind.CATEGORICAL, "<"), ("3", Kind.CATEGORICAL, "!="), (0.5, Kind.DATETIME, "<")],
)
def test_what_does_not_compare_is_not_measurable(
    one: Any, left: Any, kind: Kind, relation: Any
) -> None:
    frame = pd.DataFrame({"a": [left] * 50, "b": ["y"] * 50})
    declared = Declared(constraints=(Constraint("a", relation, "b"),))
    kinds = {"a": kind, "b": Kind.CATEGORICAL}
    tables = Tables(frame, frame, frame, kinds, None, declared)

    assert one(tables, "validity.constraints", f"a {relation} b").status == "not-measurable"


def test_a_share_of_a_few_people_is_not_shown() -> None:
    counts, first = np.array([95, 5]), np.array([True, False])

    assert share(counts, first) == 0.95
    assert shown(counts, first, 10) is None
    assert shown(counts, first, 5) == 0.95
    assert shown(np.array([100, 0]), first, 10) == 1.0
    assert shown(np.array([5, 95]), first, 10) is None


def test_how_many_of_a_few_real_people_break_a_constraint_is_not_said(one: Any) -> None:
    real = pd.DataFrame({"a": np.arange(100) + 0.5, "b": [0.0] * 3 + [200.0] * 97})
    real["b"] += np.arange(100) / 7

    found = one(ruled("<=", real), "validity.constraints", "a <= b")

    assert found.value == pytest.approx(0.98, abs=0.011)
    assert cast(Any, found.parameters) == {"ceiling": None, "real": None}
