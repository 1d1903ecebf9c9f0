"""Two versions side by side, from what is stored of each."""

from registry.reports.document import Document
from registry.store.database import reading
from registry.workflow.attempt import refusals_logged
from registry.workflow.context import Context
from registry.workflow.find import version_labelled
from registry.workflow.permissions import require_scope
from registry.workflow.reports.version import version_facts


def compare(context: Context, first: str, second: str) -> Document:
    """The version ``second`` against ``first``, both NAME@V."""
    from registry.reports.comparison import comparison

    with refusals_logged(context, "report", dataset=second), reading(context.engine) as session:
        require_scope(context, "report")
        sides = [
            version_facts(context, session, version_labelled(session, label))
            for label in (first, second)
        ]
    return comparison(*sides)
