"""Tokens: a service does its scopes, for a time, and never signs, approves or releases."""

import json
from dataclasses import replace

import pytest
from conftest import acting
from databases import files_of
from people import Office, Person, gone_on, hired
from registries import After

from registry.errors import Conflict, InvalidInput, NotFound, NotPermitted
from registry.records import Role
from registry.settings import Proof
from registry.store import events
from registry.store.database import reading
from registry.workflow.add_account import add_account
from registry.workflow.attempt import attempt
from registry.workflow.context import Context, open_context
from registry.workflow.people.deactivation import deactivate
from registry.workflow.people.listing import tokens, whoami
from registry.workflow.people.signing import ready, signature
from registry.workflow.people.times import end_of
from registry.workflow.people.tokens import Created, create_token, revoke_token
from registry.workflow.permissions import ALLOWED, SCOPES, require, require_scope
from registry.workflow.verify import verify


def with_a_service(home: Context) -> dict[str, Person]:
    office = gone_on(home, hired(home))
    add_account(office.by("root"), "ci", [Role.SERVICE])
    return office.people


@pytest.fixture
def office(home: Context, after: After) -> Office:
    return gone_on(home, after(with_a_service))


def made(office: Office, *scopes: str, days: int = 30) -> Created:
    root = office.by("root")
    return create_token(root, "ci", scopes or sorted(SCOPES), end_of(root, None, days))


def holding(office: Office, text: str) -> Context:
    return office.holding(Proof(token=text))


def last(office: Office) -> dict[str, object]:
    with reading(office.home.engine) as session:
        found: dict[str, object] = json.loads(list(events.stored(session))[-1].body)
    return found


def test_a_token_says_which_service_acts(office: Office) -> None:
    token = made(office, "check")

    found = whoami(holding(office, token.text))

    assert token.text.startswith(f"reg_{token.id}_")
    assert (found["name"], found["roles"], found["scopes"]) == ("ci", ["service"], ["check"])
    assert found["authentication"] == f"access token {token.id}"


@pytest.mark.parametrize("action", sorted(ALLOWED))
def test_of_all_actions_a_token_does_those_of_a_service_alone(office: Office, action: str) -> None:
    service = holding(office, made(office).text)

    if action in ("register", "evaluate"):
        assert require(service, action).name == "ci"
        return
    with pytest.raises(NotPermitted):
        require(service, action)


@pytest.mark.parametrize("action", sorted(ALLOWED))
def test_a_token_whose_account_was_given_every_role_still_does_no_more(
    office: Office, action: str
) -> None:
    """As a database administrator could; the roles of a token are those of a service."""
    token = made(office)
    service = holding(office, token.text)
    assert service.identity
    able = replace(service.identity, roles=frozenset(Role))

    if action in SCOPES:
        return
    with pytest.raises(NotPermitted, match="the token is not good for"):
        require(replace(service, identity=able), action)


@pytest.mark.parametrize("scope", sorted(SCOPES))
def test_a_scope_is_good_for_itself_alone(office: Office, scope: str) -> None:
    service = holding(office, made(office, scope).text)

    require_scope(service, scope)
    for other in SCOPES - {scope}:
        with pytest.raises(NotPermitted, match="the token is not good for"):
            require_scope(service, other)


def test_a_token_without_the_scope_verifies_nothing_and_that_is_an_event(office: Office) -> None:
    with pytest.raises(NotPermitted):
        verify(holding(office, made(office, "check").text))

    assert (last(office)["action"], last(office)["outcome"]) == ("verify", "forbidden")
    assert verify(holding(office, made(office, "verify").text))


def test_a_token_never_signs(office: Office) -> None:
    service = holding(office, made(office).text)
    assert service.identity

    with pytest.raises(NotPermitted, match="a service never signs"):
        ready(service, "approve")
    with (
        pytest.raises(NotPermitted, match="a service never signs"),
        attempt(service, "approve") as work,
    ):
        signature(work, service.identity, b"statement")


@pytest.mark.parametrize("scope", ["approve", "release", "sign", "waive", "admin", ""])
def test_no_token_is_made_for_anything_else(office: Office, scope: str) -> None:
    with pytest.raises(InvalidInput, match="no token is good for"):
        made(office, "check", scope)


def test_an_expired_token_is_refused_and_that_is_an_event(office: Office) -> None:
    token = made(office, days=1)
    office.clock.advance(days=1)
    settings = replace(office.home.settings, proof=Proof(token=token.text))

    with pytest.raises(NotPermitted, match=f"the token {token.id} has expired") as caught:
        open_context(settings, office.clock)

    assert caught.value.exit_code == 4
    assert (last(office)["action"], last(office)["outcome"]) == ("identify", "forbidden")
    assert tokens(office.home)[0]["state"] == "expired"


def test_a_clock_set_back_before_its_making_ends_a_token(office: Office) -> None:
    token = made(office)
    office.clock.advance(days=-1)

    with pytest.raises(NotPermitted, match="has expired"):
        holding(office, token.text)


def test_a_revoked_token_is_worth_nothing(office: Office) -> None:
    token = made(office)
    revoke_token(office.by("root"), token.id)

    with pytest.raises(NotPermitted, match="was revoked"):
        holding(office, token.text)
    with pytest.raises(Conflict, match="was revoked already"):
        revoke_token(office.by("root"), token.id)
    with pytest.raises(NotFound):
        revoke_token(office.by("root"), "12345678")
    assert verify(office.home)


def test_a_service_that_was_deactivated_does_nothing(office: Office) -> None:
    token = made(office)
    deactivate(office.by("root"), "ci", "replaced")

    with pytest.raises(NotPermitted, match="was revoked"):
        holding(office, token.text)
    assert verify(office.home)


@pytest.mark.parametrize("spoil", ["{}x", "x{}", "reg_{}", "{}_", "reg__"])
def test_a_token_nobody_was_given_proves_nothing(office: Office, spoil: str) -> None:
    token = made(office)

    with pytest.raises(NotPermitted, match="the token is unknown"):
        holding(office, spoil.format(token.text))


@pytest.mark.parametrize("days", [0, -1, 367])
def test_a_token_ends_within_a_year_and_a_day(office: Office, days: int) -> None:
    with pytest.raises(InvalidInput, match="within 366 days"):
        made(office, days=days)


def test_a_last_day_is_included(office: Office) -> None:
    assert end_of(office.home, "2026-12-31", None) == "2027-01-01T00:00:00.000000Z"
    for last_day, days in ((None, None), ("2026-12-31", 3), ("soon", None)):
        with pytest.raises(InvalidInput):
            end_of(office.home, last_day, days)


def test_only_an_admin_makes_tokens_and_for_services_only(office: Office) -> None:
    until = end_of(office.home, None, 3)

    with pytest.raises(NotPermitted, match="carla may not create token"):
        create_token(office.by("carla"), "ci", ["check"], until)
    with pytest.raises(InvalidInput, match="paula is not a service"):
        create_token(office.by("root"), "paula", ["check"], until)


def test_no_token_is_made_in_local_mode(home: Context) -> None:
    add_account(home, "root", [Role.ADMIN])
    root = acting(home, "root")
    add_account(root, "ci", [Role.SERVICE])

    with pytest.raises(NotPermitted, match="in local mode"):
        create_token(root, "ci", ["check"], end_of(root, None, 3))


def test_a_token_is_stored_as_a_digest_and_shown_in_no_repr(office: Office) -> None:
    token = made(office)
    secret = token.text.split("_", 2)[2]

    assert secret not in repr(token) + json.dumps(tokens(office.home)) + json.dumps(last(office))
    files = files_of(office.home.engine)
    assert bool(files) == (office.home.engine.dialect.name == "sqlite")
    for file in files:
        assert secret.encode() not in file.read_bytes()
