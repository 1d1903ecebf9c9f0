"""The table that long simulations print at the end, whichever processes they ran in."""

from __future__ import annotations

from typing import Any

TITLES = {
    "coverage": "coverage of intervals at 95 per cent",
    "endurance": "how many at once, and how fast",
    "contradiction": "audits of randomised response, true and half its epsilon claimed",
}


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """A line for each case that recorded a figure, in alphabetical order."""
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    found = {report.nodeid: dict(report.user_properties) for report in reports}
    for kind, title in TITLES.items():
        lines = sorted(facts[kind] for facts in found.values() if kind in facts)
        if lines:
            terminalreporter.section(title)
        for line in lines:
            terminalreporter.write_line(line)
