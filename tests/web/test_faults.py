"""What happens to addresses and bodies that no page of ours makes, and to errors of our own."""

import pytest
from people import Office, gone_on, hired
from registries import After
from web.browsers import Browser, browser

from registry.web.headers import ALWAYS
from registry.workflow.context import Context


@pytest.fixture
def office(home: Context, after: After) -> Office:
    return gone_on(home, after(hired))


@pytest.fixture
def root(office: Office) -> Browser:
    found = browser(office)
    found.sign_in("root")
    return found


@pytest.mark.parametrize("path", ["/me", "/api/v1/whoami"])
def test_an_error_that_nobody_foresaw_is_answered_with_every_header(
    root: Browser, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("what somebody typed")

    monkeypatch.setattr("registry.web.pages.me.own_sessions", broken)
    monkeypatch.setattr("registry.web.api.sessions.listing.whoami", broken)
    answer = root.get(path)

    assert answer.status_code == 500
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-request-id"] in answer.text
    assert "what somebody typed" not in answer.text
