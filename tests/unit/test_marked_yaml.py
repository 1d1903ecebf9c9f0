"""YAML as people write it: plain data, YAML 1.2 scalars, and the place of everything wrong."""

from __future__ import annotations

import math
from typing import Annotated

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field

from registry.errors import InvalidInput
from registry.marked_yaml import Mark, load, validate


class Column(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")
    name: str
    share: float | None = None


class Table(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")
    title: str
    row_count: Annotated[int, Field(alias="rowCount", ge=1)]
    columns: tuple[Column, ...] = ()
    pair: Annotated[tuple[str, ...], Field(min_length=2)] = ("a", "b")


def refused(source: bytes | str) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        load(source.encode() if isinstance(source, str) else source, "f.yaml")
    return caught.value


def invalid(source: str) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        validate(Table, load(source.encode(), "f.yaml"))
    return caught.value


@pytest.mark.parametrize(
    "word", ["NO", "yes", "on", "off", "y", "2027-03-31", "1_000", "12:30", "0b1"]
)
def test_words_that_yaml_1_1_would_convert_stay_text(word: str) -> None:
    assert load(f"key: {word}".encode(), "f").data == {"key": word}


@pytest.mark.parametrize(
    ("scalar", "value"),
    [
        ("1e-6", 1e-6),
        ("-3", -3),
        ("+.5", 0.5),
        ("010", 10),
        ("0o17", 15),
        ("0xFF", 255),
        ("1.", 1.0),
        ("true", True),
        ("False", False),
        ("~", None),
        ("", None),
        ("-.inf", -math.inf),
        ("'1'", "1"),
        ('"true"', "true"),
        ("''", ""),
    ],
)
def test_scalars_follow_the_yaml_1_2_core_schema(scalar: str, value: object) -> None:
    document = load(f"key: {scalar}".encode(), "f")

    found = document.data["key"]
    assert found == value
    assert type(found) is type(value)


def test_nan_is_read_and_left_for_the_model_to_refuse() -> None:
    assert math.isnan(load(b"key: .nan", "f").data["key"])


def test_every_key_and_item_has_its_line_and_column() -> None:
    document = load(b"a:\n  b: 1\n  c:\n    - x\n    - y: 2\n", "f")

    assert document.marks["a", "c"] == Mark(3, 3)
    assert document.marks["a", "c", 0] == Mark(4, 7)
    assert document.marks["a", "c", 1, "y"] == Mark(5, 7)
    assert document.where(("a", "b")) == "f:2:3"


def test_columns_count_characters_and_not_bytes() -> None:
    assert load("{é: 1, b: 2}".encode(), "f").marks["b",] == Mark(1, 8)


def test_where_falls_back_to_the_nearest_parent() -> None:
    document = load(b"a:\n  b: 1\n", "f")

    assert document.where(("a", "z", 3)) == "f:1:1"
    assert document.where(("z",)) == "f:1:1"


def test_a_byte_order_mark_at_the_start_is_no_content() -> None:
    assert load("\ufeffa: 1".encode(), "f").data == {"a": 1}


@pytest.mark.parametrize(
    ("source", "where", "what"),
    [
        ("", "f.yaml:1:1", "empty"),
        ("# only a comment\n", "f.yaml:1:1", "empty"),
        ("---\n...\n", "f.yaml:1:1", "empty"),
        ("a: 1\n---\nb: 2\n", "f.yaml:2:1", "second document"),
        ("a: &x 1\nb: 2\n", "f.yaml:1:4", "anchor &x"),
        ("a: &x 1\nb: *x\n", "f.yaml:1:4", "anchor &x"),
        ("a: *x\n", "f.yaml:1:4", "alias *x"),
        ("a: !!str 1\n", "f.yaml:1:4", "tag"),
        ("a: !python/object:os.system 1\n", "f.yaml:1:4", "tag"),
        ("a: 1\n<<: {b: 2}\n", "f.yaml:2:1", "merge key"),
        ("a: 1\nb: 2\na: 3\n", "f.yaml:3:1", "duplicate key 'a'"),
        ("a: {b: 1, b: 2}\n", "f.yaml:1:11", "duplicate key 'b'"),
        ("a: 1\n2: x\n", "f.yaml:2:1", "not text"),
        ("null: x\n", "f.yaml:1:1", "not text"),
        ("? [a]\n: x\n", "f.yaml:1:3", "not text"),
        ("a: [1, 2\nb: 3\n", "f.yaml:2:2", "not readable"),
        ("a: 'x\n", "f.yaml:2:1", "not readable"),
        ("a:\n\tb: 1\n", "f.yaml:2:1", "not readable"),
        ("a: 1e999\n", "f.yaml:1:4", "too large"),
        ("a: 9007199254740993\n", "f.yaml:1:4", "too large"),
        ("a: " + "9" * 5000 + "\n", "f.yaml:1:4", "too large"),
        ("a: 1\nb: \x1b[31m\n", "f.yaml:2:4", "not printable"),
        ("%YAML 1.1\n---\na: NO\n", "f.yaml:1:1", "YAML"),
    ],
)
def test_what_could_be_read_two_ways_is_refused_at_its_place(
    source: str, where: str, what: str
) -> None:
    error = refused(source)

    assert what in error.what
    assert error.where == where
    assert error.expected


def test_only_utf_8_is_read() -> None:
    error = refused(b"a: 1\nb: \xff\n")

    assert error.where == "f.yaml:2:4"
    assert "UTF-8" in str(error.expected)
    assert "UTF-8" in refused("a: 1".encode("utf-16")).what


def test_size_depth_and_number_of_nodes_are_bounded() -> None:
    assert "bytes" in refused(b"a" * ((1 << 20) + 1)).what
    assert "nested" in refused("[" * 34 + "]" * 34).what
    assert "nested" in refused("[" * 100_000).what
    assert "too large" in refused("[" + "1," * 60_000 + "]").what


def test_thirty_two_levels_are_not_too_deep() -> None:
    load(b"[" * 32 + b"]" * 32, "f")


@settings(derandomize=True, max_examples=300)
@given(st.binary(max_size=60) | st.text("ab:-[]{}'\"&*!|>%#?, \n\t~1", max_size=40).map(str.encode))
def test_any_bytes_are_read_or_refused_with_a_place(source: bytes) -> None:
    try:
        document = load(source, "f.yaml")
    except InvalidInput as error:
        assert str(error.where).startswith("f.yaml")
    else:
        assert () in document.marks


def test_a_document_that_fits_becomes_the_model() -> None:
    source = b"title: t\nrowCount: 3\ncolumns: [{name: a, share: 1}]\n"

    table = validate(Table, load(source, "f"))

    assert table.columns[0].name == "a"
    assert table.columns[0].share == 1.0


def test_a_part_of_a_document_can_be_validated_with_its_places() -> None:
    source = b"table:\n  title: t\n  rowCount: 0\n"

    with pytest.raises(InvalidInput) as caught:
        validate(Table, load(source, "f"), ("table",))

    assert caught.value.where == "f:3:3"
    assert caught.value.what == "table.rowCount is 0"


def test_a_single_problem_has_its_place_in_where() -> None:
    error = invalid("title: t\nrowCount: three\n")

    assert error.where == "f.yaml:2:1"
    assert error.what == "rowCount is 'three'"
    assert error.expected == "a valid integer"


def test_an_unknown_key_names_the_nearest_key_of_its_level() -> None:
    error = invalid("title: t\nrowCount: 1\ncolumns:\n  - {name: a, shar: 1}\n")

    assert error.where == "f.yaml:4:15"
    assert error.what == "columns[0] has the unknown key 'shar'"
    assert "'share'" in str(error.expected)


def test_an_unknown_key_near_none_lists_those_of_its_level() -> None:
    error = invalid("title: t\nrowCount: 1\nzzz: 1\n")

    assert error.expected == "one of: columns, pair, rowCount, title"


def test_a_missing_key_is_told_where_it_belongs() -> None:
    error = invalid("title: t\ncolumns: [{name: a}, {share: 1}]\nrowCount: 1\n")

    assert error.where == "f.yaml:2:22"
    assert "lacks the key 'name'" in error.what


def test_all_problems_are_told_at_once_in_the_order_of_the_file() -> None:
    error = invalid("titel: t\nrowCount: 0\ncolumns: [{name: 1}]\n")

    lines = error.what.splitlines()
    assert lines[0] == "f.yaml has 4 problems:"
    places = [tuple(map(int, line.split(": ")[0].strip().split(":")[1:])) for line in lines[1:]]
    assert places == sorted(places)
    assert "rowCount is 0; expected greater than or equal to 1" in error.what


def test_wrong_items_do_not_also_make_their_list_too_short() -> None:
    assert invalid("title: t\nrowCount: 1\npair: [1, b]\n").what == "pair[0] is 1"
    assert invalid("title: t\nrowCount: 1\npair: [a]\n").expected == "at least 2 of them"


def test_many_problems_fit_one_screen() -> None:
    columns = "".join(f"  - {{nam: {number}}}\n" for number in range(50))

    error = invalid(f"title: t\nrowCount: 1\ncolumns:\n{columns}")

    assert len(str(error).splitlines()) <= 24
    assert "and 85 more" in error.what


def test_a_document_that_is_no_mapping_says_so() -> None:
    assert invalid("[1, 2]").what == "the document is a list of 2"
    assert invalid("[1, 2]").expected == "a mapping of keys"


def test_shown_values_are_short_and_inert() -> None:
    error = invalid('title: t\nrowCount: "\\e[31m' + "x" * 500 + '"\n')

    assert len(error.what) < 100
    assert "\x1b" not in str(error)
