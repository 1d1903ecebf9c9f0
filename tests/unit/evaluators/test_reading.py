from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluators import digest, reading
from evaluators.base import TableError
from evaluators.tables import content_digest, file_digest, read, schema

TEXT = (
    "id,name,score,seen,member\n"
    "1,Ann,0.5,2020-01-31,true\n"
    "2,,NA,2021-02-28,false\n"
    '3,"Łukasz, or ""Luke""",-0.0,,\n'
)
FRAME = pd.DataFrame(
    {
        "id": [1, 2, 3],
        "name": ["Ann", None, 'Łukasz, or "Luke"'],
        "score": [0.5, None, 0.0],
        "seen": [datetime(2020, 1, 31), datetime(2021, 2, 28), None],
        "member": [True, False, None],
    }
)


def refusal(path: Path) -> TableError:
    with pytest.raises(TableError) as caught:
        read(path)
    assert caught.value.where == str(path)
    assert caught.value.expected
    return caught.value


def written(tmp_path: Path, data: bytes, name: str = "t.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


def test_types_and_missing_values_are_read(tmp_path: Path) -> None:
    frame = read(written(tmp_path, TEXT.encode()))

    assert schema(frame) == [
        {"name": "id", "kind": "categorical", "missing": 0.0},
        {"name": "name", "kind": "categorical", "missing": None},
        {"name": "score", "kind": "numeric", "missing": None},
        {"name": "seen", "kind": "datetime", "missing": None},
        {"name": "member", "kind": "boolean", "missing": None},
    ]
    assert frame["name"][2] == 'Łukasz, or "Luke"'


def test_the_same_table_has_one_digest_in_every_format(tmp_path: Path) -> None:
    csv = written(tmp_path, TEXT.encode())
    packed = written(tmp_path, gzip.compress(TEXT.encode()), "t.csv.gz")
    parquet = tmp_path / "t.parquet"
    FRAME.to_parquet(parquet)
    small = tmp_path / "small.parquet"
    FRAME.astype({"id": "int8", "score": "float32", "name": "category"}).to_parquet(small)

    digests = {content_digest(read(path)) for path in (csv, packed, parquet, small)}

    assert len(digests) == 1
    assert digests.pop().startswith("sha256:")
    assert file_digest(csv) != file_digest(packed)


@pytest.mark.parametrize(
    "change",
    [
        lambda f: f[list(f)[::-1]],
        lambda f: f.rename(columns={"id": "key"}),
        lambda f: f.assign(id=[1, 2, 4]),
        lambda f: f.assign(score=[0.5, 0.0, 0.0]),
        lambda f: f.assign(id=["1", "2", "3"]),
        lambda f: f.assign(name=["An", "n", 'Łukasz, or "Luke"']),
        lambda f: f.assign(member=[True, None, False]),
        lambda f: f.iloc[[0, 1, 2, 2]],
    ],
)
def test_any_change_of_content_changes_the_digest(
    change: Callable[[pd.DataFrame], pd.DataFrame],
) -> None:
    assert content_digest(change(FRAME.copy())) != content_digest(FRAME)


def test_a_shuffled_table_has_the_same_digest(draw: Callable[[int, int], pd.DataFrame]) -> None:
    table = pd.concat([draw(300, 1), draw(50, 1)])

    assert content_digest(table.sample(frac=1, random_state=2)) == content_digest(table)
    assert content_digest(FRAME.iloc[::-1]) == content_digest(FRAME)


def test_which_of_its_rows_occurs_twice_changes_the_digest() -> None:
    first, second = FRAME.iloc[[0, 0, 1]], FRAME.iloc[[0, 1, 1]]

    assert content_digest(first) != content_digest(second)


def test_cells_that_change_rows_change_the_digest() -> None:
    table = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})

    assert content_digest(table.assign(b=["y", "x"])) != content_digest(table)


def test_a_digest_does_not_depend_on_how_many_rows_are_encoded_at_a_time(
    draw: Callable[[int, int], pd.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    table = draw(100, 1)
    whole = content_digest(table)
    monkeypatch.setattr(digest, "BLOCK", 7)

    assert content_digest(table) == whole


def test_large_whole_numbers_that_a_float_confuses_have_different_digests() -> None:
    first, second = (pd.DataFrame({"a": [2**53 + i], "b": [1]}) for i in (0, 1))

    assert content_digest(first) != content_digest(second)


def test_a_file_digest_is_that_of_its_bytes(tmp_path: Path) -> None:
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    assert file_digest(written(tmp_path, b"")) == f"sha256:{empty}"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"\n\n", "not a CSV table"),
        (b"a,b\n", "no rows"),
        (b"a,b\n1,2\n3\n", "line 3 has 1 cells"),
        (b"a,b\n1,2\n\n3,4,5\n", "line 4 has 3 cells"),
        (b'a,b\n1,"x\ny"\n2,3,4\n', "line 4 has 3 cells"),
        (b'a,b\n1,"x\n2,y\n', "never closed"),
        (b"a,b\n1,caf\xe9\n", "not UTF-8 at byte 9"),
        (b"a,b\n1,\xc3", "not UTF-8 at byte 6"),
        (b"a,a\n1,2\n", "occur twice: a"),
        (b"a,\n1,2\n", "column 2 has no name"),
        (b"a\n1\n", "one column"),
        (b"a,b,c\n1,,NA\n2,,\n", "hold nothing: b, c"),
        (b"a,b\n1,inf\n2,3\n", "infinite"),
    ],
)
def test_a_csv_file_that_is_no_table_is_refused_with_its_reason(
    tmp_path: Path, data: bytes, said: str
) -> None:
    assert said in refusal(written(tmp_path, data)).what


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "no such file" in refusal(tmp_path / "t.csv").what
    (tmp_path / "d.csv").mkdir()
    assert "no such file" in refusal(tmp_path / "d.csv").what


def test_an_unknown_suffix_is_refused(tmp_path: Path) -> None:
    error = refusal(written(tmp_path, b"a,b\n1,2\n", "t.xlsx"))

    assert "unknown suffix '.xlsx'" in error.what
    assert ".parquet" in str(error.expected)


@pytest.mark.parametrize("data", [b"a,b\n1,2\n", gzip.compress(TEXT.encode())[:-9]])
def test_a_damaged_gzip_file_is_refused(tmp_path: Path, data: bytes) -> None:
    assert "cannot be read" in refusal(written(tmp_path, data, "t.csv.gz")).what


def test_a_damaged_parquet_file_is_refused(tmp_path: Path) -> None:
    assert "not a Parquet file" in refusal(written(tmp_path, b"PAR1 no PAR1", "t.parquet")).what


def test_a_parquet_file_without_rows_is_refused(tmp_path: Path) -> None:
    FRAME.head(0).to_parquet(tmp_path / "t.parquet")

    assert "no rows" in refusal(tmp_path / "t.parquet").what


def test_a_parquet_column_of_lists_is_refused(tmp_path: Path) -> None:
    pd.DataFrame({"a": [1], "b": [[1, 2]]}).to_parquet(tmp_path / "t.parquet")

    assert "'b' is of type list" in refusal(tmp_path / "t.parquet").what


def test_no_error_quotes_a_cell(tmp_path: Path) -> None:
    error = refusal(written(tmp_path, b"a,b\n1,2\nSECRET\n"))

    assert "SECRET" not in repr(vars(error))


@pytest.mark.parametrize("record", ["4711,0.5,Ann", "4711,4711,Ann", "4711,-1e3,NaN"])
def test_a_csv_file_whose_first_line_is_a_record_is_refused_and_not_quoted(
    tmp_path: Path, record: str
) -> None:
    error = refusal(written(tmp_path, f"{record}\n1,2,Bob\n".encode()))

    assert "looks like a record, not a header" in error.what
    assert not [cell for cell in record.split(",") if cell in repr(vars(error))]


def test_a_name_may_be_a_number_if_most_are_not(tmp_path: Path) -> None:
    assert list(read(written(tmp_path, b"town,2020\nYork,1\n"))) == ["town", "2020"]


@pytest.mark.parametrize("cap", ["MAX_BYTES", "MAX_ROWS"])
def test_a_file_beyond_the_caps_is_refused_while_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cap: str
) -> None:
    rows = "a,b\n" + "1,2\n" * 10_000
    packed = written(tmp_path, gzip.compress(rows.encode()), "t.csv.gz")
    parquet = tmp_path / "t.parquet"
    read(packed).to_parquet(parquet)
    monkeypatch.setattr(reading, cap, 9_000)

    assert "too large" in refusal(packed).what
    assert "too large" in refusal(parquet).what


def test_a_late_word_makes_the_whole_column_text(tmp_path: Path) -> None:
    rows = "a,b\n" + "1,2\n" * 400_000 + "x,2\n"

    assert read(written(tmp_path, rows.encode()))["a"].iloc[0] == "1"


def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path: Path) -> None:
    assert list(read(written(tmp_path, b"\xef\xbb\xbfa,b\n1,2\n"))) == ["a", "b"]


def test_a_leading_zero_makes_a_column_of_digits_text(tmp_path: Path) -> None:
    frame = read(written(tmp_path, b'zip,n,x\n00123,10,0.5\n"4567",0,05.5\n,7,1\n'))

    assert frame["zip"].tolist() == ["00123", "4567", None]
    assert frame["n"].tolist() == [10, 0, 7]
    assert frame["x"].tolist() == [0.5, 5.5, 1.0]


def test_an_ordered_dictionary_of_parquet_keeps_its_order(tmp_path: Path) -> None:
    scale = pd.CategoricalDtype(["low", "mid", "high", "never"], ordered=True)
    frame = pd.DataFrame({"a": ["high", "low", None, "mid"] * 50, "b": range(200)})
    frame.astype({"a": scale}).to_parquet(tmp_path / "t.parquet", row_group_size=7)

    column = read(tmp_path / "t.parquet")["a"]

    assert column.dtype == scale
    assert column.astype(object).where(column.notna(), None).tolist() == frame["a"].tolist()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 400), st.integers(1, 400), st.integers(1, 30))
def test_the_share_of_missing_values_shows_no_small_cell(
    missing: int, present: int, minimum: int
) -> None:
    frame = pd.DataFrame({"x": [None] * missing + [0.5] * present})

    share = schema(frame, minimum)[0]["missing"]

    if share is None:
        assert 0 < min(missing, present) < minimum
    else:
        step = max(0.01, minimum / len(frame))
        assert (share == 0) is (missing == 0)
        assert missing / len(frame) <= float(str(share)) + 1e-6 < missing / len(frame) + step + 1e-5
        assert not 0 < min(missing, present) < minimum
