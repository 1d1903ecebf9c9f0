"""Finds access requests, and shows them."""

import re
from typing import Final

from sqlmodel import Session, col, select

from registry.errors import NotFound
from registry.records import AccessRequest, AccessState, Dataset, DatasetVersion
from registry.store.database import reading
from registry.workflow.context import Context
from registry.workflow.find import account_name

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
    query = select(AccessRequest).order_by(col(AccessRequest.id))
    if not every:
        query = query.where(AccessRequest.state == AccessState.ASKED)
    with reading(context.engine) as session:
        return [shown(session, row) for row in session.exec(query)]


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
    return {
        "access": access_label(row),
        "dataset": session.get_one(Dataset, row.dataset_id).name,
        "recipient": row.recipient,
        "use": row.use,
        "audience": row.audience,
        "purpose": row.purpose,
        "until": row.until,
        "agreement": row.agreement,
        "state": row.state,
        "asked_by": account_name(session, row.asked_by),
        "asked_at": row.asked_at,
        "answer": row.answer,
        "ended_by": account_name(session, row.ended_by),
        "ended_at": row.ended_at,
    }
