"""Batches listed: what each plan fixes, what it comes to, and who says so."""

import json

from sqlmodel import Session, col, select

from registry.records import Batch
from registry.store.database import reading
from registry.workflow.budgets.as_told import state_of_two
from registry.workflow.budgets.batches import batches_of
from registry.workflow.budgets.terms import label_of, plan_of, signatures_on
from registry.workflow.context import Context
from registry.workflow.find import account_name, row_id, source_named

Row = dict[str, object]


def batches(context: Context, name: str | None = None) -> list[Row]:
    """Every batch, of one source or all. Raises `IntegrityFailure` for one that was changed."""
    query = select(Batch).order_by(col(Batch.id))
    with reading(context.engine) as session:
        if name is not None:
            source = source_named(session, name)
            batches_of(session, source)
            query = query.where(Batch.source_id == row_id(source))
        return [_row(session, one) for one in session.exec(query).all()]


def _row(session: Session, row: Batch) -> Row:
    made = {one.meaning: one for one in signatures_on(session, row)}
    people = {"declared_by": made.get("declare"), "signed_by": made.get("sign")}
    names = {key: one and account_name(session, one.account_id) for key, one in people.items()}
    plan = plan_of(session, row)
    return {
        "id": label_of(row),
        **plan,
        "runs": json.dumps(plan["runs"], ensure_ascii=False),
        "state": state_of_two(session, list(made.values())),
        **names,
    }
