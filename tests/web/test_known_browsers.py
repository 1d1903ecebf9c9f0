"""A browser in which a person signed in before: others' failures do not keep them waiting there."""

from pathlib import Path

import pytest
from clocks import SettableClock
from people import Office, gone_on, hired
from registries import After
from served import at_an_address
from sqlmodel import select
from typer.testing import CliRunner
from web.browsers import Browser, opened, visitor

from registry.cli.main import app
from registry.clock import moment
from registry.records import Account, Credential
from registry.store.database import reading
from registry.workflow.context import Context
from registry.workflow.people.addresses import MOST
from registry.workflow.people.devices import DAYS
from registry.workflow.people.guessing import STRANGERS

DEVICE = "__Host-registry-device"
THEIRS = "10.0.0.66"


@pytest.fixture
def office(home: Context, after: After) -> Office:
    return gone_on(home, after(hired))


@pytest.fixture
def workers(office: Office) -> list[Browser]:
    """Two processes of one server, as far as a database can tell; a stranger at each."""
    return [visitor(opened(office.home), office, f"{THEIRS}{number}") for number in (1, 2)]


@pytest.fixture
def paula(office: Office) -> Browser:
    """Her own browser, in which she signed in and out."""
    found = visitor(opened(office.home), office)
    assert found.sign_in("paula").status_code == 303
    assert found.post("/logout", "/me").status_code == 303
    return found


def fails(browser: Browser) -> int:
    """Guess once, and take no time for it."""
    fields = {"name": "paula", "password": "not the password", "code": "000000"}
    return browser.post("/login", **fields).status_code


def credential(office: Office) -> Credential:
    with reading(office.home.engine) as session:
        query = select(Credential).join(Account).where(Account.name == "paula")
        found = session.exec(query).one()
        session.expunge(found)
        return found


def besiege(office: Office, workers: list[Browser], failures: int = 11) -> None:
    """Strangers fail, at one worker and at the other, as soon as they may and oftener."""
    for number in range(failures * 2):
        assert fails(workers[number % 2]) == 403
        until = credential(office).locked_until
        if number % 2 and until and number < failures * 2 - 1:
            office.clock.now = max(office.clock.now, moment(until))


def test_who_signed_in_in_a_browser_gets_in_while_strangers_guess(
    office: Office, paula: Browser, workers: list[Browser]
) -> None:
    besiege(office, workers)

    assert visitor(opened(office.home), office).sign_in("paula").status_code == 403
    assert paula.sign_in("paula").status_code == 303


def test_nor_does_who_fails_at_the_same_address_keep_a_known_browser_waiting(
    office: Office, paula: Browser
) -> None:
    neighbour = visitor(opened(office.home), office)
    for _ in range(MOST):
        assert fails(neighbour) == 403

    assert fails(neighbour) == 429
    assert visitor(opened(office.home), office).sign_in("stefan").status_code == 429
    assert paula.sign_in("paula").status_code == 303


def test_a_known_browser_of_one_account_waits_with_its_address_for_another(
    office: Office, paula: Browser
) -> None:
    neighbour = visitor(opened(office.home), office)
    for _ in range(MOST):
        fails(neighbour)

    assert paula.sign_in("stefan").status_code == 429


def test_the_cookie_of_a_known_browser_lasts_is_hidden_and_goes_to_this_host_alone(
    office: Office,
) -> None:
    answer = visitor(opened(office.home), office).sign_in("paula")

    (cookie,) = [one for one in answer.headers.get_list("set-cookie") if one.startswith(DEVICE)]
    said = {one.strip().lower() for one in cookie.split(";")[1:]}
    assert said >= {"secure", "httponly", "samesite=strict", "path=/"}
    assert f"max-age={DAYS * 24 * 3600}" in said
    assert "domain" not in cookie.lower()


def test_the_cookie_opens_nothing(office: Office, paula: Browser) -> None:
    assert paula.client.cookies[DEVICE]
    assert paula.get("/me").url.path == "/login"


def test_a_program_that_signs_in_by_the_api_is_known_the_next_time_too(
    office: Office, workers: list[Browser]
) -> None:
    def begins(client: Browser) -> int:
        person = office.people["paula"]
        body = {"name": "paula", "password": person.password(), "code": person.code()}
        return int(client.client.post("/api/v1/session", json=body).status_code)

    known = visitor(opened(office.home), office)
    assert begins(known) == 201
    besiege(office, workers)

    assert begins(visitor(opened(office.home), office)) == 403
    assert begins(known) == 201


def test_guessing_is_bounded_for_all_workers_together_with_a_stolen_cookie_and_without(
    office: Office, paula: Browser, workers: list[Browser], clock: SettableClock
) -> None:
    stolen = paula.client.cookies[DEVICE]
    besiege(office, workers, failures=STRANGERS + 5)
    assert credential(office).failures == STRANGERS

    for thief in workers:
        thief.client.cookies.set(DEVICE, stolen)
    for number in range(20):
        fails(workers[number % 2])
    clock.advance(days=30)

    assert paula.sign_in("paula").status_code == 403, "five failures made her browser a stranger"
    assert credential(office).failures == STRANGERS


def test_the_command_line_at_a_server_is_known_to_it_too(
    office: Office, workers: list[Browser], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def begins(url: str, desk: str) -> bool:
        person = office.people["paula"]
        known = {"REGISTRY_PASSWORD": person.password(), "REGISTRY_CODE": person.code()}
        given = known | {"XDG_CONFIG_HOME": str(tmp_path / desk)}
        done = CliRunner().invoke(app, ["--remote", url, "login", "paula"], env=given)
        return done.exit_code == 0

    monkeypatch.delenv("REGISTRY_SESSION", raising=False)
    with at_an_address(opened(office.home)) as url:
        assert begins(url, "hers")
        besiege(office, workers)

        assert not begins(url, "elsewhere")
        assert begins(url, "hers")


def test_a_session_that_is_over_bars_nobody_from_signing_in_at_a_server_again(
    office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, clock: SettableClock
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    person = office.people["paula"]
    with at_an_address(opened(office.home)) as url:
        for _ in range(2):
            given = {"REGISTRY_PASSWORD": person.password(), "REGISTRY_CODE": person.code()}
            done = CliRunner().invoke(app, ["--remote", url, "login", "paula"], env=given)
            assert done.exit_code == 0, done.exception
            clock.advance(hours=9)
