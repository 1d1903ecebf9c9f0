"""Triggers that keep the audit log append-only, on SQLite and PostgreSQL.

They stop accidents and ordinary users. An administrator can drop them, which `faults` reports.
The traps they close: SQLite's INSERT OR REPLACE runs no delete trigger, so the insert itself must
be the next in sequence; PostgreSQL needs a statement trigger for TRUNCATE, and ENABLE ALWAYS
because session_replication_role = replica silences ordinary triggers.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, text

from registry.store.guards import GUARDS, Guard


def create(connection: Connection, *tables: str) -> None:
    """Create every trigger, or those on ``tables``.

    Each migration that makes or rebuilds one of the tables calls this for it.
    """
    for guard in GUARDS:
        if tables and guard.table not in tables:
            continue
        if connection.dialect.name == "sqlite":
            _create_on_sqlite(connection, guard)
        else:
            _create_on_postgresql(connection, guard)


def faults(connection: Connection) -> list[str]:
    """What is wrong with the triggers: absent, disabled, altered, or not ours (rules too)."""
    look = _on_sqlite if connection.dialect.name == "sqlite" else _on_postgresql
    return [fault for guard in GUARDS for fault in look(connection, guard)]


def _create_on_sqlite(connection: Connection, guard: Guard) -> None:
    for name, statement in guard.sqlite.items():
        connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
        connection.execute(text(statement))


def _create_on_postgresql(connection: Connection, guard: Guard) -> None:
    for name, body in guard.functions.items():
        heading = f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql"
        connection.execute(text(f"{heading} AS $${body}$$"))
    for name, body in guard.postgresql.items():
        connection.execute(text(f"DROP TRIGGER IF EXISTS {name} ON {guard.table}"))
        connection.execute(text(f"CREATE TRIGGER {name} {body}"))
        connection.execute(text(f"ALTER TABLE {guard.table} ENABLE ALWAYS TRIGGER {name}"))


def _on_sqlite(connection: Connection, guard: Guard) -> list[str]:
    query = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :it")
    found = {row.name: row.sql for row in connection.execute(query, {"it": guard.table})}
    wanted = guard.sqlite
    return _named(name for name, statement in wanted.items() if found.get(name) != statement) + (
        _foreign(found.keys() - wanted.keys())
    )


def _on_postgresql(connection: Connection, guard: Guard) -> list[str]:
    rows = connection.execute(
        text(
            "SELECT t.tgname, t.tgenabled::text, pg_get_triggerdef(t.oid, true), p.prosrc "
            "FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
            "WHERE t.tgrelid = to_regclass(:it) AND NOT t.tgisinternal"
        ),
        {"it": guard.table},
    )
    found = {name: (enabled, definition, source) for name, enabled, definition, source in rows}
    rules = connection.execute(
        text("SELECT rulename FROM pg_rewrite WHERE ev_class = to_regclass(:it)"),
        {"it": guard.table},
    )
    return _named(name for name in guard.postgresql if not _intact(guard, name, found)) + (
        _foreign((found.keys() - guard.postgresql.keys()) | set(rules.scalars()))
    )


def _named(names: Iterable[str]) -> list[str]:
    return [f"{name} is missing or altered" for name in names]


def _foreign(names: Iterable[str]) -> list[str]:
    """What somebody else put on the log: it can swallow events before they are stored."""
    return [f"{name} does not belong on the log" for name in sorted(names)]


def _intact(guard: Guard, name: str, found: dict[str, tuple[str, str, str]]) -> bool:
    """Whether a PostgreSQL trigger is always enabled and still runs the function it should."""
    enabled, definition, source = found.get(name, ("", "", ""))
    function = guard.postgresql[name].rsplit(" ", 1)[1].removesuffix("()")
    # The whole definition: a WHEN or a list of columns would leave the rest of it as it was.
    return (
        enabled == "A"
        and definition == f"CREATE TRIGGER {name} {guard.postgresql[name]}"
        and source == guard.functions[function]
    )
