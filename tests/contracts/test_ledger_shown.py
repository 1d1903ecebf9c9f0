"""Showing a ledger reads: what it composed is kept in passing, and budgets are found by source."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from contracts.budgeting import budget, released
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError
from sqlmodel import col, select
from world import World

from registry.ledger import losses
from registry.records import ComposedTotal, Event
from registry.records.told import SIGNED, SourceTold
from registry.store.database import open_engine, reading, writing
from registry.workflow.budgets import methods
from registry.workflow.budgets.show import show
from registry.workflow.reports.report import report


def kept(world: World) -> int:
    with reading(world.home.engine) as session:
        return len(session.exec(select(ComposedTotal)).all())


def test_what_took_long_to_compose_is_kept_where_the_store_is_free(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    released(world, world.label)
    monkeypatch.setattr(methods, "WORTH_KEEPING", 60.0)
    show(world.home, "hospital")
    assert kept(world) == 0

    monkeypatch.setattr(methods, "WORTH_KEEPING", 0.0)
    first = show(world.home, "hospital")

    assert kept(world) == 2
    assert show(world.home, "hospital") == first


def test_a_report_keeps_what_it_composed_and_reads_what_is_kept(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    released(world, world.label)
    monkeypatch.setattr(methods, "WORTH_KEEPING", 0.0)
    first = report(world.home, world.label, "quality")
    assert kept(world) == 2

    def composed(guarantees: object) -> None:
        raise AssertionError(f"composed anew: {guarantees}")

    monkeypatch.setattr(losses, "composed", composed)

    assert report(world.home, world.label, "quality") == first


def test_showing_waits_for_nobody_who_writes_and_then_keeps_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    released(world, world.label)
    monkeypatch.setattr(methods, "WORTH_KEEPING", 0.0)
    other = open_engine(world.home.settings.database_url)

    with ThreadPoolExecutor() as pool, writing(other):
        shown = pool.submit(show, world.home, "hospital").result(timeout=20)

    assert shown["entries"] == 2
    assert kept(world) == 0
    other.dispose()


def test_showing_needs_no_right_to_write(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    released(world, world.label)
    monkeypatch.setattr(methods, "WORTH_KEEPING", 0.0)

    @event.listens_for(world.home.engine, "before_cursor_execute")
    def refused(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")):
            raise OperationalError(statement, {}, Exception("the database is read-only"))

    try:
        assert show(world.home, "hospital")["entries"] == 2
    finally:
        event.remove(world.home.engine, "before_cursor_execute", refused)
    assert kept(world) == 0


def test_where_nothing_took_long_no_write_lock_is_taken(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    released(world, world.label)
    taken: list[object] = []
    monkeypatch.setattr(methods, "WORTH_KEEPING", 60.0)
    monkeypatch.setattr(methods, "writing", lambda *args, **named: taken.append(args))

    show(world.home, "hospital")
    report(world.home, world.label, "quality")

    assert taken == []


def test_the_budgets_that_the_log_tells_of_are_found_by_their_source(world: World) -> None:
    budget(world)
    query = (
        select(Event.seq)
        .where(text(SIGNED), SourceTold(col(Event.body)) == "hospital")
        .where(col(Event.outcome) + "" == "done")
    )
    dialect = world.home.engine.dialect.name
    explain = "EXPLAIN QUERY PLAN " if dialect == "sqlite" else "EXPLAIN "
    with world.home.engine.connect() as connection:
        if dialect != "sqlite":  # in a log of some events, reading them all is as cheap
            connection.execute(text("SET LOCAL enable_seqscan = off"))
        said = query.compile(connection, compile_kwargs={"literal_binds": True})
        plan = " ".join(map(str, connection.execute(text(explain + str(said)))))

    assert "ix_event_signed_source" in plan


def test_a_source_of_any_name_has_its_budget_found(world: World) -> None:
    with world.home.engine.connect() as connection:
        found = connection.execute(
            sa.select(SourceTold(sa.literal(b'{"details":{"source":"h\xc3\xb4pital"}}')))
        ).scalar()

    assert found == "h\u00f4pital"
