"""Passwords, second factors, personal keys, sessions and tokens."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    # Plain ALTER TABLE: a batch would rebuild the table and drop what hangs on it.
    op.add_column("account", sa.Column("deactivated_at", sa.String(), nullable=True))
    _credentials()
    _keys()
    _sessions()
    _tokens()


def _account(name: str, *, needed: bool = False) -> tuple[sa.Column[int], sa.ForeignKeyConstraint]:
    column = sa.Column(name, sa.Integer(), nullable=not needed)
    return column, sa.ForeignKeyConstraint([name], ["account.id"])


def _credentials() -> None:
    op.create_table(
        "credential",
        *_account("account_id", needed=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.String(), nullable=True),
        sa.Column("changed_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("account_id"),
    )
    op.create_table(
        "enrolment",
        sa.Column("id", sa.Integer(), nullable=False),
        *_account("account_id", needed=True),
        sa.Column("digest", sa.String(), nullable=False),
        *_account("issued_by"),
        sa.Column("issued_at", sa.String(), nullable=False),
        sa.Column("expires_at", sa.String(), nullable=False),
        sa.Column("used_at", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_enrolment_account_id", "enrolment", ["account_id"], unique=False)
    op.create_index("ix_enrolment_digest", "enrolment", ["digest"], unique=True)


def _keys() -> None:
    op.create_table(
        "personal_key",
        sa.Column("id", sa.Integer(), nullable=False),
        *_account("account_id", needed=True),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("made_at", sa.String(), nullable=False),
        *_account("issued_by"),
        *_account("approved_by"),
        sa.Column("valid_from", sa.String(), nullable=True),
        sa.Column("valid_until", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("compromised_from", sa.String(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_personal_key_account_id", "personal_key", ["account_id"], unique=False)
    op.create_index("ix_personal_key_key_id", "personal_key", ["key_id"], unique=True)


def _sessions() -> None:
    op.create_table(
        "session_",
        sa.Column("id", sa.Integer(), nullable=False),
        *_account("account_id", needed=True),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("started_at", sa.String(), nullable=False),
        sa.Column("expires_at", sa.String(), nullable=False),
        sa.Column("signed_at", sa.String(), nullable=True),
        sa.Column("ended_at", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_session__account_id", "session_", ["account_id"], unique=False)
    op.create_index("ix_session__digest", "session_", ["digest"], unique=True)


def _tokens() -> None:
    op.create_table(
        "token",
        sa.Column("id", sa.String(), nullable=False),
        *_account("account_id", needed=True),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("scopes", sa.String(), nullable=False),
        *_account("created_by", needed=True),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("expires_at", sa.String(), nullable=False),
        *_account("revoked_by"),
        sa.Column("revoked_at", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_token_account_id", "token", ["account_id"], unique=False)
