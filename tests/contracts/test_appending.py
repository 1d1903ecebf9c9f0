"""An append is chained to what the log ends with, and a lost connection is found or told of."""

import time

import pytest
from sqlalchemy import Engine

from registry.errors import StoreUnavailable
from registry.store import direct, events, liveness
from registry.store.database import open_engine, reading, writing
from registry.workflow.context import Context
from registry.workflow.verify import verify
from tests.soak.writers import FACT

on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def append(engine: Engine, count: int = 1) -> list[int]:
    with writing(engine) as session:
        return [events.append(session, {**FACT, "details": {}}).seq for _ in range(count)]


def cut(home: Context) -> None:
    """The server closes the connections of every other engine than this registry's own."""
    with home.engine.connect() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_each_of_several_events_of_a_transaction_is_chained_to_the_one_before(
    home: Context,
) -> None:
    assert append(home.engine, 9) == list(range(1, 10))
    assert append(home.engine, 8) == list(range(10, 18))
    assert verify(home).events == 17


def test_the_event_after_a_transaction_that_wrote_none_is_chained_to_the_last(
    home: Context,
) -> None:
    append(home.engine)
    with writing(home.engine):
        pass
    other = open_engine(home.settings.database_url)
    append(other)
    other.dispose()

    assert append(home.engine) == [3]
    assert verify(home).events == 3


def test_statements_that_are_sent_together_see_each_other_and_end_with_the_first_error(
    home: Context,
) -> None:
    append(home.engine)
    node = 'INSERT INTO log_node (level, "index", hash) VALUES (?, ?, ?)'
    count = "SELECT COUNT(*) FROM event"
    with pytest.raises(StoreUnavailable, match="append-only"), writing(home.engine) as session:
        direct.run_all(
            session.connection(), (count, ()), (node, (1, 0, b"")), ("SELECT no_such_column", ())
        )
    assert append(home.engine) == [2]
    with reading(home.engine) as session:
        assert direct.run_all(session.connection(), (count, ()), (count, ())) == [[(2,)], [(2,)]]


@on_postgresql
def test_an_idle_connection_that_the_server_closed_is_replaced(home: Context) -> None:
    engine = open_engine(home.settings.database_url)
    append(engine)
    cut(home)
    time.sleep(liveness.TRUSTED_SECONDS + 0.1)

    assert append(engine) == [2]
    engine.dispose()


@on_postgresql
def test_one_that_was_closed_right_after_its_use_is_one_clear_error_and_then_replaced(
    home: Context,
) -> None:
    engine = open_engine(home.settings.database_url)
    append(engine)
    cut(home)

    with pytest.raises(StoreUnavailable, match="the database failed"):
        append(engine)
    assert append(engine) == [2]
    engine.dispose()


@on_postgresql
def test_one_that_is_closed_under_the_lock_is_one_clear_error(home: Context) -> None:
    engine = open_engine(home.settings.database_url)

    with pytest.raises(StoreUnavailable, match="the database failed"), writing(engine) as session:
        cut(home)
        events.append(session, {**FACT, "details": {}})

    assert append(engine) == [1]
    engine.dispose()
