"""Every command is a call of the API, or docs/api.md says why it is none; and that page is true."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from web.desks import Desktop

from registry.cli.commands import COMMANDS
from registry.cli.lazily import opened

PAGE = Path(__file__).parents[2] / "docs" / "api.md"
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
CODE = re.compile(r"`([^`]+)`")


def rows(heading: str) -> list[list[str]]:
    """The cells of the table under a heading of the page."""
    section = PAGE.read_text().partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def commands() -> set[str]:
    """Every command that the command line has, as it is typed."""
    return {found for name in COMMANDS for found in below(opened(name), name)}


def below(command: Any, path: str) -> Iterator[str]:
    inner = getattr(command, "commands", None)
    if inner is None:
        yield path
        return
    for name, one in inner.items():
        yield from below(one, f"{path} {name}")


def without_options(command: str) -> str:
    return command.partition(" --")[0]


def test_every_command_is_a_call_or_has_a_reason_to_be_none() -> None:
    calls = {without_options(one) for row in rows("Calls") for one in CODE.findall(row[2])}
    beside = {
        one: row[1]
        for row in rows("Commands that stay beside the registry")
        for one in CODE.findall(row[0])
    }

    assert calls & set(beside) == set()
    assert sorted(commands() - calls - set(beside)) == []
    assert sorted((calls | set(beside)) - commands()) == []
    assert [one for one, why in beside.items() if len(why) < 20] == []


@SQLITE
def test_the_page_lists_every_call_in_the_words_of_the_description(desktop: Desktop) -> None:
    described = {
        f"{method.upper()} {path.removeprefix('/api/v1')}": first_sentence(operation)
        for path, item in desktop.app.openapi()["paths"].items()
        for method, operation in item.items()
    }

    assert {row[0].strip("`"): row[1] for row in rows("Calls")} == described


def first_sentence(operation: dict[str, Any]) -> str:
    """The first paragraph, on one line, in the page's own marks."""
    paragraph: str = operation["description"].partition("\n\n")[0]
    return paragraph.replace("\n", " ").replace("``", "`")
