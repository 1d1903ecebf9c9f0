"""What is printed: one record set in five formats, and nothing that a reader would run."""

import csv
import io
import json

import pytest

from registry.cli.output import Format, say, show_list, show_one

RECORDS: list[dict[str, object]] = [
    {"version": "claims@1", "epsilon": 2.0, "rows": 120, "needs": {"steward": 1}, "hidden": "h"},
    {"version": "claims@2", "epsilon": None, "rows": 7, "needs": {}, "hidden": "h"},
]
COLUMNS = ["version", "epsilon", "rows", "needs"]
DIGEST = "sha256:" + "0123456789abcdef" * 4
Capture = pytest.CaptureFixture[str]


def printed(capsys: Capture) -> str:
    """What went to stdout; nothing may have gone to stderr."""
    out, err = capsys.readouterr()
    assert err == ""
    return out


def test_a_table_has_a_header_a_rule_and_a_line_a_record(capsys: Capture) -> None:
    show_list(RECORDS, COLUMNS, Format.TABLE)

    assert printed(capsys).splitlines() == [
        "version   epsilon  rows  needs",
        "--------  -------  ----  ---------",
        "claims@1  2        120   steward 1",
        "claims@2  -        7     -",
    ]


def test_json_is_a_list_of_whole_records(capsys: Capture) -> None:
    show_list(RECORDS, COLUMNS, Format.JSON)

    assert json.loads(printed(capsys)) == RECORDS


def test_ndjson_is_a_whole_record_a_line(capsys: Capture) -> None:
    show_list(RECORDS, COLUMNS, Format.NDJSON)

    assert [json.loads(line) for line in printed(capsys).splitlines()] == RECORDS


def test_ndjson_streams_and_prints_each_record_before_it_asks_for_the_next(
    capsys: Capture,
) -> None:
    seen: list[str] = []

    def records() -> object:
        yield RECORDS[0]
        seen.append(printed(capsys))
        yield RECORDS[1]

    show_list(records(), COLUMNS, Format.NDJSON)  # type: ignore[arg-type]

    assert [json.loads(line) for line in seen] == RECORDS[:1]


def test_csv_has_the_columns_and_leaves_what_is_absent_empty(capsys: Capture) -> None:
    show_list(RECORDS, COLUMNS, Format.CSV)

    assert list(csv.reader(io.StringIO(printed(capsys)))) == [
        COLUMNS,
        ["claims@1", "2.0", "120", "steward 1"],
        ["claims@2", "", "7", ""],
    ]


def test_markdown_is_a_table_of_the_columns(capsys: Capture) -> None:
    show_list(RECORDS, COLUMNS, Format.MD)

    assert printed(capsys).splitlines() == [
        "| version | epsilon | rows | needs |",
        "| --- | --- | --- | --- |",
        "| claims@1 | 2 | 120 | steward 1 |",
        "| claims@2 | - | 7 | - |",
    ]


@pytest.mark.parametrize("format", Format)
def test_quiet_is_the_first_column_alone_in_every_format(format: Format, capsys: Capture) -> None:
    show_list(RECORDS, COLUMNS, format, quiet=True)
    show_one(RECORDS[0], format, quiet=True)

    assert printed(capsys) == "claims@1\nclaims@2\nclaims@1\n"


@pytest.mark.parametrize(
    ("format", "expected"),
    [
        (Format.JSON, "[]\n"),
        (Format.NDJSON, ""),
        (Format.CSV, "version,rows\n"),
        (Format.MD, "| version | rows |\n| --- | --- |\n"),
    ],
)
def test_no_records_are_still_well_formed(format: Format, expected: str, capsys: Capture) -> None:
    show_list([], ["version", "rows"], format)

    assert printed(capsys) == expected


def test_an_empty_table_says_so_on_stderr(capsys: Capture) -> None:
    show_list([], COLUMNS, Format.TABLE, empty="nothing waits")

    assert capsys.readouterr() == ("", "nothing waits\n")


def test_quiet_prints_nothing_where_there_is_nothing(capsys: Capture) -> None:
    show_list([], COLUMNS, Format.TABLE, quiet=True)

    assert printed(capsys) == ""


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\n=1", '=HYPERLINK("x")']
)
def test_csv_has_no_cell_that_a_spreadsheet_would_run(text: str, capsys: Capture) -> None:
    show_list([{"name": text}], ["name"], Format.CSV)

    _, (cell,) = csv.reader(io.StringIO(printed(capsys), newline=""))
    assert cell == "'" + text


@pytest.mark.parametrize("text", ["\r=1+1", "fine\r=1+1", "fine\r\n=1+1"])
def test_csv_has_no_cell_that_ends_its_row_and_begins_another(text: str, capsys: Capture) -> None:
    show_list([{"name": text}], ["name"], Format.CSV)

    out = printed(capsys)
    assert len(list(csv.reader(io.StringIO(out, newline="")))) == 2
    assert "\r" not in out


def test_csv_leaves_numbers_and_harmless_text_as_they_are(capsys: Capture) -> None:
    show_list([{"a": -0.5, "b": "a=b", "c": "x, y", "d": 1e-9}], ["a", "b", "c", "d"], Format.CSV)

    assert printed(capsys) == 'a,b,c,d\n-0.5,a=b,"x, y",1e-09\n'


def test_csv_numbers_keep_every_digit(capsys: Capture) -> None:
    show_list([{"value": 0.1234567890123}], ["value"], Format.CSV)

    assert printed(capsys) == "value\n0.1234567890123\n"


def test_a_pipe_in_a_cell_does_not_end_it_in_markdown(capsys: Capture) -> None:
    show_list([{"reason": "a|b\\|c\nd"}], ["reason"], Format.MD)

    assert printed(capsys).splitlines()[2] == "| a\\|b\\\\\\|c d |"


@pytest.mark.parametrize("format", Format)
def test_an_id_is_never_cut(format: Format, capsys: Capture) -> None:
    name = "n" * 100 + "@123456789"

    show_list([{"version": name, "digest": DIGEST}], ["version", "digest"], format)
    show_one({"version": name, "digest": DIGEST}, format)

    out = printed(capsys)
    assert out.count(name) == 2
    assert out.count(DIGEST) == 2


@pytest.mark.parametrize("format", [Format.TABLE, Format.MD])
def test_text_cannot_move_the_cursor_or_fake_a_line(format: Format, capsys: Capture) -> None:
    text = "fine\x1b[2J\r\n| claims@9 | allowed |\u202e"

    show_list([{"reason": text}], ["reason"], format)

    out = printed(capsys)
    assert len(out.splitlines()) == 3
    assert all(char.isprintable() for char in out.replace("\n", ""))


def test_one_record_is_a_line_a_field(capsys: Capture) -> None:
    show_one({"version": "claims@1", "rows": 3, "needs": ["a", "b"], "end": None}, Format.TABLE)

    assert printed(capsys).splitlines() == [
        "version  claims@1",
        "rows     3",
        "needs    a, b",
        "end      -",
    ]


def test_one_record_is_one_json_object(capsys: Capture) -> None:
    show_one({"roles": frozenset({"b", "a"}), "rows": 3}, Format.JSON)

    assert json.loads(printed(capsys)) == {"roles": ["a", "b"], "rows": 3}


@pytest.mark.parametrize("format", [Format.NDJSON, Format.CSV, Format.MD])
def test_one_record_in_the_other_formats_is_a_list_of_one(format: Format, capsys: Capture) -> None:
    show_one(RECORDS[0], format)
    one = printed(capsys)

    show_list(RECORDS[:1], list(RECORDS[0]), format)

    assert printed(capsys) == one


def test_messages_go_to_stderr(capsys: Capture) -> None:
    say("a message")

    assert capsys.readouterr() == ("", "a message\n")


@pytest.mark.parametrize("form", [Format.JSON, Format.NDJSON])
def test_json_has_a_word_for_what_is_without_bound(capsys: Capture, form: Format) -> None:
    record = {"epsilon": float("inf"), "findings": ({"margin": float("-inf")}, {"margin": 0.5})}

    show_list([record], ["epsilon"], form)

    text = printed(capsys)
    (found,) = json.loads(text) if form is Format.JSON else [json.loads(text)]
    assert found == {"epsilon": "inf", "findings": [{"margin": "-inf"}, {"margin": 0.5}]}
