"""Long simulations, run by `make soak` and by nothing else, and the table they print at the end."""

from __future__ import annotations

from typing import Any

import pytest

LINES: list[str] = []


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "soak: takes minutes; runs in `make soak` alone")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Unless soak is asked for by its mark, leave it out, wherever else the tests are run."""
    if "soak" in (config.option.markexpr or ""):
        return
    out = [item for item in items if item.get_closest_marker("soak")]
    items[:] = [item for item in items if item not in out]
    if out:
        config.hook.pytest_deselected(items=out)


@pytest.fixture
def report() -> list[str]:
    """Lines of the table."""
    return LINES


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if LINES:
        terminalreporter.section("coverage of intervals at 95 per cent")
        for line in LINES:
            terminalreporter.write_line(line)
