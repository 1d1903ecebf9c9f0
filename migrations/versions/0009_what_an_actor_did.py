"""An index for what somebody did of one kind, which they may never have done."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """The actor's events by action, in the order of the log."""
    op.create_index("ix_event_actor_action", "event", ["actor", "action", "seq"], unique=False)
