"""Annotations: one line each, read back by the runner's own rules."""

from __future__ import annotations

import re

from hypothesis import given
from unit.outputs.reports import FILE, REPORT, reports

from registry.cli.outputs.github import github
from registry.cli.outputs.report import Report

LINE = re.compile(r"::(?P<command>error|warning|notice) (?P<properties>.*?)::(?P<data>.*)")


def read(line: str) -> tuple[str, dict[str, str], str]:
    """A workflow command as the runner reads it: first the shape, then the escapes."""
    match = LINE.fullmatch(line)
    assert match, line
    pairs = (pair.partition("=") for pair in match["properties"].split(","))
    properties = {key: unescaped(text) for key, _, text in pairs}
    return match["command"], properties, unescaped(match["data"])


def unescaped(text: str) -> str:
    for escape, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escape, char)
    return text


@given(reports)
def test_any_names_and_messages_make_one_command_a_line(report: Report) -> None:
    text = github(report, every=True)

    lines = text.split("\n") if text else []
    wanted = [*report.notes, *(one for one in report.results if one.outcome != "pass")]
    assert len(lines) == len(wanted)
    for line in lines:
        _, properties, _ = read(line)
        assert set(properties) <= {"file", "line", "title", ""}


def test_each_outcome_is_the_command_that_it_weighs() -> None:
    found = [read(line) for line in github(REPORT).split("\n")]

    assert [(command, properties["title"]) for command, properties, _ in found] == [
        ("warning", "registry check"),
        ("error", "partner-sharing/FID-001 on claims@1"),
        ("warning", "partner-sharing/FID-002 on claims@1"),
        ("notice", "partner-sharing/PRV-001 on claims@1"),
        ("error", "partner-sharing/DP-001 on claims@1"),
    ]
    _, shape, message = found[1]
    assert (shape["file"], shape["line"]) == (FILE, "12")
    assert message == "too low (worst of 2)"


def test_marks_that_the_runner_acts_on_are_escaped() -> None:
    odd = REPORT.results[2]
    about = odd.about.__class__("p/A-1,B:C", "t")
    report = Report("t", "s", "v", (odd.__class__(about, "p", "fail", "50% off\nnow: a, b"),))

    text = github(report)

    assert text == "::error title=p/A-1%2CB%3AC on s::50%25 off%0Anow: a, b"


def test_a_waiver_says_why() -> None:
    (line,) = (one for one in github(REPORT).split("\n") if one.startswith("::notice"))

    assert "waived by W-1 until 2026-12-01: a pilot: too high" in line
