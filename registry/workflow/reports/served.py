"""A document as bytes, for whoever asks for it: printed, and logged as written."""

from registry.workflow.context import Context
from registry.workflow.reports.asked import Asked, made
from registry.workflow.reports.write import log_written, printed


def report_bytes(context: Context, asked: Asked, format: str) -> bytes:
    """The document in a format; raises what `made` would end with where the trail is not whole."""
    document, failure = made(context, asked)
    if failure:
        raise failure
    content = printed(context, document, format)
    log_written(context, [(document, format)])
    return content
