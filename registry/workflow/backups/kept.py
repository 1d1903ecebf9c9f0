"""Checkpoints that the registry's folder holds, and what a restored log is beside them."""

from collections.abc import Iterator
from pathlib import Path

from sqlmodel import Session

from registry.errors import IntegrityFailure
from registry.log.checkpoint import Checkpoint, open_checkpoint
from registry.log.note import NoteError
from registry.settings import Settings
from registry.store import tree
from registry.workflow.auditing.log_key import PUBLIC, read_public

_SUFFIX = ".checkpoint"
_MOST = 1 << 20


def origin(settings: Settings) -> str | None:
    """The name of the log, or None where it has no key yet."""
    path = settings.folder / PUBLIC
    return read_public(path).name if path.is_file() else settings.origin


def behind(settings: Settings, session: Session) -> list[str]:
    """Where the log in ``session`` ends before a checkpoint in the folder.

    Raises `IntegrityFailure` where it is long enough and has another root: it is another history.
    """
    size = tree.size(session)
    found = []
    for path, one in _checkpoints(settings):
        if one.size > size:
            found.append(
                f"the log is older than {path.name}: it has {size} of the {one.size} events "
                "that were signed; look for a newer backup"
            )
        elif tree.root(session, one.size) != one.root:
            raise IntegrityFailure(
                f"the log in the backup is not the one of {path.name}",
                where=str(path),
                expected=f"a log that begins with the {one.size} events that were signed there",
                todo="nothing was restored; find out where the backup comes from",
            )
    return found


def _checkpoints(settings: Settings) -> Iterator[tuple[Path, Checkpoint]]:
    """Every checkpoint of this log under the folder; files that are none are passed over."""
    public = settings.folder / PUBLIC
    if not public.is_file():
        return
    log = read_public(public)
    for path in sorted(settings.folder.rglob(f"*{_SUFFIX}")):
        if path.is_file() and path.stat().st_size <= _MOST:
            try:
                yield path, open_checkpoint(path.read_bytes(), log)[0]
            except NoteError:
                continue
