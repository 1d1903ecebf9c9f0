"""Where the engine spills what does not fit into memory: a place of this user alone.

DuckDB makes the directory when it first needs it. It holds rows of the real table, so it is
removed with the tables, and one that a killed process left behind by the next process.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from shutil import rmtree
from tempfile import gettempdir, mkdtemp
from uuid import uuid4


def spill() -> Path:
    """A path that no one else has, in a directory that only this user can open."""
    home = _home()
    for left in home.iterdir():
        if not _alive(left.name.partition("-")[0]):
            rmtree(left, ignore_errors=True)
    return home / f"{os.getpid()}-{uuid4().hex}"


def _home() -> Path:
    home = Path(gettempdir()) / f"counting-{os.getuid()}"
    try:
        home.mkdir(mode=0o700)
    except FileExistsError:
        held = home.lstat()
        own = stat.S_ISDIR(held.st_mode) and held.st_uid == os.getuid()
        if not own or stat.S_IMODE(held.st_mode) & 0o077:  # another user was here first
            return Path(mkdtemp(prefix="counting-"))
    return home


def _alive(process: str) -> bool:
    """Whether a process runs, or may; one of another user does as far as can be known."""
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except (ValueError, PermissionError):
        return True
    return True
