"""Signing in to a server, and out of it; and one's password there."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from registry.errors import Unavailable
from registry.proof import device_file, read_device, session_file, write_device, write_session
from registry.remote.server import COOKIE, DEVICE, Server

if TYPE_CHECKING:
    from registry.workflow.people.secrets import Secrets


def login(server: Server, name: str, secrets: Secrets) -> str | None:
    """Start a session and keep its secret for this user; returns when it ends, if it says.

    A server in local mode asks for no password: the code is the one that it printed.
    """
    said = {"name": name, "password": secrets.password(), "code": secrets.code()}
    device = device_file(os.environ, server.place)
    known = read_device(device)
    shown = {"Accept": "application/json"} | ({"Cookie": f"{DEVICE}={known}"} if known else {})
    answer = server.ask("POST", "/session", None, json.dumps(said).encode(), shown=shown)
    if COOKIE not in answer.cookies:
        raise Unavailable("the server started no session", where=server.url)
    write_session(session_file(os.environ, server.place), answer.cookies[COOKIE])
    if DEVICE in answer.cookies:
        write_device(device, answer.cookies[DEVICE])
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


def change_password(server: Server, old: str, new: str) -> None:
    """Change one's own password; the device is shown, as at signing in."""
    said = {"password": old, "new_password": new}
    shown = server.proven("PUT")
    if known := read_device(device_file(os.environ, server.place)):
        cookies = (shown.get("Cookie"), f"{DEVICE}={known}")
        shown["Cookie"] = "; ".join(one for one in cookies if one)
    server.ask("PUT", "/session/password", None, json.dumps(said).encode(), shown=shown)
