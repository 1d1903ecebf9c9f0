"""The file of a form under the name it was sent with, for as long as one request takes."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from registry.errors import InvalidInput
from registry.web.uploads import Uploaded

_NAME: Final = re.compile(r"\w[\w.-]{0,99}")


@contextmanager
def received(upload: Uploaded, field: str, what: str) -> Iterator[Path]:
    """The file of ``field``; raises `InvalidInput` where there is none, or its name is no name."""
    name = upload.name(field)
    if not name:
        raise InvalidInput(f"{what} is missing", where=field, expected="a file")
    if not _NAME.fullmatch(name):
        raise InvalidInput(
            f"{what} has a name that cannot be used",
            where=field,
            expected="1 to 100 letters, digits, dots, dashes and underscores",
        )
    with tempfile.TemporaryDirectory(prefix="registry-") as folder:
        place = Path(folder) / name
        upload.keep(field, place)
        yield place
