"""Checkpoints of the audit log that were signed: its size and root at a time."""

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel


class LogCheckpoint(SQLModel, table=True):
    """``note`` holds the signed bytes; ``size`` and ``root`` repeat what they say."""

    __tablename__ = "log_checkpoint"

    size: int = Field(
        primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False}
    )
    root: bytes
    note: bytes
    at: str
