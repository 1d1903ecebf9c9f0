"""Runs the matrix of attacks and writes `docs/hostile-administrator.md` from what came of it."""

import sys
from pathlib import Path

import pytest
from hostility.page import page

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "hostile-administrator.md"


class Results:
    """Takes down the outcome that each test reports."""

    def __init__(self) -> None:
        self.outcomes: dict[tuple[str, str], str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Called by pytest after every step of a test."""
        found = dict(report.user_properties)
        if report.when == "call" and "attack" in found:
            key = (str(found["attack"]), str(found["database"]))
            self.outcomes[key] = str(found["outcome"])


def main() -> int:
    """Exit code 0 where every attack ended as stated and the page was written."""
    results = Results()
    code = pytest.main([str(ROOT / "tests" / "hostility" / "test_matrix.py"), "-q"], [results])
    if code == 0:
        PAGE.write_text(page(results.outcomes))
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
