"""An index of who signed a budget, a partition or a batch, by the source told of."""

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    body = "json_extract(CAST(body AS TEXT), '$.details.source')"
    if op.get_bind().dialect.name != "sqlite":
        op.execute(
            "CREATE FUNCTION source_told(body bytea) RETURNS text "
            "LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS "
            "$$SELECT pg_catalog.convert_from(body, 'UTF8')::pg_catalog.json "
            "OPERATOR(pg_catalog.#>>) '{details,source}'$$"
        )
        body = "source_told(body)"
    op.execute(
        f"CREATE INDEX ix_event_signed_source ON event ({body}) "
        "WHERE action IN ('sign-batch', 'sign-budget', 'sign-partition')"
    )
