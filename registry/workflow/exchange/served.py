"""A version in other people's formats for whoever asks a server for it: told, and logged."""

from registry.workflow.context import Context
from registry.workflow.exchange.export import exported, log_exported, losses
from registry.workflow.reports.write import printed


def export_file(context: Context, label: str, format: str) -> tuple[str, str]:
    """What the file about NAME@V is called, and its text."""
    found = exported(context, label, format)
    log_exported(context, [found])
    return found.name, found.text


def losses_text(context: Context, label: str, format: str) -> bytes:
    """What a format cannot carry of NAME@V, as a page of Markdown."""
    return printed(context, losses(context, label, format), "md")
