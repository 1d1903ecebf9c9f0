"""The tree over the audit log: hashes of complete subtrees, kept so that proofs read a few rows."""

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel


class LogNode(SQLModel, table=True):
    """The hash over leaves ``index * 2**level`` up to ``(index + 1) * 2**level``, from level 1.

    Level 0 is not here: a leaf's hash is the event's digest.
    """

    __tablename__ = "log_node"

    level: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    index: int = Field(
        primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False}
    )
    hash: bytes
