"""Deputies: named by the person themself, for some days, and counted as one person with them."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from world import INTERNAL, World

from registry.errors import Conflict, IntegrityFailure, InvalidInput, NotFound, NotPermitted
from registry.records import Meaning, Role
from registry.workflow.add_account import add_account
from registry.workflow.deputies import deputies, end_deputy, name_deputy
from registry.workflow.query import Question, query
from registry.workflow.queue import mine
from registry.workflow.review import review
from registry.workflow.sign import sign
from registry.workflow.submit import submit
from registry.workflow.verify import verify


def day(world: World, later: int) -> str:
    return (world.home.clock().date() + timedelta(days=later)).isoformat()


def appoint(
    world: World, principal: str = "paula", deputy: str = "stella", first: int = 0, last: int = 7
) -> None:
    name_deputy(world.by(principal), deputy, day(world, first), day(world, last), "leave")


def approve(world: World, name: str, request: str, principal: str | None = None) -> dict[str, int]:
    return sign(world.by(name), request, Meaning.APPROVE, principal=principal).still_needed


def test_a_deputy_signs_in_the_role_of_the_principal_and_is_shown_as_both(world: World) -> None:
    appoint(world)
    request = world.submit()

    assert approve(world, "stella", request, "paula") == {"steward": 1}

    (shown,) = review(world.home, request)["signoffs"]
    assert (shown["name"], shown["for"], shown["role"]) == ("stella", "paula", "privacy-officer")
    last = list(query(world.home, Question(request=request)))[-1]
    assert last["actor"] == "stella"
    assert last["details"]["for"] == world.by("paula").identity.pseudonym
    assert verify(world.home).events > 0


def test_one_person_fills_one_seat_however_many_they_stand_in_for(world: World) -> None:
    appoint(world)
    request = world.submit()
    approve(world, "stella", request, "paula")

    with pytest.raises(Conflict, match="stella signed R-1 already"):
        approve(world, "stella", request)
    with pytest.raises(Conflict, match=r"paula signed R-1 already \(approve, by stella"):
        approve(world, "paula", request)
    assert approve(world, "stefan", request) == {}


def test_who_signed_in_person_is_not_signed_for_as_well(world: World) -> None:
    appoint(world)
    request = world.submit()
    approve(world, "paula", request)

    with pytest.raises(Conflict, match="paula signed R-1 already"):
        approve(world, "stella", request, "paula")


@pytest.mark.parametrize(("first", "last", "wait"), [(1, 7, 0), (0, 7, 8)])
def test_a_deputy_signs_on_the_days_named_and_on_no_other(
    world: World, first: int, last: int, wait: int
) -> None:
    appoint(world, first=first, last=last)
    request = world.submit()
    world.home.clock.advance(days=wait)

    with pytest.raises(NotPermitted, match="stella is not a deputy of paula today") as caught:
        approve(world, "stella", request, "paula")

    assert caught.value.exit_code == 4


def test_the_first_and_the_last_day_count(world: World) -> None:
    appoint(world, first=1, last=2)
    first, second = world.submit(), world.submit(world.register(70))
    world.home.clock.advance(days=1)
    approve(world, "stella", first, "paula")
    world.home.clock.advance(days=1)
    approve(world, "stella", second, "paula")


def test_nobody_else_signs_for_the_principal(world: World) -> None:
    appoint(world)
    request = world.submit()

    for name in ("stefan", "eve", "admin", "amir"):
        with pytest.raises(NotPermitted):
            approve(world, name, request, "paula")


def test_a_deputy_of_a_deputy_is_none(world: World) -> None:
    appoint(world)
    appoint(world, "stella", "stefan")
    request = world.submit()

    with pytest.raises(NotPermitted, match="stefan is not a deputy of paula"):
        approve(world, "stefan", request, "paula")


@pytest.mark.parametrize("tied", ["deputy", "principal"])
def test_both_are_kept_apart_from_what_either_made(world: World, tied: str) -> None:
    add_account(world.by("admin"), "both", [Role.ENGINEER, Role.STEWARD])
    principal, deputy = ("paula", "both") if tied == "deputy" else ("both", "stella")
    appoint(world, principal, deputy)
    submit(world.by("both"), "claims@1", INTERNAL)

    with pytest.raises(NotPermitted, match="both put forward claims@1"):
        approve(world, deputy, "R-1", principal)


@pytest.mark.parametrize("by", ["admin", "stefan", "carla"])
def test_nobody_names_a_deputy_for_another_an_admin_least_of_all(world: World, by: str) -> None:
    with pytest.raises(NotPermitted):
        name_deputy(world.by(by), "stella", day(world, 0), day(world, 7), "leave", "paula")

    assert deputies(world.home, every=True) == []


@pytest.mark.parametrize(
    ("deputy", "first", "last", "error"),
    [
        ("paula", 0, 7, InvalidInput),
        ("nobody", 0, 7, NotFound),
        ("admin", 0, 7, NotPermitted),
        ("amir", 0, 7, NotPermitted),
        ("stella", 7, 0, InvalidInput),
        ("stella", -9, -1, InvalidInput),
    ],
)
def test_who_cannot_be_a_deputy_and_when(
    world: World, deputy: str, first: int, last: int, error: type[Exception]
) -> None:
    with pytest.raises(error):
        appoint(world, "paula", deputy, first, last)


def test_the_same_deputy_is_not_named_twice_for_the_same_days(world: World) -> None:
    appoint(world)

    with pytest.raises(Conflict, match="stella is deputy of paula already, as D-1"):
        appoint(world, first=3, last=10)
    appoint(world, first=8, last=10)
    assert [row["state"] for row in deputies(world.home)] == ["current", "to come"]


@pytest.mark.parametrize("by", ["paula", "stella"])
def test_either_of_the_two_ends_it_before_its_day(world: World, by: str) -> None:
    appoint(world)

    end_deputy(world.by(by), "D-1", "back early")

    assert deputies(world.home) == []
    (row,) = deputies(world.home, every=True)
    assert (row["state"], row["ended_by"]) == ("ended", by)
    with pytest.raises(NotPermitted, match="not a deputy"):
        approve(world, "stella", world.submit(), "paula")
    with pytest.raises(Conflict, match="ended already"):
        end_deputy(world.by(by), "D-1", "again")
    assert verify(world.home).events > 0


def test_a_third_person_does_not_end_it(world: World) -> None:
    appoint(world)

    with pytest.raises(NotPermitted, match="neither of the two"):
        end_deputy(world.by("stefan"), "D-1", "because")


def test_the_queue_of_a_deputy_has_what_they_can_sign_for_the_other(world: World) -> None:
    add_account(world.by("admin"), "dan", [Role.ENGINEER])
    appoint(world, "paula", "dan")
    request = world.submit()

    assert [(row["request"], row["sign as"]) for row in mine(world.by("dan"))] == [
        (request, "privacy-officer for paula")
    ]
    approve(world, "paula", request)
    assert mine(world.by("dan")) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE deputy SET last = '2099-12-31'",
        "UPDATE deputy SET deputy_id = deputy_id + 1",
        "UPDATE deputy SET principal_id = principal_id - 1",
        "UPDATE deputy SET reason = 'none'",
        "UPDATE deputy SET ended_at = named_at",
        "DELETE FROM deputy",
        "UPDATE signoff SET principal_id = NULL",
        "UPDATE signoff SET principal_id = principal_id + 1",
    ],
)
def test_an_edited_deputy_is_named_by_the_verification(world: World, statement: str) -> None:
    appoint(world)
    approve(world, "stella", world.submit(), "paula")
    with world.home.engine.begin() as connection:
        assert connection.execute(text(statement)).rowcount == 1

    with pytest.raises(IntegrityFailure):
        verify(world.home)
