from __future__ import annotations

import pandas as pd
import pytest

from evaluators.base import Constraint, Declared, Kind, TableError, Tables
from evaluators.tables import align

BASE = pd.DataFrame({"age": [20, 31, 42], "job": ["a", "b", "a"]})


def refusal(
    *tables: pd.DataFrame, target: str | None = None, declared: Declared | None = None
) -> str:
    with pytest.raises(TableError) as caught:
        align(*tables, target, declared or Declared())
    assert caught.value.where or caught.value.expected
    assert caught.value.todo
    return caught.value.what


def test_one_kind_holds_for_all_tables_and_the_real_ones_choose_it() -> None:
    few = BASE.assign(age=[0, 1, 0])
    wide = BASE.assign(age=[0.5, 1, 0])

    assert align(few, few, few, None).kinds["age"] is Kind.BOOLEAN
    assert align(few, wide, few, None).kinds["age"] is Kind.NUMERIC
    assert align(few, few, wide, None).kinds["age"] is Kind.CATEGORICAL


def test_no_synthetic_cell_turns_codes_into_numbers_that_know_no_wrong_category() -> None:
    codes = BASE.assign(age=[1, 3, 5])
    crowd = BASE.assign(age=[2.5, 3, 4])

    assert align(codes, codes, crowd, None).kinds["age"] is Kind.CATEGORICAL


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


SCALE = ("low", "mid", "high")
RATED = pd.DataFrame({"r": ["mid", "low", None, "high"] * 30, "x": [0.5, 1.0, 1.5, 2.0] * 30})


def thrice(frame: pd.DataFrame, target: str | None = None, **declared: object) -> Tables:
    return align(frame, frame, frame, target, Declared(**declared))  # type: ignore[arg-type]


def test_declared_levels_make_a_column_ordinal_and_its_values_ranks() -> None:
    tables = thrice(RATED, levels={"r": SCALE})

    assert tables.kinds["r"] is Kind.ORDINAL
    assert tables.declared.levels == {"r": SCALE}
    counts = tables.real["r"].value_counts(dropna=False).to_dict()
    assert {rank: counts[rank] for rank in (0.0, 1.0, 2.0)} == {0.0: 30, 1.0: 30, 2.0: 30}
    assert tables.real["r"].isna().sum() == 30


def test_an_ordered_categorical_is_ordinal_by_the_real_tables_levels() -> None:
    ordered = RATED.astype({"r": pd.CategoricalDtype(SCALE, ordered=True)})

    tables = align(ordered, RATED, RATED, None)

    assert tables.kinds["r"] is Kind.ORDINAL
    assert tables.declared.levels["r"] == SCALE
    assert sorted(tables.synthetic["r"].dropna().unique()) == [0.0, 1.0, 2.0]


def test_intervals_of_a_cut_are_levels() -> None:
    frame = RATED.assign(r=pd.cut(RATED["x"], [0, 1, 2]))

    assert thrice(frame).declared.levels["r"] == ("(0, 1]", "(1, 2]")


def test_numbers_declared_ordinal_are_ranked_by_size() -> None:
    tables = thrice(RATED, kinds={"x": Kind.ORDINAL})

    assert tables.declared.levels["x"] == ("0.5", "1", "1.5", "2")
    assert sorted(tables.real["x"].unique()) == [0.0, 1.0, 2.0, 3.0]


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize(("rows", "said"), [(3, "fewer than 10"), (12, "12")])
def test_values_outside_the_levels_are_counted_and_never_quoted(
    place: int, rows: int, said: str
) -> None:
    other = RATED.assign(r=["SECRET"] * rows + RATED["r"].tolist()[rows:])
    frames = [other if i == place else RATED for i in range(3)]

    what = refusal(*frames, declared=Declared(levels={"r": SCALE}))

    role = ("real", "holdout", "synthetic")[place]
    assert what == f"column 'r': {said} values of the {role} table are none of its levels"


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        (Declared(kinds={"r": Kind.NUMERIC}), "90 values of the real table cannot be read"),
        (Declared(kinds={"r": Kind.DATETIME}), "90 values of the real table cannot be read"),
        (Declared(kinds={"r": Kind.ORDINAL}), "ordinal as its kind, and no levels"),
        (Declared(kinds={"r": Kind.BOOLEAN}), "more than two values"),
        (Declared(kinds={"x": Kind.DATETIME}), "datetime as its kind, and holds number"),
        (Declared(kinds={"r": Kind.TEXT}, levels={"r": SCALE}), "levels, and text as its kind"),
        (Declared(levels={"r": ("low", "low")}), "a level twice"),
        (Declared(kinds={"q": Kind.TEXT}), "declared kind 'q' is not a column"),
        (Declared(levels={"q": ("a",)}), "declared level 'q' is not a column"),
        (Declared(key=("q",)), "key 'q' is not a column"),
        (Declared(subgroups=("rr",)), "subgroup 'rr' is not a column (nearest: 'r')"),
        (Declared(quasi_identifiers=("q",)), "quasi-identifier 'q' is not a column"),
        (Declared(constraints=(Constraint("x", "<", "q"),)), "constraint 'q' is not a column"),
        (Declared(constraints=(Constraint("x", "<", "r"),)), "compares number with text"),
        (Declared(constraints=(Constraint("r", "<", "r"),)), "compares text with text"),
        (Declared(subgroups=("x",), kinds={"x": Kind.NUMERIC}), "subgroup 'x' is numeric"),
        (Declared(subgroups=("r",), kinds={"r": Kind.TEXT}), "subgroup 'r' is text"),
        (Declared(kinds={"r": Kind.TEXT, "x": Kind.IDENTIFIER}), "nothing to measure"),
    ],
)
def test_a_declaration_that_cannot_be_followed_is_refused(declared: Declared, said: str) -> None:
    assert said in refusal(RATED, RATED, RATED, declared=declared)


def test_a_target_of_an_excluded_kind_is_refused() -> None:
    declared = Declared(kinds={"r": Kind.IDENTIFIER})

    assert "target 'r' is identifier" in refusal(RATED, RATED, RATED, target="r", declared=declared)


def test_text_declared_numeric_or_datetime_is_parsed() -> None:
    frame = pd.DataFrame(
        {"n": ["1.5", None, "-2e3"], "d": ["2020-01-31", "2021-05-06T07:08", None]}
    )

    tables = thrice(frame, kinds={"n": Kind.NUMERIC, "d": Kind.DATETIME})

    assert sorted(tables.real["n"].dropna()) == [-2000.0, 1.5]
    assert tables.real["d"].max() == pd.Timestamp("2021-05-06 07:08")
    assert tables.real.isna().sum().to_dict() == {"n": 1, "d": 1}


def test_dates_declared_categorical_are_text() -> None:
    frame = RATED.assign(d=pd.Timestamp("2020-01-31"))

    assert thrice(frame, kinds={"d": Kind.CATEGORICAL}).real["d"].tolist()[0].startswith("2020")


def test_a_declared_key_is_an_identifier_and_stays_in_the_frames() -> None:
    tables = thrice(RATED.assign(who=["a", "b"] * 60), key=("who",))

    assert tables.excluded == ["who"]
    assert tables.columns == ["r", "x"]
    assert list(tables.synthetic) == ["r", "x", "who"]


def test_a_code_without_leading_zeros_follows_the_real_table() -> None:
    real = RATED.assign(r=["00123", "4567", "89", "1"] * 30)
    numbers = RATED.assign(r=[4567, 89, 1, 12] * 30)

    tables = align(real, real, numbers, None)

    assert tables.kinds["r"] is Kind.CATEGORICAL
    assert set(tables.synthetic["r"]) == {"4567", "89", "1", "12"}
    assert "different types" in refusal(numbers, numbers, real)
    assert "different types" in refusal(real, real, numbers.assign(r=-1))
