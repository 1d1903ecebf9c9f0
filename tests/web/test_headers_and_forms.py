"""What every answer carries, and what no form may do: found from the routes themselves."""

import json
import logging
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.routing import APIRoute
from people import Office, gone_on, hired
from registries import After
from starlette.routing import BaseRoute, Route
from web.browsers import Browser, browser, opened, seal_in, visitor
from web.test_local_accounts import told

from registry.web import journal, limits
from registry.web.headers import ALWAYS
from registry.web.journal import Lines
from registry.workflow.context import Context


@pytest.fixture
def office(home: Context, after: After) -> Office:
    return gone_on(home, after(hired))


@pytest.fixture
def root(office: Office) -> Browser:
    found = browser(office)
    found.sign_in("root")
    return found


def routes(app: object) -> Iterator[Route | APIRoute]:
    """Every route, also of the routers that are included."""
    found: list[BaseRoute] = list(getattr(app, "routes", []))
    for one in found:
        if isinstance(one, Route | APIRoute):
            yield one
        else:
            yield from routes(getattr(one, "original_router", None))


def path_of(route: Route | APIRoute) -> str:
    """An address of the route, with something in every place."""
    return re.sub(r"\{[^}]+\}", "1", route.path)


def test_every_route_answers_with_a_strict_policy_and_an_id(root: Browser) -> None:
    seen = 0
    for route in routes(root.client.app):
        for method in route.methods or ():
            answer = root.client.request(method, path_of(route), follow_redirects=False)
            seen += 1
            for name, value in ALWAYS.items():
                assert answer.headers[name] == value, (route.path, name)
            assert re.fullmatch("[0-9a-f]{16}", answer.headers["x-request-id"])
            assert answer.status_code < 500, (method, route.path, answer.text)
    assert seen > 20


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere() -> None:
    policy = ALWAYS["content-security-policy"]

    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "http" not in policy


def test_no_page_holds_script_style_or_handlers_of_its_own(root: Browser) -> None:
    pages = 0
    for route in routes(root.client.app):
        if "GET" not in (route.methods or ()):
            continue
        answer = root.client.get(path_of(route))
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        pages += 1
        assert not re.search(r"<script(?![^>]*\bsrc=)", answer.text), route.path
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", answer.text), route.path
    assert pages >= 8


PAGES = "registry.web.pages."


def posting(app: object) -> list[str]:
    return [
        path_of(route)
        for route in routes(app)
        if "POST" in (route.methods or ()) and route.endpoint.__module__.startswith(PAGES)
    ]


def test_every_form_without_its_seal_is_refused_and_so_is_one_of_another_session(
    root: Browser, office: Office
) -> None:
    other = visitor(root.client.app, office)  # type: ignore[arg-type]
    other.sign_in("carla")
    theirs = seal_in(other.get("/me"))
    paths = posting(root.client.app)
    assert {"/login", "/logout", "/enrol", "/me/password", "/keys/1/approve"} <= set(paths)
    for path in paths:
        for fields in ({}, {"seal": ""}):
            answer = root.client.post(path, data=fields, follow_redirects=False)
            assert answer.status_code in (403, 422), (path, answer.status_code)
            assert "another session" in answer.text or answer.status_code == 422, path
        answer = root.client.post(path, data={"seal": theirs}, follow_redirects=False)
        assert answer.status_code in (403, 409, 422), (path, answer.status_code)
        # Nothing was done: what was typed is shown again, to be read and sent.
        assert answer.status_code != 409 or "Nothing was done" in answer.text, path
    assert root.get("/me").url.path == "/me"


@pytest.mark.parametrize(
    "sign",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ],
    ids=str,
)
def test_every_form_that_another_site_posts_is_refused_even_with_the_seal(
    root: Browser, sign: dict[str, str]
) -> None:
    seal = seal_in(root.get("/me"))
    for path in posting(root.client.app):
        answer = root.client.post(path, data={"seal": seal}, headers=sign, follow_redirects=False)
        assert answer.status_code == 403, path
    assert root.get("/me").url.path == "/me"


def test_a_browser_in_which_nobody_signed_in_has_a_seal_of_its_own(office: Office) -> None:
    app = opened(office.home)
    seals = {seal_in(visitor(app, office).get("/login")) for _ in range(2)}

    assert len(seals) == 2


def test_a_body_that_is_too_long_is_refused_while_it_streams(root: Browser) -> None:
    read = 0

    def endless() -> Iterator[bytes]:
        nonlocal read
        for _ in range(64):
            read += 1 << 16
            yield b"a" * (1 << 16)

    kind = {"content-type": "application/x-www-form-urlencoded"}
    answer = root.client.post("/login", content=endless(), headers=kind)
    announced = root.client.post("/login", content=b"a" * (limits.FORM_BYTES + 1), headers=kind)

    assert (answer.status_code, announced.status_code) == (413, 413)


def test_a_body_that_stops_coming_is_not_waited_for(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    import asyncio

    monkeypatch.setattr(limits, "SECONDS", 0.05)
    sent: list[dict[str, object]] = []

    async def never() -> dict[str, object]:
        await asyncio.sleep(60)
        raise AssertionError

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    headers = [(b"host", b"testserver"), (b"content-type", b"application/x-www-form-urlencoded")]
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/login",
        "raw_path": b"/login",
        "query_string": b"",
        "headers": headers,
        "scheme": "https",
        "server": ("testserver", 443),
        "client": ("10.0.0.7", 1),
        "root_path": "",
        "http_version": "1.1",
    }
    # In a thread of its own: a browser that another test drives has a loop in this one.
    asked = opened(office.home)(scope, never, send)  # type: ignore[arg-type]
    with ThreadPoolExecutor(1) as threads:
        threads.submit(asyncio.run, asked).result()

    assert sent[0]["status"] == 408


def test_a_role_that_is_refused_is_an_event(office: Office) -> None:
    paula = browser(office)
    paula.sign_in("paula")
    office.enrol("nina", office.add("nina"))
    before = len(told(office, "attempt.refused"))

    key = office.people["nina"].key_id
    assert paula.post("/keys/nina/approve", "/me", key=key).status_code == 403

    (event,) = told(office, "attempt.refused")[before:]
    assert event["action"] == "approve-key"
    assert event["outcome"] == "forbidden"


def test_no_secret_reaches_a_log_an_error_or_the_audit_trail(
    office: Office, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    found = browser(office)
    person = office.people["paula"]
    code = person.code()
    found.post("/login", name="paula", password="wrong-password-here", code="000000")
    found.post("/login", name="paula", password=person.password(), code=code)
    cookie = found.client.cookies["__Host-registry"]
    found.client.get("/api/v1/datasets", headers={"authorization": "Bearer reg_secret_token"})
    new = {"new_passphrase": "short", "new_passphrase_again": "short"}
    shown = found.post("/me/key", "/me", passphrase=person.passphrase(), code="123456", **new)
    found.get("/enrol/paula/SOME-ENROLMENT-CODE")

    def broken(*_: object) -> None:
        raise RuntimeError(f"cannot handle {person.passphrase()} of {cookie}")

    monkeypatch.setattr("registry.web.pages.me.rotate_key", broken)
    found.client = _patient(found)
    failed = found.post("/me/key", "/me", passphrase=person.passphrase(), **_twice("a new hand"))

    assert failed.status_code == 500
    logged = "\n".join(
        Lines(shape).format(one)
        for one in caplog.records
        for shape in ("json", "text")  # type: ignore[arg-type]
        if one.name.startswith("registry")
    )
    trail = "\n".join(json.dumps(one) for one in told(office, "attempt.refused"))
    secrets = (
        *("wrong-password-here", person.password(), person.passphrase(), cookie, code),
        *("reg_secret_token", "SOME-ENROLMENT-CODE", "a new hand"),
    )
    assert "/me/key" in logged and "RuntimeError" in logged
    for secret in secrets:
        assert secret not in logged
        assert secret not in trail
        assert secret not in shown.text + failed.text


def _twice(text: str) -> dict[str, str]:
    return {"new_passphrase": text, "new_passphrase_again": text}


def _patient(found: Browser) -> object:
    """The same browser, which sees the page where the server failed."""
    from fastapi.testclient import TestClient

    client = TestClient(
        found.client.app, base_url="https://testserver", raise_server_exceptions=False
    )
    client.cookies = found.client.cookies
    return client


def test_a_line_of_the_log_is_json_and_names_the_template_of_the_route(
    root: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    answer = root.get("/datasets/nothing@1?secret=1")

    (record,) = [one for one in caplog.records if one.name == "registry.web.requests"]
    line = json.loads(Lines("json").format(record))
    assert line["route"] == "/datasets/{label}"
    assert line["status"] == answer.status_code
    assert line["request"] == answer.headers["x-request-id"]
    assert "secret" not in json.dumps(line)
    assert set(line) >= {"at", "level", "logger", "message", "method", "milliseconds"}
    assert journal.route_of({"type": "http"}) == "unmatched"
