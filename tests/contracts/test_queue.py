"""The queue: what waits, for whom, since when and why, read with few queries."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event, text
from world import CARD, INTERNAL, POLICY, World

from registry.card import read_card
from registry.errors import NotPermitted
from registry.policy.engine import decide
from registry.policy.facts import Context as Wanted
from registry.records import DatasetVersion, Generator, Meaning, Request, Role
from registry.store.database import writing
from registry.workflow.add_account import add_account
from registry.workflow.amend import amend
from registry.workflow.bulk import recorded
from registry.workflow.gate import effective_policies
from registry.workflow.publish_policy import publish_policy
from registry.workflow.queue import mine, queue
from registry.workflow.sign import sign
from registry.workflow.submit import submit
from registry.workflow.waiting import CHANGED

MANY = 1000
SECONDS = 5.0
QUERIES = 45


def names(world: World, who: str) -> list[object]:
    return [(row["request"], row["sign as"]) for row in mine(world.by(who))]


def test_a_request_is_listed_with_its_age_and_what_it_waits_for(world: World) -> None:
    world.submit()
    world.home.clock.advance(days=3)

    (row,) = queue(world.home)

    assert (row["age"], row["needs"]) == (3, {"privacy-officer": 1, "steward": 1})
    assert row["blocked"] == "waits for 1 privacy-officer, 1 steward"


def test_one_sees_what_one_can_sign_now_and_in_which_role(world: World) -> None:
    first, second = world.submit(), world.submit(wanted=Wanted("research", "internal", None))
    assert names(world, "stefan") == [(first, "steward"), (second, "steward")]
    assert names(world, "carla") == []

    world.approve(first, "stefan")

    assert names(world, "stefan") == names(world, "stella") == [(second, "steward")]
    assert names(world, "paula") == [(first, "privacy-officer"), (second, "privacy-officer")]
    world.approve(first, "paula")
    assert names(world, "paula") == [(second, "privacy-officer")]


@pytest.mark.parametrize("tie", ["submitted", "amended", "published"])
def test_one_does_not_see_what_one_had_a_hand_in(world: World, tie: str) -> None:
    add_account(world.by("admin"), "both", [Role.ENGINEER, Role.STEWARD, Role.COMPLIANCE_OFFICER])
    if tie == "amended":
        card = read_card((CARD % {"epsilon": "1.0"}).encode(), "card.yaml")
        amend(world.by("both"), "claims@1", card, "misread")
    if tie == "published":
        path = world.folder / "theirs.yaml"
        path.write_text(POLICY % {"version": "1.1.0", "limit": "2.5"})
        publish_policy(world.by("both"), path)
    submit(world.by("both" if tie == "submitted" else "ada"), "claims@1", INTERNAL)

    assert names(world, "both") == []
    assert names(world, "stefan") == [("R-1", "steward")]
    with pytest.raises(NotPermitted):
        sign(world.by("both"), "R-1", Meaning.APPROVE)


def test_an_auditor_and_an_admin_have_no_queue_of_their_own(world: World) -> None:
    for name in ("amir", "admin"):
        with pytest.raises(NotPermitted):
            mine(world.by(name))
    assert mine(world.by("ada")) == []


def test_what_no_longer_stands_is_marked_and_waits_for_nobody(world: World) -> None:
    world.submit()
    world.publish("1.1.0", "2.5")

    (row,) = queue(world.home)

    assert (row["state"], row["blocked"], row["needs"]) == ("submitted", CHANGED, None)
    assert names(world, "stefan") == []


def test_a_policy_that_cannot_be_read_blocks_everything_and_hides_nothing(world: World) -> None:
    world.submit()
    with world.home.engine.begin() as connection:
        connection.execute(text("UPDATE policy_document SET digest = 'sha256:0'"))

    (row,) = queue(world.home)

    assert "is not what was published" in str(row["blocked"])


def test_closed_requests_are_listed_on_demand(world: World) -> None:
    request = world.submit()
    sign(world.by("stefan"), request, Meaning.REJECT, reason="no")

    assert queue(world.home) == []
    (row,) = queue(world.home, every=True)
    assert (row["state"], row["blocked"], row["closed_reason"]) == ("rejected", None, "no")


@contextmanager
def statements(world: World) -> Iterator[list[str]]:
    """Everything that the database is sent."""
    sent: list[str] = []

    def listen(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    event.listen(world.home.engine, "before_cursor_execute", listen)
    yield sent
    event.remove(world.home.engine, "before_cursor_execute", listen)


def fill(world: World, count: int) -> None:
    """Put ``count`` versions forward, each but the first a copy of claims@1 and of R-1."""
    world.submit()
    with writing(world.home.engine) as session:
        request, version = session.get_one(Request, 1), session.get_one(DatasetVersion, 1)
        made = session.get_one(Generator, 1)
        for number in range(2, count + 1):
            own = {"number": number, "content_digest": f"sha256:{number}"}
            session.add(DatasetVersion(**{**version.model_dump(exclude={"id"}), **own}))
            for row in (made, request):
                kept = row.model_dump(exclude={"id", "version_id"})
                session.add(type(row)(**kept, version_id=number))
        session.flush()
        policies, now = effective_policies(session), world.home.clock()
        for chunk in recorded(session, ["dp.epsilon"]):
            for one in chunk:
                found = decide(policies, one.subject, INTERNAL, one.evidence, now)
                session.get_one(Request, one.id).decision_digest = found.digest


@pytest.mark.parametrize("look", [queue, mine])
def test_a_thousand_open_requests_are_listed_in_time_and_with_few_queries(
    world: World, look: Callable[..., list[object]]
) -> None:
    fill(world, MANY)
    with statements(world) as sent:
        started = time.perf_counter()
        found = look(world.by("stefan"))
        seconds = time.perf_counter() - started

    assert len(found) == MANY
    assert seconds < SECONDS
    assert len(sent) < QUERIES
