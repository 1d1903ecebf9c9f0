"""Writes documents to files, each whole or not at all, and logs that they were written."""

import tempfile
from collections.abc import Iterable
from pathlib import Path

from registry.errors import InvalidInput
from registry.reports.document import Document
from registry.reports.index import file_name
from registry.store.database import writing
from registry.workflow.context import Context, Work
from registry.workflow.find import VERSION


def printed(context: Context, document: Document, format: str) -> bytes:
    """The document in a format, from the company's own templates where it has some."""
    from registry.reports.rendering.render import render

    return render(document, format, context.settings.templates)


def write_report(context: Context, document: Document, format: str, output: Path | None) -> Path:
    """Write to ``output`` (default: the registry's reports folder); returns the path.

    Nothing of what stood there before is lost where the new one cannot be written.
    """
    path = output or context.settings.folder / "reports" / file_name(document, format)
    replace_file(path, printed(context, document, format))
    log_written(context, [(document, format)])
    return path


def log_written(context: Context, written: Iterable[tuple[Document, str]]) -> None:
    """Log each document that was written, and its format."""
    with writing(context.engine) as session:
        for document, format in written:
            Work(context, session).record(
                "report",
                "report.written",
                dataset=_version(document.label),
                details={"kind": document.kind, "format": format, "about": document.label},
            )


def _version(label: str) -> str | None:
    """The version that ``label`` begins with; documents of policies or of everything have none."""
    first = label.split(" ")[0]
    return first if VERSION.fullmatch(first) else None


def replace_file(path: Path, content: bytes) -> None:
    """Put ``content`` at ``path``, whole or not at all."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as made:
            made.write(content)
        Path(made.name).chmod(0o644)
        Path(made.name).replace(path)
    except OSError as error:
        raise InvalidInput(
            f"the report cannot be written: {error.strerror}",
            where=str(path),
            expected="a path that can be written",
            todo="give another with --output",
        ) from error
