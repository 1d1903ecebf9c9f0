"""Somebody at the desk in a browser without script, in a registry in local mode."""

import re
from dataclasses import dataclass
from typing import Any

from fastapi.testclient import TestClient
from httpx import Response

from registry.web.application import application
from registry.workflow.context import Context

SEAL = re.compile(r'name="seal" value="([0-9a-f]{64})"')


@dataclass
class Browser:
    """A browser that came in by the link of the server; ``name`` is who its user claims to be."""

    client: TestClient
    name: str = ""

    def get(self, address: str, status: int = 200) -> str:
        """The page; fails where it answers otherwise."""
        answer = self.client.get(address)
        assert answer.status_code == status, answer.text
        return answer.text

    def post(self, address: str, page: str = "/", **fields: Any) -> Response:
        """Post a form with the seal of the page it stands on; redirections are not followed."""
        files = fields.pop("files", None)
        data = {"seal": self.seal(page), **fields}
        return self.client.post(address, data=data, files=files, follow_redirects=False)

    def seal(self, page: str = "/") -> str:
        """What a form of ours carries."""
        found = SEAL.search(self.client.get(page).text)
        assert found, f"{page} has no form"
        return found[1]

    def sign_in(self, name: str) -> "Browser":
        """Claim to be somebody."""
        answer = self.post("/login", "/login", name=name, next="/")
        assert answer.status_code == 303, answer.text
        self.name = name
        return self


def desk_of(home: Context) -> TestClient:
    """The desk of a registry, without the loop that runs jobs."""
    return TestClient(application(home.settings, home.clock), base_url="https://testserver")


def close(client: TestClient) -> None:
    """Let go of its database."""
    client.app.state.desk.home.engine.dispose()  # type: ignore[attr-defined]


def browser_at(client: TestClient) -> Browser:
    """A browser that came in, and has yet to say who uses it."""
    code = client.app.state.desk.sittings.code  # type: ignore[attr-defined]
    assert client.get(f"/enter/{code}").status_code == 200
    return Browser(client)
