"""`audit verify` finds what a database administrator changed of people, keys and tokens."""

import pytest
from people import Office, Person, gone_on, hired
from registries import After
from sqlalchemy import text

from registry.errors import Conflict, IntegrityFailure, InvalidInput, NotPermitted
from registry.records import Role
from registry.store.database import writing
from registry.workflow.account_listing import accounts
from registry.workflow.add_account import add_account
from registry.workflow.context import Context, Work
from registry.workflow.people.deactivation import deactivate
from registry.workflow.people.revocation import revoke_key
from registry.workflow.people.roles import grant_role, revoke_role
from registry.workflow.people.rotation import rotate_key
from registry.workflow.people.times import end_of
from registry.workflow.people.tokens import create_token
from registry.workflow.verify import verify


def eventful(home: Context) -> dict[str, Person]:
    """Grants, revocations, a rotation, a token, a deactivation."""
    office = gone_on(home, hired(home))
    root = office.by("root")
    add_account(root, "ci", [Role.SERVICE])
    create_token(root, "ci", ["check"], end_of(root, None, 30))
    grant_role(root, "stefan", Role.PRIVACY_OFFICER)
    grant_role(root, "paula", Role.STEWARD)
    revoke_role(root, "paula", Role.STEWARD)
    rotate_key(office.by("paula"), "a passphrase of later days")
    office.join("otto", Role.STEWARD)
    revoke_key(office.by("otto"), "otto", "lost")
    deactivate(root, "otto", "left")
    return office.people


@pytest.fixture
def office(home: Context, after: After) -> Office:
    return gone_on(home, after(eventful))


def test_a_history_of_people_is_what_the_log_records(office: Office) -> None:
    assert verify(office.home).events > 20
    rows = {row["name"]: row for row in accounts(office.home)}
    assert rows["stefan"]["roles"] == ["privacy-officer", "steward"]
    assert rows["paula"]["roles"] == ["privacy-officer"]
    assert rows["otto"]["state"] == "deactivated"


OF = "(SELECT id FROM account WHERE name = '%s')"


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE account SET deactivated_at = NULL WHERE name = 'otto'", "account p-"),
        ("UPDATE account SET deactivated_at = '2026' WHERE name = 'paula'", "account p-"),
        (f"DELETE FROM account_role WHERE account_id = {OF % 'stefan'}", "account p-"),
        (
            f"UPDATE account_role SET role = 'admin' WHERE account_id = {OF % 'paula'}",
            "account p-.*: it is not what the log records",
        ),
        ("UPDATE personal_key SET state = 'active' WHERE state = 'revoked'", "key .*: it is not"),
        ("UPDATE personal_key SET state = 'active' WHERE state = 'rotated'", "key .*: it is not"),
        ("UPDATE personal_key SET public = :junk WHERE state = 'rotated'", "has another id"),
        (
            f"UPDATE personal_key SET account_id = {OF % 'carla'} WHERE state = 'revoked'",
            "key .*: it is not",
        ),
        ("UPDATE personal_key SET valid_from = '2020' WHERE state = 'rotated'", "key .*: it is"),
        ("UPDATE personal_key SET valid_until = NULL WHERE state = 'rotated'", "key .*: it is"),
        ("UPDATE personal_key SET reason = 'x' WHERE state = 'revoked'", "key .*: it is not"),
        ("UPDATE personal_key SET compromised_from = '2020' WHERE state = 'rotated'", "key .*: i"),
        (f"UPDATE personal_key SET approved_by = 1 WHERE account_id = {OF % 'stefan'}", "key .*:"),
        (f"UPDATE personal_key SET issued_by = 2 WHERE account_id = {OF % 'stefan'}", "key .*: i"),
        ("DELETE FROM personal_key WHERE state = 'rotated'", "key .*: the log records it and"),
        ("DELETE FROM personal_key WHERE state = 'rotated'", "the key before it did not sign"),
        (
            f"UPDATE credential SET sealed = :junk WHERE account_id = {OF % 'paula'}",
            "credential of",
        ),
        (f"DELETE FROM credential WHERE account_id = {OF % 'paula'}", "credential of p-.* is gone"),
        ("UPDATE session_ SET digest = 'x' WHERE id = 1", "session 1: it is not"),
        (f"UPDATE session_ SET account_id = {OF % 'paula'} WHERE id = 1", "session 1: it is not"),
        ("DELETE FROM session_ WHERE id = 1", "session 1: the log records it and it is gone"),
        ("UPDATE token SET scopes = '[\"register\"]'", "token .*: it is not"),
        ("UPDATE token SET scopes = 'junk'", "token .*: it is not"),
        ("UPDATE token SET expires_at = '2099'", "token .*: it is not"),
        ("UPDATE token SET digest = 'x'", "token .*: it is not"),
        (f"UPDATE token SET account_id = {OF % 'paula'}", "token .*: it is not"),
        ("DELETE FROM token", "token .*: the log records it and it is gone"),
        (
            "INSERT INTO session_ (id, account_id, digest, sealed, started_at, expires_at) "
            "VALUES (999, 1, 'x', :junk, '2026', '2027')",
            "session 999: the log does not know it",
        ),
        (
            "INSERT INTO personal_key (id, account_id, key_id, public, state, made_at, failures) "
            "VALUES (999, 1, 'x', :junk, 'active', '2026', 0)",
            "key x: the log does not know it",
        ),
    ],
)
def test_what_was_changed_is_named(office: Office, statement: str, said: str) -> None:
    with office.home.engine.begin() as connection:
        used = {"junk": b"junk"} if ":junk" in statement else {}
        assert connection.execute(text(statement), used).rowcount >= 1

    with pytest.raises(IntegrityFailure, match=said) as caught:
        verify(office.home)
    assert caught.value.exit_code == 6


@pytest.mark.parametrize(("approver", "begins"), [("root", False), ("amy", False), ("amy", True)])
def test_an_approval_that_no_second_person_gave_is_named(
    office: Office, approver: str, begins: bool
) -> None:
    """As a program would write it that had been changed to leave the question out."""
    enrolled = office.enrol("amy", office.add("amy", Role.ADMIN))
    context = office.by(approver)
    amy = next(row for row in accounts(office.home) if row["name"] == "amy")
    details = {"account": amy["pseudonym"], "key": enrolled.key_id, "begins": begins}
    assert context.identity
    with writing(office.home.engine) as session:
        event = Work(context, session).record("approve-key", "key.approved", details=details)
        session.connection().execute(
            text(
                "UPDATE personal_key SET state = 'active', valid_from = :at, approved_by = :by "
                "WHERE key_id = :key"
            ),
            {
                "at": event.at,
                "by": None if begins else context.identity.account_id,
                "key": enrolled.key_id,
            },
        )

    with pytest.raises(IntegrityFailure, match="no second person approved it"):
        verify(office.home)


def test_roles_are_granted_once_and_never_beside_what_excludes_them(office: Office) -> None:
    root = office.by("root")

    with pytest.raises(Conflict, match="holds the role steward already"):
        grant_role(root, "stefan", Role.STEWARD)
    with pytest.raises(Conflict, match="does not hold the role auditor"):
        revoke_role(root, "stefan", Role.AUDITOR)
    with pytest.raises(InvalidInput, match="cannot be combined"):
        grant_role(root, "stefan", Role.ADMIN)
    with pytest.raises(InvalidInput, match="a person never becomes one"):
        grant_role(root, "stefan", Role.SERVICE)
    with pytest.raises(InvalidInput, match="a service stays one"):
        grant_role(root, "ci", Role.STEWARD)
    with pytest.raises(Conflict, match="is deactivated"):
        grant_role(root, "otto", Role.AUDITOR)
    with pytest.raises(NotPermitted, match="carla may not grant role"):
        grant_role(office.by("carla"), "stefan", Role.AUDITOR)


def test_deactivating_has_its_rules_too(office: Office) -> None:
    root = office.by("root")

    with pytest.raises(Conflict, match="is deactivated"):
        deactivate(root, "otto", "again")
    with pytest.raises(NotPermitted, match="their own account"):
        deactivate(root, "root", "tired")
    with pytest.raises(InvalidInput, match="needs a reason"):
        deactivate(root, "paula", "")


@pytest.mark.parametrize("change", ["NULL", "'2026-03-02T09:30:00.000000Z'"])
def test_that_a_key_was_compromised_cannot_be_taken_back_in_the_database(
    office: Office, change: str
) -> None:
    stefan = office.by("stefan")
    since = office.home.now()[:10]
    revoke_key(stefan, "stefan", "the laptop was stolen", compromised_from=since)
    assert verify(office.home).events > 20
    with writing(office.home.engine, log=False) as session:
        statement = f"UPDATE personal_key SET compromised_from = {change} WHERE reason LIKE :why"
        changed = session.connection().execute(text(statement), {"why": "%stolen"})
    assert changed.rowcount == 1

    with pytest.raises(IntegrityFailure, match=r"key .*: it is not what the log records"):
        verify(office.home)
