"""Anchors: signed checkpoints of the log that were put outside, out of an administrator's reach."""

from enum import StrEnum

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel


class AnchorKind(StrEnum):
    """Where a checkpoint can be held."""

    FILE = "file"
    GIT = "git"
    RFC3161 = "rfc3161"


class Anchor(SQLModel, table=True):
    """What was anchored where: a record for those who look here, and no proof in itself.

    The proof is what is held outside. ``note`` is the signed checkpoint, ``root`` its root in
    hexadecimal, ``token`` what a time-stamp server answered, ``event_seq`` its `log.anchored`.
    """

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    kind: str
    place: str
    size: int = Field(index=True, sa_type=BigInteger)
    root: str
    note: bytes
    token: bytes | None = None
    at: str
    event_seq: int | None = Field(default=None, foreign_key="event.seq")
