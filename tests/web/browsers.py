"""A desk to test: the application over a registry of the tests, and browsers that visit it."""

import re
from dataclasses import dataclass, replace

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response
from people import CHEAP, Office

from registry.settings import Settings
from registry.web.application import application
from registry.web.desk import Desk
from registry.workflow.context import Context


def opened(home: Context, settings: Settings | None = None) -> FastAPI:
    """The application over ``home``, where passwords cost nothing to try."""
    app = application(settings or home.settings, home.clock)
    desk = app.state.desk
    assert isinstance(desk, Desk)
    desk.home.engine.dispose()
    own = replace(desk.home, engine=home.engine, cost=CHEAP)
    app.state.desk = replace(desk, home=own)
    return app


def seal_in(answer: Response) -> str:
    """The seal of the first form on a page."""
    found = re.search(r'name="seal" value="([0-9a-f]*)"', answer.text)
    assert found, answer.text
    return found[1]


@dataclass
class Browser:
    """Somebody's browser: it keeps cookies, and posts forms with the seal of their page."""

    client: TestClient
    office: Office

    def get(self, path: str) -> Response:
        return self.client.get(path)

    def post(self, path: str, page: str = "/login", **fields: str) -> Response:
        """Post a form of ``page``, without following where it leads."""
        seal = seal_in(self.get(page))
        return self.client.post(path, data={"seal": seal, **fields}, follow_redirects=False)

    def sign_in(self, name: str, **fields: str) -> Response:
        person = self.office.people[name]
        known = {"name": name, "password": person.password(), "code": person.code()}
        return self.post("/login", **(known | fields))


def browser(office: Office, settings: Settings | None = None, address: str = "10.0.0.7") -> Browser:
    """A new browser in front of a desk of its own."""
    app = opened(office.home, settings or office.home.settings)
    return visitor(app, office, address)


def visitor(app: FastAPI, office: Office, address: str = "10.0.0.7") -> Browser:
    """Another browser in front of the same desk."""
    client = TestClient(app, base_url="https://testserver", client=(address, 4711))
    return Browser(client, office)
