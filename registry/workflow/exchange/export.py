"""Exports a version in foreign formats, each with a report of what that format cannot carry."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from registry.exchange.facts import Record
from registry.exchange.format import Format
from registry.exchange.formats import FORMATS
from registry.exchange.lossiness import lossiness
from registry.reports.document import Document
from registry.store.database import reading, writing
from registry.workflow.attempt import refusals_logged
from registry.workflow.context import Context, Work
from registry.workflow.exchange.record import record_of
from registry.workflow.find import version_labelled
from registry.workflow.permissions import require_scope
from registry.workflow.reports.write import replace_file


@dataclass(frozen=True)
class Exported:
    """One file about ``about`` (NAME@V), and the report of what it could not carry."""

    about: str
    format: Format
    name: str
    text: str
    losses: Document


def exported(context: Context, label: str, format: str) -> Exported:
    """NAME@V in the format of that id; raises `InvalidInput` where it cannot be told in it."""
    record = _record(context, label)
    return _written(record, FORMATS[format])


def losses(context: Context, label: str, format: str) -> Document:
    """What the format of that id cannot carry of NAME@V, whether it can be told in it or not."""
    return lossiness(_record(context, label), FORMATS[format])


def every_export(context: Context, label: str) -> tuple[Exported, ...]:
    """NAME@V in every format that can tell of it, from one look at the records."""
    record = _record(context, label)
    return tuple(_written(record, one) for one in FORMATS.values() if one.fits(record) is None)


def write_export(context: Context, one: Exported, output: Path | None) -> Path:
    """Write to ``output`` (default: the registry's reports folder) and log it; returns the path."""
    path = output or context.settings.folder / "reports" / one.name
    replace_file(path, one.text.encode())
    log_exported(context, [one])
    return path


def log_exported(context: Context, written: Iterable[Exported]) -> None:
    """Log each file that was written, for it is made to leave the house."""
    with writing(context.engine) as session:
        for one in written:
            Work(context, session).record(
                "report",
                "report.written",
                dataset=one.about,
                details={"kind": "exchange", "format": one.format.id, "about": one.about},
            )


def _record(context: Context, label: str) -> Record:
    with refusals_logged(context, "report", dataset=label), reading(context.engine) as session:
        require_scope(context, "report")
        return record_of(context, session, version_labelled(session, label))


def _written(record: Record, format: Format) -> Exported:
    text, report = format.written(record), lossiness(record, format)
    return Exported(record.label, format, format.file_name(record), text, report)
