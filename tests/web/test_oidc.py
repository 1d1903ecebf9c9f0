"""Signing in by OpenID Connect, against a provider in a process of its own."""

import html
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import uvicorn
from httpx import Response
from people import Office, gone_on, hired
from registries import After
from sqlmodel import select
from web.browsers import Browser, opened, seal_in, visitor
from web.test_local_accounts import told
from web.test_serving import free_port

from registry.desk_settings import OidcSettings
from registry.errors import Conflict, IntegrityFailure, NotPermitted
from registry.records import Role, SignInFlow
from registry.store.database import reading
from registry.web.pages.oidc import MOST_KEPT
from registry.workflow.context import Context
from registry.workflow.people.addresses import MOST
from registry.workflow.people.links import link_account, unlink_account
from registry.workflow.verify import verify

SECRET = "s3cret" * 8
PAULA, STEFAN = "248289761001", "248289761002"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    port = free_port()
    script = Path(__file__).with_name("provider.py")
    process = subprocess.Popen(
        [sys.executable, str(script), str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    for _ in range(300):
        try:
            httpx.get(f"{address}/jwks")
            break
        except httpx.HTTPError:
            time.sleep(0.1)
    yield address
    process.terminate()
    process.wait(timeout=30)


@pytest.fixture
def honest(issuer: str) -> str:
    behave(issuer, "nothing")
    for sub, verified in ((PAULA, True), (STEFAN, False)):
        claims = {"email": f"{sub}@example.org", "email_verified": verified}
        httpx.put(f"{issuer}/users/{sub}", json=claims).raise_for_status()
    return issuer


def behave(issuer: str, lie: str) -> None:
    httpx.put(f"{issuer}/behave", json={"as": lie}).raise_for_status()


@pytest.fixture
def office(home: Context, after: After, honest: str) -> Office:
    """People whose clock agrees with the provider's, and paula linked, not yet confirmed."""
    found = gone_on(home, after(hired))
    found.clock.now = datetime.now(UTC) - timedelta(minutes=10)
    settings = replace(
        found.home.settings, oidc=OidcSettings(honest, "registry", client_secret=SECRET)
    )
    found.home = replace(found.home, settings=settings)
    link_account(found.by("root"), "paula", PAULA)
    return found


@pytest.fixture
def browser(office: Office) -> Browser:
    return visitor(opened(office.home), office)


def asked(browser: Browser, path: str = "/oidc/begin", page: str = "/login", **more: str) -> str:
    """The provider's address that the desk sends the browser to."""
    browser.office.clock.now = max(browser.office.clock.now, datetime.now(UTC))
    return leads_to(browser.post(path, page, **more))


def leads_to(answer: Response) -> str:
    """Where a page goes by itself; it has a link there as well."""
    assert answer.status_code == 200, answer.text
    address = str(answer.headers["refresh"]).removeprefix("0; url=")
    assert f'href="{html.escape(address)}"' in answer.text
    return address


def answered(address: str, sub: str = PAULA) -> str:
    """The address of the desk that the provider sends the browser back to."""
    answer = httpx.post(address, data={"sub": sub})
    back = urlsplit(answer.headers["location"])
    return f"{back.path}?{back.query}"


def back(browser: Browser, address: str) -> Response:
    return browser.client.get(address, follow_redirects=False)


def signed_in(browser: Browser, sub: str = PAULA) -> Response:
    return back(browser, answered(asked(browser), sub))


def confirmed(browser: Browser) -> Browser:
    assert signed_in(browser).status_code == 303
    passphrase = browser.office.people["paula"].passphrase()
    assert browser.post("/oidc/confirm", "/me", passphrase=passphrase).status_code == 303
    return browser


def refusals(office: Office) -> list[str]:
    return [str(one["details"]["reason"]) for one in told(office, "attempt.refused")]  # type: ignore[index]


def test_the_desk_asks_with_pkce_a_state_and_a_nonce(browser: Browser) -> None:
    said = parse_qs(urlsplit(asked(browser)).query)

    assert said["code_challenge_method"] == ["S256"]
    assert min(len(said[one][0]) for one in ("state", "nonce", "code_challenge")) >= 43
    assert said["response_type"] == ["code"]
    assert said["redirect_uri"] == ["https://testserver/oidc/back"]


def test_a_new_link_opens_nothing_before_its_person_confirms_it_by_their_passphrase(
    browser: Browser, office: Office
) -> None:
    assert signed_in(browser).status_code == 303
    before = browser.get("/me").text
    assert "none yet" in before and "Confirm that this identity is yours" in before

    wrong = browser.post("/oidc/confirm", "/me", passphrase="what an admin might guess")
    right = browser.post("/oidc/confirm", "/me", passphrase=office.people["paula"].passphrase())

    assert (wrong.status_code, right.status_code) == (403, 303)
    page = browser.get("/me").text
    assert "privacy-officer" in page
    assert f"OpenID Connect by {office.home.settings.oidc.issuer}" in page  # type: ignore[union-attr]
    assert verify(office.home).events


@pytest.mark.parametrize(
    "lie", ["nonce", "issuer", "audience", "expired", "at_hash", "none", "secret", "key"]
)
def test_a_token_that_is_not_the_providers_word_to_this_desk_now_is_refused_and_recorded(
    browser: Browser, office: Office, honest: str, lie: str
) -> None:
    address = asked(browser)
    behave(honest, lie)

    answer = back(browser, answered(address))

    assert answer.status_code == 403
    assert "the ID token is not valid" in refusals(office)[-1]
    assert browser.get("/me").url.path == "/login"


def test_a_state_is_used_once(browser: Browser, office: Office) -> None:
    address = answered(asked(browser))
    assert back(browser, address).status_code == 303

    assert back(browser, address).status_code == 403
    assert "used already" in refusals(office)[-1]


def test_a_real_browser_gets_to_the_provider_by_the_button(office: Office, chromium: Any) -> None:
    port, issuer = free_port(), office.home.settings.oidc
    server = uvicorn.Server(uvicorn.Config(opened(office.home), port=port, log_level="error"))
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    context = chromium.new_context()
    try:
        shown = context.new_page()
        _wait_for(server)
        shown.goto(f"http://127.0.0.1:{port}/login")
        shown.get_by_role("button", name="127.0.0.1").click()
        assert issuer is not None
        shown.wait_for_url(f"{issuer.issuer}/**", timeout=15_000)
    finally:
        context.close()
        server.should_exit = True
        thread.join(20)


def _wait_for(server: uvicorn.Server) -> None:
    for _ in range(300):
        if server.started:
            return
        time.sleep(0.1)


def test_a_picture_on_another_sites_page_makes_nobody_wait(
    browser: Browser, office: Office
) -> None:
    before = len(refusals(office))
    for _ in range(MOST + 1):
        headers = {"sec-fetch-dest": "image", "sec-fetch-site": "cross-site"}
        answer = browser.client.get("/oidc/back?state=x", headers=headers)
        assert answer.status_code == 403

    assert len(refusals(office)) == before
    assert signed_in(browser).status_code == 303


def test_what_waits_for_who_is_at_the_provider_is_short(browser: Browser, office: Office) -> None:
    asked(browser, kept_to="/me", **{f"kept.{one}": "a" * 19_000 for one in "abc"})

    with reading(office.home.engine) as session:
        assert all(len(one.kept) <= MOST_KEPT for one in session.exec(select(SignInFlow)))


def test_the_state_of_another_browser_is_refused(browser: Browser, office: Office) -> None:
    address = answered(asked(browser))
    victim = visitor(browser.client.app, office)  # type: ignore[arg-type]
    victim.get("/login")

    assert back(victim, address).status_code == 403


def test_a_state_is_worth_nothing_after_a_quarter_of_an_hour(
    browser: Browser, office: Office
) -> None:
    address = answered(asked(browser))
    office.clock.advance(minutes=16)

    assert back(browser, address).status_code == 403


def test_nobody_gets_an_account_by_having_an_identity(browser: Browser, office: Office) -> None:
    assert signed_in(browser, STEFAN).status_code == 403
    assert "no account is linked" in refusals(office)[-1]


def test_a_verified_address_signs_in_and_one_that_is_not_verified_does_not(
    office: Office, honest: str
) -> None:
    settings = replace(office.home.settings, oidc=OidcSettings(honest, "registry", "email", SECRET))
    office.home = replace(office.home, settings=settings)
    link_account(office.by("root"), "paula", f"{PAULA}@example.org")
    link_account(office.by("root"), "stefan", f"{STEFAN}@example.org")
    app = opened(office.home)

    assert signed_in(visitor(app, office)).status_code == 303
    assert signed_in(visitor(app, office), STEFAN).status_code == 403
    assert "not verified" in refusals(office)[-1]


def test_a_signature_needs_a_new_proof_by_the_provider_and_keeps_what_was_typed(
    browser: Browser, office: Office
) -> None:
    confirmed(browser)
    person = office.people["paula"]
    new = {"new_passphrase": "another hand signs", "new_passphrase_again": "another hand signs"}
    typed = {"passphrase": person.passphrase()}

    first = browser.post("/me/key", "/me", **typed, **new)
    assert first.status_code == 403
    assert "sign in once more" in first.text
    assert person.passphrase() not in first.text
    assert told(office, "key.rotated") == []

    seal = seal_in(browser.get("/me"))
    office.clock.now = max(office.clock.now, datetime.now(UTC))
    sent = browser.client.post(
        "/oidc/again",
        data={"seal": seal, "kept_to": "/me/key", "kept.passphrase": "", "kept.why": "stolen"},
        follow_redirects=False,
    )
    question = parse_qs(urlsplit(leads_to(sent)).query)
    assert (question["prompt"], question["max_age"]) == (["login"], ["0"])
    shown = back(browser, answered(leads_to(sent)))
    assert 'action="/me/key"' in shown.text and 'value="stolen"' in shown.text

    assert browser.post("/me/key", "/me", **typed, **new).status_code == 303
    assert told(office, "key.rotated")
    assert told(office, "session.reauthenticated")


@pytest.mark.parametrize("lie", ["not asked anew", "no auth_time"])
def test_a_provider_that_did_not_ask_anew_is_not_believed(
    browser: Browser, office: Office, honest: str, lie: str
) -> None:
    confirmed(browser)
    address = asked(browser, "/oidc/again", "/me")
    behave(honest, lie)

    assert back(browser, answered(address)).status_code == 403
    assert told(office, "session.reauthenticated") == []


def test_another_persons_proof_does_not_sign(browser: Browser, office: Office) -> None:
    link_account(office.by("root"), "stefan", STEFAN)
    confirmed(browser)

    assert back(browser, answered(asked(browser, "/oidc/again", "/me"), STEFAN)).status_code == 403
    assert told(office, "session.reauthenticated") == []


def test_a_proof_is_too_old_after_five_minutes(browser: Browser, office: Office) -> None:
    confirmed(browser)
    assert back(browser, answered(asked(browser, "/oidc/again", "/me"))).status_code == 303
    office.clock.advance(minutes=6)
    person = office.people["paula"]
    new = {"new_passphrase": "another hand signs", "new_passphrase_again": "another hand signs"}

    assert browser.post("/me/key", "/me", passphrase=person.passphrase(), **new).status_code == 403


def test_unlinking_ends_what_the_link_opened(browser: Browser, office: Office) -> None:
    confirmed(browser)

    unlink_account(office.by("root"), "paula")

    assert browser.get("/me").url.path == "/login"
    assert signed_in(visitor(browser.client.app, office)).status_code == 403  # type: ignore[arg-type]


def test_links_are_made_by_admins_for_others_and_one_identity_is_one_account(
    office: Office,
) -> None:
    office.add("nina", Role.ENGINEER)
    with pytest.raises(NotPermitted):
        link_account(office.by("paula"), "nina", "another")
    with pytest.raises(NotPermitted):
        link_account(office.by("root"), "root", "another")
    with pytest.raises(Conflict):
        link_account(office.by("root"), "nina", PAULA)


def test_a_link_that_was_swapped_in_the_database_is_named(office: Office) -> None:
    with office.home.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE account_link SET value = '{STEFAN}'")

    with pytest.raises(IntegrityFailure, match="link of"):
        verify(office.home)


def test_a_provider_that_does_not_answer_is_said_to_be_unusable(
    office: Office,
) -> None:
    gone = OidcSettings(f"http://127.0.0.1:{free_port()}", "registry")
    office.home = replace(office.home, settings=replace(office.home.settings, oidc=gone))
    found = visitor(opened(office.home), office)

    answer = found.post("/oidc/begin")

    assert answer.status_code == 409
    assert "cannot be used" in answer.text
