"""What is spilled to disk holds rows of the real table: nobody else sees it, and it goes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from evaluators.base import Kind, Tables
from evaluators.counting.source import source
from evaluators.counting.spill import spill


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


def test_what_is_spilled_goes_with_the_tables() -> None:
    frame = pd.DataFrame({"x": [1.5, 2.5]})
    tables = Tables(frame, frame, frame, {"x": Kind.NUMERIC})
    place = source(tables).spilled
    place.mkdir()
    (place / "rows").write_text("1")

    del tables

    assert not place.exists()


def test_nobody_else_can_open_the_place() -> None:
    assert spill().parent.stat().st_mode & 0o077 == 0


def test_what_a_dead_process_spilled_is_removed_by_the_next() -> None:
    home = spill().parent
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    left, own = home / f"{dead.pid}-abc", home / f"{os.getpid()}-abc"
    left.mkdir()
    own.mkdir()

    spill()

    assert not left.exists()
    assert own.exists()


def test_a_place_that_others_can_open_is_not_used() -> None:
    open_to_all = spill().parent
    open_to_all.chmod(0o755)

    assert spill().parent != open_to_all
