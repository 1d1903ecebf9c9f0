"""Jobs that run behind the desk, and the indexes that its lists are read by."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

INDEXES = (
    ("ix_dataset_source", "dataset", ("source_id",)),
    ("ix_dataset_version_state", "dataset_version", ("state", "id")),
    ("ix_decision_audience", "decision", ("audience", "outcome", "version_id")),
    ("ix_generator_name", "generator", ("name", "version_id")),
    ("ix_guarantee_epsilon", "guarantee", ("epsilon", "version_id")),
    ("ix_release_state", "release", ("state", "expires_on")),
    ("ix_request_submitter", "request", ("submitted_by", "state")),
    ("ix_waiver_until", "waiver", ("until",)),
)


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("asked", sa.String(), nullable=False),
        sa.Column("training", sa.String(), nullable=False),
        sa.Column("holdout", sa.String(), nullable=False),
        sa.Column("uploaded", sa.Boolean(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("authentication", sa.String(), nullable=False),
        sa.Column("asked_at", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("starts", sa.Integer(), nullable=False),
        sa.Column("claim", sa.String(), nullable=True),
        sa.Column("lease_until", sa.String(), nullable=True),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("cancelled_by", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.String(), nullable=True),
        sa.Column("said", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["version_id"], ["dataset_version.id"]),
        sa.ForeignKeyConstraint(["asked_by"], ["account.id"]),
        sa.ForeignKeyConstraint(["cancelled_by"], ["account.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_job_state", "job", ["state"], unique=False)
    op.create_index("ix_job_version_id", "job", ["version_id"], unique=False)
    for name, table, columns in INDEXES:
        op.create_index(name, table, list(columns), unique=False)
