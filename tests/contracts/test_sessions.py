"""Sessions: who gets one, how long it lasts, and what is said to those who get none."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from clocks import SettableClock
from people import CHEAP, Office, Person, gone_on, hired
from registries import After

from registry.clock import moment
from registry.errors import InvalidInput, NotPermitted
from registry.records import Credential, Role
from registry.settings import Proof
from registry.store import events
from registry.store.database import reading
from registry.workflow.context import Context, Identity, open_context
from registry.workflow.identify import identify
from registry.workflow.people.deactivation import deactivate
from registry.workflow.people.listing import whoami
from registry.workflow.people.login import login, logout
from registry.workflow.people.passwords import change_password
from registry.workflow.verify import verify


@pytest.fixture
def office(home: Context, after: After) -> Office:
    return gone_on(home, after(hired))


def tries(office: Office, name: str, secrets: object) -> NotPermitted:
    with pytest.raises(NotPermitted) as caught:
        login(replace(office.home, secrets=secrets), name)  # type: ignore[arg-type]
    assert caught.value.exit_code == 4
    return caught.value


def told(office: Office) -> list[dict[str, object]]:
    with reading(office.home.engine) as session:
        return [json.loads(event.body) for event in events.stored(session)]


def locked_until(office: Office, person: Identity | None) -> str:
    assert person
    with reading(office.home.engine) as session:
        return session.get_one(Credential, person.account_id).locked_until or ""


def wrong(person: Person) -> Person:
    return replace(person, given_password="not the password")


def test_a_session_says_who_acts_and_how_that_is_known(office: Office) -> None:
    found = whoami(office.by("paula"))

    assert found["name"] == "paula"
    assert found["roles"] == ["privacy-officer"]
    key = office.people["paula"].key_id
    assert found["authentication"] == f"password and one-time code; signing key {key}"


def test_nobody_acts_where_nothing_is_shown(office: Office) -> None:
    assert whoami(office.home)["name"] is None


def test_whatever_was_wrong_the_answer_is_the_same(office: Office) -> None:
    person = office.people["paula"]
    code = person.code()
    stale = replace(person, clock=SettableClock(office.clock.now.replace(year=2020)))
    deactivate(office.by("root"), "stefan", "left")

    said = {
        str(tries(office, name, secrets))
        for name, secrets in (
            ("paula", wrong(person)),
            ("paula", stale),
            ("nobody", person),
            ("stefan", office.people["stefan"]),
        )
    }

    assert len(said) == 1
    reasons = [one["details"] for one in told(office) if one["action"] == "login"]
    assert [one["reason"] for one in reasons if isinstance(one, dict) and "reason" in one] == [
        "the password is wrong",
        "the one-time code is wrong, or was used already",
        "the account is unknown or not enrolled",
        "the account is deactivated",
    ]
    assert code not in json.dumps(told(office))


def test_an_unknown_name_costs_what_a_wrong_password_costs(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from registry.workflow.people import sealing

    costs: list[object] = []
    derive = sealing._key
    monkeypatch.setattr(
        sealing, "_key", lambda words, salt, cost: costs.append(cost) or derive(words, salt, cost)
    )

    for name in ("paula", "nobody"):
        tries(office, name, wrong(office.people["paula"]))

    assert costs == [CHEAP, CHEAP]


def test_a_code_is_used_once(office: Office) -> None:
    person = office.people["paula"]
    code = person.code()
    twice = replace(person)
    twice.code = lambda: code  # type: ignore[method-assign]

    login(replace(office.home, secrets=twice), "paula")
    tries(office, "paula", twice)


def test_after_five_failures_the_right_password_waits_too_and_each_failure_longer(
    office: Office,
) -> None:
    person, paula = office.people["paula"], office.by("paula").identity
    waits: list[str] = []
    for _ in range(4):
        tries(office, "paula", wrong(person))
    for _ in range(3):
        tries(office, "paula", wrong(person))
        waits.append(locked_until(office, paula))
        tries(office, "paula", person)
        office.clock.now = moment(waits[-1])

    assert office.by("paula").identity
    assert waits == sorted(waits) and len(set(waits)) == 3
    reasons = [one["details"] for one in told(office) if one["action"] == "login"]
    assert [one["reason"] for one in reasons if isinstance(one, dict) and "locked" in str(one)] == [
        "the account is locked after wrong passwords or codes"
    ] * 3


def test_waiting_does_not_lengthen_the_lock(office: Office) -> None:
    for _ in range(5):
        tries(office, "paula", wrong(office.people["paula"]))
    for _ in range(20):
        tries(office, "paula", wrong(replace(office.people["paula"], clock=SettableClock())))
    office.clock.advance(minutes=1)

    assert office.by("paula").identity


def test_one_persons_failures_lock_nobody_else(office: Office) -> None:
    for _ in range(6):
        tries(office, "paula", wrong(office.people["paula"]))

    assert office.by("stefan").identity


def test_a_session_ends_after_eight_hours(office: Office) -> None:
    proof = Proof(session=office.secret("paula"))
    office.clock.advance(hours=7, minutes=59)
    assert office.holding(proof, "paula").identity

    office.clock.advance(minutes=1)
    with pytest.raises(NotPermitted, match="the session has expired"):
        office.holding(proof)


def test_a_clock_set_back_before_its_start_ends_a_session(office: Office) -> None:
    proof = Proof(session=office.secret("paula"))
    office.clock.advance(days=-1)

    with pytest.raises(NotPermitted, match="the session has expired"):
        office.holding(proof)


def test_signing_out_ends_that_session_and_no_other(office: Office) -> None:
    one, other = office.secret("paula"), office.secret("paula")
    assert logout(office.holding(Proof(session=one))) == "paula"

    with pytest.raises(NotPermitted, match="the session was ended"):
        office.holding(Proof(session=one))
    assert office.holding(Proof(session=other)).identity
    assert verify(office.home)


@pytest.mark.parametrize("secret", ["", "x", "A" * 43])
def test_a_secret_nobody_was_given_proves_nothing(office: Office, secret: str) -> None:
    with pytest.raises(NotPermitted, match="the session is unknown"):
        office.holding(Proof(session=secret))


def test_a_refused_session_is_an_event(office: Office) -> None:
    settings = replace(office.home.settings, proof=Proof(session="A" * 43))

    with pytest.raises(NotPermitted):
        open_context(settings, office.clock)

    assert (told(office)[-1]["action"], told(office)[-1]["outcome"]) == ("identify", "forbidden")


def test_a_claimed_name_is_refused_whoever_is_signed_in(office: Office) -> None:
    proof = Proof(session=office.secret("paula"))
    settings = replace(office.home.settings, proof=proof, claimed="stefan")

    with pytest.raises(NotPermitted, match="a claimed name is not a signature"):
        identify(office.home.engine, settings, office.clock)


def test_in_local_mode_what_is_shown_as_proof_is_not_looked_at(home: Context) -> None:
    settings = replace(home.settings, proof=Proof(token="reg_x_y"))

    assert identify(home.engine, settings) is None


def test_a_password_is_changed_by_whoever_knows_it_and_other_sessions_end(
    office: Office,
) -> None:
    other, mine = office.secret("paula"), office.by("paula")

    with pytest.raises(InvalidInput, match="too few"):
        change_password(mine, "short")
    change_password(mine, "a wholly new password")

    with pytest.raises(NotPermitted, match="ended"):
        office.holding(Proof(session=other))
    tries(office, "paula", office.people["paula"])
    office.people["paula"].given_password = "a wholly new password"
    assert office.by("paula").identity
    assert verify(office.home)


def test_a_wrong_old_password_changes_nothing_and_is_counted(office: Office) -> None:
    mine = office.by("paula")
    spoiled = replace(mine, secrets=wrong(office.people["paula"]))

    for _ in range(5):
        with pytest.raises(NotPermitted, match="the password is wrong"):
            change_password(spoiled, "a wholly new password")
    with pytest.raises(NotPermitted, match="locked"):
        change_password(mine, "a wholly new password")
    assert told(office)[-1]["action"] == "change-password"


def test_a_person_who_was_deactivated_does_nothing_any_more(office: Office) -> None:
    proof = Proof(session=office.secret("paula"))
    deactivate(office.by("root"), "paula", "left")

    with pytest.raises(NotPermitted, match="the session was ended"):
        office.holding(proof)
    tries(office, "paula", office.people["paula"])
    assert verify(office.home)


def test_no_secret_is_in_a_repr(office: Office) -> None:
    secret = office.secret("paula")
    context = office.holding(Proof(session=secret))

    assert secret not in repr(context.settings) + repr(context.identity)
    assert "hidden" not in repr(Proof(token="reg_x_hidden"))
    assert secret not in repr(login(replace(office.home, secrets=office.people["paula"]), "paula"))


def test_an_admin_may_not_act_as_a_person_who_signs(office: Office) -> None:
    root = office.by("root")

    assert root.identity and root.identity.roles == {Role.ADMIN}


def test_of_eight_who_show_one_code_at_once_one_signs_in(office: Office) -> None:
    person = office.people["paula"]
    code = person.code()
    same = replace(person)
    same.code = lambda: code  # type: ignore[method-assign]
    context = replace(office.home, secrets=same)

    def attempt(_: int) -> bool:
        try:
            return bool(login(context, "paula").secret)
        except NotPermitted:
            return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(8))) == 1
    assert verify(office.home)
