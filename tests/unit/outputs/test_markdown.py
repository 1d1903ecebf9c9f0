"""The summary: a table that stays one whatever the names, and the warning before the verdict."""

from __future__ import annotations

import re

from hypothesis import given
from unit.outputs.reports import REPORT, reports

from registry.cli.outputs.markdown import HEADS, markdown
from registry.cli.outputs.report import Report

UNESCAPED_BAR = re.compile(r"(?<!\\)(?:\\\\)*\|")


@given(reports)
def test_any_names_and_messages_keep_the_table_in_shape(report: Report) -> None:
    lines = markdown(report, every=True).split("\n")

    start = next(index for index, line in enumerate(lines) if line == "| --- " * len(HEADS) + "|")
    rows = lines[start - 1 : start + 1 + len(report.results)]
    assert len(rows) == 2 + len(report.results)
    assert all(len(UNESCAPED_BAR.findall(row)) == len(HEADS) + 1 for row in rows)


@given(reports)
def test_no_name_is_a_tag_a_mention_or_a_link(report: Report) -> None:
    text = markdown(report, every=True)

    bare = re.sub(r"\\.", "", text)
    assert not re.search(r"[<`\[\]]|(?<!\w)@\w|\w://", bare)


def test_what_must_be_read_first_stands_before_the_verdict() -> None:
    text = markdown(REPORT)

    assert text.index("UNSIGNED") < text.index("DENIED")


def test_a_rule_has_one_row_by_its_worst_scope() -> None:
    text = markdown(REPORT)

    (row,) = (line for line in text.split("\n") if line.startswith("| failed"))
    assert row.startswith("| failed | FID-001 | Every column keeps its shape | sex (worst of 2) |")
    assert "FID-001 | Every column keeps its shape | age" not in text
    assert "*Transform the column.*" in text
