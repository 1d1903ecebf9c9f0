"""Triggers that keep the audit log append-only, on SQLite and PostgreSQL.

They stop accidents and ordinary users. An administrator can drop them, which `faults` reports.
The traps they close: SQLite's INSERT OR REPLACE runs no delete trigger, so the insert itself must
be the next in sequence; PostgreSQL needs a statement trigger for TRUNCATE, and ENABLE ALWAYS
because session_replication_role = replica silences ordinary triggers.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, text

_SQLITE = {
    "event_no_update": """CREATE TRIGGER event_no_update BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END""",
    "event_no_delete": """CREATE TRIGGER event_no_delete BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END""",
    "event_next_only": """CREATE TRIGGER event_next_only BEFORE INSERT ON event
WHEN NEW.seq IS NOT (SELECT COALESCE(MAX(seq), 0) + 1 FROM event)
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only: not the next in sequence'); END""",
}

_POSTGRES_FUNCTIONS = {
    "registry_event_refuse": """CREATE OR REPLACE FUNCTION registry_event_refuse() RETURNS trigger
LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$""",
    "registry_event_next": """CREATE OR REPLACE FUNCTION registry_event_next() RETURNS trigger
LANGUAGE plpgsql AS $$ BEGIN
IF NEW.seq IS DISTINCT FROM (SELECT COALESCE(MAX(seq), 0) + 1 FROM event) THEN
RAISE EXCEPTION 'the audit log is append-only: not the next in sequence'; END IF;
RETURN NEW; END $$""",
}

_POSTGRES = {
    "event_no_update": (
        "BEFORE UPDATE ON event FOR EACH ROW EXECUTE FUNCTION registry_event_refuse()"
    ),
    "event_no_delete": (
        "BEFORE DELETE ON event FOR EACH ROW EXECUTE FUNCTION registry_event_refuse()"
    ),
    "event_no_truncate": (
        "BEFORE TRUNCATE ON event FOR EACH STATEMENT EXECUTE FUNCTION registry_event_refuse()"
    ),
    "event_next_only": "BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION registry_event_next()",
}


def create(connection: Connection) -> None:
    """Create every trigger. Each migration that rebuilds ``event`` calls this again."""
    if connection.dialect.name == "sqlite":
        for name, statement in _SQLITE.items():
            connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
            connection.execute(text(statement))
        return
    for function in _POSTGRES_FUNCTIONS.values():
        connection.execute(text(function))
    for name, body in _POSTGRES.items():
        connection.execute(text(f"DROP TRIGGER IF EXISTS {name} ON event"))
        connection.execute(text(f"CREATE TRIGGER {name} {body}"))
        connection.execute(text(f"ALTER TABLE event ENABLE ALWAYS TRIGGER {name}"))


def faults(connection: Connection) -> list[str]:
    """What is wrong with the triggers: absent, disabled, altered, or not ours (rules too)."""
    if connection.dialect.name == "sqlite":
        return _missing_sqlite(connection)
    return _missing_postgres(connection)


def _missing_sqlite(connection: Connection) -> list[str]:
    rows = connection.execute(
        text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'event'")
    )
    found = {row.name: row.sql for row in rows}
    return _named(name for name, statement in _SQLITE.items() if found.get(name) != statement) + (
        _foreign(found.keys() - _SQLITE.keys())
    )


def _missing_postgres(connection: Connection) -> list[str]:
    rows = connection.execute(
        text(
            "SELECT t.tgname, t.tgenabled::text, pg_get_triggerdef(t.oid, true), p.prosrc "
            "FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
            "WHERE t.tgrelid = to_regclass('event') AND NOT t.tgisinternal"
        )
    )
    found = {name: (enabled, definition, source) for name, enabled, definition, source in rows}
    rules = connection.execute(
        text("SELECT rulename FROM pg_rewrite WHERE ev_class = to_regclass('event')")
    )
    return _named(name for name in _POSTGRES if not _intact(name, found.get(name))) + (
        _foreign((found.keys() - _POSTGRES.keys()) | set(rules.scalars()))
    )


def _named(names: Iterable[str]) -> list[str]:
    return [f"{name} is missing or altered" for name in names]


def _foreign(names: Iterable[str]) -> list[str]:
    """What somebody else put on the log: it can swallow events before they are stored."""
    return [f"{name} does not belong on the log" for name in sorted(names)]


def _intact(name: str, found: tuple[str, str, str] | None) -> bool:
    """Whether a PostgreSQL trigger is always enabled and still runs the function it should."""
    if found is None or found[0] != "A":
        return False
    _, definition, source = found
    function = _POSTGRES[name].rsplit(" ", 1)[1].removesuffix("()")
    # The whole definition: a WHEN or a list of columns would leave the rest of it as it was.
    return (
        definition == f"CREATE TRIGGER {name} {_POSTGRES[name]}"
        and source == _POSTGRES_FUNCTIONS[function].split("$$")[1]
    )
