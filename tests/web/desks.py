"""A desk over a registry of the tests, and people who sit at it.

desk = Desktop(world)
desk.by("carla").get("/releases")       # a claimed name, in local mode
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient

from registry.web.api.openapi import PREFIX
from registry.web.application import application
from registry.workflow.context import Context

HOST = "https://testserver"


@dataclass
class Sitter:
    """A browser or a program with its cookies; with a seal where somebody sits at it."""

    client: TestClient

    def __getattr__(self, method: str) -> Any:
        call = getattr(self.client, method)
        return lambda path, **more: call(f"{PREFIX}{path}", **more)

    def tag(self, path: str) -> dict[str, str]:
        """The header that names what is there now."""
        return {"If-Match": self.client.get(f"{PREFIX}{path}").headers["etag"]}


@dataclass
class Desktop:
    """The application over one registry."""

    home: Context
    app: FastAPI = field(init=False)

    def __post_init__(self) -> None:
        self.app = application(self.home.settings, self.home.clock)

    def anybody(self) -> Sitter:
        """Somebody of whom nothing is known."""
        return Sitter(TestClient(self.app, HOST, raise_server_exceptions=False))

    def by(self, name: str) -> Sitter:
        """Somebody who claims a name, in local mode."""
        found = self.anybody()
        sittings = self.app.state.desk.sittings
        sittings.code = f"the code for {name}"
        answer = found.post("/session", json={"name": name, "code": sittings.code})
        assert answer.status_code == 201, answer.text
        found.client.headers["x-registry-seal"] = answer.json()["seal"]
        return found

    def close(self) -> None:
        """Let go of the database."""
        self.app.state.desk.home.engine.dispose()
