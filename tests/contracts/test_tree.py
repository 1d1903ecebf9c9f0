"""The stored tree is the tree over the stored events, however they came to be there."""

import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from alembic import command
from alembic.config import Config
from clocks import SettableClock
from sqlalchemy import Engine, text
from sqlmodel import Session, col, select

from registry.log import merkle
from registry.records import Event, LogNode
from registry.resources import folder
from registry.store import database, events, migrations, tree, triggers
from registry.store.database import reading, writing
from registry.workflow.context import Context, Work
from registry.workflow.verify import verify

SEED = 20260302
THREADS = 16


def grow(home: Context, count: int) -> None:
    with writing(home.engine) as session:
        work = Work(home, session)
        for number in range(count):
            work.record("check", "dataset.checked", details={"number": number})


def in_memory(session: Session) -> tuple[int, merkle.Subtree]:
    """The tree over the stored bytes, made anew."""
    bodies = [event.body for event in events.stored(session)]
    return len(bodies), merkle.in_memory(bodies)


def require_same_tree(session: Session) -> None:
    size, whole = in_memory(session)
    stored = {
        (level, index): bytes(found)
        for level, index, found in session.exec(select(LogNode.level, LogNode.index, LogNode.hash))
    }
    levels = range(1, size.bit_length())
    places = [(level, index) for level in levels for index in range(size >> level)]
    assert stored == {place: whole(*place) for place in places}


def test_roots_and_proofs_from_the_store_are_those_over_its_bytes(home: Context) -> None:
    rng = random.Random(SEED)
    for count in (1, 1, rng.randrange(2, 40), rng.randrange(40, 90), 64):
        grow(home, count)
        with reading(home.engine) as session:
            size, whole = in_memory(session)
            first, seq = rng.randrange(size + 1), rng.randrange(1, size + 1)
            assert tree.size(session) == size
            assert tree.root(session, size) == merkle.root(size, whole)
            assert tree.root(session, first) == merkle.root(first, whole)
            inclusion = tree.inclusion(session, seq, size)
            assert inclusion == merkle.inclusion(seq - 1, size, whole)
            assert tree.consistency(session, first, size) == merkle.consistency(first, size, whole)
            require_same_tree(session)


def test_an_empty_log_has_the_root_of_nothing(home: Context) -> None:
    with reading(home.engine) as session:
        assert tree.size(session) == 0
        assert tree.root(session, 0) == merkle.EMPTY
    assert verify(home).events == 0


def test_a_transaction_that_fails_leaves_no_node(home: Context) -> None:
    grow(home, 3)
    with pytest.raises(ZeroDivisionError), writing(home.engine) as session:
        Work(home, session).record("check", "dataset.checked")
        raise ZeroDivisionError

    grow(home, 5)

    assert verify(home).events == 8
    with reading(home.engine) as session:
        require_same_tree(session)


def test_many_who_append_at_once_make_one_log_without_a_fork_or_a_gap(home: Context) -> None:
    def append(number: int) -> list[int]:
        engine = database.open_engine(home.settings.database_url)
        context = Context(home.settings, engine, home.clock, None)
        with closing(engine.raw_connection()):
            pass
        try:
            return [_record(context, number, each) for each in range(12)]
        finally:
            engine.dispose()

    with ThreadPoolExecutor(THREADS) as pool:
        numbers = [seq for found in pool.map(append, range(THREADS)) for seq in found]

    assert sorted(numbers) == list(range(1, THREADS * 12 + 1))
    assert verify(home).events == THREADS * 12
    with reading(home.engine) as session:
        assert list(session.exec(select(Event.seq).order_by(col(Event.seq)))) == sorted(numbers)
        require_same_tree(session)


def _record(context: Context, number: int, each: int) -> int:
    with writing(context.engine) as session:
        details = {"writer": number, "each": each}
        return Work(context, session).record("check", "dataset.checked", details=details).seq


def at_revision(engine: Engine, revision: str) -> None:
    """Bring an empty database to an older revision."""
    config = Config()
    config.set_main_option("script_location", str(folder("migrations")))
    config.set_main_option("path_separator", "os")
    with writing(engine, log=False) as session:
        config.attributes["connection"] = session.connection()
        command.upgrade(config, revision)


def emptied(home: Context) -> Engine:
    """A database on which no migration ran."""
    if home.engine.dialect.name == "sqlite":
        place = f"sqlite:///{home.settings.folder / 'old.db'}"
        return database.open_engine(place, create=True)
    with home.engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    return database.open_engine(home.settings.database_url)


@pytest.mark.parametrize("count", [0, 1, 5, 64])
def test_a_log_older_than_its_tree_is_given_one(
    home: Context, clock: SettableClock, count: int
) -> None:
    grow(home, count)
    insert = text(
        "INSERT INTO event (seq, at, actor, action, outcome, dataset, request, body, digest) "
        "VALUES (:seq, :at, :actor, :action, :outcome, :dataset, :request, :body, :digest)"
    )
    with reading(home.engine) as session:
        old = [vars(one) for one in events.stored(session)]
    engine = emptied(home)
    at_revision(engine, "0003")
    with engine.begin() as connection:
        for one in old:
            connection.execute(insert, one)

    migrations.upgrade(engine)

    upgraded = Context(home.settings, engine, clock, None)
    assert verify(upgraded).events == count
    grow(upgraded, 7)
    assert verify(upgraded).events == count + 7
    with reading(engine) as session:
        require_same_tree(session)
        assert triggers.faults(session.connection()) == []
    engine.dispose()
