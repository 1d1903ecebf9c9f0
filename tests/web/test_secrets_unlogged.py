"""No secret that anybody shows or is shown is ever in the log, however much that is made to say."""

import io
import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest
from people import Office, gone_on, hired
from registries import After
from web.browsers import Browser, browser, seal_in

from registry.records import Role
from registry.web.journal import Lines
from registry.web.pages import me
from registry.workflow.add_account import add_account
from registry.workflow.context import Context

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
OURS = ("registry", "uvicorn", "fastapi", "python_multipart", "sqlalchemy")
NEW = "she hums in the lift"


@pytest.fixture
def office(home: Context, after: After) -> Office:
    return gone_on(home, after(hired))


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """All that the server and what it is made of write at debug level, in the journal's words."""
    kept = io.StringIO()
    handler = logging.StreamHandler(kept)
    handler.setFormatter(Lines("json"))
    loggers = [logging.getLogger(name) for name in OURS]
    before = [(one, one.level, one.propagate) for one in loggers]
    for one in loggers:
        one.addHandler(handler)
        one.setLevel(logging.DEBUG)
    yield kept
    for one, level, propagate in before:
        one.removeHandler(handler)
        one.setLevel(level)
        one.propagate = propagate


@SQLITE
@pytest.mark.parametrize("shape", ["text", "json"])
def test_no_secret_is_written_to_the_log(
    office: Office, written: io.StringIO, monkeypatch: pytest.MonkeyPatch, shape: str
) -> None:
    logging.getLogger("registry").handlers[-1].setFormatter(Lines(shape))  # type: ignore[arg-type]
    add_account(office.by("root"), "ci", [Role.SERVICE])
    settings = replace(office.home.settings, private_webhooks=True)
    found = browser(replace(office, home=replace(office.home, settings=settings)))
    secrets: dict[str, str] = {"new password": NEW, "wrong password": "not her password"}

    secrets |= signing_in(found, "root")
    seal = secrets["seal"] = found.client.get("/api/v1/session").json()["seal"]
    made = called(found, "/tokens", {"account": "ci", "scopes": ["report"], "days": 30}, seal)
    secrets["token"] = made["token"]
    hook = called(found, "/webhooks", {"url": "http://127.0.0.1:9/told"}, seal)
    secrets["secret of a webhook"] = hook["secret"]
    enrolment = called(
        found, "/accounts", {"name": "nina", "roles": ["steward"], "enrol": True}, seal
    )
    secrets["enrolment"] = enrolment["code"]
    secrets |= enrolling(browser(office), enrolment["code"])
    secrets |= signing(browser(office))
    showing_tokens(browser(office), made["token"])
    failing(found, monkeypatch)

    text = written.getvalue()
    assert "/enrol/{name}/{code}" in text and "/api/v1/tokens" in text
    assert "RuntimeError" in text
    assert [name for name, one in secrets.items() if one in text] == []


def signing_in(found: Browser, name: str) -> dict[str, str]:
    person = found.office.people[name]
    found.sign_in(name, password="not her password")
    code = person.code()
    assert found.sign_in(name, code=code).status_code == 303
    return {
        "password": person.given_password,
        "code": code,
        "session": found.client.cookies["__Host-registry"],
    }


def called(found: Browser, path: str, body: dict[str, object], seal: str) -> dict[str, str]:
    answer = found.client.post(f"/api/v1{path}", json=body, headers={"X-Registry-Seal": seal})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def enrolling(found: Browser, code: str) -> dict[str, str]:
    """By the link, once with two passwords that differ and once right."""
    chosen = {"new_password": "nina rows to work", "new_passphrase": "nina signs in ink"}
    again = {f"{name}_again": text for name, text in chosen.items()}
    page = f"/enrol/nina/{code}"
    found.post("/enrol", page, name="nina", enrolment=code, **chosen)
    done = found.post("/enrol", page, name="nina", enrolment=code, **chosen, **again)
    assert done.status_code == 200
    return chosen


def signing(found: Browser) -> dict[str, str]:
    """A signature with the right passphrase and with a wrong one, by a page and by a call."""
    person = found.office.people["stefan"]
    secrets = {f"signer's {name}": text for name, text in signing_in(found, "stefan").items()}
    seal = found.client.get("/api/v1/session").json()["seal"]
    for passphrase in (person.given_passphrase, "some other passphrase"):
        given = {"passphrase": passphrase, "code": person.code()}
        body = {"deputy": "paula", "from": "2026-05-01", "until": "2026-05-02", "reason": "leave"}
        headers = {"X-Registry-Seal": seal}
        found.client.post("/api/v1/deputies", json={**body, **given}, headers=headers)
        form = {"seal": seal, "deputy": "paula", "first": "2026-05-01", "last": "2026-05-02"}
        found.client.post("/deputies", data={**form, "reason": "leave", **given})
        secrets |= {f"passphrase {passphrase}": passphrase, f"code {given['code']}": given["code"]}
    return secrets


def showing_tokens(found: Browser, token: str) -> None:
    for shown in (token, f"{token}x"):
        found.client.get("/api/v1/datasets", headers={"Authorization": f"Bearer {shown}"})


def failing(found: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """Something breaks, and says in its error what was typed."""

    def broken(*_: object) -> None:
        raise RuntimeError(f"cannot change the password to {NEW!r}")

    monkeypatch.setattr(me, "change_password", broken)
    found.client._transport.raise_server_exceptions = False  # type: ignore[attr-defined]
    seal = seal_in(found.get("/me"))
    fields = {"seal": seal, "password": "x", "new_password": NEW, "new_password_again": NEW}
    assert found.client.post("/me/password", data=fields).status_code == 500
