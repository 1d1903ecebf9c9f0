"""Doctor is green after the quickstart, and names what is wrong after each of five faults."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from quickstarts import Quickstart


def findings(quickstart: Quickstart) -> tuple[int, dict[str, str]]:
    """The exit code, and every fault by the check that found it."""
    done = quickstart.run("doctor", "--format", "json")
    rows = json.loads(done.stdout)
    found = rows["findings"] if isinstance(rows, dict) else rows
    return done.returncode, {row["check"]: row["what"] for row in found if row["level"] == "fault"}


def run_sql(folder: Path, *statements: str) -> None:
    with sqlite3.connect(folder / "registry.db") as connection:
        for statement in statements:
            connection.execute(statement)
