"""Devices that signed in before: others' failures do not bar them, and guessing stays bounded."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from clocks import SettableClock
from people import Office, Person, gone_on, hired
from registries import After
from sqlmodel import select

from registry.clock import moment
from registry.errors import NotPermitted
from registry.records import Account, Credential, KnownDevice
from registry.store import events
from registry.store.database import reading
from registry.workflow.context import Context
from registry.workflow.people.deactivation import deactivate
from registry.workflow.people.devices import DAYS, FREE, MOST
from registry.workflow.people.guessing import STRANGERS
from registry.workflow.people.login import login
from registry.workflow.people.passwords import change_password, reset_password

NAME = "paula"


@pytest.fixture
def office(home: Context, after: After) -> Office:
    return gone_on(home, after(hired))


def signs_in(office: Office, device: str | None = None, name: str = NAME) -> str:
    """Somebody signs in; what their device shows the next time."""
    return login(replace(office.home, secrets=office.people[name]), name, device=device).device


def gets_in(office: Office, device: str | None = None, name: str = NAME) -> bool:
    """Whether the person would get in now; nothing is kept of a refusal but its count."""
    try:
        signs_in(office, device, name)
    except NotPermitted:
        return False
    return True


def guesses(office: Office, device: str | None = None, times: int = 1) -> None:
    """Somebody who does not know the password, and takes no time to try."""
    who = replace(office.people[NAME], given_password="not the password", clock=SettableClock())
    for _ in range(times):
        with pytest.raises(NotPermitted, match="signing in was refused"):
            login(replace(office.home, secrets=who), NAME, device=device)


def tried(office: Office) -> int:
    """How many guesses were compared with the password."""
    with reading(office.home.engine) as session:
        bodies = [json.loads(event.body) for event in events.stored(session)]
    return [one["details"].get("reason") for one in bodies].count("the password is wrong")


def credential(office: Office) -> Credential:
    with reading(office.home.engine) as session:
        account = session.exec(select(Account).where(Account.name == NAME)).one()
        found = session.get_one(Credential, account.id)
        session.expunge(found)
        return found


def wait(office: Office) -> None:
    """Until the account takes strangers again."""
    until = credential(office).locked_until
    if until and moment(until) > office.clock.now:
        office.clock.now = moment(until)


def besiege(office: Office) -> None:
    """Somebody else fails until strangers wait for an hour."""
    for _ in range(10):
        guesses(office)
        wait(office)
    guesses(office)


def devices(office: Office, name: str = NAME) -> int:
    """How many devices an account knows."""
    with reading(office.home.engine) as session:
        query = select(KnownDevice).join(Account).where(Account.name == name)
        return len(session.exec(query).all())


def test_who_signed_in_on_a_device_gets_in_there_while_somebody_else_guesses(
    office: Office,
) -> None:
    device = signs_in(office)
    besiege(office)

    assert not gets_in(office)
    assert gets_in(office, device)


def test_nor_is_a_known_device_barred_when_strangers_are_refused_for_good(office: Office) -> None:
    device = signs_in(office)
    for _ in range(STRANGERS + 2):
        guesses(office)
        wait(office)

    assert credential(office).failures == STRANGERS
    office.clock.advance(days=DAYS - 10)
    assert not gets_in(office)
    assert gets_in(office, device)


@pytest.mark.parametrize("device", ["", "x", "A" * 43, "\ud800"])
def test_a_made_up_device_is_a_strangers(office: Office, device: str) -> None:
    signs_in(office)
    besiege(office)

    assert not gets_in(office, device)


def test_what_fails_on_a_known_device_is_counted_for_it_alone_and_five_make_it_a_stranger(
    office: Office,
) -> None:
    device = signs_in(office)
    guesses(office, device, times=FREE)
    assert credential(office).failures == 0

    guesses(office, device)

    assert credential(office).failures == 1


def test_a_device_that_is_a_stranger_waits_as_one_and_is_known_again_when_it_got_in(
    office: Office,
) -> None:
    device = signs_in(office)
    guesses(office, device, times=2 * FREE)
    assert not gets_in(office, device)
    wait(office)

    device = signs_in(office, device)

    besiege(office)
    assert gets_in(office, device)


def test_before_a_success_strangers_have_fifty_guesses_and_ten_in_the_first_hour(
    office: Office,
) -> None:
    began, first = office.clock.now, 0
    while office.clock.now < began + timedelta(days=365):
        guesses(office, times=3)
        if office.clock.now < began + timedelta(hours=1):
            first = tried(office)
        wait(office)
        if tried(office) == STRANGERS:
            office.clock.advance(days=30)

    assert tried(office) == STRANGERS == 50
    assert first == 10


def test_who_holds_every_device_of_somebody_has_a_hundred_guesses(office: Office) -> None:
    held = [signs_in(office) for _ in range(MOST)]
    for device in held:
        guesses(office, device, times=FREE)
    for _ in range(STRANGERS):
        guesses(office, held[0])
        wait(office)
    for device in held:
        guesses(office, device)

    assert tried(office) == STRANGERS + MOST * FREE == 100


def test_a_success_on_a_known_device_gives_strangers_new_guesses_but_no_shorter_waits(
    office: Office,
) -> None:
    device = signs_in(office)
    for _ in range(STRANGERS):
        guesses(office)
        wait(office)
    before = tried(office)

    signs_in(office, device)
    guesses(office, times=5)

    assert tried(office) == before + 1
    left = moment(credential(office).locked_until or "") - office.clock.now
    assert left.total_seconds() >= 3600 - 60


def test_guesses_at_the_same_moment_are_counted_one_by_one(office: Office) -> None:
    device = signs_in(office)

    def at_once(guess: Callable[[], None]) -> None:
        with ThreadPoolExecutor(12) as crowd:
            for one in [crowd.submit(guess) for _ in range(24)]:
                one.result()

    at_once(lambda: guesses(office, device))

    assert tried(office) == 2 * FREE
    assert credential(office).failures == FREE


def test_the_secret_of_a_device_changes_when_it_signs_in_and_the_old_one_is_nobodys(
    office: Office,
) -> None:
    old = signs_in(office)
    new = signs_in(office, old)
    besiege(office)

    assert new != old
    assert not gets_in(office, old)
    assert gets_in(office, new)


def test_several_people_are_known_on_one_device_and_each_is_no_other(office: Office) -> None:
    before = devices(office), devices(office, "stefan")
    device = signs_in(office, name="stefan")
    besiege(office)
    assert not gets_in(office, device), "known to stefan is not known to paula"
    wait(office)

    shared = signs_in(office, signs_in(office, device), name="stefan")
    besiege(office)

    assert gets_in(office, shared)
    assert (devices(office), devices(office, "stefan")) == (before[0] + 1, before[1] + 1)


def test_the_ten_devices_that_were_used_last_are_known(office: Office) -> None:
    first, *others = [signs_in(office) for _ in range(MOST + 1)]
    besiege(office)

    assert not gets_in(office, first)
    assert gets_in(office, others[0])
    assert devices(office) == MOST


@pytest.mark.parametrize(("days", "known"), [(DAYS - 1, True), (DAYS, False)])
def test_a_device_is_known_for_half_a_year(office: Office, days: int, known: bool) -> None:
    device = signs_in(office)
    besiege(office)
    began = credential(office).locked_until
    office.clock.advance(days=days)
    guesses(office)
    assert credential(office).locked_until != began, "strangers wait again"

    assert gets_in(office, device) == known


def test_a_reset_of_the_password_forgets_every_device_of_the_account(office: Office) -> None:
    signs_in(office)
    signs_in(office, name="stefan")

    reset_password(office.by("root"), NAME)

    assert devices(office) == 0
    assert devices(office, "stefan") > 0


def test_a_password_is_changed_on_a_known_device_while_somebody_else_guesses(
    office: Office,
) -> None:
    mine = office.by(NAME)
    device = signs_in(office)
    besiege(office)

    with pytest.raises(NotPermitted, match="locked"):
        change_password(mine, "a wholly new password")
    change_password(mine, "a wholly new password", device)


def test_an_old_password_that_is_wrong_is_counted_for_the_device_and_then_for_the_account(
    office: Office,
) -> None:
    device = signs_in(office)
    wrong = replace(office.people[NAME], given_password="not the password")
    thief = replace(office.by(NAME), secrets=wrong)
    before = credential(office).failures

    for expected in [before] * FREE + [before + 1]:
        with pytest.raises(NotPermitted, match="the password is wrong"):
            change_password(thief, "a wholly new password", device)
        assert credential(office).failures == expected


def test_a_known_device_opens_nothing_by_itself(office: Office) -> None:
    device = signs_in(office)
    person: Person = office.people[NAME]
    used = person.code()
    twice = replace(person)
    twice.code = lambda: used  # type: ignore[method-assign]
    login(replace(office.home, secrets=twice), NAME, device=device)

    with pytest.raises(NotPermitted):
        login(replace(office.home, secrets=twice), NAME, device=device)
    deactivate(office.by("root"), NAME, "left")
    assert not gets_in(office, device)
