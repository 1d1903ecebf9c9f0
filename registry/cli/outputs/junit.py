"""JUnit XML, as CI systems read it: a suite a policy, a case a rule and scope.

There is no standard; this keeps to what the Ant task writes and every reader knows. What could not
be decided is an error and not a failure: the rule was not broken, it was not answered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from xml.sax.saxutils import quoteattr

from registry.cli.outputs.report import WORDS, Report, Result, without_controls

_ELEMENTS: Final[Mapping[str, str]] = {
    "fail": "failure",
    "error": "error",
    "missing": "error",
    "waived": "skipped",
}


def junit(report: Report) -> str:
    """The report as ``<testsuites>``."""
    suites: dict[str, list[Result]] = {}
    for one in report.results:
        suites.setdefault(one.suite, []).append(one)
    counts = _counts(report.results)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        _tag("testsuites", name=report.title, **counts),
    ]
    for name, results in suites.items():
        lines += _suite(name, results, report)
    return "\n".join([*lines, "</testsuites>"])


def _suite(name: str, results: Sequence[Result], report: Report) -> list[str]:
    lines = [_tag("testsuite", name=name, **_counts(results)), "<properties>"]
    said = {"subject": report.subject, "verdict": report.verdict}
    said |= {f"note.{number}": note for number, note in enumerate(report.notes, start=1)}
    lines += [_tag("property", "/", name=key, value=text) for key, text in said.items()]
    lines.append("</properties>")
    for one in results:
        lines += _case(one)
    return [*lines, "</testsuite>"]


def _case(result: Result) -> list[str]:
    place = {"file": result.file, "line": str(result.line) if result.line else None}
    known = {key: text for key, text in place.items() if text}
    head = {"classname": result.suite, "name": f"{result.name} {result.about.title}", **known}
    if result.outcome == "pass":
        return [_tag("testcase", "/", **head)]
    return [_tag("testcase", **head), _outcome(result), "</testcase>"]


def _outcome(result: Result) -> str:
    element = _ELEMENTS.get(result.outcome)
    if element is None:
        return f"<system-out>{_escaped(f'warning: {result.message}')}</system-out>"
    if element == "skipped":
        return _tag("skipped", "/", message=f"{result.excuse or 'waived'}: {result.message}")
    more = f"severity {result.about.severity}\n{result.about.remediation or ''}".strip()
    opened = _tag(element, type=WORDS[result.outcome], message=result.message)
    return f"{opened}{_escaped(more)}</{element}>"


def _counts(results: Sequence[Result]) -> dict[str, str]:
    elements = [_ELEMENTS.get(one.outcome) for one in results]
    return {
        "tests": str(len(elements)),
        "failures": str(elements.count("failure")),
        "errors": str(elements.count("error")),
        "skipped": str(elements.count("skipped")),
    }


def _tag(element: str, close: str = "", /, **attributes: str) -> str:
    given = "".join(f" {key}={_quoted(text)}" for key, text in attributes.items())
    return f"<{element}{given}{close}>"


def _quoted(text: str) -> str:
    return quoteattr(without_controls(text))


def _escaped(text: str) -> str:
    plain = without_controls(text)
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
