"""Somebody at the desk: a client that holds a session, and reads the forms it posts."""

import html
import re
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response

from registry.web.cookies import SESSION


@dataclass
class Browser:
    """A browser in which one person is signed in by the secret of a session."""

    client: TestClient

    def get(self, path: str) -> Response:
        return self.client.get(path)

    def hidden(self, path: str, action: str) -> dict[str, str]:
        """The hidden fields of the form on ``path`` that posts to ``action``."""
        page = self.get(path).text
        form = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', page, re.S)
        assert form, f"no form on {path} posts to {action}"
        found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form[0])
        return {html.unescape(name): html.unescape(value) for name, value in found}

    def send(self, path: str, action: str, **typed: str) -> Response:
        """Fill in the form on ``path`` and post it; redirects are followed."""
        return self.client.post(action, data={**self.hidden(path, action), **typed})


def browser(app: FastAPI, secret: str) -> Browser:
    """A browser of its own, with its own cookie."""
    client = TestClient(app, base_url="https://testserver", raise_server_exceptions=False)
    client.cookies.set(SESSION, secret)
    return Browser(client)


def claiming(app: FastAPI, name: str) -> Browser:
    """A browser of somebody who claims a name, in local mode."""
    app.state.desk.sittings.names[f"sitting of {name}"] = name
    return browser(app, f"sitting of {name}")
