"""Where the version of a request would be allowed today, where it is not as it was asked for."""

from registry.errors import Conflict
from registry.policy.answers.alternatives import Alternative, alternatives
from registry.store.database import reading
from registry.workflow.changed import wanted_by
from registry.workflow.context import Context
from registry.workflow.explain import inquired
from registry.workflow.find import request_labelled, version_of
from registry.workflow.in_use import require_in_use
from registry.workflow.permissions import require_scope


def nearby(context: Context, label: str) -> list[Alternative]:
    """The allowed contexts nearest to that of R-17; none where its version is out of use."""
    require_scope(context, "report")
    with reading(context.engine) as session:
        request = request_labelled(session, label)
        found = version_of(session, request)
        try:
            require_in_use(found)
        except Conflict:
            return []
        inquiry = inquired(context, session, found, wanted_by(request))
    return alternatives(inquiry)
