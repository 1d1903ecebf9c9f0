"""Health, readiness and metrics: what a monitor is told, and what nobody else is."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from people import Office, gone_on, hired
from registries import After
from sqlalchemy import text
from web.browsers import browser, opened, visitor

from registry.desk_settings import DeskSettings
from registry.settings import Settings
from registry.store.database import writing
from registry.workflow.context import Context


@pytest.fixture
def office(home: Context, after: After) -> Office:
    return gone_on(home, after(hired))


def monitored(office: Office, **desk: object) -> Settings:
    return replace(office.home.settings, desk=DeskSettings(**desk))  # type: ignore[arg-type]


def test_a_desk_whose_database_is_at_another_revision_is_up_and_not_ready(office: Office) -> None:
    found = browser(office)
    assert found.get("/readyz").json() == {"status": "ready"}
    with office.home.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0003'"))

    answer = found.get("/readyz")

    assert (answer.status_code, answer.json()["why"]) == (503, "Undecided")
    assert found.get("/healthz").status_code == 200


def test_one_asks_whether_it_is_ready_at_a_time_and_nobody_else_waits_for_a_writer(
    office: Office,
) -> None:
    app = opened(office.home)
    assert visitor(app, office).get("/readyz").status_code == 200
    with ThreadPoolExecutor(1) as threads:
        with writing(office.home.engine, log=False):
            waiting = threads.submit(lambda: visitor(app, office).get("/readyz").status_code)
            time.sleep(0.3)
            began = time.monotonic()
            answer = visitor(app, office).get("/readyz")
            took = time.monotonic() - began
            assert not waiting.done()

        assert waiting.result() == 200
    assert (answer.status_code, took < 3) == (200, True)


def test_metrics_count_requests_by_template_and_tell_how_much_is_unanchored(
    office: Office,
) -> None:
    found = browser(office, monitored(office), address="127.0.0.1")
    found.sign_in("paula")
    found.get("/datasets/no-such-secret-name@1")

    shown = found.get("/metrics")

    assert shown.status_code == 200
    assert re.search(
        r'registry_requests_total\{method="GET",route="/datasets/\{label\}",status="404"\} \d',
        shown.text,
    )
    assert 'registry_request_seconds_bucket{le="0.15",route="/login"}' in shown.text
    events = re.search(r"^registry_log_events (\S+)$", shown.text, re.MULTILINE)
    exposed = re.search(r"^registry_log_unanchored_events (\S+)$", shown.text, re.MULTILINE)
    assert events and exposed and float(events[1]) == float(exposed[1]) > 20
    for personal in ("paula", "no-such-secret-name", "127.0.0.1", "10.0.0.7"):
        assert personal not in shown.text


def test_metrics_are_read_from_allowed_addresses_or_with_the_token(office: Office) -> None:
    settings = monitored(office, metrics_from=("10.0.0.9",), metrics_token="let-me-see")
    app = opened(office.home, settings)
    monitor, stranger = visitor(app, office, "10.0.0.9"), visitor(app, office, "10.0.0.7")
    token = {"authorization": "Bearer let-me-see"}

    assert monitor.get("/metrics").status_code == 200
    assert stranger.get("/metrics").status_code == 403
    assert stranger.client.get("/metrics", headers=token).status_code == 200
    wrong = {"authorization": "Bearer let-me"}
    assert stranger.client.get("/metrics", headers=wrong).status_code == 403


def test_what_a_proxy_passed_on_is_not_the_proxys_own_question(office: Office) -> None:
    found = browser(office, monitored(office), address="127.0.0.1")

    for header in ("x-forwarded-for", "forwarded", "x-real-ip", "via", "x-forwarded-proto"):
        answer = found.client.get("/metrics", headers={header: "203.0.113.9"})
        assert answer.status_code == 403, header


def test_without_a_token_in_the_settings_an_empty_one_opens_nothing(office: Office) -> None:
    found = browser(office, monitored(office))

    assert found.client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 403


def test_only_the_names_of_the_settings_are_answered(office: Office) -> None:
    found = browser(office, monitored(office, hosts=("testserver",)))

    assert found.get("/healthz").status_code == 200
    for host in ("evil.example", "testserver.evil.example", "", "testserver@evil.example"):
        assert found.client.get("/healthz", headers={"host": host}).status_code == 421
    assert found.client.get("/healthz", headers={"host": "TESTSERVER:443"}).status_code == 200


def test_metrics_tell_the_jobs_by_state_and_of_none_as_well(office: Office) -> None:
    found = browser(office, monitored(office), address="127.0.0.1")

    shown = found.get("/metrics").text

    for state in ("waiting", "running", "done", "failed", "cancelled"):
        assert f'registry_jobs{{state="{state}"}} 0.0' in shown


def test_a_call_is_counted_apart_from_the_page_of_that_name(office: Office) -> None:
    found = browser(office, monitored(office), address="127.0.0.1")
    found.sign_in("paula")
    page, call = (f'method="GET",route="{one}",status="200"' for one in ("/tokens", TOKENS))
    before = found.get("/metrics").text
    found.get(TOKENS)
    found.get("/api/v1/nothing")

    shown = found.get("/metrics").text

    assert counted(shown, call) == counted(before, call) + 1
    assert counted(shown, page) == counted(before, page)
    assert 'route="/api/v1/nothing"' not in shown


TOKENS = "/api/v1/tokens"


def counted(shown: str, labels: str) -> float:
    found = re.search(
        rf"^registry_requests_total{{{re.escape(labels)}}} (\S+)$", shown, re.MULTILINE
    )
    return float(found[1]) if found else 0.0
