"""What somebody may not do is the same event, whichever way they tried it."""

from typing import Any

import pytest
from typer.testing import CliRunner
from web.desks import Desktop

from registry.cli.main import app
from registry.workflow.query import Question, query

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
WHY = "it was a mistake"
SAME = ("actor", "action", "fact", "outcome", "dataset", "request", "authentication", "details")
TRIED = [
    (
        "/datasets/claims@1/withdraw",
        {"confirm": "claims@1", "reason": WHY},
        "/datasets/claims@1/withdrawal",
        {"reason": WHY},
        f"datasets withdraw claims@1 --reason '{WHY}'",
    ),
    (
        "/releases/REL-1/revoke",
        {"reason": WHY},
        "/releases/REL-1/revocation",
        {"reason": WHY},
        f"revoke REL-1 --reason '{WHY}'",
    ),
    (
        "/recipients",
        {"name": "Lab", "contact": "lab@example.org"},
        "/recipients",
        {"name": "Lab", "contact": "lab@example.org"},
        "recipients add Lab --contact lab@example.org",
    ),
]


def refused(desktop: Desktop) -> list[dict[str, Any]]:
    return list(query(desktop.home, Question(actor="ada", fact="attempt.refused")))


@SQLITE
@pytest.mark.parametrize(("page", "form", "path", "body", "line"), TRIED)
def test_a_denied_attempt_is_one_event_by_page_by_call_and_by_command(
    desktop: Desktop,
    monkeypatch: pytest.MonkeyPatch,
    page: str,
    form: dict[str, str],
    path: str,
    body: dict[str, str],
    line: str,
) -> None:
    ada = desktop.by("ada")
    seal = ada.client.headers["x-registry-seal"]
    monkeypatch.setenv("REGISTRY_FOLDER", str(desktop.home.settings.folder))
    monkeypatch.setenv("REGISTRY_DATABASE_URL", desktop.home.settings.database_url)

    by_page = ada.client.post(page, data={"seal": seal, **form}, follow_redirects=False)
    by_call = ada.post(path, json=body, headers={"If-Match": "*"})
    by_command = CliRunner().invoke(app, f"{line} --as ada")

    ended = getattr(by_command.exception, "exit_code", None)
    assert (by_page.status_code, by_call.status_code, ended) == (403, 403, 4)
    first, second, third = (tuple(one[key] for key in SAME) for one in refused(desktop))
    assert first == second == third
