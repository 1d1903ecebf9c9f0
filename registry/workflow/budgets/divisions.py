"""Partitions listed: what divides which source, who says so, and what nobody can check."""

import json

from sqlmodel import Session, col, select

from registry.records import Partition
from registry.store.database import reading
from registry.workflow.budgets.as_told import state_of_two
from registry.workflow.budgets.division import unchecked
from registry.workflow.budgets.partitions import partitions_of
from registry.workflow.budgets.terms import division_of, label_of, signatures_on
from registry.workflow.context import Context
from registry.workflow.find import account_name, row_id, source_named

Row = dict[str, object]


def partitions(context: Context, name: str | None = None) -> list[Row]:
    """Every partition, of one source or all. Raises `IntegrityFailure` for one that was changed."""
    query = select(Partition).order_by(col(Partition.id))
    with reading(context.engine) as session:
        if name is not None:
            source = source_named(session, name)
            partitions_of(session, source)
            query = query.where(Partition.source_id == row_id(source))
        return [_row(session, one) for one in session.exec(query).all()]


def _row(session: Session, row: Partition) -> Row:
    made = {one.meaning: one for one in signatures_on(session, row)}
    people = {"declared_by": made.get("declare"), "signed_by": made.get("sign")}
    names = {key: one and account_name(session, one.account_id) for key, one in people.items()}
    terms = division_of(session, row)
    return {
        "id": label_of(row),
        **terms,
        "values": json.dumps(terms["values"], ensure_ascii=False),
        "state": state_of_two(session, list(made.values())),
        **names,
        "unchecked": unchecked(row.column, row.unit),
    }
