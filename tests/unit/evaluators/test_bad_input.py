"""Awkward and broken input: a measurement, a cause why there is none, or a refusal; no crash."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from time import process_time

import numpy as np
import pandas as pd
import pytest

from evaluators.base import Declared, Kind, TableError, Tables
from evaluators.catalogue import CATALOGUE
from evaluators.digest import content_digest
from evaluators.encode import joint_codes, row_codes
from evaluators.histograms import histograms
from evaluators.overlap import require_disjoint
from evaluators.run import measure
from evaluators.tables import align, read

Draw = Callable[[int, int], pd.DataFrame]
Change = Callable[[pd.DataFrame], pd.DataFrame]

ROWS = 120
ODD = {"age": "select", "job": 'a "b"', "pay": "it's", "ill": "größe", "tall": "a;b--", "debt": "%"}
START = date(2020, 1, 31)


def days(frame: pd.DataFrame, zone: str | None = None) -> pd.Series:
    moments = pd.to_datetime([START + timedelta(days=int(age)) for age in frame["age"]])
    return pd.Series(moments.tz_localize(zone), index=frame.index)


def rare(frame: pd.DataFrame) -> pd.Series:
    """One of 10,000 short codes in each row."""
    return (frame["debt"] * 977 % 10_000).astype(int).map("c{:04}".format)


def gone(frame: pd.DataFrame, *names: str) -> pd.DataFrame:
    return frame.assign(**dict.fromkeys(names))


def few(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.head(3)


def as_it_is(frame: pd.DataFrame) -> pd.DataFrame:
    return frame


REFUSED: Mapping[str, tuple[Change, Change, str]] = {
    "one shared column": (
        as_it_is,
        lambda f: f[["age"]].assign(jobs="a"),
        "lacks 'job' (nearest: 'jobs')",
    ),
    "500 other columns": (
        lambda f: pd.DataFrame({f"real{i}": f["age"] for i in range(500)}),
        lambda f: pd.DataFrame({f"made{i}": f["age"] for i in range(500)}),
        "984 more columns differ",
    ),
    "no rows": (as_it_is, lambda f: f.head(0), "synthetic table has no rows"),
    "no columns": (lambda f: f[[]], lambda f: f[[]], "real table has no columns"),
    "a name twice": (
        lambda f: f.set_axis(["a", "a", "b", "c", "d", "e"], axis=1),
        as_it_is,
        "occur twice: a",
    ),
    "a name twice once it is text": (
        lambda f: f.set_axis([1, "1", "b", "c", "d", "e"], axis=1),
        as_it_is,
        "occur twice: 1",
    ),
    "an infinity": (
        as_it_is,
        lambda f: f.assign(pay=np.inf),
        "synthetic table: column 'pay' holds infinite values",
    ),
    "a number beyond floats": (
        as_it_is,
        lambda f: f.assign(age=10**400),
        "column 'age' holds numbers too large for a float",
    ),
    "a number beside text": (
        as_it_is,
        lambda f: f.assign(age=[7, *"x" * (len(f) - 1)]),
        "'age' is of different types: real number, holdout number, synthetic text",
    ),
    "lists": (lambda f: f.assign(job=[[1]] * len(f)), as_it_is, "values that are no cell"),
    "bytes": (lambda f: f.assign(job=b"x"), as_it_is, "values that are no cell"),
    "durations": (lambda f: f.assign(age=pd.Timedelta(1)), as_it_is, "values that are no cell"),
    "complex numbers": (lambda f: f.assign(age=1j), as_it_is, "values that are no cell"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_compared_is_refused_with_its_reason(draw: Draw, case: str) -> None:
    to_real, to_synthetic, said = REFUSED[case]

    with pytest.raises(TableError) as caught:
        align(to_real(draw(ROWS, 1)), to_real(draw(ROWS, 2)), to_synthetic(draw(ROWS, 3)), None)

    assert said in caught.value.what
    assert len(caught.value.what) < 1500
    assert caught.value.where
    assert caught.value.expected
    assert caught.value.todo


def test_a_holdout_that_holds_training_rows_is_refused(draw: Draw) -> None:
    training = draw(ROWS, 1)

    with pytest.raises(TableError) as caught:
        require_disjoint(training, pd.concat([draw(ROWS, 2), training.head(40)]))

    assert caught.value.what.startswith("40 rows of the holdout pair with identical training rows")
    assert caught.value.todo


LIKE_NUMBERS: Mapping[str, Change] = {
    "nullable integers": lambda f: f.astype({"age": "Int64", "ill": "Int8"}),
    "nullable floats": lambda f: f.astype({"pay": "Float64"}),
    "pyarrow": lambda f: f.convert_dtypes(dtype_backend="pyarrow"),
    "strings": lambda f: f.astype({"job": "string"}),
    "categories": lambda f: f.astype({"job": "category", "age": "category"}),
    "objects": lambda f: f.astype(object),
    "decimals": lambda f: f.assign(pay=[Decimal(repr(value)) for value in f["pay"]]),
    "booleans": lambda f: f.assign(ill=f["ill"].astype(bool)),
    "nullable booleans": lambda f: f.assign(ill=f["ill"].astype("boolean")),
    "an index of its own": lambda f: f.set_axis(list(range(7, 7 + len(f)))),
}


@pytest.mark.parametrize("case", LIKE_NUMBERS)
def test_the_same_values_are_the_same_tables_however_they_are_held(draw: Draw, case: str) -> None:
    given = [draw(ROWS, seed) for seed in (1, 2, 3)]

    plain = align(*given, "ill")
    found = align(given[0], LIKE_NUMBERS[case](given[1]), LIKE_NUMBERS[case](given[2]), "ill")

    assert found.kinds == plain.kinds
    assert [content_digest(table) for table in found.each] == [
        content_digest(table) for table in plain.each
    ]


@pytest.mark.parametrize(
    "dates",
    [
        lambda f: days(f),
        lambda f: days(f, "UTC"),
        lambda f: days(f, "UTC").dt.tz_convert("Asia/Tokyo"),
        lambda f: days(f).dt.date,
        lambda f: days(f).astype(object),
        lambda f: days(f, "UTC").astype(object),
        lambda f: days(f).dt.to_period("D"),
        lambda f: days(f).astype("datetime64[s]"),
    ],
)
def test_dates_are_the_same_moments_however_they_are_held(
    draw: Draw, dates: Callable[[pd.DataFrame], pd.Series]
) -> None:
    frame = draw(ROWS, 1)
    plain = frame.assign(seen=days(frame))

    tables = align(plain, frame.assign(seen=dates(frame)), plain, None)

    assert tables.kinds["seen"] is Kind.DATETIME
    assert content_digest(tables.holdout) == content_digest(plain)


def test_missing_values_of_every_sort_are_kept(draw: Draw) -> None:
    frame = draw(ROWS, 1)
    frame = frame.assign(seen=days(frame)).convert_dtypes()
    frame.iloc[:30] = pd.NA

    tables = align(frame, frame, frame, None)

    assert tables.synthetic.isna().sum().to_dict() == dict.fromkeys(frame, 30)
    for codes, table in zip(joint_codes(tables, "seen"), tables.each, strict=True):
        empty = set(codes[table["seen"].isna()])
        assert len(empty) == 1
        assert empty.isdisjoint(codes[table["seen"].notna()])


def test_numbers_and_text_in_one_column_are_text_as_in_a_csv_file(
    draw: Draw, tmp_path: Path
) -> None:
    frame = draw(ROWS, 1).assign(age=["7", "x", None, "8.5"] * 30)
    frame.to_csv(tmp_path / "t.csv", index=False)
    mixed = frame.assign(age=[7, "x", None, 8.5] * 30)

    tables = align(mixed, read(tmp_path / "t.csv"), frame, None)

    assert tables.kinds["age"] is Kind.CATEGORICAL
    assert {str(value) for value in tables.real["age"].dropna()} == {"7", "x", "8.5"}
    assert len({content_digest(table) for table in tables.each}) == 1


def wide(seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    columns = {f"x{i}": rng.normal(size=500) for i in range(200)}
    columns |= {f"n{i}": rng.integers(0, 50, 500) for i in range(100)}
    columns |= {f"c{i}": rng.choice(["a", "b", None], 500) for i in range(200)}
    return pd.DataFrame(columns)


def test_500_columns_cost_in_proportion_to_100() -> None:
    """As a ratio in one run, since seconds are the machine's: what is quadratic would cost 25."""
    given = [wide(seed) for seed in (1, 2, 3)]
    prepared([frame.iloc[:, ::5] for frame in given])  # what is loaded once is loaded

    few = prepared([frame.iloc[:, ::5] for frame in given])
    many = prepared(given)

    assert many < 10 * few


def prepared(given: list[pd.DataFrame]) -> float:
    """Seconds of the processor to align, digest, encode and count."""
    started = process_time()
    tables = align(*given, None)
    digests = {content_digest(table) for table in tables.each}
    codes = row_codes(tables)
    shown = histograms(tables)
    rows, columns = given[0].shape
    assert (len(digests), len(codes[0]), len(shown)) == (3, rows, columns)
    return process_time() - started


AWKWARD: Mapping[str, tuple[Change, Change, Declared]] = {
    "as it is": (as_it_is, as_it_is, Declared()),
    "three rows each": (few, few, Declared()),
    "three synthetic rows": (as_it_is, few, Declared()),
    "one class to predict": (lambda f: f.assign(ill=1), lambda f: f.assign(ill=1), Declared()),
    "one synthetic class": (as_it_is, lambda f: f.assign(ill=0), Declared()),
    "nothing in a synthetic column": (as_it_is, lambda f: gone(f, "job", "pay"), Declared()),
    "nothing in a real column": (lambda f: gone(f, "job", "pay"), as_it_is, Declared()),
    "nothing in a column": (
        lambda f: gone(f, "job", "pay"),
        lambda f: gone(f, "job", "pay"),
        Declared(),
    ),
    "no synthetic target": (as_it_is, lambda f: gone(f, "ill"), Declared()),
    "one value everywhere": (lambda f: f.head(1), lambda f: f.head(1), Declared()),
    "10,000 categories": (
        lambda f: f.assign(job=rare(f)),
        lambda f: f.assign(job=rare(f)),
        Declared(kinds={"job": Kind.CATEGORICAL}),
    ),
    "odd names": (lambda f: f.rename(columns=ODD), lambda f: f.rename(columns=ODD), Declared()),
    "numbers as names": (
        lambda f: f.set_axis([*range(3), "ill", *range(3, 5)], axis=1),
        lambda f: f.set_axis([*range(3), "ill", *range(3, 5)], axis=1),
        Declared(),
    ),
    "dates with and without a zone": (
        lambda f: f.assign(seen=days(f)),
        lambda f: f.assign(seen=days(f, "UTC")),
        Declared(),
    ),
    "nullable types with gaps": (
        lambda f: f.mask(f["age"] < 30).convert_dtypes(),
        lambda f: f.convert_dtypes(),
        Declared(),
    ),
    "numbers beside words": (
        lambda f: f.assign(job=[1, "x", 2.5, None] * 30),
        lambda f: f.assign(job=[1, "y", "x", 7] * 30),
        Declared(),
    ),
    "all that can be declared": (
        lambda f: f.assign(who=range(len(f)), note=f["job"] + " sings"),
        lambda f: f.assign(who=range(len(f)), note=f["job"] + " sings"),
        Declared(
            kinds={"note": Kind.TEXT},
            levels={"job": ("cook", "clerk", "nurse")},
            key=("who",),
            subgroups=("job",),
            quasi_identifiers=("age", "job"),
        ),
    ),
}


def awkward(draw: Draw, case: str) -> Tables:
    to_real, to_synthetic, declared = AWKWARD[case]
    real, holdout, made = (draw(ROWS, seed) for seed in (1, 2, 3))
    real, holdout, made = to_real(real), to_real(holdout), to_synthetic(made)
    return align(real, holdout, made, "ill" if "ill" in real else None, declared)


@pytest.mark.parametrize("case", AWKWARD)
def test_awkward_tables_are_aligned_encoded_and_shown(draw: Draw, case: str) -> None:
    tables = awkward(draw, case)

    assert [len(codes) for codes in row_codes(tables)] == [len(table) for table in tables.each]
    assert [shown["column"] for shown in histograms(tables)] == tables.columns


@pytest.mark.slow
@pytest.mark.parametrize("case", AWKWARD)
def test_awkward_tables_end_in_measurements_or_causes(draw: Draw, case: str) -> None:
    tables = awkward(draw, case)

    found = [
        one
        for info in CATALOGUE.values()
        if info.evaluator and info.profile != "probe"
        for one in measure(tables, info, seed=7)
    ]

    gaps = {(one.metric, one.cause) for one in found if one.status != "measured"}
    assert {gap for gap in gaps if "failed with" in str(gap[1])} == set()
    assert {gap for gap in gaps if "gave no result" in str(gap[1])} == set()
    assert {gap for gap in gaps if "not a number" in str(gap[1])} == set()
