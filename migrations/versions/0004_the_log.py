"""The tree over the log, its checkpoints and where they are anchored."""

import sqlalchemy as sa
from alembic import op

from registry.log.growth import Frontier
from registry.store import triggers

revision = "0004"
down_revision = "0003"

_BLOCK = 5000


def upgrade() -> None:
    op.create_table(
        "log_node",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "index"),
    )
    op.create_table(
        "log_checkpoint",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("size"),
    )
    _fill(op.get_bind())
    triggers.create(op.get_bind(), "event", "log_node", "log_checkpoint")
    _anchors()


def _anchors() -> None:
    op.create_table(
        "anchor",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.String(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["event_seq"], ["event.seq"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_anchor_size", "anchor", ["size"], unique=False)
    triggers.create(op.get_bind(), "anchor")


def _fill(connection: sa.Connection) -> None:
    """The tree over the events there are, from their digests; `registry audit verify` checks it."""
    node = sa.table("log_node", *map(sa.column, ("level", "index", "hash")))
    after = sa.text("SELECT seq, digest FROM event WHERE seq > :last ORDER BY seq LIMIT :block")
    frontier, last = Frontier(), 0
    while rows := connection.execute(after, {"last": last, "block": _BLOCK}).all():
        last = rows[-1].seq
        nodes = [one._asdict() for row in rows for one in frontier.add(bytes.fromhex(row.digest))]
        if nodes:
            connection.execute(node.insert(), nodes)
