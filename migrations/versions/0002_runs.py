"""Runs of evaluations: their profile and column types, what was asked for, and unfinished parts."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    # No batch: adding a column rebuilds no table, so the triggers on the log stay untouched.
    op.add_column("evaluation", sa.Column("profile", sa.String(), nullable=True))
    op.add_column("evaluation", sa.Column("kinds", sa.String(), nullable=True))
    op.add_column("evaluation", sa.Column("run", sa.String(), nullable=True))
    op.create_index("ix_evaluation_run", "evaluation", ["run"], unique=False)
    op.create_table(
        "run_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("kept_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_run_part_run", "run_part", ["run"], unique=False)
