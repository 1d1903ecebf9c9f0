"""Runs a statement by the driver alone: for the few that run with every event.

All writers wait for these, and SQLAlchemy takes longer over such a statement than the database
does. They run in the transaction of their connection, and fail with the errors of SQLAlchemy.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError


def run(
    connection: Connection, statement: str, values: Sequence[object] = ()
) -> list[tuple[Any, ...]]:
    """The rows that a statement returns; its values are marked by question marks."""
    driver: Any = connection.connection.dbapi_connection
    if connection.dialect.paramstyle != "qmark":
        statement = statement.replace("?", "%s")
    error_class: Any = connection.dialect.dbapi.Error  # type: ignore[union-attr]
    try:
        cursor = driver.execute(statement, values)
        return cursor.fetchall() if cursor.description else []
    except error_class as error:
        if connection.dialect.is_disconnect(error, driver, None):
            connection.invalidate(error)
        raise DBAPIError.instance(statement, None, error, error_class) from error
