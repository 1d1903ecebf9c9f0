"""Writes a check, or the rows of another command, in any of the formats."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from registry.cli import findings
from registry.cli.output import Format, Record, list_as_text, show_list
from registry.cli.outputs.formats import Output, Target, targets

if TYPE_CHECKING:
    from registry.cli.outputs.report import Report
    from registry.workflow.checked import Checked


def write_check(checked: Checked, targets: Sequence[Target], *, every: bool, quiet: bool) -> None:
    """Put a check wherever it is wanted; ``quiet`` is for what goes to stdout as data."""
    for target in targets:
        if target.format.data is not None:
            bare = quiet and target.path is None
            text = findings.text_of(checked, target.format.data, every=every, quiet=bare)
        else:
            text = written(_report(checked), target.format, every=every)
        target.write(text)


def show_rows(
    rows: Sequence[Record],
    columns: Sequence[str],
    report: Report,
    wanted: Sequence[str],
    format: Format,
    *,
    quiet: bool,
    empty: str,
) -> None:
    """Rows on stdout as ``show_list`` prints them, and wherever else they are ``wanted``.

    What goes to stdout by ``-o`` takes the place of the table.
    """
    for target in targets(wanted, None if format is Format.TABLE else Output(format.value)):
        if target.format.data is None:
            target.write(written(report, target.format, every=True))
        elif target.path is None:
            show_list(rows, columns, target.format.data, quiet=quiet, empty=empty)
        else:
            target.write(list_as_text(rows, columns, target.format.data))


def written(report: Report, format: Output, *, every: bool = False) -> str:
    """A report in one of the formats that CI systems read."""
    if format is Output.SARIF:
        from importlib.metadata import version

        from registry.cli.outputs.sarif import sarif

        return sarif(report, version("synthetic-data-registry"), passes=every)
    if format is Output.JUNIT:
        from registry.cli.outputs.junit import junit

        return junit(report)
    if format is Output.GITHUB:
        from registry.cli.outputs.github import github

        return github(report, every=every)
    from registry.cli.outputs.markdown import markdown

    return markdown(report, every=every)


def _report(checked: Checked) -> Report:
    from registry.cli.outputs.decided import report

    return report(checked, findings.verdict(checked))
