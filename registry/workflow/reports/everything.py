"""Every document about a version in every format, in one folder with an index page."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from registry.reports.document import Document
from registry.reports.index import file_name, index
from registry.reports.numbers import moment
from registry.store.database import reading
from registry.workflow.attempt import refusals_logged
from registry.workflow.context import Context
from registry.workflow.find import version_labelled
from registry.workflow.permissions import require_scope
from registry.workflow.reports.kinds import OF_A_VERSION
from registry.workflow.reports.write import log_written, printed, replace_file


def documents_of(context: Context, label: str) -> tuple[Document, ...]:
    """Every kind of document about NAME@V, from one look at the records."""
    with refusals_logged(context, "report", dataset=label), reading(context.engine) as session:
        require_scope(context, "report")
        found = version_labelled(session, label)
        return tuple(make(context, session, found) for make in OF_A_VERSION.values())


def write_all(context: Context, labels: Sequence[str], output: Path | None = None) -> Path:
    """Write every document about the versions into a folder; returns the path of its index.

    All of it is printed before anything is written, so that a template that fails leaves the
    folder as it was.
    """
    from registry.reports.rendering.render import FORMATS, render_index

    folder = output or context.settings.folder / "reports"
    documents = [one for label in labels for one in documents_of(context, label)]
    files = {
        folder / file_name(one, format): printed(context, one, format)
        for one in documents
        for format in FORMATS
    }
    page = index(documents, FORMATS, moment(context.now()))
    files[folder / "index.html"] = render_index(page, context.settings.templates)
    for path, content in files.items():
        replace_file(path, content)
    log_written(context, _each(documents, FORMATS))
    return folder / "index.html"


def _each(documents: Iterable[Document], formats: Sequence[str]) -> list[tuple[Document, str]]:
    return [(one, format) for one in documents for format in formats]
