"""Enrolment: nobody's key signs, and nobody acts, on the word of one person alone."""

import json
from dataclasses import replace

import pytest
from clocks import SettableClock
from conftest import acting
from people import Office, begin, gone_on, hired
from registries import After

from registry.errors import Conflict, InvalidInput, NotPermitted
from registry.records import Role
from registry.store import events
from registry.store.database import reading, writing
from registry.workflow.add_account import add_account, add_with_code
from registry.workflow.context import Context, Work
from registry.workflow.people.approval import approve_key
from registry.workflow.people.enrolment import enrol
from registry.workflow.people.issuing import issue_enrolment
from registry.workflow.people.listing import keys
from registry.workflow.people.passwords import reset_password
from registry.workflow.people.revocation import revoke_key
from registry.workflow.people.roles import grant_role, revoke_role
from registry.workflow.people.signing import signature
from registry.workflow.verify import verify

GOOD = ("a good long password", "another long passphrase")


@pytest.fixture
def office(home: Context, after: After) -> Office:
    return gone_on(home, after(hired))


def signs(context: Context) -> bool:
    assert context.identity
    with writing(context.engine) as session:
        return signature(Work(context, session), context.identity, b"statement") is not None


def last(context: Context) -> dict[str, object]:
    with reading(context.engine) as session:
        body: dict[str, object] = json.loads(list(events.stored(session))[-1].body)
        return body


def test_everybody_who_enrolled_and_was_approved_signs(office: Office) -> None:
    assert all(signs(office.by(name)) for name in ("root", "carla", "stefan", "paula"))
    assert verify(office.home).events > 10


def test_the_first_two_people_need_no_approval_and_the_third_does(
    home: Context, clock: SettableClock
) -> None:
    office = begin(home, clock)

    assert office.enrol("carla", office.add("carla", Role.COMPLIANCE_OFFICER)).approved
    assert not office.enrol("amy", office.add("amy", Role.ADMIN)).approved


def test_somebody_who_could_not_approve_is_not_one_of_the_first_two(
    home: Context, clock: SettableClock
) -> None:
    office = begin(home, clock)

    assert not office.enrol("ada", office.add("ada", Role.ENGINEER)).approved
    assert office.enrol("carla", office.add("carla", Role.COMPLIANCE_OFFICER)).approved


def test_a_person_who_waits_signs_in_and_may_do_nothing(office: Office) -> None:
    office.enrol("sue", office.add("sue", Role.STEWARD, Role.COMPLIANCE_OFFICER))
    waiting = office.by("sue")

    assert waiting.identity and waiting.identity.roles == frozenset()
    with pytest.raises(NotPermitted, match="before a second person has approved"):
        signs(waiting)
    with pytest.raises(NotPermitted, match="sue may not approve key"):
        approve_key(waiting, "sue", office.people["sue"].key_id)


def test_neither_the_issuing_admin_nor_the_person_approves(office: Office) -> None:
    office.enrol("amy", office.add("amy", Role.ADMIN))

    with pytest.raises(NotPermitted, match="issued the code"):
        approve_key(office.by("root"), "amy", office.people["amy"].key_id)
    assert "attempt.refused" in str(last(office.home))
    with pytest.raises(NotPermitted):
        approve_key(office.by("amy"), "amy", office.people["amy"].key_id)
    for other in ("stefan", "paula"):
        with pytest.raises(NotPermitted, match="may not approve key"):
            approve_key(office.by(other), "amy", office.people["amy"].key_id)
    approve_key(office.by("carla"), "amy", office.people["amy"].key_id)
    assert signs(office.by("amy"))


def test_a_key_is_approved_once_and_only_the_one_that_was_meant(office: Office) -> None:
    enrolled = office.enrol("amy", office.add("amy", Role.ADMIN))

    with pytest.raises(Conflict, match="is another one"):
        approve_key(office.by("carla"), "amy", "AAAAAAAAAAA=")
    approve_key(office.by("carla"), "amy", enrolled.key_id)
    with pytest.raises(Conflict, match="no key of amy waits"):
        approve_key(office.by("carla"), "amy", enrolled.key_id)


def test_a_code_is_used_once(office: Office) -> None:
    code = office.add("sue", Role.STEWARD)
    office.enrol("sue", code)

    with pytest.raises(NotPermitted, match="enrolment code is not valid") as caught:
        enrol(office.home, "sue", code, *GOOD)
    assert caught.value.exit_code == 4


def test_a_code_ends_after_three_days(office: Office) -> None:
    code = office.add("sue", Role.STEWARD)
    office.clock.advance(days=3)

    with pytest.raises(NotPermitted, match="enrolment code is not valid"):
        enrol(office.home, "sue", code, *GOOD)


def test_a_new_code_replaces_the_one_before(office: Office) -> None:
    first = office.add("sue", Role.STEWARD)
    second = issue_enrolment(office.by("root"), "sue")

    with pytest.raises(NotPermitted):
        enrol(office.home, "sue", first, *GOOD)
    enrol(office.home, "sue", second.lower().replace("-", " "), *GOOD)


def test_an_unknown_name_and_a_wrong_code_are_refused_alike(office: Office) -> None:
    code = office.add("sue", Role.STEWARD)
    said = set()
    for name, given in (("sue", "AAAA-AAAA"), ("nobody", code), ("paula", code), ("sue", "")):
        with pytest.raises(NotPermitted) as caught:
            enrol(office.home, name, given, *GOOD)
        said.add(str(caught.value))

    assert len(said) == 1
    assert last(office.home)["fact"] == "attempt.refused"


@pytest.mark.parametrize(
    ("password", "passphrase", "said"),
    [
        ("short", GOOD[1], "password has too few"),
        (GOOD[0], "short", "passphrase has too few"),
        ("x" * 1025, GOOD[1], "password has too many"),
        ("aaaaaaaaaaaaaaaa", GOOD[1], "guessed at once"),
        (GOOD[0], GOOD[0], "the passphrase is the password"),
    ],
)
def test_weak_words_are_refused_and_not_quoted(
    office: Office, password: str, passphrase: str, said: str
) -> None:
    code = office.add("sue", Role.STEWARD)

    with pytest.raises(InvalidInput, match=said) as caught:
        enrol(office.home, "sue", code, password, passphrase)
    assert password not in str(caught.value)
    enrol(office.home, "sue", code, *GOOD)


def test_nobody_is_issued_a_code_who_is_enrolled_or_a_service(office: Office) -> None:
    add_account(office.by("root"), "ci", [Role.SERVICE])

    with pytest.raises(Conflict, match="enrolled already"):
        issue_enrolment(office.by("root"), "paula")
    with pytest.raises(InvalidInput, match="is a service"):
        issue_enrolment(office.by("root"), "ci")
    with pytest.raises(NotPermitted, match="may not issue enrolment"):
        issue_enrolment(office.by("carla"), "paula")


def test_a_reset_destroys_the_key_and_ends_the_sessions(office: Office) -> None:
    paula = office.by("paula")
    office.enrol("paula", reset_password(office.by("root"), "paula"))

    states = [row["state"] for row in keys(office.home, "paula")]
    assert states == ["destroyed", "pending"]
    with pytest.raises(NotPermitted, match="the session was ended"):
        signs(paula)
    with pytest.raises(NotPermitted, match="before a second person"):
        signs(office.by("paula"))
    assert verify(office.home)


def test_an_admin_who_resets_and_enrols_for_somebody_fails_at_every_step(office: Office) -> None:
    """Everything one admin can do alone, in order; none of it signs or approves anything."""
    code = reset_password(office.by("root"), "paula")
    office.enrol("paula", code)  # the admin chose password, second factor and passphrase
    root, taken = office.by("root"), office.by("paula")

    assert taken.identity and taken.identity.roles == frozenset()
    with pytest.raises(NotPermitted):
        signs(taken)
    with pytest.raises(NotPermitted, match="issued the code"):
        approve_key(root, "paula", office.people["paula"].key_id)
    with pytest.raises(NotPermitted):
        approve_key(taken, "paula", office.people["paula"].key_id)
    revoke_key(taken, "paula", "to get rid of what waits")
    after = office.by("paula")
    assert after.identity and after.identity.roles == frozenset()
    with pytest.raises(NotPermitted, match="revoked"):
        signs(after)
    assert verify(office.home)


def test_an_admin_gives_himself_nothing(office: Office) -> None:
    root = office.by("root")

    for step in (
        lambda: grant_role(root, "root", Role.STEWARD),
        lambda: revoke_role(root, "root", Role.ADMIN),
        lambda: reset_password(root, "root"),
    ):
        with pytest.raises(NotPermitted, match=r"^nobody "):
            step()


def test_an_accomplice_made_by_the_admin_alone_approves_nothing(office: Office) -> None:
    office.enrol("puppet", office.add("puppet", Role.COMPLIANCE_OFFICER))
    office.enrol("paula", reset_password(office.by("root"), "paula"))

    with pytest.raises(NotPermitted, match="puppet may not approve key"):
        approve_key(office.by("puppet"), "paula", office.people["paula"].key_id)


def test_resetting_everybody_brings_no_beginning_back(office: Office) -> None:
    for name in ("carla", "stefan", "paula"):
        code = reset_password(office.by("root"), name)
        assert not office.enrol(name, code).approved


def test_names_are_not_claimed_where_people_have_enrolled(office: Office) -> None:
    local = replace(office.home, settings=replace(office.home.settings, mode="local"))

    with pytest.raises(NotPermitted, match="names are not claimed any more"):
        acting(local, "paula")


def test_a_registry_in_local_mode_begins_with_its_admin(
    home: Context, clock: SettableClock
) -> None:
    add_account(home, "root", [Role.ADMIN])
    add_account(acting(home, "root"), "paula", [Role.PRIVACY_OFFICER])

    with pytest.raises(Conflict, match="the first to enrol is an admin"):
        issue_enrolment(acting(home, "root"), "paula")
    with pytest.raises(Conflict, match="the first to enrol is an admin"):
        add_with_code(acting(home, "root"), "stefan", [Role.STEWARD])
    code = issue_enrolment(acting(home, "root"), "root")
    office = Office(replace(home, settings=replace(home.settings, mode="signed-in")), clock)
    assert office.enrol("root", code).approved
    assert office.by("root").identity
