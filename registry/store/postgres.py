"""How a write transaction begins and ends on PostgreSQL: one message each.

All writers wait for one lock, and PostgreSQL gives it back only when the commit is on disk; so
commits would go to disk one by one, however many wait. Here the commit itself does not wait
(synchronous_commit = off, which loses the newest commits in a crash but never mixes them up), and
an empty commit that does wait follows it in the same message, after the lock is free. Everything
before it in PostgreSQL's journal is on disk when that returns, so no caller is told "done" of what
a crash can still undo; and PostgreSQL takes the waiting commits of many writers to disk together.
"""

from typing import Any

from sqlalchemy import Connection

from registry.errors import StoreUnavailable

# Any fixed number serves; it only has to differ from other applications' locks in this database.
_ADVISORY_KEY = 0x5D5_0001
_BEGIN = (
    "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL synchronous_commit = off; "
    f"SELECT pg_advisory_xact_lock({_ADVISORY_KEY})"
)
# Everybody may write such a message to the journal; nobody reads it.
_DURABLE = "SELECT pg_logical_emit_message(true, 'registry', '')"


def begin(connection: Connection, *, writing: bool) -> None:
    """Begin a transaction; a writing one waits for the lock."""
    # Else psycopg would send a BEGIN of its own before the first statement.
    _driver(connection).autocommit = writing
    if writing:
        _send(connection, _BEGIN, "nothing was recorded; check it and run the command again")


def commit(connection: Connection) -> None:
    """Commit a writing transaction, free the lock, and return when it will outlive a crash."""
    unknown = "look whether it was done, or run it again under its idempotency key"
    if _send(connection, f"COMMIT; {_DURABLE}", unknown) != "COMMIT":
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


def _send(connection: Connection, statements: str, todo: str) -> str:
    """Several statements in one message, which SQLAlchemy cannot send; the status of the first."""
    driver: Any = connection.dialect.dbapi
    try:
        status: str = _driver(connection).execute(statements, prepare=False).statusmessage
    except driver.Error as error:
        if _driver(connection).closed:
            connection.invalidate(error)  # else the failing rollback would be the error told
        raise StoreUnavailable(
            f"the database failed: {str(error).splitlines()[0]}",
            expected="a database that answers",
            todo=todo,
        ) from error
    return status


def _driver(connection: Connection) -> Any:
    return connection.connection.dbapi_connection
