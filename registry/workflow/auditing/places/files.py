"""A folder of checkpoints: a share, a write-once disk, a bucket that is mounted."""

import os
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from registry.errors import InvalidInput
from registry.records.anchor import AnchorKind
from registry.workflow.auditing.places.place import MOST_BYTES, SUFFIX, TOKEN_SUFFIX, Held


@dataclass(frozen=True)
class Folder:
    """A folder with a file for each checkpoint."""

    path: Path
    kind: AnchorKind = AnchorKind.FILE

    @property
    def name(self) -> str:
        """The folder's path."""
        return str(self.path)

    def held(self) -> list[Held]:
        """Every checkpoint in the folder, none where it is not there yet."""
        return [held_in(path) for path in sorted(self.path.glob(f"*{SUFFIX}"))]

    def put(self, name: str, note: bytes, at: str) -> None:
        """Keep the note."""
        keep(self.path / name, note)


def held_in(path: Path) -> Held:
    """A note and the token beside it. Raises `InvalidInput` for what cannot be read."""
    token = path.with_name(path.name + TOKEN_SUFFIX)
    return Held(str(path), _read(path), _read(token) if token.is_file() else None)


def keep(path: Path, content: bytes) -> None:
    """Write a new file that is whole or not there; one of that name stays as it is."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, prefix=".anchor-", delete=False) as file:
            _fill(file.fileno(), content)
        try:
            os.link(file.name, path)  # unlike a rename it never replaces what is there
        except FileExistsError:
            pass
        finally:
            Path(file.name).unlink()
        _sync(path.parent)
    except OSError as error:
        raise InvalidInput(
            f"the checkpoint cannot be written: {error.strerror}",
            where=str(path),
            expected="a folder that can be written",
        ) from error


def replace(path: Path, content: bytes) -> None:
    """Write a file in the place of the one there, whole at any time. Raises ``OSError``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=".anchor-", delete=False) as file:
        _fill(file.fileno(), content)
    Path(file.name).replace(path)
    _sync(path.parent)


def _fill(descriptor: int, content: bytes) -> None:
    os.write(descriptor, content)
    os.fchmod(descriptor, 0o644)
    os.fsync(descriptor)


def _sync(folder: Path) -> None:
    """A name in a folder survives a power cut only when the folder itself is written."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            found = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise InvalidInput(
            f"the checkpoint cannot be read: {error.strerror}", where=str(path)
        ) from error
    if len(found) > MOST_BYTES:
        raise InvalidInput(
            f"the file is larger than any checkpoint ({MOST_BYTES} bytes)", where=str(path)
        )
    return found
