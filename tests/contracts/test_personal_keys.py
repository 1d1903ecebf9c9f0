"""Personal keys: what a signature needs, and what it is worth after the key has ended."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from people import Office, gone_on, hired
from registries import After
from sqlalchemy import text

from registry.errors import Conflict, IntegrityFailure, InvalidInput, NotFound, NotPermitted
from registry.log.signature import verify as holds
from registry.store import events
from registry.store.database import reading
from registry.workflow.attempt import attempt
from registry.workflow.context import Context
from registry.workflow.people.deactivation import deactivate
from registry.workflow.people.listing import keys
from registry.workflow.people.passwords import reset_password
from registry.workflow.people.revocation import revoke_key
from registry.workflow.people.rotation import rotate_key
from registry.workflow.people.signing import PersonalSignature, ready, signature
from registry.workflow.people.standing import key_as_of, signature_problem
from registry.workflow.verify import verify

STATEMENT = b'{"decision":"allow"}'


@pytest.fixture
def office(home: Context, after: After) -> Office:
    return gone_on(home, after(hired))


def signed(context: Context, *, prepared: bool = False) -> PersonalSignature:
    context = ready(context, "approve") if prepared else context
    assert context.identity
    with attempt(context, "approve") as work:
        found = signature(work, context.identity, STATEMENT)
    assert found
    return found


def problem(office: Office, name: str, found: PersonalSignature, at: str) -> str | None:
    identity = office.by(name).identity
    assert identity
    with reading(office.home.engine) as session:
        return signature_problem(
            session, identity.account_id, found.key_id, found.value, STATEMENT, at
        )


def last(office: Office) -> dict[str, object]:
    with reading(office.home.engine) as session:
        found: dict[str, object] = json.loads(list(events.stored(session))[-1].body)
    return found


class Forgetful:
    """Somebody who knows only what is given; the rest is asked in vain."""

    def __init__(self, **known: str) -> None:
        self.known = known
        self.asked: list[str] = []

    def _answer(self, what: str) -> str:
        self.asked.append(what)
        return self.known[what]

    def password(self) -> str:
        return self._answer("password")

    def passphrase(self) -> str:
        return self._answer("passphrase")

    def code(self) -> str:
        return self._answer("code")


@pytest.mark.parametrize("prepared", [False, True])
def test_a_signature_is_over_the_bytes_of_the_statement(office: Office, prepared: bool) -> None:
    found = signed(office.by("paula"), prepared=prepared)

    with reading(office.home.engine) as session:
        key = key_as_of(session, found.key_id, office.home.now())
    assert key and found.key_id == office.people["paula"].key_id
    assert holds(key.public, found.value, STATEMENT)
    assert not holds(key.public, found.value, STATEMENT + b" ")


def test_the_first_signing_asks_for_both_components_and_the_next_for_the_passphrase(
    office: Office,
) -> None:
    paula = office.by("paula")
    person = office.people["paula"]
    first = Forgetful(passphrase=person.given_passphrase, code=person.code())
    second = Forgetful(passphrase=person.given_passphrase)

    signed(replace(paula, secrets=first))
    signed(replace(paula, secrets=second))

    assert (first.asked, second.asked) == (["passphrase", "code"], ["passphrase"])


def test_after_half_an_hour_without_signing_both_are_asked_for_again(office: Office) -> None:
    paula = office.by("paula")
    signed(paula)
    office.clock.advance(minutes=29)
    signed(replace(paula, secrets=Forgetful(passphrase=paula.secrets.passphrase())))

    office.clock.advance(minutes=30)
    person = office.people["paula"]
    again = Forgetful(passphrase=person.given_passphrase, code=person.code())
    signed(replace(paula, secrets=again))

    assert again.asked == ["passphrase", "code"]


def test_another_session_of_the_same_person_asks_for_both_as_well(office: Office) -> None:
    signed(office.by("paula"))
    asked = Forgetful(passphrase=office.people["paula"].given_passphrase, code="000000")

    with pytest.raises(NotPermitted, match="one-time code"):
        signed(replace(office.by("paula"), secrets=asked))


def test_the_code_of_a_signing_does_not_sign_in(office: Office) -> None:
    paula, person = office.by("paula"), office.people["paula"]
    code = person.code()
    signed(replace(paula, secrets=Forgetful(passphrase=person.given_passphrase, code=code)))
    again = Forgetful(password=person.given_password, code=code)

    from registry.workflow.people.login import login

    with pytest.raises(NotPermitted, match="signing in was refused"):
        login(replace(office.home, secrets=again), "paula")


@pytest.mark.parametrize("prepared", [False, True])
def test_a_wrong_passphrase_is_refused_recorded_and_counted(office: Office, prepared: bool) -> None:
    paula = office.by("paula")
    guessing = replace(office.people["paula"], given_passphrase="something else")

    for _ in range(5):
        with pytest.raises(NotPermitted, match="does not open the signing key"):
            signed(replace(paula, secrets=guessing), prepared=prepared)
    assert (last(office)["action"], last(office)["outcome"]) == ("approve", "forbidden")
    with pytest.raises(NotPermitted, match="is locked"):
        signed(paula, prepared=prepared)
    office.clock.advance(minutes=1)
    assert signed(paula, prepared=prepared)


def test_wrong_codes_are_counted_too(office: Office) -> None:
    paula, person = office.by("paula"), office.people["paula"]
    guessing = Forgetful(passphrase=person.given_passphrase, code="000000")

    for _ in range(5):
        with pytest.raises(NotPermitted, match="one-time code is wrong"):
            signed(replace(paula, secrets=guessing))
    with pytest.raises(NotPermitted, match="is locked"):
        signed(paula)


def test_a_signing_that_is_locked_asks_for_nothing(office: Office) -> None:
    paula = office.by("paula")
    for _ in range(5):
        with pytest.raises(NotPermitted):
            signed(replace(paula, secrets=replace(office.people["paula"], given_passphrase="x")))
    silent = Forgetful()

    with pytest.raises(NotPermitted, match="is locked"):
        signed(replace(paula, secrets=silent))
    assert silent.asked == []


def test_a_session_that_ended_signs_nothing(office: Office) -> None:
    paula = office.by("paula")
    office.clock.advance(hours=8)

    with pytest.raises(NotPermitted, match="the session has expired"):
        signed(paula)


@pytest.mark.parametrize(
    ("end", "said"),
    [
        (lambda office: revoke_key(office.by("root"), "paula", "lost"), "is revoked since"),
        (lambda office: reset_password(office.by("root"), "paula"), "the session was ended"),
        (lambda office: deactivate(office.by("root"), "paula", "left"), "the session was ended"),
    ],
)
def test_a_key_that_ended_between_unlocking_and_signing_signs_nothing(
    office: Office, end: Callable[[Office], object], said: str
) -> None:
    paula = ready(office.by("paula"), "approve")
    end(office)

    assert paula.identity
    with pytest.raises(NotPermitted, match=said), attempt(paula, "approve") as work:
        signature(work, paula.identity, STATEMENT)
    assert last(office)["fact"] == "attempt.refused"


def test_a_session_cannot_sign_with_another_persons_identity(office: Office) -> None:
    paula, stefan = office.by("paula"), office.by("stefan")
    assert paula.identity and stefan.identity
    mixed = replace(stefan.identity, session=paula.identity.session)

    with pytest.raises(NotPermitted), attempt(paula, "approve") as work:
        signature(work, mixed, STATEMENT)


def test_a_rotated_key_is_vouched_for_by_the_one_before(office: Office) -> None:
    paula = office.by("paula")
    before = signed(paula)
    at = office.home.now()
    office.clock.advance(minutes=1)
    rotate_key(paula, "a passphrase of later days")
    office.people["paula"].given_passphrase = "a passphrase of later days"
    after = signed(paula)

    assert before.key_id != after.key_id
    assert [row["state"] for row in keys(office.home, "paula")] == ["rotated", "active"]
    assert problem(office, "paula", before, at) is None
    assert "was rotated before" in str(problem(office, "paula", before, office.home.now()))
    assert "was not approved then" in str(problem(office, "paula", after, at))
    assert verify(office.home)


def test_a_rotation_needs_the_present_passphrase(office: Office) -> None:
    paula = office.by("paula")
    guessing = replace(office.people["paula"], given_passphrase="something else")

    with pytest.raises(NotPermitted, match="does not open"):
        rotate_key(replace(paula, secrets=guessing), "a passphrase of later days")
    with pytest.raises(InvalidInput, match="too few"):
        rotate_key(paula, "short")
    assert [row["state"] for row in keys(office.home, "paula")] == ["active"]


def test_what_a_revoked_key_signed_before_stays_valid(office: Office) -> None:
    found = signed(office.by("paula"))
    at = office.home.now()
    office.clock.advance(days=1)
    revoke_key(office.by("carla"), "paula", "laptop replaced")

    assert problem(office, "paula", found, at) is None
    assert "was revoked before" in str(problem(office, "paula", found, _later(office)))
    with pytest.raises(NotPermitted, match="is revoked since"):
        signed(office.by("paula"))
    assert verify(office.home)


def _later(office: Office) -> str:
    office.clock.advance(days=1)
    return office.home.now()


def test_what_a_compromised_key_signed_from_then_on_counts_for_nothing(office: Office) -> None:
    paula = office.by("paula")
    good, good_at = signed(paula), office.home.now()
    office.clock.advance(hours=1)
    since = office.home.now()
    bad, bad_at = signed(paula), office.home.now()
    office.clock.advance(hours=1)

    revoke_key(office.by("paula"), "paula", "stolen", compromised_from=since)

    assert problem(office, "paula", good, good_at) is None
    assert "was compromised then" in str(problem(office, "paula", bad, bad_at))
    assert verify(office.home)


def test_a_rotated_key_can_turn_out_to_have_been_compromised(office: Office) -> None:
    paula = office.by("paula")
    old = office.people["paula"].key_id
    since = office.home.now()
    rotate_key(paula, "a passphrase of later days")

    with pytest.raises(Conflict, match="is rotated already"):
        revoke_key(office.by("root"), "paula", "again", key_id=old)
    revoke_key(office.by("root"), "paula", "stolen", key_id=old, compromised_from=since)

    rows = keys(office.home, "paula")
    assert [row["state"] for row in rows] == ["revoked", "active"]
    assert rows[0]["compromised_from"] == since
    assert verify(office.home)


def test_a_day_on_which_the_key_was_made_counts_from_its_making(office: Office) -> None:
    made = str(keys(office.home, "paula")[0]["from"])
    office.clock.advance(hours=1)

    ended = revoke_key(office.by("root"), "paula", "stolen", compromised_from=made[:10])

    assert made[:10] < str(ended.compromised_from) == ended.made_at <= made
    assert verify(office.home)


def test_after_a_rotation_the_key_that_stood_then_is_to_be_named(office: Office) -> None:
    old, since = office.people["paula"].key_id, office.home.now()
    office.clock.advance(days=1)
    rotate_key(office.by("paula"), "a passphrase of later days")

    with pytest.raises(InvalidInput, match="the key that stood then is named with --key") as caught:
        revoke_key(office.by("root"), "paula", "stolen", compromised_from=since)

    assert f"--key {old}" in str(caught.value)
    assert [row["state"] for row in keys(office.home, "paula")] == ["rotated", "active"]


@pytest.mark.parametrize("when", ["2020-01-01T00:00:00.000000Z", "2099-01-01T00:00:00.000000Z"])
def test_a_key_is_compromised_from_a_time_of_its_own(office: Office, when: str) -> None:
    with pytest.raises(InvalidInput, match="between its making and now"):
        revoke_key(office.by("root"), "paula", "stolen", compromised_from=when)


def test_who_may_revoke_whose_key(office: Office) -> None:
    with pytest.raises(NotPermitted, match="stefan may not revoke key"):
        revoke_key(office.by("stefan"), "paula", "out of spite")
    with pytest.raises(NotFound, match="has no key"):
        revoke_key(office.by("paula"), "paula", "lost", key_id=office.people["stefan"].key_id)
    with pytest.raises(InvalidInput, match="needs a reason"):
        revoke_key(office.by("paula"), "paula", " ")
    revoke_key(office.by("paula"), "paula", "lost")
    with pytest.raises(Conflict, match="no key in use"):
        revoke_key(office.by("paula"), "paula", "lost")


def test_another_persons_signature_is_told_apart(office: Office) -> None:
    found, at = signed(office.by("paula")), office.home.now()

    assert "another person's" in str(problem(office, "stefan", found, at))
    forged = replace(found, value=bytes(64))
    assert "the signature is not that of the key" in str(problem(office, "paula", forged, at))
    unknown = replace(found, key_id="AAAAAAAAAAA=")
    assert "is unknown" in str(problem(office, "paula", unknown, at))


def test_a_sealed_key_that_was_swapped_signs_nothing(office: Office) -> None:
    paula = office.by("paula")
    with office.home.engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE personal_key SET public = (SELECT public FROM personal_key "
                "WHERE key_id = :other) WHERE key_id = :mine"
            ),
            {"other": office.people["stefan"].key_id, "mine": office.people["paula"].key_id},
        )

    with pytest.raises(IntegrityFailure, match="is not the one of its public key"):
        signed(paula)


def test_keys_that_ended_hold_no_seed(office: Office) -> None:
    rotate_key(office.by("paula"), "a passphrase of later days")
    revoke_key(office.by("stefan"), "stefan", "lost")
    reset_password(office.by("root"), "carla")

    with office.home.engine.connect() as connection:
        rows = connection.execute(text("SELECT state, sealed IS NULL FROM personal_key"))
        assert {(state, bool(gone)) for state, gone in rows} == {
            ("active", False),
            ("rotated", True),
            ("revoked", True),
            ("destroyed", True),
        }


def test_in_local_mode_nothing_is_signed_and_nothing_asked(home: Context) -> None:
    with attempt(home, "approve") as work:
        assert signature(work, None, STATEMENT) is None  # type: ignore[arg-type]
    assert ready(home, "approve") is home


def test_an_unlocked_key_shows_nothing_of_itself(office: Office) -> None:
    paula = ready(office.by("paula"), "approve")

    assert paula.identity and paula.identity.unlocked
    assert "seed" not in repr(paula.identity) + repr(paula.identity.unlocked)
    assert "unlocked" not in repr(paula.identity)
