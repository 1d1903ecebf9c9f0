"""A summary in GitHub's Markdown, for a job summary or the comment on a pull request."""

from __future__ import annotations

import re
from typing import Final

from registry.cli.outputs.report import WORDS, Report, Result, without_controls, worst_of_each

_ACTIVE: Final = re.compile(r"([\\`*_\[\]#|~<>&$]|(?<!\w)@|:(?=\S))")
HEADS: Final = ("outcome", "rule", "title", "scope", "observed", "expected", "policy")


def markdown(report: Report, *, every: bool = False) -> str:
    """The verdict, what must be read with it, and a table: a row a rule, or ``every`` scope."""
    found = [(one, 1) for one in report.results] if every else worst_of_each(report.results)
    lines = [f"## {_escaped(report.title)}: {_escaped(report.subject)}", ""]
    for note in report.notes:
        lines += [f"> **{_escaped(note)}**", ""]
    lines += [_escaped(report.verdict), "", _row(HEADS), _row(["---"] * len(HEADS))]
    lines += [_row([_escaped(text) for text in _cells(one, alike)]) for one, alike in found]
    return "\n".join([*lines, *_reasons(found)])


def _reasons(found: list[tuple[Result, int]]) -> list[str]:
    reasons = [
        f"- **{_escaped(one.name)}**: {_escaped(one.message)}{_remedy(one)}"
        for one, _ in found
        if one.outcome != "pass"
    ]
    return ["", *reasons] if reasons else []


def _remedy(result: Result) -> str:
    return f" *{_escaped(result.about.remediation)}*" if result.about.remediation else ""


def _cells(result: Result, alike: int) -> list[str]:
    rest = f" (worst of {alike})" if alike > 1 else ""
    return [
        WORDS[result.outcome],
        result.about.id.rpartition("/")[2],
        result.about.title,
        ", ".join(result.scope) + rest,
        result.observed or "",
        result.expected or "",
        result.suite,
    ]


def _row(cells: list[str] | tuple[str, ...]) -> str:
    return "| " + " | ".join(cells) + " |"


def _escaped(text: str) -> str:
    """Text that stays text: on one line, with a backslash before all that Markdown acts on."""
    line = " ".join(without_controls(text).split())
    return _ACTIVE.sub(r"\\\1", line)
