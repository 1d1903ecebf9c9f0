"""Sessions of the desk: idle since when, proven by whom; sign-in through a provider."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    # Columns that may be empty and tables that are new: no table is copied, no trigger is lost.
    for name in ("seen_at", "issuer", "reauthenticated_at"):
        op.add_column("session_", sa.Column(name, sa.String(), nullable=True))
    _addresses()
    _links()
    _flows()


def _addresses() -> None:
    op.create_table(
        "address_failures",
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("ends_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("address"),
    )


def _links() -> None:
    op.create_table(
        "account_link",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("claim", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("linked_by", sa.Integer(), nullable=False),
        sa.Column("linked_at", sa.String(), nullable=False),
        sa.Column("confirmed_at", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"]),
        sa.ForeignKeyConstraint(["linked_by"], ["account.id"]),
        sa.PrimaryKeyConstraint("account_id"),
        sa.UniqueConstraint("issuer", "claim", "value"),
    )


def _flows() -> None:
    op.create_table(
        "sign_in_flow",
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("browser", sa.String(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("verifier", sa.String(), nullable=False),
        sa.Column("kept", sa.String(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("started_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("state"),
    )
