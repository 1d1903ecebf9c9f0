"""Which reports were written, by whom and when, as the log has it."""

from collections.abc import Iterator

from registry.workflow.auditing.asking import Question
from registry.workflow.context import Context
from registry.workflow.permissions import require_scope
from registry.workflow.query import query


def reports_written(context: Context) -> Iterator[dict[str, object]]:
    """A record for each report written, oldest first."""
    require_scope(context, "report")
    for event in query(context, Question(fact="report.written")):
        details = event["details"]
        assert isinstance(details, dict)
        yield {
            "event": event["seq"],
            "at": event["at"],
            "by": event["actor"],
            "about": details.get("about") or event["dataset"],
            "kind": details["kind"],
            "format": details["format"],
        }
