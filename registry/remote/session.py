"""Signing in to a server, and out of it."""

from __future__ import annotations

import json
import os
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING

from registry.errors import Unavailable
from registry.proof import session_file, write_session
from registry.remote.server import COOKIE, Server

if TYPE_CHECKING:
    from registry.workflow.people.secrets import Secrets


def login(server: Server, name: str, secrets: Secrets) -> str | None:
    """Start a session and keep its secret for this user; returns when it ends, if it says.

    A server in local mode asks for no password: the code is the one that it printed.
    """
    said = {"name": name, "password": secrets.password(), "code": secrets.code()}
    answer = server.ask("POST", "/session", None, json.dumps(said).encode())
    kept = SimpleCookie(answer.headers.get("set-cookie", "")).get(COOKIE)
    if kept is None:
        raise Unavailable("the server started no session", where=server.url)
    write_session(session_file(os.environ, server.place), kept.value)
    until = answer.json()["expires_at"]
    return None if until is None else str(until)


def logout(server: Server) -> str:
    """End the session; returns whose it was."""
    kept = session_file(os.environ, server.place)
    try:
        name = str(server.ask("GET", "/session").json()["name"])
        server.ask("DELETE", "/session")
    finally:
        kept.unlink(missing_ok=True)
    return name
