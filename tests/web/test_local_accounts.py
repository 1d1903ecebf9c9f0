"""Signing in with a password at the desk: sessions, limits, and what is kept of a form."""

import json
import re

import pytest
from clocks import SettableClock
from people import Office, gone_on, hired
from registries import After
from web.browsers import Browser, browser, opened, seal_in, visitor

from registry.records import LoginSession, Role
from registry.store import events
from registry.store.database import reading
from registry.workflow.add_account import add_account
from registry.workflow.context import Context
from registry.workflow.people.addresses import MOST
from registry.workflow.people.deactivation import deactivate
from registry.workflow.people.roles import revoke_role
from registry.workflow.people.times import end_of
from registry.workflow.people.tokens import create_token


@pytest.fixture
def office(home: Context, after: After) -> Office:
    return gone_on(home, after(hired))


@pytest.fixture
def paula(office: Office) -> Browser:
    found = browser(office)
    assert found.sign_in("paula").status_code == 303
    return found


def told(office: Office, fact: str) -> list[dict[str, object]]:
    with reading(office.home.engine) as session:
        found = [json.loads(event.body) for event in events.stored(session)]
    return [one for one in found if one["fact"] == fact]


def test_a_password_and_a_code_let_a_person_in(paula: Browser) -> None:
    assert "<strong>paula</strong>" in paula.get("/").text


def test_the_cookie_of_a_session_is_of_this_host_alone_and_hidden_from_scripts(
    office: Office,
) -> None:
    answer = browser(office).sign_in("paula")

    cookie = answer.headers.get_list("set-cookie")[0]
    assert cookie.startswith("__Host-registry=")
    assert {"secure", "httponly", "samesite=lax", "path=/"} <= {
        one.strip().lower() for one in cookie.split(";")
    }
    assert "domain" not in cookie.lower()
    assert "max-age" not in cookie.lower()


def test_nobody_gets_in_without_the_seal_of_the_page(office: Office) -> None:
    client = browser(office).client
    person = office.people["paula"]

    answer = client.post(
        "/login", data={"name": "paula", "password": person.password(), "code": person.code()}
    )

    assert answer.status_code == 403
    assert "__Host-registry" not in {one.name for one in client.cookies.jar}


def test_a_session_that_is_used_lasts_and_one_that_is_idle_for_half_an_hour_is_over(
    paula: Browser, clock: SettableClock
) -> None:
    for _ in range(4):
        clock.advance(minutes=29)
        assert paula.get("/me").status_code == 200
    clock.advance(minutes=30)

    answer = paula.get("/me")

    assert answer.url.path == "/login"
    assert "idle for 30 minutes" in answer.text


def test_a_session_ends_after_eight_hours_however_much_it_is_used(
    paula: Browser, clock: SettableClock
) -> None:
    for _ in range(19):
        clock.advance(minutes=25)
        assert paula.get("/me").url.path == "/me"
    clock.advance(minutes=10)

    assert paula.get("/me").url.path == "/login"


def test_a_session_of_the_command_line_has_no_idle_limit(
    office: Office, clock: SettableClock
) -> None:
    secret = office.secret("paula")
    clock.advance(hours=7)
    found = browser(office)
    found.client.cookies.set("__Host-registry", secret)

    assert found.get("/me").url.path == "/me"


def test_the_last_use_is_written_at_most_once_a_minute(
    paula: Browser, office: Office, clock: SettableClock
) -> None:
    def seen() -> str | None:
        with reading(office.home.engine) as session:
            return session.get_one(LoginSession, _last(office)).seen_at

    before = seen()
    clock.advance(seconds=59)
    paula.get("/me")
    assert seen() == before
    clock.advance(seconds=1)
    paula.get("/me")
    assert seen() != before


def _last(office: Office) -> int:
    return int(str(told(office, "session.started")[-1]["details"]["session"]))  # type: ignore[index]


def test_after_twenty_failures_an_address_waits_whoever_it_names_and_others_do_not(
    office: Office, clock: SettableClock
) -> None:
    app = opened(office.home)
    bad = visitor(app, office, "10.0.0.66")
    for _ in range(MOST):
        assert bad.post("/login", name="x", password="wrong", code="0").status_code == 403

    answer = bad.sign_in("paula")

    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 900
    assert visitor(app, office, "10.0.0.7").sign_in("paula").status_code == 303
    clock.advance(minutes=15)
    assert bad.sign_in("stefan").status_code == 303


def test_the_limit_of_an_address_is_counted_for_all_workers_together(office: Office) -> None:
    workers = [visitor(opened(office.home), office, "2001:db8::1") for _ in range(2)]
    for number in range(MOST):
        workers[number % 2].post("/login", name="x", password="wrong", code="0")

    elsewhere_in_the_network = visitor(opened(office.home), office, "2001:db8::9:9")
    assert elsewhere_in_the_network.sign_in("paula").status_code == 429


def test_wrong_tokens_are_attempts_that_are_recorded_and_counted(office: Office) -> None:
    found = browser(office)
    for _ in range(MOST):
        wrong = found.client.get("/api/v1/datasets", headers={"authorization": "Bearer reg_x"})
        assert wrong.status_code == 403

    again = found.client.get("/api/v1/datasets", headers={"authorization": "Bearer reg_x"})

    assert again.status_code == 429
    refused = [one for one in told(office, "attempt.refused") if one["action"] == "show-token"]
    assert len(refused) == MOST


def test_a_wrong_token_is_one_attempt_where_a_page_says_so(office: Office) -> None:
    found = browser(office)
    before = len(told(office, "attempt.refused"))

    wrong = found.client.get("/datasets", headers={"authorization": "Bearer reg_x"})

    assert wrong.status_code == 403
    assert len(told(office, "attempt.refused")) == before + 1


def test_a_secret_that_was_planted_in_a_browser_is_not_the_one_of_its_session(
    office: Office,
) -> None:
    found = browser(office)
    found.client.cookies.set("__Host-registry", "planted", domain="testserver.local", path="/")
    answer = found.sign_in("paula")

    assert answer.status_code == 303
    assert "__Host-registry=planted" not in answer.headers["set-cookie"]
    thief = browser(office)
    thief.client.cookies.set("__Host-registry", "planted", domain="testserver.local", path="/")
    assert thief.get("/me").url.path == "/login"


def test_a_role_that_is_taken_and_an_account_that_ends_count_from_the_next_request(
    paula: Browser, office: Office
) -> None:
    root = office.by("root")
    assert "privacy officer" in paula.get("/").text
    revoke_role(root, "paula", Role.PRIVACY_OFFICER)
    assert "no role" in paula.get("/").text

    deactivate(root, "paula", "left")
    assert paula.get("/").url.path == "/login"


def test_a_token_ends_with_its_service_and_is_no_part_of_an_address(office: Office) -> None:
    root = office.by("root")
    add_account(root, "ci", [Role.SERVICE])
    text = create_token(root, "ci", ["report"], end_of(root, None, 30)).text
    found, shown = browser(office), {"authorization": f"Bearer {text}"}
    assert found.client.get("/api/v1/whoami", headers=shown).json()["name"] == "ci"
    for query in (f"?token={text}", f"?access_token={text}", f"?authorization=Bearer {text}"):
        assert found.client.get(f"/api/v1/whoami{query}").status_code == 401

    deactivate(root, "ci", "no longer used")
    assert found.client.get("/api/v1/whoami", headers=shown).status_code == 403


def test_who_shows_nothing_has_attempted_nothing(office: Office) -> None:
    before = len(told(office, "attempt.refused"))

    assert browser(office).get("/api/v1/datasets").status_code == 401
    assert len(told(office, "attempt.refused")) == before


def test_an_expired_session_keeps_the_typed_comment_and_no_secret(
    paula: Browser, clock: SettableClock
) -> None:
    seal = seal_in(paula.get("/me"))
    clock.advance(minutes=31)
    typed = {"seal": seal, "meaning": "approve", "reason": "Checked <b>twice</b>"}
    secret = {"passphrase": "paula signs by hand"}

    asked = paula.client.post("/review/R-1/sign", data=typed | secret)
    assert asked.status_code == 401
    assert "Checked &lt;b&gt;twice&lt;/b&gt;" in asked.text
    assert secret["passphrase"] not in asked.text
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', asked.text))
    person = paula.office.people["paula"]
    known = {"name": "paula", "password": person.password(), "code": person.code()}
    hidden["kept.reason"] = "Checked <b>twice</b>"
    shown = paula.client.post("/login", data=hidden | known)

    assert shown.status_code == 200
    assert 'action="/review/R-1/sign"' in shown.text
    assert "Checked &lt;b&gt;twice&lt;/b&gt;</textarea>" in shown.text
    assert 'value="approve"' in shown.text
    assert re.search(r'name="passphrase" type="password"', shown.text)
    assert seal_in(shown) != seal


@pytest.mark.parametrize("room", ["/waivers", "/deputies", "/me"])
def test_what_signing_on_a_server_cannot_protect_from_stands_where_one_signs(
    paula: Browser, room: str
) -> None:
    forms = re.findall(r"<form.*?</form>", paula.get(room).text, re.S)

    signing = [one for one in forms if 'name="passphrase"' in one]
    assert signing
    assert all("taken over could sign in your name" in one for one in signing)


def test_what_another_site_posts_is_not_kept(paula: Browser, clock: SettableClock) -> None:
    clock.advance(minutes=31)

    asked = paula.client.post("/review/R-1/sign", data={"reason": "theirs", "seal": "0"})

    assert "theirs" not in asked.text


@pytest.mark.parametrize(
    "longer", [{"reason": "x" * 2_000_000}, {f"field {one}": "x" for one in range(300)}]
)
def test_what_is_longer_than_any_form_is_not_kept(
    paula: Browser, clock: SettableClock, longer: dict[str, str]
) -> None:
    seal = seal_in(paula.get("/me"))
    clock.advance(minutes=31)

    sent = {"seal": seal, **longer}
    asked = paula.client.post("/review/R-1/sign", data=sent, follow_redirects=False)

    assert asked.status_code == 303
    assert asked.headers["location"].startswith("/login")


@pytest.mark.parametrize(
    "lure", ["//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil.example"]
)
def test_signing_in_leads_nowhere_else(office: Office, lure: str) -> None:
    assert browser(office).sign_in("paula", next=lure).headers["location"] == "/"


def test_the_first_admin_enrols_by_link_and_sees_the_second_factor_once(
    home: Context, clock: SettableClock
) -> None:
    from people import signed_in

    from registry.workflow.add_account import add_with_code

    office = Office(signed_in(home), clock)
    _, code = add_with_code(office.home, "root", [Role.ADMIN])
    found = browser(office)
    words = {"new_password": "root walks to work", "new_passphrase": "root signs by hand"}
    again = {f"{name}_again": text for name, text in words.items()}

    assert code in found.get(f"/enrol/root/{code}").text
    done = found.post("/enrol", "/enrol", name="root", enrolment=code, **words, **again)

    assert done.status_code == 200
    assert "otpauth://totp/" in done.text
    assert "<svg" in done.text
    assert "signs from now on" in done.text
    used = found.post("/enrol", "/enrol", name="root", enrolment=code, **words, **again)
    assert used.status_code == 403


def test_a_key_is_approved_by_the_id_that_its_person_tells(
    office: Office,
) -> None:
    office.enrol("nina", office.add("nina", Role.ENGINEER))
    carla = browser(office)
    carla.sign_in("carla")
    shown = carla.get("/keys")
    assert "nina" in shown.text
    assert office.people["nina"].key_id not in shown.text

    wrong = carla.post("/keys/nina/approve", "/keys", key="AAAAAAAAAAA=")
    right = carla.post("/keys/nina/approve", "/keys", key=office.people["nina"].key_id)

    assert (wrong.status_code, right.status_code) == (409, 303)


def test_a_person_ends_their_other_sessions_and_nobody_elses(
    paula: Browser, office: Office
) -> None:
    other = visitor(paula.client.app, office)  # type: ignore[arg-type]
    other.sign_in("paula")
    session = str(_last(office))
    stefan = visitor(paula.client.app, office)  # type: ignore[arg-type]
    stefan.sign_in("stefan")

    assert stefan.post(f"/me/sessions/{session}/end", "/me").status_code == 404
    assert paula.post(f"/me/sessions/{session}/end", "/me").status_code == 303
    assert other.get("/me").url.path == "/login"
    assert paula.get("/me").url.path == "/me"


def test_a_changed_password_is_the_one_that_signs_in(paula: Browser, office: Office) -> None:
    new = {"new_password": "a new way to walk", "new_password_again": "a new way to walk"}

    old = office.people["paula"].password()
    assert paula.post("/me/password", "/me", password=old, **new).status_code == 303

    assert browser(office).sign_in("paula").status_code == 403
    assert browser(office).sign_in("paula", password="a new way to walk").status_code == 303


def test_a_key_is_rotated_by_the_old_one(paula: Browser, office: Office) -> None:
    person = office.people["paula"]
    new = {"new_passphrase": "another hand signs", "new_passphrase_again": "another hand signs"}

    done = paula.post("/me/key", "/me", passphrase=person.passphrase(), code=person.code(), **new)

    assert done.status_code == 303
    assert told(office, "key.rotated")
