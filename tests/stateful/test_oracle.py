"""The oracle is not blind: it names what is wrong with a release that should not be."""

import sqlite3
from datetime import date, timedelta

import pytest
from conftest import acting
from sqlalchemy import text
from stateful.machine import evaluated
from stateful.oracle import Books, faults
from world import World

from registry.errors import Conflict
from registry.records import Role
from registry.workflow.add_account import add_account
from registry.workflow.release import Terms, release

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def named(world: World, today: str = "2026-03-02") -> list[str]:
    connection = sqlite3.connect(str(world.home.engine.url.database))
    found = faults(Books.read(connection), today)
    connection.close()
    return found


@on_sqlite
@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE request SET state = 'approved'", "its request was not released"),
        ("DELETE FROM decision", "its decision does not allow it"),
        ("DELETE FROM signoff WHERE id = 1", "its quorum is broken"),
        ("UPDATE signoff SET principal_id = (SELECT MAX(account_id) FROM signoff)", "quorum"),
        ("UPDATE request SET submitted_by = (SELECT account_id FROM signoff)", "its separation"),
        ("UPDATE release SET released_by = (SELECT submitted_by FROM request)", "its releaser"),
        ("UPDATE source SET state = 'withdrawn'", "its source is withdrawn"),
        ("UPDATE dataset_version SET card = REPLACE(card, '2', '9')", "its decision does not"),
    ],
)
def test_a_release_that_should_not_be_is_named(world: World, statement: str, said: str) -> None:
    world.approve(world.submit())
    release(world.by("carla"), "R-1", Terms("Pricing team"))
    assert named(world) == []

    with world.home.engine.begin() as connection:
        connection.execute(text(statement))

    assert any(said in what for what in named(world)), named(world)


@on_sqlite
def test_a_release_past_its_last_day_has_nothing_left_to_stop(world: World) -> None:
    world.approve(world.submit())
    last = release(world.by("carla"), "R-1", Terms("Pricing team")).expires_on
    with world.home.engine.begin() as connection:
        connection.execute(text("UPDATE source SET state = 'withdrawn'"))
    after = (date.fromisoformat(last) + timedelta(days=1)).isoformat()

    assert named(world, last) == ["REL-1: its source is withdrawn"]
    assert named(world, after) == []


@on_sqlite
def test_who_evaluates_after_signing_counts_no_more(world: World) -> None:
    add_account(world.by("admin"), "nina", [Role.ENGINEER, Role.STEWARD])
    world.submit()
    world.approve("R-1", "nina", "paula")
    evaluated(acting(world.home, "nina"), "claims@1", seed=1)

    with pytest.raises(Conflict, match="lacks sign-offs"):
        release(world.by("carla"), "R-1", Terms("Pricing team"))
