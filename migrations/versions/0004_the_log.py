"""The tree over the log, its checkpoints and where they are anchored."""

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Nothing yet."""
