"""Finds access requests, and shows them."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlmodel import Session, col, select

from registry.errors import NotFound
from registry.records import AccessRequest, AccessState, Dataset, DatasetVersion
from registry.store.database import reading
from registry.workflow.browse.parts import FIRST, Numbered, Order, Part, Place, part
from registry.workflow.context import Context
from registry.workflow.find import names_of, row_id

_LABEL = re.compile(r"Q-(?P<id>[1-9][0-9]{0,8})", re.IGNORECASE)

Row = dict[str, object]
FACT_OF: Final[dict[str, str]] = {
    AccessState.ANSWERED: "access.answered",
    AccessState.REFUSED: "access.refused",
    AccessState.WITHDRAWN: "access.withdrawn",
}
"""What the log calls the end of one."""


def access_label(row: AccessRequest) -> str:
    """``Q-3``."""
    return f"Q-{row.id}"


def access_labelled(session: Session, label: str) -> AccessRequest:
    """The access request ``Q-3``; raises `NotFound`."""
    match = _LABEL.fullmatch(label)
    row = session.get(AccessRequest, int(match["id"])) if match else None
    if row is None:
        raise NotFound(
            f"there is no access request {label!r}",
            expected="Q-1, ...",
            todo="see `registry access list`",
        )
    return row


def access_requests(context: Context, *, every: bool = False) -> list[Row]:
    """Those that wait for an answer, the oldest first; ``every`` one, ended ones too."""
    with reading(context.engine) as session:
        rows = session.execute(_asked(every=every).order_by(col(AccessRequest.id))).all()
        return [row for _, row in _rows(session, rows)]


def access_part(context: Context, place: Place = FIRST, *, every: bool = False) -> Part:
    """A part of the same."""
    with reading(context.engine) as session:
        order = Order((col(AccessRequest.id),))
        return part(session, _asked(every=every), order, place, lambda rows: _rows(session, rows))


def _asked(*, every: bool) -> Any:
    query: Any = select(AccessRequest, col(Dataset.name).label("dataset")).join(Dataset)
    return query if every else query.where(AccessRequest.state == AccessState.ASKED)


def _rows(session: Session, rows: Sequence[Any]) -> list[Numbered]:
    found = [one.AccessRequest for one in rows]
    names = names_of(session, [key for one in found for key in (one.asked_by, one.ended_by)])
    return [
        (row_id(one.AccessRequest), _row(one.AccessRequest, one.dataset, names)) for one in rows
    ]


def access_request(context: Context, label: str) -> Row:
    """One of them, with the versions there are of what is wanted."""
    with reading(context.engine) as session:
        row = access_labelled(session, label)
        numbers = session.exec(
            select(DatasetVersion.number)
            .where(DatasetVersion.dataset_id == row.dataset_id)
            .order_by(col(DatasetVersion.number).desc())
        )
        found = shown(session, row)
        return {**found, "versions": [f"{found['dataset']}@{number}" for number in numbers]}


def shown(session: Session, row: AccessRequest) -> Row:
    """As it is listed."""
    names = names_of(session, (row.asked_by, row.ended_by))
    return _row(row, session.get_one(Dataset, row.dataset_id).name, names)


def _row(row: AccessRequest, dataset: str, names: Mapping[int | None, str | None]) -> Row:
    return {
        "access": access_label(row),
        "dataset": dataset,
        "recipient": row.recipient,
        "use": row.use,
        "audience": row.audience,
        "purpose": row.purpose,
        "until": row.until,
        "agreement": row.agreement,
        "state": row.state,
        "asked_by": names[row.asked_by],
        "asked_at": row.asked_at,
        "answer": row.answer,
        "ended_by": names[row.ended_by],
        "ended_at": row.ended_at,
    }
