"""What a command with an idempotency key came to."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    _pages_of_the_log()


def _pages_of_the_log() -> None:
    """Indexes in the order in which an auditor's questions are answered, page by page."""
    for name in ("at", "actor", "dataset"):
        op.drop_index(f"ix_event_{name}", table_name="event")
    op.create_index("ix_event_at", "event", ["at", "seq"], unique=False)
    for name in ("actor", "dataset"):
        op.create_index(f"ix_event_{name}", "event", [name, "seq"], unique=False)
        op.create_index(f"ix_event_{name}_at", "event", [name, "at", "seq"], unique=False)
