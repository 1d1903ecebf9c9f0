"""The table that long simulations print at the end, whichever processes they ran in."""

from __future__ import annotations

from typing import Any


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """A line for each case that recorded its ``coverage``, in alphabetical order."""
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    found = {report.nodeid: dict(report.user_properties) for report in reports}
    lines = sorted(facts["coverage"] for facts in found.values() if "coverage" in facts)
    if lines:
        terminalreporter.section("coverage of intervals at 95 per cent")
        for line in lines:
            terminalreporter.write_line(line)
