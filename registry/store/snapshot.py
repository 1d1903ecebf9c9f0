"""All rows of the database at one moment, while others go on writing.

SQLite: a copy made by the online backup API, in one step (page by page it would begin anew with
each commit of somebody else's). PostgreSQL: one REPEATABLE READ, READ ONLY transaction, in which
every table is read by COPY.
"""

import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Engine, Table

from registry.errors import StoreUnavailable
from registry.store.database import translated
from registry.store.rows import type_of, typed

Rows = Callable[[str, "Table | None"], Iterator[Any]]


@dataclass(frozen=True)
class Snapshot:
    """One moment of a database."""

    _ask: Rows
    _order: str = ""

    def revision(self) -> str:
        """The migration it is at."""
        return str(next(iter(self._ask("SELECT version_num FROM alembic_version", None)))[0])

    def count(self, table: Table) -> int:
        """How many rows a table has."""
        return int(next(iter(self._ask(f'SELECT COUNT(*) FROM "{table.name}"', None)))[0])

    def rows(self, table: Table) -> Iterator[list[object]]:
        """Every row, in the order of the primary key, values in the order of the columns."""
        columns = list(table.columns)
        for found in self._ask(_select(table, self._order), table):
            yield [typed(value, column) for value, column in zip(found, columns, strict=True)]


@contextmanager
def snapshot(engine: Engine, scratch: Path) -> Iterator[Snapshot]:
    """The database as it is now; SQLite's copy lies in the folder ``scratch`` meanwhile."""
    driver: Any = engine.dialect.dbapi
    try:
        with translated():
            if engine.dialect.name == "sqlite":
                with _copied(engine, scratch) as copy:
                    yield Snapshot(lambda query, _: iter(copy.execute(query)))
            else:
                with _frozen(engine) as connection:
                    yield Snapshot(partial(_copy_out, connection), ' COLLATE "C"')
    except driver.Error as error:
        raise StoreUnavailable(
            f"the database failed: {error}",
            expected="a database that answers",
            todo="no backup was written; check the database and run the command again",
        ) from error


@contextmanager
def _copied(engine: Engine, scratch: Path) -> Iterator[sqlite3.Connection]:
    handle, name = tempfile.mkstemp(dir=scratch, prefix=".backup.", suffix=".db")
    os.close(handle)
    copy = sqlite3.connect(name)
    try:
        source = engine.raw_connection()
        try:
            driver: Any = source.driver_connection
            driver.backup(copy, pages=-1)
        finally:
            source.close()
        yield copy
    finally:
        copy.close()
        for suffix in ("", "-wal", "-shm", "-journal"):
            Path(name + suffix).unlink(missing_ok=True)


@contextmanager
def _frozen(engine: Engine) -> Iterator[Any]:
    frozen = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with frozen.connect() as connection, connection.begin():
        yield connection.connection.driver_connection


def _copy_out(connection: Any, query: str, table: Table | None) -> Iterator[Any]:
    if table is None:
        yield from connection.execute(query)
        return
    with connection.cursor().copy(f"COPY ({query}) TO STDOUT") as copy:
        copy.set_types([_wire(column) for column in table.columns])
        yield from copy.rows()


def _wire(column: "Column[object]") -> str:
    """The type by whose text form the driver reads a value."""
    names = {bool: "bool", int: "int8", float: "float8", bytes: "bytea", str: "text"}
    return names[type_of(column)]


def _select(table: Table, order: str) -> str:
    """``order`` is how text is compared: by its bytes, as SQLite does."""
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    keys = ", ".join(
        f'"{column.name}"{order if type_of(column) is str else ""}'
        for column in table.primary_key.columns
    )
    return f'SELECT {names} FROM "{table.name}" ORDER BY {keys}'
