"""Where results go: each format to a place of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from registry.cli.outputs.formats import Output, Target, targets
from registry.errors import InvalidInput


def test_without_a_wish_a_table_goes_to_stdout() -> None:
    assert targets([], None) == [Target(Output.TABLE, None)]


def test_files_are_written_beside_what_is_shown() -> None:
    found = targets(["sarif=out/a.sarif", "junit=b=c.xml"], Output.JSON)

    assert found == [
        Target(Output.JSON, None),
        Target(Output.SARIF, Path("out/a.sarif")),
        Target(Output.JUNIT, Path("b=c.xml")),
    ]


def test_an_output_on_stdout_takes_the_place_of_the_table() -> None:
    assert targets(["github=-"], None) == [Target(Output.GITHUB, None)]


@pytest.mark.parametrize("text", ["sarif", "sarif=", "=a", "pdf=a", "SARIF=a"])
def test_what_is_no_format_with_a_path_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="is no output"):
        targets([text], None)


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [(["github=-"], Output.JSON), (["github=-", "csv=-"], None), (["csv=a", "json=a"], None)],
)
def test_two_formats_for_one_place_are_refused(wanted: list[str], shown: Output | None) -> None:
    with pytest.raises(InvalidInput, match="two formats"):
        targets(wanted, shown)
