"""Writes a document to a file, whole or not at all, and logs that it was written."""

import tempfile
from pathlib import Path

from registry.errors import InvalidInput
from registry.reports.document import Document
from registry.store.database import writing
from registry.workflow.context import Context, Work
from registry.workflow.find import VERSION


def printed(context: Context, document: Document, format: str) -> bytes:
    """The document in a format, from the company's own templates where it has some."""
    from registry.reports.rendering.render import render

    return render(document, format)


def write_report(context: Context, document: Document, format: str, output: Path | None) -> Path:
    """Write to ``output`` (default: the registry's reports folder); returns the path.

    Nothing of what stood there before is lost where the new one cannot be written.
    """
    name = f"{document.label}-{document.kind}.{format}".replace("/", "-").replace(" ", "-")
    path = output or context.settings.folder / "reports" / name
    _replace(path, printed(context, document, format))
    with writing(context.engine) as session:
        Work(context, session).record(
            "report",
            "report.written",
            dataset=_version(document.label),
            details={"kind": document.kind, "format": format, "about": document.label},
        )
    return path


def _version(label: str) -> str | None:
    """The version that ``label`` begins with; documents of policies or of everything have none."""
    first = label.split(" ")[0]
    return first if VERSION.fullmatch(first) else None


def _replace(path: Path, content: bytes) -> None:
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
