"""Signs a batch that somebody else declared: from then on its runs can be made."""

from registry.records import Source
from registry.workflow.attempt import attempt
from registry.workflow.budgets.batch import Fixed, result, told
from registry.workflow.budgets.batches import SIGNING
from registry.workflow.budgets.terms import batch_labelled, label_of
from registry.workflow.budgets.two_people import require_second, seconded
from registry.workflow.context import Context
from registry.workflow.in_use import require_source_in_use
from registry.workflow.once import once
from registry.workflow.people.signing import ready
from registry.workflow.permissions import require

ACTION = SIGNING


@once("sign-batch")
def sign_batch(context: Context, label: str) -> Fixed:
    """Sign BATCH-1, so that what is run from now on can stand in it.

    Raises `NotPermitted` for the person who declared it, `Conflict` if it is signed already or its
    source is withdrawn.
    """
    context = ready(context, ACTION)
    with attempt(context, ACTION) as work:
        identity = require(context, ACTION)
        row = batch_labelled(work.session, label)
        require_source_in_use(work.session.get_one(Source, row.source_id))
        declaration = require_second(work, identity, row)
        statement = seconded(work, identity, ACTION, row, declaration)
        details = {"label": label_of(row), **told(work, row, statement)}
        event = work.record(ACTION, "batch.declared", details=details)
        work.session.add(statement.row(row, event.seq))
        work.session.flush()
        return result(work, identity, row, statement, "in force")
