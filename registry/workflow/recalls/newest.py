"""Finds the notices on a release."""

from sqlmodel import Session, col, select

from registry.records import Recall, Release
from registry.workflow.find import row_id


def newest(session: Session, release: Release) -> Recall | None:
    """The last notice issued on ``release``."""
    return session.exec(
        select(Recall)
        .where(Recall.release_id == row_id(release))
        .order_by(col(Recall.number).desc())
    ).first()
