"""Reads the documents people hand over."""

from pathlib import Path

from registry.errors import InvalidInput
from registry.yaml_reader import MAX_BYTES


def read_document(path: Path, noun: str) -> bytes:
    """The bytes of a YAML file; one more than is allowed at most, for it may have no end."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InvalidInput(
            f"the {noun} cannot be read: {error.strerror}",
            where=str(path),
            expected=f"a YAML file with a {noun}",
        ) from error
