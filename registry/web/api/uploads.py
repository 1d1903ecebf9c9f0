"""Files that callers send, for as long as one call takes."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fastapi import UploadFile

from registry.errors import InvalidInput
from registry.web.desk import Desk
from registry.workflow.unpacked import require_small

_NAME = re.compile(r"[\w.-]{1,100}")


@contextmanager
def received(desk: Desk, *files: UploadFile) -> Iterator[list[Path]]:
    """The files under the names they were sent with, in a folder that is gone afterwards.

    Within the registry's own folder: what is stored is then moved and not copied across disks.
    """
    base = desk.home.settings.folder / "incoming"
    base.mkdir(mode=0o700, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=base) as folder:
        kept = [_written(Path(folder), file) for file in files]
        for path in kept:
            require_small(desk.home.settings, path)
        yield kept


def _written(folder: Path, file: UploadFile) -> Path:
    name = file.filename or ""
    if not _NAME.fullmatch(name) or name.startswith("."):
        raise InvalidInput(
            "a file has no name that could be used",
            expected="1 to 100 letters, digits, dots, dashes and underscores",
        )
    path = folder / name
    if path.exists():
        raise InvalidInput(f"two files are called {name}", expected="a name for each")
    with path.open("wb") as kept:
        shutil.copyfileobj(file.file, kept)
    return path
