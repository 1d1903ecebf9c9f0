"""The list of facts is the list of what the registry records."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import registry
from registry.workflow.auditing import vocabulary
from registry.workflow.auditing.vocabulary import FACTS

SOURCES = Path(registry.__file__).parent
FILES = {"log.pub", "log.checkpoint"}
FACT = re.compile(rf"({'|'.join(sorted({one.partition('.')[0] for one in FACTS}))})\.[a-z-]+")


def texts() -> Iterator[str]:
    """Every literal in what records; policies have facts of their own, of another kind."""
    for room in ("workflow", "store"):
        for path in (SOURCES / room).rglob("*.py"):
            if path != Path(vocabulary.__file__):
                yield from _literals(ast.parse(path.read_text()))


def _literals(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def recorded(tree: ast.AST) -> Iterator[str]:
    """The second argument of whatever is called ``record``, where it is written there."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "record":
            yield from (text for one in node.args[1:2] for text in _literals(one) if "." in text)


def test_every_literal_fact_is_in_the_list_and_every_fact_of_the_list_is_recorded() -> None:
    assert {one for one in texts() if FACT.fullmatch(one)} - FILES == set(FACTS)


def test_what_is_recorded_is_called_as_the_list_has_it() -> None:
    trees = [ast.parse(path.read_text()) for path in SOURCES.rglob("*.py")]
    found = {one for tree in trees for one in recorded(tree)}

    assert len(found) > 40
    assert found <= set(FACTS)
