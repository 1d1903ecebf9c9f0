"""The registry of `benchmarks.web` in a SQLite file: its rows, copied from PostgreSQL."""

from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlmodel import SQLModel

from registry.store import database, migrations

_AT_ONCE = 5_000


def copied(engine: Engine, place: Path) -> str:
    """The address of a new file with the rows of ``engine``'s database."""
    address = f"sqlite:///{place}"
    file = database.open_engine(address, create=True)
    migrations.upgrade(file)
    with engine.connect() as source, file.begin() as target:
        target.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        guards = _guards(target)
        for name, _ in guards:
            target.exec_driver_sql(f'DROP TRIGGER "{name}"')
        for table in SQLModel.metadata.sorted_tables:
            rows = source.execute(table.select()).mappings()
            for block in rows.partitions(_AT_ONCE):
                target.execute(table.insert(), [dict(row) for row in block])
        for _, made in guards:
            target.exec_driver_sql(made)
    file.dispose()
    return address


def _guards(connection: Connection) -> list[tuple[str, str]]:
    query = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    return [(row.name, row.sql) for row in connection.execute(query)]
