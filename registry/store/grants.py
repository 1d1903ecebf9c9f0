"""What the role that the application works under may do, on PostgreSQL.

Triggers stop nobody who may drop them. A role that does not own the tables cannot drop them, and
one that was never granted more than SELECT and INSERT cannot change the log even without them.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, inspect, text

from registry.errors import InvalidInput, NotFound, NotPermitted
from registry.store.guards import GUARDS

APPEND_ONLY = tuple(guard.table for guard in GUARDS)
_SCHEMA = "alembic_version"  # only whoever migrates writes it


def grant_app_role(connection: Connection, role: str) -> dict[str, str]:
    """Grant ``role`` what the product does and revoke the rest; each table with what it may.

    Raises `InvalidInput` on SQLite, which has no roles, and `NotPermitted` for a role that no
    permissions hold back: a superuser, one that may make roles, the owner of the tables.
    """
    _require_restrainable(connection, role)
    named = _quoted(connection, role)
    allowed = {table: _allowed(table) for table in sorted(inspect(connection).get_table_names())}
    schema = _quoted(connection, str(connection.execute(text("SELECT current_schema()")).scalar()))
    statements = [
        f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC, {named}",
        f"GRANT USAGE ON SCHEMA {schema} TO {named}",
        f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA {schema} FROM PUBLIC, {named}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {named}",
    ]
    for table, rights in allowed.items():
        place = _quoted(connection, table)
        statements.append(f"REVOKE ALL ON {place} FROM PUBLIC, {named}")
        statements.append(f"GRANT {rights} ON {place} TO {named}")
    for statement in statements:
        connection.execute(text(statement))
    _require_held_back(connection, role, allowed)
    return allowed


def _allowed(table: str) -> str:
    if table == _SCHEMA:
        return "SELECT"
    if table in APPEND_ONLY:
        return "SELECT, INSERT"
    return "SELECT, INSERT, UPDATE, DELETE"


def _require_restrainable(connection: Connection, role: str) -> None:
    if connection.dialect.name != "postgresql":
        raise InvalidInput(
            "SQLite has no roles to grant anything to",
            where=connection.engine.url.render_as_string(hide_password=True),
            expected="a registry on PostgreSQL",
            todo="who may write the file may rewrite it; keep checkpoints elsewhere",
        )
    query = text("SELECT rolsuper, rolcreaterole FROM pg_roles WHERE rolname = :role")
    found = connection.execute(query, {"role": role}).first()
    if found is None:
        raise NotFound(
            f"there is no role {role!r} on this server", todo="make it with CREATE ROLE ... LOGIN"
        )
    if found.rolsuper:
        raise _unrestrained(f"{role} is a superuser")
    if found.rolcreaterole:
        raise _unrestrained(f"{role} may make roles, and on older servers join any")


def _require_held_back(connection: Connection, role: str, tables: Iterable[str]) -> None:
    """Raise `NotPermitted` where the role can do more to the log by another way, as by a group."""
    query = text(
        "SELECT pg_has_role(:role, tableowner, 'MEMBER') AS owns, "
        "has_table_privilege(:role, quote_ident(schemaname) || '.' || quote_ident(tablename), "
        "'UPDATE, DELETE, TRUNCATE, TRIGGER') AS more "
        "FROM pg_tables WHERE schemaname = current_schema() AND tablename = :table"
    )
    for table in tables:
        if table not in APPEND_ONLY:
            continue
        found = connection.execute(query, {"role": role, "table": table}).one()
        if found.owns:
            raise _unrestrained(f"{role} owns the table {table}, or is of a role that does")
        if found.more:
            raise _unrestrained(f"{role} is of a role that may change the table {table}")


def _unrestrained(what: str) -> NotPermitted:
    return NotPermitted(
        f"permissions do not hold this role back: {what}",
        expected="a role of its own for the application, that is no owner and no superuser",
        todo="make one with CREATE ROLE ... LOGIN; nothing was granted",
    )


def _quoted(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote_identifier(name)
