"""Bundles gathered from a store: what holds on both databases."""

import json
from pathlib import Path

import pytest
from sqlalchemy import text
from world import World

from registry.bundle.alone import registry_verify
from registry.bundle.verify import verified
from registry.errors import Conflict, NotFound, NotPermitted
from registry.log.note import read_verifier
from registry.workflow.bundle import Created, create_bundle
from registry.workflow.release import Terms, release


def released(world: World) -> str:
    request = world.submit()
    world.approve(request)
    release(world.by("carla"), request, Terms("Claims Lab"))
    return request


def create(world: World, about: str, name: str = "b.json") -> Created:
    return create_bundle(world.by("amir"), about, world.folder / name)


def causes(world: World, path: Path) -> tuple[frozenset[str], set[str]]:
    key = (world.folder / "log.pub").read_text()
    data = path.read_bytes()
    alone = registry_verify.verify(data, key)["failed"]
    return verified(data, read_verifier(key)).causes, {cause for cause, _ in alone}


@pytest.mark.parametrize("about", ["claims@1", "R-1", "REL-1"])
def test_a_release_has_a_bundle_by_any_of_its_names(world: World, about: str) -> None:
    released(world)

    made = create(world, about)

    assert (made.dataset, made.request, made.release) == ("claims@1", "R-1", "REL-1")
    assert made.problems == ()
    assert causes(world, made.path) == (frozenset(), set())


def test_the_log_lists_the_events_of_a_bundle(world: World) -> None:
    released(world)
    made = create(world, "claims@1")

    found = verified(made.path.read_bytes()).opened
    assert found is not None
    events = [json.loads(one.body) for one in found.record.events]
    assert events[-1]["fact"] == "bundle.created"
    assert events[-1]["details"]["events"] == [one["seq"] for one in events[:-1]]


def test_names_of_people_who_signed_nothing_stay_out(world: World) -> None:
    released(world)

    text_ = create(world, "claims@1").path
    found = verified(text_.read_bytes()).opened

    assert found is not None
    assert {one.name for one in found.record.people} == {"stefan", "paula", "carla"}


def test_what_was_never_approved_has_none(world: World) -> None:
    with pytest.raises(NotFound):
        create(world, "claims@1")
    world.submit()
    with pytest.raises(Conflict):
        create(world, "R-1")


def test_nobody_is_not_enough_to_make_one(world: World) -> None:
    released(world)

    with pytest.raises(NotPermitted):
        create_bundle(world.home, "claims@1", world.folder / "b.json")


def test_a_decision_changed_in_the_database_shows_in_the_bundle(world: World) -> None:
    released(world)
    with world.home.engine.begin() as connection:
        connection.execute(
            text("UPDATE decision SET body = replace(body, '\"allow\"', '\"deny\"')")
        )

    made = create(world, "claims@1")

    assert "decision-differs" in {one.cause for one in made.problems}
    assert "decision-differs" in causes(world, made.path)[1]


def test_a_sign_off_removed_from_the_database_shows_in_the_bundle(world: World) -> None:
    released(world)
    with world.home.engine.begin() as connection:
        connection.execute(text("DELETE FROM signoff WHERE role = 'steward'"))

    made = create(world, "claims@1")

    assert "statement-differs" in {one.cause for one in made.problems}
    assert "statement-differs" in causes(world, made.path)[1]
