"""How a write transaction begins and ends on PostgreSQL: one message each.

All writers wait for one lock, and for every message that its holder exchanges with the server. So
the first reads what most holders ask next, too.

PostgreSQL gives the lock back only when the commit is on disk; so commits would go to disk one by
one, however many wait. Here the commit itself does not wait (synchronous_commit = off, which loses
the newest commits in a crash but never mixes them up), and an empty commit that does wait follows
it in the same message, after the lock is free. Everything before it in PostgreSQL's journal is on
disk when that returns, so no caller is told "done" of what a crash can still undo; and PostgreSQL
takes the waiting commits of many writers to disk together.
"""

from typing import Any

from sqlalchemy import Connection

from registry.errors import StoreUnavailable
from registry.store.direct import Rows

# Any fixed number serves; it only has to differ from other applications' locks in this database.
_ADVISORY_KEY = 0x5D5_0001
_BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL synchronous_commit = off"
_LOCK = f"SELECT pg_advisory_xact_lock({_ADVISORY_KEY})"
# The least that it takes: 0 would be for ever.
_AT_ONCE = "SET LOCAL lock_timeout = '1ms'"
# Everybody may write such a message to the journal; nobody reads it.
_DURABLE = "SELECT pg_logical_emit_message(true, 'registry', '')"


def prepare(connection: Connection, *, writing: bool) -> None:
    """Let psycopg begin the transaction by itself unless `begin` will."""
    _driver(connection).autocommit = writing


def begin(connection: Connection, look: str = "", *, wait: bool = True) -> Rows:
    """Begin a writing transaction, wait for the lock, and return the rows of ``look``."""
    lock = _LOCK if wait else f"{_AT_ONCE}; {_LOCK}"
    todo = "nothing was recorded; check it and run the command again"
    cursor = _send(connection, f"{_BEGIN}; {lock}; {look}", todo)
    while cursor.nextset():
        pass
    rows: Rows = cursor.fetchall()
    return rows


def commit(connection: Connection) -> None:
    """Commit a writing transaction, free the lock, and return when it will outlive a crash."""
    unknown = "look whether it was done, or run it again under its idempotency key"
    if _send(connection, f"COMMIT; {_DURABLE}", unknown).statusmessage != "COMMIT":
        raise StoreUnavailable(
            "the database rolled back instead of committing",
            expected="a database that answers",
            todo="nothing was recorded; run the command again",
        )


def make_durable(connection: Connection) -> None:
    """Return when all that this connection can see will outlive a crash of the server.

    For what is told to the outside about what was only read, such as a signed checkpoint.
    """
    connection.exec_driver_sql(_DURABLE)
    connection.commit()


def _send(connection: Connection, statements: str, todo: str) -> Any:
    """Several statements in one message, which SQLAlchemy cannot send; a cursor on the first."""
    driver: Any = connection.dialect.dbapi
    try:
        return _driver(connection).execute(statements, prepare=False)
    except driver.Error as error:
        if _driver(connection).closed:
            connection.invalidate(error)  # else the failing rollback would be the error told
        raise StoreUnavailable(
            f"the database failed: {str(error).splitlines()[0]}",
            expected="a database that answers",
            todo=todo,
        ) from error


def _driver(connection: Connection) -> Any:
    return connection.connection.dbapi_connection
