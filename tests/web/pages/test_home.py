"""The home page says what waits for whom, what ends, and how much there is."""

import pytest
from clocks import SettableClock
from conftest import acting
from contracts.budgeting import asked
from web.pages.browser import Browser, browser_at, close, desk_of
from world import World

from registry.records import Role
from registry.workflow.add_account import add_account
from registry.workflow.budgets.declare import declare
from registry.workflow.context import Context
from registry.workflow.release import release
from registry.workflow.release_terms import Terms


def released(world: World) -> str:
    world.agree()
    request = world.submit()
    world.approve(request)
    return release(world.by("carla"), request, Terms("Pricing team")).label


def test_an_empty_registry_says_how_a_first_version_comes_to_be(home: Context) -> None:
    add_account(home, "admin", [Role.ADMIN])
    add_account(acting(home, "admin"), "ada", [Role.ENGINEER])
    client = desk_of(home)

    page = browser_at(client).sign_in("ada").get("/")

    assert "No synthetic dataset is registered yet" in page
    assert 'href="/register"' in page
    assert "<svg" not in page
    close(client)


def test_whoever_can_sign_sees_the_request_with_their_role_and_the_open_seats(
    world: World, browser: Browser
) -> None:
    world.submit()

    page = browser.sign_in("stefan").get("/")

    assert "Waits for your signature" in page
    assert '<a href="/review/R-1">R-1</a>' in page
    row = page[page.index('href="/review/R-1"') :]
    assert "<td>steward</td>" in row
    assert "1 privacy officer" in row and "1 steward" in row


def test_whoever_submitted_sees_their_request_and_nothing_to_sign(
    world: World, ada: Browser
) -> None:
    world.submit()

    page = ada.get("/")

    assert "Waits for your signature" not in page
    assert "Your own requests" in page


def test_what_is_approved_waits_for_the_compliance_officer(world: World, browser: Browser) -> None:
    world.approve(world.submit())

    assert "Approved, and waits for you to release it" in browser.sign_in("carla").get("/")


@pytest.mark.parametrize("name", ["amir", "admin"])
def test_whose_roles_sign_nothing_is_told_that_nothing_waits(
    world: World, browser: Browser, name: str
) -> None:
    world.submit()

    page = browser.sign_in(name).get("/")

    assert "Nothing waits for you" in page
    assert "1 open for others" in page


def test_a_release_is_listed_in_its_last_thirty_days_and_on_none_before_or_after(
    world: World, ada: Browser, clock: SettableClock
) -> None:
    label = released(world)  # for ninety days

    clock.advance(days=59)
    assert label not in ada.get("/")
    clock.advance(days=1)
    assert label in ada.get("/")
    clock.advance(days=30)
    assert label in ada.get("/")
    clock.advance(days=1)
    assert label not in ada.get("/")


def test_the_counts_are_those_of_the_states(world: World, ada: Browser) -> None:
    world.register(4)
    released(world)

    page = ada.get("/")

    assert "2 versions: 2 registered, 0 evaluated, 0 withdrawn." in page


def test_nobody_sees_it_without_signing_in(world: World, browser: Browser) -> None:
    answer = browser.client.get("/", follow_redirects=False)

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login")


def test_what_takes_a_second_person_is_named_with_its_place(world: World, browser: Browser) -> None:
    declare(world.by("stefan"), asked())

    page = browser.sign_in("paula").get("/")

    assert "Other things that wait for you" in page
    assert '<a href="/sources/hospital#budgets">B-1</a>' in page
    assert "be the second to sign the budget of hospital" in page
    assert "Nothing waits for you" not in page
