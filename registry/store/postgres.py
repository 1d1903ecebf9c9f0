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
    driver = _driver(connection)
    # Else psycopg would send a BEGIN of its own before the first statement.
    driver.autocommit = writing
    if writing:
        driver.execute(_BEGIN, prepare=False)


def commit(connection: Connection) -> None:
    """Commit a writing transaction, free the lock, and return when it will outlive a crash."""
    cursor = _driver(connection).execute(f"COMMIT; {_DURABLE}", prepare=False)
    if cursor.statusmessage != "COMMIT":
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


def _driver(connection: Connection) -> Any:
    return connection.connection.dbapi_connection
