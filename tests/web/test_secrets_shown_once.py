"""A secret is shown in the first answer alone: none is kept for a repeat under its key."""

from dataclasses import replace

import pytest
from people import Office, gone_on, hired
from registries import After
from web.browsers import browser
from web.desks import Sitter
from web.held import events, kept_under, stored

from registry.log.canonical import digest
from registry.records import Role, WebhookDelivery
from registry.store.database import writing
from registry.web.api.openapi import PREFIX
from registry.workflow.add_account import add_account
from registry.workflow.context import Context

ONCE = {"Idempotency-Key": "5f0c2d1e"}
WHY = {"reason": "for the record"}


@pytest.fixture
def office(home: Context, after: After) -> Office:
    """People who sign in, and a registry that may speak to this machine."""
    found = gone_on(home, after(hired))
    settings = replace(found.home.settings, private_webhooks=True)
    return replace(found, home=replace(found.home, settings=settings))


def sitting(office: Office, name: str) -> Sitter:
    """Somebody who signed in, with the seal that changes need."""
    found = browser(office)
    assert found.sign_in(name).status_code == 303
    seal = found.client.get(f"{PREFIX}/session").json()["seal"]
    found.client.headers.update({"x-registry-seal": seal, "if-match": "*"})
    return Sitter(found.client)


@pytest.fixture
def root(office: Office) -> Sitter:
    add_account(office.by("root"), "ci", [Role.SERVICE])
    add_account(office.by("root"), "olga", [Role.STEWARD])
    return sitting(office, "root")


@pytest.mark.parametrize(
    ("path", "body", "secret", "rows"),
    [
        ("/tokens", {"account": "ci", "scopes": ["report"], "days": 30}, "token", "/tokens"),
        ("/webhooks", {"url": "http://127.0.0.1:9/told"}, "secret", "/webhooks"),
        ("/accounts", {"name": "nina", "roles": ["steward"], "enrol": True}, "code", "/accounts"),
        ("/accounts/olga/enrolment", None, "code", "/accounts"),
        ("/accounts/paula/password-reset", None, "code", "/accounts"),
    ],
)
def test_a_secret_is_in_the_first_answer_alone_and_not_in_the_database(
    office: Office, root: Sitter, path: str, body: object, secret: str, rows: str
) -> None:
    first = root.post(path, json=body, headers=ONCE)
    count, after = len(root.get(rows).json()), events(office.home)
    office.clock.advance(seconds=90)
    second = root.post(path, json=body, headers=ONCE)

    assert first.status_code in (200, 201), first.text
    assert (second.status_code, second.headers.get("location")) == (
        first.status_code,
        first.headers.get("location"),
    )
    said = second.json()
    assert "the first answer under this idempotency key showed it" in said.pop("why")
    assert said == {**first.json(), secret: None}
    assert (len(root.get(rows).json()), events(office.home)) == (count, after)
    text, shown = stored(office.home), first.json()[secret]
    assert len(shown) > 20
    assert shown not in text
    assert shown.replace("-", "") not in text
    assert shown.rpartition("_")[2] not in text


def test_without_a_key_every_answer_has_its_secret_and_says_nothing_of_another(
    root: Sitter,
) -> None:
    body = {"account": "ci", "scopes": ["report"], "days": 30}
    made = [root.post("/tokens", json=body).json() for _ in range(2)]

    assert made[0]["token"] != made[1]["token"]
    assert [sorted(one) for one in made] == [["expires_at", "id", "token"]] * 2
    added = root.post("/accounts", json={"name": "nina", "roles": ["steward"]}, headers=ONCE)
    again = root.post("/accounts", json={"name": "nina", "roles": ["steward"]}, headers=ONCE)
    assert added.json() == again.json() == {"name": "nina", "code": None}


def test_a_key_is_approved_rotated_and_revoked_once(office: Office, root: Sitter) -> None:
    made = root.post("/accounts", json={"name": "nina", "roles": ["steward"], "enrol": True})
    key = office.enrol("nina", made.json()["code"]).key_id
    carla, stefan = sitting(office, "carla"), sitting(office, "stefan")
    renewed = {
        "passphrase": office.people["stefan"].passphrase(),
        "code": office.people["stefan"].code(),
        "new_passphrase": "stefan hums in the lift",
    }
    for sitter, path, body in (
        (carla, "/keys/approvals", {"account": "nina", "key": key}),
        (stefan, "/keys/rotation", renewed),
        (root, "/keys/revocations", {"account": "nina", **WHY}),
    ):
        headers = {"Idempotency-Key": path}
        first = sitter.post(path, json=body, headers=headers)
        after = events(office.home)
        second = sitter.post(path, json=body, headers=headers)

        assert first.status_code == 200, first.text
        assert (second.status_code, second.json()) == (200, first.json())
        assert events(office.home) == after
        assert int(kept_under(path, office.home).result) > 0


def test_nothing_is_kept_of_a_new_passphrase(office: Office, root: Sitter) -> None:
    stefan = sitting(office, "stefan")
    known = {
        "passphrase": office.people["stefan"].passphrase(),
        "code": office.people["stefan"].code(),
    }
    words = "stefan hums in the lift"
    done = stefan.post("/keys/rotation", json={**known, "new_passphrase": words}, headers=ONCE)

    assert done.status_code == 200, done.text
    assert kept_under("5f0c2d1e", office.home).arguments == digest({})
    assert words not in stored(office.home)


def test_a_message_is_sent_once_more_once(office: Office, root: Sitter) -> None:
    root.post("/webhooks", json={"url": "http://127.0.0.1:9/told"})
    with writing(office.home.engine) as session:
        now = office.home.now()
        session.add(
            WebhookDelivery(
                webhook_id=1,
                kind="released",
                subject="REL-1",
                body=b"{}",
                written_at=now,
                due_at=now,
            )
        )
    path = "/webhooks/deliveries/1/redelivery"

    answers = [root.post(path, headers=ONCE) for _ in range(2)]

    assert [one.json() for one in answers] == [{"message": 1}] * 2
    assert stored(office.home).count("webhook.redelivered") == 1
