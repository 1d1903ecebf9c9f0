"""One document of one version."""

from registry.errors import InvalidInput
from registry.reports.document import Document
from registry.store.database import reading
from registry.workflow.attempt import refusals_logged
from registry.workflow.context import Context
from registry.workflow.find import version_labelled
from registry.workflow.permissions import require_scope
from registry.workflow.reports.kinds import OF_A_VERSION


def report(context: Context, label: str, kind: str) -> Document:
    """The document of ``kind`` about NAME@V; raises `InvalidInput` for a kind there is not."""
    if kind not in OF_A_VERSION:
        raise InvalidInput(
            f"there is no report {kind!r} of a version", expected=", ".join(OF_A_VERSION)
        )
    with refusals_logged(context, "report", dataset=label), reading(context.engine) as session:
        require_scope(context, "report")
        return OF_A_VERSION[kind](context, session, version_labelled(session, label))
