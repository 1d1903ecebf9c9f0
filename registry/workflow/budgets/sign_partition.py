"""Signs a partition that somebody else declared: from then on its parts compose in parallel."""

from registry.records import Source
from registry.workflow.attempt import attempt
from registry.workflow.budgets.partition import Divided, result, told
from registry.workflow.budgets.partitions import SIGNING
from registry.workflow.budgets.terms import label_of, partition_labelled
from registry.workflow.budgets.two_people import require_second, seconded
from registry.workflow.context import Context
from registry.workflow.in_use import require_source_in_use
from registry.workflow.once import once
from registry.workflow.people.signing import ready
from registry.workflow.permissions import require

ACTION = SIGNING


@once("sign-partition")
def sign_partition(context: Context, label: str) -> Divided:
    """Sign P-1, so that it holds for what is run from now on.

    Raises `NotPermitted` for the person who declared it, `Conflict` if it is signed already or its
    source is withdrawn.
    """
    context = ready(context, ACTION)
    with attempt(context, ACTION) as work:
        identity = require(context, ACTION)
        row = partition_labelled(work.session, label)
        require_source_in_use(work.session.get_one(Source, row.source_id))
        declaration = require_second(work, identity, row)
        statement = seconded(work, identity, ACTION, row, declaration)
        details = {"label": label_of(row), **told(work, row, statement)}
        event = work.record(ACTION, "partition.declared", details=details)
        work.session.add(statement.row(row, event.seq))
        work.session.flush()
        return result(work, identity, row, statement, "in force")
