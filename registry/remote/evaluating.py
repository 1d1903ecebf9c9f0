"""An evaluation on a server: asked for, and followed until it has ended."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from registry.errors import InvalidInput, Unavailable
from registry.remote.server import Server, form_of

ON_SERVER: Final = "server:"
"""Before the name of a real table that the server has itself."""
EVERY: Final = 1.0
"""Seconds between two looks."""
PATIENCE: Final = 60
"""Looks in a row that a server may leave unanswered, as one does that is started again."""
Job = Mapping[str, Any]


def begin(
    server: Server, version: str, tables: Mapping[str, Path], how: Mapping[str, object]
) -> Job:
    """The job that measures ``version`` against the tables of the fields training and holdout.

    A path ``server:NAME`` is a table in the server's folder; any other is sent.
    """
    named = {
        f"{field}_table": str(path).removeprefix(ON_SERVER)
        for field, path in tables.items()
        if str(path).startswith(ON_SERVER)
    }
    files = {field: _file(path) for field, path in tables.items() if f"{field}_table" not in named}
    said = {**named, **how}
    body, kind = form_of(said, files)
    path = f"/datasets/{quote(version, safe='@')}/evaluations"
    found: Job = server.ask("POST", path, None, body, kind).json()
    return found


def follow(
    server: Server,
    begun: Job,
    progress: Callable[[str, int, int], None],
    pause: Callable[[float], object] = time.sleep,
) -> Job:
    """The job as it ended; what it does is reported meanwhile. The server goes on without us."""
    found, unanswered = begun, 0
    while found["state"] in ("waiting", "running"):
        progress(found["step"] or found["state"], found["done"], found["total"] or 1)
        pause(EVERY)
        try:
            found, unanswered = server.ask("GET", f"/jobs/{begun['job']}").json(), 0
        except Unavailable:
            unanswered += 1
            if unanswered >= PATIENCE:
                raise
    return found


def _file(path: Path) -> tuple[str, bytes]:
    try:
        return path.name, path.read_bytes()
    except OSError as error:
        raise InvalidInput(
            f"the table cannot be read: {error.strerror}",
            where=str(path),
            expected=f"a file, or {ON_SERVER}NAME for one that the server has",
        ) from error
