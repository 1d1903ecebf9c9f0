"""The content-addressed file store: a file's name is its digest, so bytes cannot change quietly."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from registry.errors import IntegrityFailure, InvalidInput, Unavailable

_BLOCK = 1 << 20


def file_digest(path: Path) -> str:
    """``sha256:<hex>`` of the file's bytes; raises `Unavailable` where it cannot be read."""
    total = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                total.update(block)
    except OSError as error:
        raise Unavailable(
            f"the file cannot be read: {error.strerror}",
            where=str(path),
            expected="the registered file where it was registered",
            todo="bring the file back; nothing was released",
        ) from error
    return f"sha256:{total.hexdigest()}"


def put(folder: Path, source: Path, digest: str, suffix: str) -> Path:
    """Copy ``source`` to its place under ``folder``, whole or not at all; returns that place.

    Raises `InvalidInput` if the bytes copied are not the bytes of ``digest`` (the file was changed
    while it was read).
    """
    target = folder / digest.removeprefix("sha256:")[:2] / (digest.removeprefix("sha256:") + suffix)
    if target.is_file() and file_digest(target) == digest:
        return target
    try:
        return _copy(source, target, digest)
    except OSError as error:
        raise Unavailable(
            f"the file cannot be stored: {error.strerror}",
            where=str(error.filename or folder),
            expected="a readable file, and room to write in the registry's folder",
            todo="mend that and run the command again; nothing was recorded",
        ) from error


def _copy(source: Path, target: Path, digest: str) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent)
    copy = Path(name)
    try:
        with os.fdopen(handle, "wb") as out, source.open("rb") as file:
            shutil.copyfileobj(file, out, _BLOCK)
            out.flush()
            os.fsync(out.fileno())
        if file_digest(copy) != digest:
            raise InvalidInput("the file changed while it was read", where=str(source))
        copy.chmod(0o444)
        copy.replace(target)
    finally:
        copy.unlink(missing_ok=True)
    return target


def put_stream(target: Path, blocks: Iterable[bytes], digest: str) -> None:
    """Write ``blocks`` to ``target``, whole or not at all; a file with that digest stays.

    Raises `IntegrityFailure` if the blocks do not have the digest.
    """
    if target.is_file() and file_digest(target) == digest:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent)
    copy = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            out.writelines(blocks)
            out.flush()
            os.fsync(out.fileno())
        verify(copy, digest)
        copy.chmod(0o444)
        copy.replace(target)
    finally:
        copy.unlink(missing_ok=True)


def verify(path: Path, digest: str) -> None:
    """Raise `Unavailable` (gone) or `IntegrityFailure` (differs) unless ``path`` has ``digest``."""
    if not path.is_file():
        raise Unavailable(
            "the registered file is gone",
            where=str(path),
            expected=digest,
            todo="bring the file back; nothing was released",
        )
    found = file_digest(path)
    if found != digest:
        raise IntegrityFailure(
            "the file is not the one that was registered",
            where=str(path),
            expected=f"{digest}, found {found}",
            todo="find out who changed it; register the changed file as a version of its own",
        )
