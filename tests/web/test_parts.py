"""Long lists: every row is on some page, once, and both ways lead through the same pages."""

import re
from collections.abc import Callable

import pytest
from browsers import Browser, claiming
from contracts.budgeting import budget, released
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from world import INTERNAL, World

from registry.records import Meaning, Role
from registry.web.application import application
from registry.workflow.access.ask import Wanted, request_access
from registry.workflow.add_account import add_account
from registry.workflow.browse.ending import ending
from registry.workflow.browse.parts import FIRST, Place, newest
from registry.workflow.budgets.show import show
from registry.workflow.deputies import name_deputy
from registry.workflow.queue import mine
from registry.workflow.recipients import Reach, add_recipient
from registry.workflow.release import Terms, release
from registry.workflow.requests_found import Wanted as Sought
from registry.workflow.requests_found import requests_found
from registry.workflow.revoke import revoke
from registry.workflow.sign import sign
from registry.workflow.submit import submit
from registry.workflow.withdraw import withdraw

MANY = 57
"""Three pages, the last of them short."""
WAITING = {"ada": (), "stefan": (0, 2), "paula": (0, 1), "carla": (), "dan": (0, 1)}
"""Of three requests of which stefan signed the second and paula the third; dan is her deputy."""
Fill = Callable[[World], None]


def ask(world: World) -> None:
    for at in range(MANY):
        purpose = f"plan number {at}"
        wanted = Wanted("claims", "Team", "research", "internal", purpose, "2027-06-30")
        request_access(world.by("ada"), wanted)


def hire(world: World) -> None:
    for at in range(MANY):
        add_account(world.by("admin"), f"person-{at}", [Role.AUDITOR])


def know(world: World) -> None:
    for at in range(MANY):
        add_recipient(world.by("carla"), f"team {at}", Reach(contact=f"{at}@example.org"))


def put_forward(world: World) -> None:
    for _ in range(MANY):
        withdraw(world.by("ada"), f"R-{submit(world.by('ada'), world.label, INTERNAL)[0].id}")


def let_go(world: World) -> None:
    for at in range(MANY):
        request = world.submit()
        world.approve(request)
        release(world.by("carla"), request, Terms(f"team {at % 3}"))
        if at % 2:
            revoke(world.by("carla"), f"REL-{at + 1}", "a person asked")


def app_of(world: World) -> FastAPI:
    return application(world.home.settings, world.home.clock)


def walked(who: Browser, path: str, way: str) -> list[list[str]]:
    """The first cells of every page from ``path`` on, by its links of one way."""
    pages: list[list[str]] = []
    while path:
        text = who.get(path).text
        pages.append(re.findall(r'<th scope="row">(?:<a [^>]*>)?([^<]*)', text))
        link = re.search(rf'href="([^"]*)" rel="{way}"', text)
        path = link[1].replace("&amp;", "&") if link else ""
        assert len(pages) < 10
    return pages


@pytest.mark.parametrize(
    ("fill", "path", "some"),
    [
        (ask, "/access", 57),
        (hire, "/accounts", 57),
        (know, "/recipients", 57),
        (put_forward, "/review?state=closed", 57),
        (put_forward, "/review?whose=submitted", 57),
        (let_go, "/releases", 57),
        (let_go, "/releases?state=revoked", 28),
        (let_go, "/releases?expiring=91d", 29),
        (let_go, "/recalls", 28),
    ],
)
def test_every_row_is_on_one_page_and_both_ways_lead_through_all(
    world: World, fill: Fill, path: str, some: int
) -> None:
    fill(world)
    ada = claiming(app_of(world), "ada")

    pages = walked(ada, path, "next")
    rows = [one for page in pages for one in page]
    last = ada.get(path).text
    for _ in pages[1:]:
        following = re.search(r'href="([^"]*)" rel="next"', last)
        assert following
        path = following[1].replace("&amp;", "&")
        last = ada.get(path).text

    assert len(rows) == len(set(rows)) >= some
    assert [len(page) for page in pages[:-1]] == [25] * (len(pages) - 1)
    assert walked(ada, path, "prev")[::-1] == pages


def test_the_ledger_of_a_source_is_shown_a_part_at_a_time_the_newest_first(world: World) -> None:
    let_go(world)
    ada = claiming(app_of(world), "ada")
    entries = show(world.by("ada"), "hospital")["entries"]

    first = ada.get("/sources/hospital").text
    beside = re.compile(r'<details id="ledger"( open)?>.*?</details>', re.DOTALL)
    (shown,) = beside.finditer(first)
    further = re.search(r'href="([^"]*)#ledger" rel="next"', shown[0])
    assert further
    (behind,) = beside.finditer(ada.get(further[1]).text)

    numbers = [re.findall(r'<th scope="row">(\d+)', one[0]) for one in (shown, behind)]
    expected = [str(at) for at in range(entries, entries - 50, -1)]
    assert numbers == [expected[:25], expected[25:]]
    assert (shown[1], behind[1]) == (None, " open")


@given(count=st.integers(0, 60), size=st.integers(1, 9), at=st.integers(1, 60))
def test_parts_of_what_is_at_hand_meet_and_leave_nothing_out(
    count: int, size: int, at: int
) -> None:
    rows, seen, place = list(range(1, count + 1)), list[int](), FIRST
    while True:
        part = newest(rows, place, size)
        seen += part.rows
        assert len(part.rows) <= size
        if part.before:
            assert newest(rows, Place(before=part.before), size).rows[-1] == part.rows[0] + 1
        if not part.after:
            break
        place = Place(after=part.after)

    assert seen == rows[::-1]
    assert newest(rows, Place(before=at), size).rows == tuple(rows[at : at + size][::-1])


@pytest.mark.parametrize(("place", "status"), [("0", 422), ("x", 422), ("1&before=2", 422)])
def test_what_is_no_place_in_a_list_is_said_to_be_none(
    world: World, place: str, status: int
) -> None:
    assert claiming(app_of(world), "ada").get(f"/accounts?after={place}").status_code == status


def test_a_place_that_is_not_there_is_not_found(world: World) -> None:
    assert claiming(app_of(world), "ada").get("/accounts?after=999").status_code == 404


def test_what_somebody_can_sign_is_found_behind_many_that_they_cannot(world: World) -> None:
    add_account(world.by("admin"), "both", [Role.ENGINEER, Role.STEWARD])
    for seed in range(5, 11):
        submit(world.by("both"), world.register(seed), INTERNAL)
    request = submit(world.by("ada"), world.register(11), INTERNAL)[0]

    found = requests_found(world.by("both"), Sought("mine"), size=2)

    assert [row["request"] for row in found.rows] == [f"R-{request.id}"]
    assert found.after == 0


@pytest.mark.parametrize("name", ["ada", "stefan", "paula", "carla", "dan"])
def test_what_waits_for_somebody_is_the_same_in_every_room(world: World, name: str) -> None:
    add_account(world.by("admin"), "dan", [Role.ENGINEER])
    today = world.home.clock().date().isoformat()
    name_deputy(world.by("paula"), "dan", today, today, "leave")
    requests = [world.submit(world.register(seed)) for seed in range(5, 8)]
    sign(world.by("stefan"), requests[1], Meaning.APPROVE)
    sign(world.by("paula"), requests[2], Meaning.APPROVE)
    told = {row["request"] for row in mine(world.by(name))}

    found = {row["request"] for row in requests_found(world.by(name), Sought("mine")).rows}

    assert found == told == {requests[at] for at in WAITING[name]}


def test_what_asks_for_nobody_is_not_decided_anew_for_them(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.submit()
    monkeypatch.setattr("registry.workflow.requests_found.mine_of", _never)

    assert requests_found(world.by("carla"), Sought("mine")).rows == ()


def _never(*_: object, **__: object) -> list[object]:
    raise AssertionError("it was decided anew")


def test_budgets_are_added_up_anew_when_the_log_went_on(world: World) -> None:
    budget(world, epsilon=2.4)
    before = ending(world.by("carla")).budgets
    released(world, world.label)

    (after,) = ending(world.by("carla")).budgets

    assert before == ()
    assert after.label == "B-1"
    assert after.used is not None
    assert after.used > 0.8
