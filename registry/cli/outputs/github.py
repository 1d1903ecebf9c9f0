"""Annotations of GitHub Actions: one line on stdout each, which the runner turns into a mark.

The escapes are those of the runner's own toolkit: ``%``, line ends, and in a property ``:`` and
``,`` too. A step shows ten errors and ten warnings, so each rule speaks once, by its worst scope.
"""

from __future__ import annotations

from typing import Final

from registry.cli.outputs.report import Report, Result, without_controls, worst_of_each

_COMMANDS: Final = {"error": "error", "warning": "warning", "note": "notice"}


def github(report: Report, *, every: bool = False) -> str:
    """The report as workflow commands, a line for each rule that did not pass, or ``every`` scope.

    What must be read before the verdict is believed comes first, as a warning.
    """
    found = [(one, 1) for one in report.results] if every else worst_of_each(report.results)
    lines = [_line("warning", {"title": report.title}, note) for note in report.notes]
    lines += [_annotation(one, alike, report) for one, alike in found if one.outcome != "pass"]
    return "\n".join(lines)


def _annotation(result: Result, alike: int, report: Report) -> str:
    rest = f" (worst of {alike})" if alike > 1 else ""
    title = f"{result.about.id} on {report.subject}"
    place = {"file": result.file or report.file, "line": None, "title": title}
    if result.file and result.line:
        place["line"] = str(result.line)
    message = f"{result.message}{rest}"
    if result.outcome == "waived":
        message = f"{result.excuse or 'waived'}: {message}"
    return _line(_COMMANDS[result.level], place, message)


def _line(command: str, properties: dict[str, str | None], message: str) -> str:
    given = ",".join(f"{key}={_property(text)}" for key, text in properties.items() if text)
    return f"::{command} {given}::{_data(message)}"


def _data(text: str) -> str:
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return without_controls(escaped)


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
