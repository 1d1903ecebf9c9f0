"""Audits of a claimed epsilon."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "dp_audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("content_digest", sa.String(), nullable=False),
        sa.Column("generator", sa.String(), nullable=False),
        sa.Column("epsilon", sa.Float(), nullable=False),
        sa.Column("delta", sa.Float(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("design", sa.String(), nullable=False),
        sa.Column("alpha", sa.Float(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("planned_by", sa.Integer(), nullable=False),
        sa.Column("planned_at", sa.String(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("scores_digest", sa.String(), nullable=True),
        sa.Column("counts", sa.String(), nullable=True),
        sa.Column("bound", sa.Float(), nullable=True),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column("submitted_by", sa.Integer(), nullable=True),
        sa.Column("submitted_at", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["version_id"], ["dataset_version.id"]),
        sa.ForeignKeyConstraint(["planned_by"], ["account.id"]),
        sa.ForeignKeyConstraint(["submitted_by"], ["account.id"]),
        sa.ForeignKeyConstraint(["event_seq"], ["event.seq"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_dp_audit_version_id", "dp_audit", ["version_id"], unique=False)
