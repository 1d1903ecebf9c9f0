"""No event names a person: erasing a name must never break a proof over what was logged."""

import json
import re
from collections.abc import Callable
from contextlib import suppress

import pytest
from world import CAST, INTERNAL, World

from registry.errors import Conflict, RegistryError
from registry.records import Meaning, Role
from registry.store import events
from registry.store.database import reading
from registry.workflow.account_listing import accounts
from registry.workflow.add_account import add_account
from registry.workflow.confirm_source import confirm_source
from registry.workflow.context import Context
from registry.workflow.release import Terms, release
from registry.workflow.revoke import revoke
from registry.workflow.sign import sign
from registry.workflow.submit import submit


def bodies(home: Context) -> list[bytes]:
    with reading(home.engine) as session:
        return [event.body for event in events.stored(session)]


def _tolerated(step: Callable[[], object]) -> None:
    with suppress(RegistryError):
        step()


def everybody_tries_everything(world: World) -> None:
    """Every person takes every step, most of which are refused, and one request is released."""
    request = world.submit()
    for name in CAST:
        who = world.by(name)
        for step in (
            lambda who=who: confirm_source(who, "hospital"),
            lambda who=who, name=name: add_account(who, name, [Role.AUDITOR]),
            lambda who=who: submit(who, "claims@1", INTERNAL),
            lambda who=who: sign(who, request, Meaning.APPROVE),
            lambda who=who: sign(who, request, Meaning.APPROVE),
            lambda who=who: sign(who, request, Meaning.APPROVE, role=Role.ADMIN),
            lambda who=who: release(who, request, Terms("Pricing team")),
            lambda who=who: revoke(who, "REL-1", "ended"),
        ):
            _tolerated(step)
        _tolerated(lambda name=name: add_account(world.by("admin"), name, [Role.AUDITOR]))


def test_no_event_holds_the_name_of_a_person(world: World) -> None:
    everybody_tries_everything(world)

    found = bodies(world.home)
    spoken = [body for body in found if json.loads(body)["fact"] == "attempt.refused"]
    assert len(spoken) > 30
    named = re.compile(r"\b(?:" + "|".join(CAST) + r")\b")
    assert [body for body in found if named.search(body.decode())] == []


@pytest.mark.parametrize("name", ["p", "m.curie", "x-", "al.", "o_neil"])
def test_a_name_is_taken_out_of_a_refusal_whatever_signs_it_is_made_of(
    world: World, name: str
) -> None:
    for other in ("al", "p", name):
        _tolerated(lambda other=other: add_account(world.by("admin"), other, [Role.AUDITOR]))
    pseudonym = {row["name"]: row["pseudonym"] for row in accounts(world.home)}[name]

    with pytest.raises(Conflict, match="exists already"):
        add_account(world.by("admin"), name, [Role.AUDITOR])

    said = json.loads(bodies(world.home)[-1])["details"]["reason"]
    assert said == f"the account '{pseudonym}' exists already"


def test_the_actor_of_an_event_is_the_pseudonym_of_the_account(world: World) -> None:
    people = {row["pseudonym"]: row["name"] for row in accounts(world.home)}
    request = world.submit()
    world.approve(request)

    with reading(world.home.engine) as session:
        signed = list(events.stored(session))[-3:]

    assert [people[event.actor] for event in signed] == ["stefan", "paula", "paula"]
    assert [json.loads(event.body)["actor"] for event in signed] == [one.actor for one in signed]
