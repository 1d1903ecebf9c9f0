"""Indexes of what an event tells of, which an auditor asks for, and of what lists are sorted by."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

TOLD = (
    ("fact", ("fact",), ", seq"),
    ("fact_at", ("fact",), ", at, seq"),
    ("source", ("details", "source"), ""),
    ("release", ("details", "release"), ""),
    ("policy", ("details", "policy"), ""),
)
# Bytes that are no JSON must not keep anybody from writing them: verification finds them.
FUNCTION = """
CREATE FUNCTION event_told(body bytea, path text[]) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
  RETURN pg_catalog.convert_from(body, 'UTF8')::pg_catalog.json OPERATOR(pg_catalog.#>>) path;
EXCEPTION WHEN OTHERS THEN
  RETURN NULL;
END $$
"""


def upgrade() -> None:
    lite = op.get_bind().dialect.name == "sqlite"
    if not lite:
        op.execute(FUNCTION)
    for name, path, more in TOLD:
        told = _by_json(path) if lite else f"event_told(body, '{{{','.join(path)}}}'::text[])"
        op.execute(f"CREATE INDEX ix_event_{name} ON event (({told}){more})")
    _name_policies()
    op.create_index("ix_event_dataset_action", "event", ["dataset", "action", "outcome", "seq"])
    op.create_index("ix_recall_acknowledged", "recall", ["acknowledged_at", "id"])
    op.create_index("ix_release_recipient", "release", ["recipient", "id"])


def _name_policies() -> None:
    """Write beside each decision the policies that its body names."""
    op.add_column("decision", sa.Column("policies", sa.String(), nullable=False, server_default=""))
    connection, last = op.get_bind(), 0
    read = sa.text("SELECT id, body FROM decision WHERE id > :last ORDER BY id LIMIT 1000")
    write = sa.text("UPDATE decision SET policies = :policies WHERE id = :id")
    while rows := connection.execute(read, {"last": last}).all():
        named = [{"id": key, "policies": _policies(body)} for key, body in rows]
        connection.execute(write, named)
        last = rows[-1].id
    with op.batch_alter_table("decision") as table:
        table.alter_column("policies", server_default=None)
    op.create_index("ix_decision_policies", "decision", ["policies", "id"])
    op.create_index("ix_decision_digest", "decision", ["digest"])


def _policies(body: str) -> str:
    try:
        return " ".join(sorted({str(one["id"]) for one in json.loads(body)["policies"]}))
    except (ValueError, KeyError, TypeError):
        return ""  # altered: verification says so


def _by_json(path: tuple[str, ...]) -> str:
    body = "CAST(body AS TEXT)"
    return f"CASE WHEN json_valid({body}) THEN json_extract({body}, '{'.'.join(('$', *path))}') END"
