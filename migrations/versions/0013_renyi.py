"""Renyi claims, and budgets that are Renyi filters."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    # No batch and no constraint: adding a plain column rebuilds no table on SQLite.
    op.add_column("guarantee", sa.Column("renyi", sa.String(), nullable=True))
    op.add_column("budget", sa.Column("order", sa.Float(), nullable=True))
