"""What a caller shows to prove who they are: a session's secret, or a service's token.

REGISTRY_TOKEN > REGISTRY_SESSION > the file that `registry login` leaves in the user's own
configuration folder, one for each registry.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path

from registry.errors import NotPermitted
from registry.settings import Proof


def read_proof(environment: Mapping[str, str], folder: Path) -> Proof:
    """The proof in the environment, or in the session file of the registry in ``folder``."""
    if token := environment.get("REGISTRY_TOKEN"):
        return Proof(token=token.strip())
    if session := environment.get("REGISTRY_SESSION"):
        return Proof(session=session.strip())
    return Proof(session=_in_file(session_file(environment, folder)))


def session_file(environment: Mapping[str, str], folder: Path) -> Path:
    """Where the session of one registry is kept."""
    return _place("session", environment, folder)


def device_file(environment: Mapping[str, str], folder: Path) -> Path:
    """Where it is kept that this user signed in to the registry before; it outlives sessions."""
    return _place("device", environment, folder)


def _place(kind: str, environment: Mapping[str, str], folder: Path) -> Path:
    home = environment.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    place = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]
    return Path(home) / "registry" / f"{kind}-{place}.json"


def write_session(path: Path, secret: str) -> None:
    """Keep a session's secret where only this user reads it."""
    _write(path, {"session": secret})


def write_device(path: Path, secret: str) -> None:
    """Keep a device's secret where only this user reads it."""
    _write(path, {"device": secret})


def read_device(path: Path) -> str | None:
    """The secret of this device; None where there is none, or one that others can read."""
    try:
        return _in_file(path, "device")
    except NotPermitted:
        return None  # it spares waiting, no more, and signing in writes a new one


def _write(path: Path, said: dict[str, str]) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    # Made with its mode: there is no moment at which others could read it.
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(said, file)


def _in_file(path: Path, name: str = "session") -> str | None:
    try:
        mode, text = path.stat().st_mode, path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    if mode & 0o077:
        raise NotPermitted(
            "others can read the session, so it proves nothing",
            where=str(path),
            expected="a file of mode 0600",
            todo="delete it and run `registry login`",
        )
    try:
        return str(json.loads(text)[name])
    except (ValueError, KeyError, TypeError) as error:
        raise NotPermitted(
            "the session file cannot be read",
            where=str(path),
            todo="delete it and run `registry login`",
        ) from error
