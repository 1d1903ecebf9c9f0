"""The public key of a log, as somebody outside holds it."""

from pathlib import Path

from registry.errors import InvalidInput
from registry.log.note import NoteError, Verifier, read_verifier

_MOST = 4_096  # a public key as text has about a hundred bytes


def read_trust(path: Path) -> Verifier:
    """A public key from its file. Raises `InvalidInput`."""
    try:
        with path.open("rb") as file:
            return read_verifier(file.read(_MOST).decode("utf-8"))
    except (OSError, UnicodeDecodeError, NoteError) as error:
        raise InvalidInput(
            f"the public key cannot be read: {getattr(error, 'strerror', None) or error}",
            where=str(path),
            expected="one line, name+hash+key, as in log.pub",
        ) from error
