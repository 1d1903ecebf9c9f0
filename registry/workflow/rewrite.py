"""Puts new bytes in the place of a file: all of them or none, with the file's mode."""

import os
import tempfile
from pathlib import Path

from registry.errors import Conflict, InvalidInput


def rewrite(path: Path, before: bytes, after: bytes) -> None:
    """Replace ``before`` by ``after``. Raises `Conflict` if the file says something else by now."""
    target = path.resolve()  # a link stays a link
    try:
        if target.read_bytes() != before:
            raise Conflict(
                "the file changed while it was read", where=str(path), todo="run the command again"
            )
        _replace(target, after)
    except OSError as error:
        raise InvalidInput(
            f"the file cannot be written: {error.strerror}",
            where=str(path),
            expected="a file, in a folder, that can be written",
        ) from error


def _replace(target: Path, after: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    copy = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(after)
            out.flush()
            os.fsync(out.fileno())
        copy.chmod(target.stat().st_mode & 0o7777)
        copy.replace(target)
    finally:
        copy.unlink(missing_ok=True)
