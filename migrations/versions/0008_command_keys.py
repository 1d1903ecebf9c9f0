"""What a command with an idempotency key came to."""

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Nothing yet."""
