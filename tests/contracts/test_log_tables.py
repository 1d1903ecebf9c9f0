"""The tables beside the log, of its tree and its checkpoints, only ever grow as well."""

import pytest
from conftest import acting
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from world import CAST

from registry.errors import IntegrityFailure
from registry.records import Role
from registry.store import triggers
from registry.workflow.add_account import add_account
from registry.workflow.auditing.checkpoints import checkpoint
from registry.workflow.context import Context
from registry.workflow.verify import verify

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
NODE = 'INTO log_node (level, "index", hash) SELECT {level}, {index}, hash FROM log_node LIMIT 1'
CHECKPOINT = "INTO log_checkpoint (size, root, note, at) SELECT {size}, root, note, at " + (
    "FROM log_checkpoint LIMIT 1"
)
CHANGES = [
    "UPDATE log_node SET hash = hash",
    'UPDATE log_node SET "index" = "index" + 7',
    "DELETE FROM log_node",
    "DELETE FROM log_node WHERE level = 2",
    "UPDATE log_checkpoint SET note = root",
    "DELETE FROM log_checkpoint",
]


@pytest.fixture
def logged(home: Context) -> Context:
    """A log of six events, four of them under a checkpoint."""
    add_account(home, "admin", [Role.ADMIN])
    for number, name in enumerate(list(CAST)[:5]):
        if number == 3:
            checkpoint(home)
        add_account(acting(home, "admin"), name, [CAST[name]])
    return home


def refused(home: Context, *statements: str) -> None:
    """The last of ``statements`` is refused, and the log is what it was."""
    before = verify(home)

    with pytest.raises(DBAPIError, match="append-only"), home.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))

    assert verify(home) == before
    assert (before.events, before.checkpoint) == (6, 4)


@pytest.mark.parametrize("statement", CHANGES)
def test_a_node_and_a_checkpoint_cannot_be_changed_or_removed(
    logged: Context, statement: str
) -> None:
    refused(logged, statement)


@pytest.mark.parametrize(
    ("level", "index"),
    [(0, 6), (1, 0), (1, 3), (1, 4), (2, 1), (3, 0), (-1, 0), (53, 0), (64, 0), (1, -1)],
)
def test_a_node_that_is_not_due_is_refused(logged: Context, level: int, index: int) -> None:
    refused(logged, "INSERT " + NODE.format(level=level, index=index))


@pytest.mark.parametrize("size", [-1, 0, 3, 4, 7, 100])
def test_a_checkpoint_of_no_later_log_is_refused(logged: Context, size: int) -> None:
    refused(logged, "INSERT " + CHECKPOINT.format(size=size))


@on_sqlite
@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "REPLACE", "INSERT OR IGNORE"])
def test_replacing_a_node_or_a_checkpoint_is_refused(logged: Context, verb: str) -> None:
    refused(logged, f"{verb} {NODE.format(level=2, index=0)}")
    refused(logged, f"{verb} {CHECKPOINT.format(size=4)}")


@on_postgresql
@pytest.mark.parametrize("table", ["log_node", "log_checkpoint", "event"])
def test_no_table_of_the_log_can_be_truncated_even_as_a_replica(
    logged: Context, table: str
) -> None:
    refused(logged, f"TRUNCATE {table} CASCADE")
    refused(logged, "SET LOCAL session_replication_role = replica", f"TRUNCATE {table} CASCADE")


@on_postgresql
@pytest.mark.parametrize("statement", [*CHANGES, "INSERT " + NODE.format(level=1, index=3)])
def test_the_replica_role_of_a_session_silences_no_trigger(logged: Context, statement: str) -> None:
    refused(logged, "SET LOCAL session_replication_role = replica", statement)


def names(connection: Connection, table: str) -> list[str]:
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :it",
        "postgresql": "SELECT tgname FROM pg_trigger "
        "WHERE tgrelid = CAST(:it AS regclass) AND NOT tgisinternal",
    }[connection.dialect.name]
    return list(connection.execute(text(query), {"it": table}).scalars())


def complaint(home: Context) -> str:
    with pytest.raises(IntegrityFailure) as caught:
        verify(home)
    assert caught.value.exit_code == 6
    return str(caught.value)


@pytest.mark.parametrize("table", ["log_node", "log_checkpoint"])
def test_a_trigger_that_is_gone_is_named(logged: Context, table: str) -> None:
    with logged.engine.connect() as connection:
        found = names(connection, table)
    on = "" if logged.engine.dialect.name == "sqlite" else f" ON {table}"
    assert len(found) == (4 if on else 3)
    for name in found:
        with logged.engine.begin() as connection:
            connection.execute(text(f"DROP TRIGGER {name}{on}"))
        assert f"the trigger {name} is missing or altered" in complaint(logged)
        with logged.engine.begin() as connection:
            triggers.create(connection)
    verify(logged)


@on_postgresql
@pytest.mark.parametrize("table", ["log_node", "log_checkpoint"])
@pytest.mark.parametrize("how", ["DISABLE", "ENABLE", "ENABLE REPLICA"])
def test_a_trigger_that_does_not_always_fire_is_named(
    logged: Context, table: str, how: str
) -> None:
    with logged.engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {table} {how} TRIGGER {table}_no_update"))

    assert f"the trigger {table}_no_update is missing or altered" in complaint(logged)


SWALLOW = {
    "sqlite": "CREATE TRIGGER swallow BEFORE INSERT ON {} BEGIN SELECT RAISE(IGNORE); END",
    "postgresql": "CREATE RULE swallow AS ON INSERT TO {} DO INSTEAD NOTHING",
}


@pytest.mark.parametrize("table", ["log_node", "log_checkpoint"])
def test_what_swallows_a_row_is_named_and_stops_the_step(logged: Context, table: str) -> None:
    add_account(acting(logged, "admin"), "seventh", [Role.AUDITOR])
    before = verify(logged).events
    with logged.engine.begin() as connection:
        connection.exec_driver_sql(SWALLOW[connection.dialect.name].format(table))

    assert "swallow does not belong on the log" in complaint(logged)
    with pytest.raises(IntegrityFailure, match="was not stored"):
        if table == "log_node":
            add_account(acting(logged, "admin"), "eighth", [Role.AUDITOR])
        checkpoint(logged)
    with logged.engine.begin() as connection:
        on = "" if connection.dialect.name == "sqlite" else f" ON {table}"
        kind = "RULE" if on else "TRIGGER"
        connection.execute(text(f"DROP {kind} swallow{on}"))
    assert verify(logged).events == before + (table == "log_checkpoint")
