"""The secret that signs what is sent to a recipient's webhook: a file of mode 0600.

In ``secrets/`` of the registry's folder and in no column, for whoever administers the database
could otherwise send recalls in the registry's name, and a copy of the database would take the
secrets of all partners along.
"""

import os
from pathlib import Path

from registry.errors import InvalidInput, Unavailable
from registry.workflow.context import Context

SHORTEST, LONGEST = 16, 4096


def secret_path(context: Context, owner: int, kind: str = "recipient") -> Path:
    """Where the secret of a recipient lies, or of another kind of owner."""
    return context.settings.folder / "secrets" / f"{kind}-{owner}.key"


def read_given(path: Path) -> bytes:
    """The secret in a file that somebody hands over, without the line's end."""
    try:
        with path.open("rb") as file:
            secret = file.read(LONGEST + 1).rstrip(b"\r\n")
    except OSError as error:
        raise InvalidInput(
            f"the secret cannot be read: {error.strerror}", where=str(path)
        ) from error
    if not SHORTEST <= len(secret) <= LONGEST:
        raise InvalidInput(
            f"the secret has {len(secret)} bytes",
            where=str(path),
            expected=f"{SHORTEST} to {LONGEST} bytes, such as `openssl rand -hex 32` makes",
        )
    return secret


def keep_secret(context: Context, owner: int, secret: bytes, kind: str = "recipient") -> None:
    """Store the secret where its owner alone can read it."""
    path = secret_path(context, owner, kind)
    part = path.with_suffix(".part")
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secret)
        part.replace(path)
    except OSError as error:
        raise Unavailable(
            f"the secret cannot be stored: {error.strerror}", where=str(path.parent)
        ) from error


def stored_secret(context: Context, owner: int, kind: str = "recipient") -> bytes:
    """The secret of a recipient, or of another kind of owner.

    Raises `Unavailable` where it is gone or open to others.
    """
    path = secret_path(context, owner, kind)
    try:
        mode, secret = path.stat().st_mode, path.read_bytes()
    except OSError as error:
        raise Unavailable("the secret of the webhook cannot be read", where=str(path)) from error
    if mode & 0o077:
        raise Unavailable(
            "others can read the secret of the webhook",
            where=str(path),
            expected="a file of mode 0600",
            todo="give the recipient a new one, with `registry recipients add --secret-file`",
        )
    return secret
