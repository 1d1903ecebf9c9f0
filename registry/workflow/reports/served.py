"""Documents for whoever asks a server for them: printed, and logged as written."""

from pathlib import Path

from registry.workflow.context import Context
from registry.workflow.reports.asked import Asked, made
from registry.workflow.reports.everything import write_all
from registry.workflow.reports.write import log_written, printed


def report_bytes(context: Context, asked: Asked, format: str) -> bytes:
    """The document in a format; raises what `made` would end with where the trail is not whole."""
    document, failure = made(context, asked)
    if failure:
        raise failure
    content = printed(context, document, format)
    log_written(context, [(document, format)])
    return content


def every_report(context: Context, label: str, output: Path | None) -> Path:
    """Every document about NAME@V, in a folder; returns the path of its index."""
    return write_all(context, [label], output)
