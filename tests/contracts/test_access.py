"""Who wants which data: asked by anybody, answered by a compliance officer, told in the log."""

import pytest
from hostile import behind
from world import World

from registry.errors import Conflict, IntegrityFailure, InvalidInput, NotPermitted
from registry.workflow.access.answer import answer_access, withdraw_access
from registry.workflow.access.ask import Wanted, request_access
from registry.workflow.access.find import access_requests
from registry.workflow.query import Question, query
from registry.workflow.verify import verify

WANTED = Wanted(
    "claims", "Pricing team", "model-development", "internal", "price models", "2027-06-30"
)


def ask(world: World, name: str = "amir") -> str:
    return str(request_access(world.by(name), WANTED)["access"])


def facts(world: World) -> list[object]:
    found = query(world.by("amir"), Question())
    return [one["fact"] for one in found if str(one["fact"]).startswith("access.")]


def test_whoever_is_named_asks_and_a_compliance_officer_answers(world: World) -> None:
    label = ask(world)

    row = answer_access(world.by("carla"), label, "version 1 serves this")

    assert (row["state"], row["asked_by"], row["ended_by"]) == ("answered", "amir", "carla")
    assert facts(world) == ["access.asked", "access.answered"]
    assert access_requests(world.by("amir")) == []


def test_a_request_is_refused_once(world: World) -> None:
    label = ask(world)
    answer_access(world.by("carla"), label, "no agreement", refuse=True)

    with pytest.raises(Conflict, match="refused already"):
        answer_access(world.by("carla"), label, "after all")


def test_nobody_else_answers(world: World) -> None:
    with pytest.raises(NotPermitted):
        answer_access(world.by("paula"), ask(world), "yes")


def test_nobody_answers_themselves(world: World) -> None:
    with pytest.raises(NotPermitted, match="asked for Q-1"):
        answer_access(world.by("carla"), ask(world, "carla"), "yes")


def test_only_who_asked_takes_it_back(world: World) -> None:
    label = ask(world)
    with pytest.raises(NotPermitted):
        withdraw_access(world.by("ada"), label)

    assert withdraw_access(world.by("amir"), label)["state"] == "withdrawn"


@pytest.mark.parametrize(
    "wrong",
    [
        Wanted("claims", "Team", "research", "internal", " ", "2027-06-30"),
        Wanted("claims", "Team", "research", "everybody", "x", "2027-06-30"),
        Wanted("claims", "Team", "research", "internal", "x", "soon"),
        Wanted("claims", "Team", "research", "internal", "x", "2001-01-01"),
        Wanted("nothing", "Team", "research", "internal", "x", "2027-06-30"),
    ],
)
def test_what_is_not_said_is_refused(world: World, wrong: Wanted) -> None:
    with pytest.raises(InvalidInput):
        request_access(world.by("ada"), wrong)


def test_a_purpose_changed_behind_the_log_is_found(world: World) -> None:
    ask(world)
    verify(world.by("amir"))

    behind(world, "UPDATE access_request SET purpose = 'anything'")

    with pytest.raises(IntegrityFailure, match="access request of event"):
        verify(world.by("amir"))


def test_an_answer_that_nobody_gave_is_found(world: World) -> None:
    ask(world)

    behind(world, "UPDATE access_request SET state = 'answered', answer = 'yes'")

    with pytest.raises(IntegrityFailure, match="access request Q-1"):
        verify(world.by("amir"))
