"""Writes documents where people ask for them."""

from pathlib import Path

from registry.errors import InvalidInput


def write_text(path: Path, text: str, noun: str) -> Path:
    """Write ``text`` to ``path``, its folder included; raises `InvalidInput` where that fails."""
    return write_bytes(path, text.encode(), noun)


def write_bytes(path: Path, content: bytes, noun: str) -> Path:
    """The same for a file that is no text."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise InvalidInput(
            f"the {noun} cannot be written: {error.strerror}",
            where=str(path),
            expected="a path that can be written",
            todo="give another with --output",
        ) from error
    return path
