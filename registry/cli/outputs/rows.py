"""What ``policy lint`` and ``policy test`` print, as the report that writers are given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from registry.cli.output import Record
from registry.cli.outputs.report import About, Level, Outcome, Report, Result

_LEVELS: Final[dict[object, Level]] = {"error": "error", "warning": "warning", "info": "note"}
_SEVERITIES: Final = {"error": "high", "warning": "medium", "info": "low"}
_KINDS: Final = {
    "case": "What a test case expects comes out",
    "boundary": "A threshold decides on both of its sides",
    "coverage": "A case sees the rule pass, and not pass",
    "mutant": "A case notices when the policy is weakened",
}
_GAPS: Final = {"uncovered", "survived"}


def of_lint(rows: Sequence[Record]) -> Report:
    """The findings of ``policy lint``."""
    return Report(
        title="registry policy lint",
        subject="policies",
        verdict=f"{len(rows)} findings" if rows else "nothing to remark",
        results=tuple(map(_remark, rows)),
    )


def of_test(rows: Sequence[Record]) -> Report:
    """What ``policy test`` tried and how it came out."""
    failed = sum(row["outcome"] == "fail" for row in rows)
    return Report(
        title="registry policy test",
        subject="policies",
        verdict=f"{failed} of {len(rows)} failed",
        results=tuple(map(_trial, rows)),
    )


def _remark(row: Record) -> Result:
    severity = str(row["severity"])
    about = About(
        id=f"lint/{row['id']}",
        title=str(row["title"]),
        severity=_SEVERITIES.get(severity, "high"),
        level=_LEVELS.get(severity, "error"),
        remediation=_text(row.get("remedy")),
        tags=("policy",),
    )
    return Result(
        about=about,
        suite=str(row["file"]),
        outcome="fail" if about.level == "error" else "warn",
        message=str(row["message"]),
        scope=(str(row["where"]),) if row.get("where") else (),
        file=str(row["file"]),
        line=_line(row),
    )


def _trial(row: Record) -> Result:
    kind, policy, said = str(row["kind"]), str(row["policy"]), str(row["outcome"])
    return Result(
        about=About(f"{policy}/{kind}", _KINDS.get(kind, kind), tags=("policy-test",)),
        suite=policy,
        outcome=_outcome(said),
        message=_text(row["detail"]) or said,
        scope=(str(row["name"]),),
        line=_line(row),
    )


def _outcome(said: str) -> Outcome:
    """A gap in the cases is a warning: whether it fails depends on the threshold asked for."""
    if said == "fail":
        return "fail"
    return "warn" if said in _GAPS else "pass"


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _line(row: Record) -> int | None:
    line = row.get("line")
    return line if isinstance(line, int) else None
