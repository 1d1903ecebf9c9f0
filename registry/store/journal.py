"""Takes the commits of SQLite to disk, those of many threads together.

A commit that waits for the disk itself (synchronous = FULL) keeps the write lock meanwhile, so
commits would go to disk one by one. Here the commit only writes its journal (synchronous = NORMAL),
and its thread waits for the journal to be on disk once the lock is free. The journal is read up to
its first torn page, so a power cut can lose the newest commits but never one that a kept one was
built on; and of those nobody was told "done".
"""

import os
from collections import defaultdict
from contextlib import suppress
from threading import Condition, Lock

from sqlalchemy import Engine

from registry.errors import StoreUnavailable

_sync = getattr(os, "fdatasync", os.fsync)


class _Journal:
    """One journal; a sync covers all that was written before it started."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._changed = Condition()
        self._started = self._done = 0
        self._busy = False

    def flush(self) -> None:
        """Return when a sync that started after this call is done; its error is raised to all."""
        with self._changed:
            wanted = self._started + 1
            while self._done < wanted:
                if self._busy:
                    self._changed.wait()
                else:
                    self._sync()

    def _sync(self) -> None:
        self._busy = True
        self._started += 1
        self._changed.release()
        done = False
        try:
            self._to_disk()
            done = True
        finally:
            self._changed.acquire()
            self._busy = False
            if done:
                self._done = self._started
            self._changed.notify_all()

    def _to_disk(self) -> None:
        # Gone means that SQLite has moved it into the database, which it syncs itself.
        with suppress(FileNotFoundError):
            file = os.open(self._path, os.O_RDWR)
            try:
                _sync(file)
            finally:
                os.close(file)


class _Journals(defaultdict[str, _Journal]):
    def __missing__(self, database: str) -> _Journal:
        self[database] = _Journal(f"{database}-wal")
        return self[database]


_journals = _Journals()
_finding = Lock()


def make_durable(engine: Engine) -> None:
    """Return when everything committed to the SQLite file will outlive a power cut."""
    if not (database := engine.url.database):
        return  # in memory
    with _finding:
        journal = _journals[database]
    try:
        journal.flush()
    except OSError as error:
        raise StoreUnavailable(
            f"the database's journal cannot be written to the disk: {error.strerror}",
            where=f"{database}-wal",
            expected="a disk that answers",
            todo="run the command again; under the same idempotency key it is done once",
        ) from error
