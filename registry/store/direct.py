"""Runs statements by the driver alone: for the few that run with every event.

All writers wait for these, and SQLAlchemy takes longer over such a statement than the database
does. They run in the transaction of their connection, and fail with the errors of SQLAlchemy.
"""

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

Rows = list[tuple[Any, ...]]


def run(connection: Connection, statement: str, values: Sequence[object] = ()) -> Rows:
    """The rows that a statement returns; its values are marked by question marks."""
    return run_all(connection, (statement, values))[0]


def run_all(connection: Connection, *statements: tuple[str, Sequence[object]]) -> list[Rows]:
    """The rows of each statement, with its values; PostgreSQL is sent them all before it answers.

    Each runs after those before it and sees what they did; the first that fails is the error.
    """
    driver: Any = connection.connection.dbapi_connection
    error_class: Any = connection.dialect.dbapi.Error  # type: ignore[union-attr]
    marked = connection.dialect.paramstyle == "qmark"
    together = nullcontext() if marked or len(statements) == 1 else driver.pipeline()
    try:
        with together:
            cursors = [
                driver.execute(one if marked else one.replace("?", "%s"), values)
                for one, values in statements
            ]
        return [cursor.fetchall() if cursor.description else [] for cursor in cursors]
    except error_class as error:
        if connection.dialect.is_disconnect(error, driver, None):
            connection.invalidate(error)
        raise DBAPIError.instance(statements[0][0], None, error, error_class) from error
