"""Opens the database and takes write locks up front, on SQLite and PostgreSQL alike.

A write transaction that locks late can read, be overtaken, and then act on what it read: on
SQLite's default two people approve the same release. So a write transaction begins with its lock:
BEGIN IMMEDIATE on SQLite, one advisory lock on PostgreSQL (READ COMMITTED, so that every
statement after it sees all that was committed before).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session

from registry.errors import InvalidInput, StoreUnavailable, Unavailable
from registry.store import head, journal, liveness, postgres

_WRITE = "registry_write"
_AT_ONCE = "registry_at_once"
_BUSY_MILLISECONDS = 60_000
# Threads of one process share some connections, and on a loaded machine dozens of writers wait for
# one longer than the half minute after which SQLAlchemy would let the unluckiest of them fail.
_LONGEST_WAIT = 300
_turns = Lock()


def open_engine(url: str, *, create: bool = False) -> Engine:
    """An engine for ``url`` (``sqlite:///path`` or ``postgresql://...``).

    Raises `Unavailable` for a SQLite file that is not there, unless it is to be created: an empty
    one made in passing would look like a registry that never had a history.
    """
    if not create:
        _require_file(url)
    try:
        engine = create_engine(_with_driver(url), **_options(url))
    except (ArgumentError, NoSuchModuleError, ImportError, ValueError) as error:
        raise InvalidInput(
            f"the database address cannot be used: {error}",
            where="REGISTRY_DATABASE_URL or database_url in registry.toml",
            expected="sqlite:///FILE or postgresql://USER@HOST/DATABASE",
            todo="for PostgreSQL install synthetic-data-registry[postgres]",
        ) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
    else:
        liveness.watch(engine)
    event.listen(engine, "begin", _begin)
    return engine


def _require_file(url: str) -> None:
    path = Path(url.removeprefix("sqlite:///"))
    if url.startswith("sqlite:///") and not path.is_file():
        raise Unavailable(
            "the database is gone",
            where=str(path),
            expected="the registry's SQLite file, or REGISTRY_DATABASE_URL if a server holds it",
            todo="bring it back, or set the variable as it was when the registry was made",
        )


def _options(url: str) -> dict[str, Any]:
    if url.startswith("sqlite"):
        return {}
    # Whatever the database's default is: under REPEATABLE READ a transaction that waited for its
    # lock would go on with what it saw before.
    return {
        "isolation_level": "READ COMMITTED",
        "pool_timeout": _LONGEST_WAIT,
    }


def _with_driver(url: str) -> str:
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # Transactions are begun by `_begin`; sqlite3's own implicit BEGIN would be deferred.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {_BUSY_MILLISECONDS}",
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "foreign_keys = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    writing = bool(options.get(_WRITE))
    if connection.dialect.name != "sqlite":
        postgres.prepare(connection, writing=writing)
    elif options.get(_AT_ONCE):
        _begin_at_once(connection)
    else:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _begin_at_once(connection: Connection) -> None:
    """Begin to write on SQLite, or fail where somebody else does; later statements wait again."""
    connection.exec_driver_sql("PRAGMA busy_timeout = 0")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")


@contextmanager
def reading(engine: Engine, *, at_once: bool = False) -> Iterator[Session]:
    """A session that only reads, at one point in time on SQLite, and elsewhere if ``at_once``."""
    with translated(), engine.connect() as connection:
        if at_once and engine.dialect.name != "sqlite":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        with Session(bind=connection) as session:
            yield session


@contextmanager
def writing(engine: Engine, *, log: bool = True, wait: bool = True) -> Iterator[Session]:
    """A session whose transaction holds the write lock; commits at the end, or rolls all back.

    What is committed outlives a crash of the machine when this returns. ``log`` is false where
    there may be no table of events yet, or no event is appended one by one. Without ``wait`` it
    raises `StoreUnavailable` at once where somebody else is writing.
    """
    with translated():
        with _turn(engine, wait=wait), engine.connect() as connection:
            locked = connection.execution_options(**{_WRITE: True, _AT_ONCE: not wait})
            with locked.begin(), Session(bind=locked, autoflush=True) as session:
                if engine.dialect.name != "sqlite":
                    seen = postgres.begin(locked, head.LOOK if log else "", wait=wait)
                    if log:
                        head.keep(session, seen)
                yield session
                session.flush()
                if engine.dialect.name != "sqlite":
                    postgres.commit(locked)
        if engine.dialect.name == "sqlite":
            journal.make_durable(engine)


def make_durable(engine: Engine) -> None:
    """Return when everything that can be read now will outlive a crash.

    For what is told to the outside about what was only read, such as a signed checkpoint: others'
    changes can be read some milliseconds before they are on disk.
    """
    with translated():
        if engine.dialect.name == "sqlite":
            journal.make_durable(engine)
        else:
            with engine.connect() as connection:
                postgres.make_durable(connection)


@contextmanager
def _turn(engine: Engine, *, wait: bool) -> Iterator[None]:
    """This process's turn to write to SQLite, where waiting for the file's lock is polling.

    Sixteen threads that wait for each other here write about nine times as fast as sixteen that
    poll; other processes are kept out by BEGIN IMMEDIATE.
    """
    if engine.dialect.name != "sqlite":
        yield
        return
    if not _turns.acquire(blocking=wait):
        raise StoreUnavailable("somebody else is writing", todo="nothing was recorded; try again")
    try:
        yield
    finally:
        _turns.release()


@contextmanager
def translated() -> Iterator[None]:
    """Raise `StoreUnavailable` for what the database reports, or where it is not reached."""
    try:
        yield
    except DBAPIError as error:
        raise StoreUnavailable(
            f"the database failed: {str(error.orig).splitlines()[0]}",
            expected="a database that answers",
            todo="nothing was recorded; check the database and run the command again",
        ) from error
    except PoolTimeout as error:
        raise StoreUnavailable(
            "the database is too busy: no connection to it came free",
            expected="a database that answers",
            todo="nothing was recorded; run the command again when less is running",
        ) from error
