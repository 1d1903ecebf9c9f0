"""What a command with an idempotency key came to."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """The table of keys, and indexes for pages of the log."""
    _keys()
    _pages_of_the_log()


def _keys() -> None:
    op.create_table(
        "command_key",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("command", sa.String(), nullable=False),
        sa.Column("arguments", sa.String(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )


def _pages_of_the_log() -> None:
    """Indexes in the order in which an auditor's questions are answered, page by page."""
    for name in ("at", "actor", "dataset"):
        op.drop_index(f"ix_event_{name}", table_name="event")
    op.create_index("ix_event_at", "event", ["at", "seq"], unique=False)
    for name in ("actor", "dataset"):
        op.create_index(f"ix_event_{name}", "event", [name, "seq"], unique=False)
    for name in ("actor", "dataset", "action", "outcome"):
        op.create_index(f"ix_event_{name}_at", "event", [name, "at", "seq"], unique=False)
