"""The key of the log: made once, kept outside of the registry's folder, its public half inside."""

import os
import secrets
from pathlib import Path

from registry.errors import Conflict, IntegrityFailure, InvalidInput, NotFound, Unavailable
from registry.log.note import (
    NoteError,
    Signer,
    Verifier,
    new_signer,
    read_signer,
    read_verifier,
)
from registry.settings import Settings

PUBLIC = "log.pub"


def new_origin(folder: Path) -> str:
    """A name for a new log, which no other log has: that of its folder and eight random digits."""
    safe = "".join(char if char.isascii() and char.isalnum() else "-" for char in folder.name)
    return f"{safe.strip('-').lower() or 'registry'}-{secrets.token_hex(4)}"


def make_key(path: Path, origin: str) -> Signer:
    """Make the key of the log ``origin`` at ``path``, which only its owner may read."""
    signer = new_signer(origin, secrets.token_bytes(32))
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(signer.secret() + "\n")
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        raise Conflict(
            "there is a key already",
            where=str(path),
            expected="a new place: a key that signed one log must not sign another",
            todo="name another with --log-key",
        ) from None
    except OSError as error:
        raise InvalidInput(
            f"the key of the log cannot be written: {error.strerror}",
            where=str(path),
            expected="a place outside of the registry's folder that can be written",
            todo="name another with --log-key",
        ) from error
    return signer


def read_key(path: Path) -> Signer:
    """The key in a file; raises `Unavailable` where there is none that is safe to use."""
    try:
        with path.open(encoding="utf-8") as file:
            shared = os.fstat(file.fileno()).st_mode & 0o077
            text = file.read(4096)
    except (OSError, UnicodeDecodeError) as error:
        raise _no_key(str(getattr(error, "strerror", None) or "it is not text"), path) from error
    if shared:
        raise _no_key("others may read or write it", path, f"run `chmod 600 {path}`")
    try:
        return read_signer(text)
    except NoteError as error:
        raise _no_key(str(error), path) from error


def signer(settings: Settings) -> Signer:
    """The key that signs this registry's checkpoints.

    Raises `Unavailable` where it is not here, and `IntegrityFailure` where it is another log's.
    """
    if settings.log_key is None:
        raise Unavailable(
            "this registry has no key for its log",
            where=str(settings.folder / "registry.toml"),
            expected="log_key, or REGISTRY_LOG_KEY",
            todo="name the key with REGISTRY_LOG_KEY; where none was ever made, "
            "run `registry audit key`",
        )
    found = read_key(settings.log_key)
    if found.verifier != verifier(settings):
        raise IntegrityFailure(
            "the key is not the one of this log",
            where=str(settings.log_key),
            expected=f"the key whose public half is in {settings.folder / PUBLIC}",
            todo="name the right key with REGISTRY_LOG_KEY",
        )
    return found


def verifier(settings: Settings) -> Verifier:
    """The public key of the log; raises `Unavailable` where it is not in the folder."""
    path = settings.folder / PUBLIC
    if not path.is_file():
        raise Unavailable(
            "the public key of the log is not here",
            where=str(path),
            expected="name+hash+key, as `registry init` writes it",
            todo="copy log.pub from the folder in which the log was made",
        )
    found = read_public(path)
    if settings.origin is not None and found.name != settings.origin:
        raise IntegrityFailure(
            f"the public key is that of the log {found.name}",
            where=str(path),
            expected=f"the log {settings.origin}, which registry.toml names",
        )
    return found


def read_public(path: Path) -> Verifier:
    """The public key in a file. Raises `InvalidInput`."""
    try:
        return read_verifier(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NotFound("there is no such public key", where=str(path)) from None
    except (OSError, UnicodeDecodeError, NoteError) as error:
        raise InvalidInput(
            f"the public key cannot be read: {error}", where=str(path), expected="name+hash+key"
        ) from error


def write_public(folder: Path, key: Verifier) -> None:
    """Write the public key of the log into the registry's folder."""
    (folder / PUBLIC).write_text(f"{key}\n", encoding="utf-8")


def _no_key(what: str, path: Path, todo: str | None = None) -> Unavailable:
    return Unavailable(
        f"the key of the log cannot be used: {what}",
        where=str(path),
        expected="the file that `registry init` made, readable by its owner alone",
        todo=todo or "bring it back, or name it with REGISTRY_LOG_KEY; nothing was signed",
    )
