"""Long lists: every row is on some page, once, and both ways lead through the same pages."""

import re
from collections.abc import Callable

import pytest
from browsers import Browser, claiming
from contracts.budgeting import budget, released
from fastapi import FastAPI
from world import INTERNAL, World

from registry.records import Role
from registry.web.application import application
from registry.workflow.access.ask import Wanted, request_access
from registry.workflow.add_account import add_account
from registry.workflow.browse.ending import ending
from registry.workflow.recipients import Reach, add_recipient
from registry.workflow.release import Terms, release
from registry.workflow.requests_found import Wanted as Sought
from registry.workflow.requests_found import requests_found
from registry.workflow.revoke import revoke
from registry.workflow.submit import submit
from registry.workflow.withdraw import withdraw

MANY = 57
"""Three pages, the last of them short."""
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


def test_budgets_are_added_up_anew_when_the_log_went_on(world: World) -> None:
    budget(world, epsilon=2.4)
    before = ending(world.by("carla")).budgets
    released(world, world.label)

    (after,) = ending(world.by("carla")).budgets

    assert before == ()
    assert after.label == "B-1"
    assert after.used is not None
    assert after.used > 0.8
