"""Fills an empty database with the rows of a backup, through its triggers."""

from collections.abc import Iterable, Iterator
from itertools import islice

from sqlalchemy import Connection, Table, func, inspect, select, text

from registry.errors import Conflict
from registry.store.rows import tables

_BATCH = 1000


def require_empty(connection: Connection) -> None:
    """Raise `Conflict` if any table of the registry has a row: a history is never written over."""
    there = set(inspect(connection).get_table_names())
    for table in tables():
        if table.name not in there:
            continue
        if connection.execute(select(func.count()).select_from(table)).scalar():
            raise Conflict(
                f"the database is not empty: {table.name} has rows",
                where=connection.engine.url.render_as_string(hide_password=True),
                expected="a database in which nothing was ever recorded",
                todo="move it away, or name another with --into; nothing was changed",
            )


def load(connection: Connection, table: Table, rows: Iterable[dict[str, object]]) -> int:
    """Insert rows in their order; returns how many."""
    count = 0
    for batch in _batches(rows):
        connection.execute(table.insert(), batch)
        count += len(batch)
    _count_on(connection, table)
    return count


def _batches(rows: Iterable[dict[str, object]]) -> Iterator[list[dict[str, object]]]:
    left = iter(rows)
    while batch := list(islice(left, _BATCH)):
        yield batch


def _count_on(connection: Connection, table: Table) -> None:
    """On PostgreSQL the next id comes from a sequence, which explicit ids do not move."""
    if connection.dialect.name == "sqlite":
        return
    for column in table.primary_key.columns:
        name = {"table": f'"{table.name}"', "column": column.name}
        found = text("SELECT pg_get_serial_sequence(:table, :column)")
        sequence = connection.execute(found, name).scalar()
        if sequence is not None:
            last = connection.execute(select(func.max(column))).scalar()
            moved = text("SELECT setval(CAST(:sequence AS regclass), :last)")
            if last is not None:
                connection.execute(moved, {"sequence": sequence, "last": last})
