"""Real tables with published numbers; every test here is skipped where they are not at hand."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared() -> Path:
    beside = Path(__file__).resolve().parents[2].parent / "shared" / "data"
    folder = Path(os.environ.get("REGISTRY_SHARED_DATA", beside))
    if not (folder / "MANIFEST.md").is_file():
        pytest.skip(f"no real tables at {folder}: set REGISTRY_SHARED_DATA to their folder")
    return folder
