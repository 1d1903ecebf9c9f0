"""Personal signatures, deputies, amendments of cards and retractions."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_STANDING = sa.text("retracted_at IS NULL AND meaning <> 'retract'")


def upgrade() -> None:
    _deputies()
    _card_revisions()
    op.add_column("waiver", sa.Column("key_id", sa.String(), nullable=True))
    op.add_column("waiver", sa.Column("signature", sa.LargeBinary(), nullable=True))
    _signoffs()


def _signoffs() -> None:
    """A person may sign again what they took back: the old constraint knew no retraction."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    # The constraint was made without a name; SQLite has none for it, PostgreSQL this one.
    name = "uq_signoff_request_id" if sqlite else "signoff_request_id_account_id_key"
    naming = {"uq": "uq_%(table_name)s_%(column_0_name)s"} if sqlite else None
    with op.batch_alter_table("signoff", naming_convention=naming) as table:
        table.drop_constraint(name, type_="unique")
        table.add_column(sa.Column("principal_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("key_id", sa.String(), nullable=True))
        table.add_column(sa.Column("signature", sa.LargeBinary(), nullable=True))
        table.add_column(sa.Column("retracts", sa.Integer(), nullable=True))
        table.add_column(sa.Column("retracted_at", sa.String(), nullable=True))
        table.create_foreign_key("signoff_principal_id_fkey", "account", ["principal_id"], ["id"])
    op.create_index(
        "ix_signoff_standing",
        "signoff",
        ["request_id", "account_id", "meaning"],
        unique=True,
        sqlite_where=_STANDING,
        postgresql_where=_STANDING,
    )


def _deputies() -> None:
    op.create_table(
        "deputy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("principal_id", sa.Integer(), nullable=False),
        sa.Column("deputy_id", sa.Integer(), nullable=False),
        sa.Column("first", sa.String(), nullable=False),
        sa.Column("last", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("statement", sa.LargeBinary(), nullable=False),
        sa.Column("statement_digest", sa.String(), nullable=False),
        sa.Column("authentication", sa.String(), nullable=False),
        sa.Column("key_id", sa.String(), nullable=True),
        sa.Column("signature", sa.LargeBinary(), nullable=True),
        sa.Column("named_at", sa.String(), nullable=False),
        sa.Column("ended_by", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.String(), nullable=True),
        sa.Column("ended_reason", sa.String(), nullable=True),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["principal_id"], ["account.id"]),
        sa.ForeignKeyConstraint(["deputy_id"], ["account.id"]),
        sa.ForeignKeyConstraint(["ended_by"], ["account.id"]),
        sa.ForeignKeyConstraint(["event_seq"], ["event.seq"]),
        sa.PrimaryKeyConstraint("id"),
    )
    for column in ("principal_id", "deputy_id"):
        op.create_index(f"ix_deputy_{column}", "deputy", [column], unique=False)


def _card_revisions() -> None:
    op.create_table(
        "card_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("card", sa.String(), nullable=False),
        sa.Column("card_digest", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("amended_by", sa.Integer(), nullable=False),
        sa.Column("amended_at", sa.String(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["version_id"], ["dataset_version.id"]),
        sa.ForeignKeyConstraint(["amended_by"], ["account.id"]),
        sa.ForeignKeyConstraint(["event_seq"], ["event.seq"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("version_id", "number"),
    )
    op.create_index("ix_card_revision_version_id", "card_revision", ["version_id"], unique=False)
