"""Whether a pooled connection to a server still answers, asked before it is used again.

SQLAlchemy can ask before every use (``pool_pre_ping``), but that is one message more for each
transaction. A connection that has just worked is taken to work: HikariCP, the pool of most Java
programs, does the same within half a second (``aliveBypassWindowMs``). A server that goes away in
that time is one clear error, as one that goes away in the middle of a transaction is.
"""

import time
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

TRUSTED_SECONDS = 0.5
_USED = "registry_used"


def watch(engine: Engine) -> None:
    """Replace the engine's idle connections where one of them no longer answers."""

    def given_back(_driver: object, record: ConnectionPoolEntry) -> None:
        record.info[_USED] = time.monotonic()

    def taken(driver: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
        now = time.monotonic()
        if now - record.info.get(_USED, now) > TRUSTED_SECONDS:
            _require_answer(engine, driver)

    event.listen(engine, "checkin", given_back)
    event.listen(engine, "checkout", taken)


def _require_answer(engine: Engine, driver: Any) -> None:
    dialect = engine.dialect
    try:
        dialect.do_ping(driver)
    except dialect.dbapi.Error as error:  # type: ignore[union-attr]
        # SQLAlchemy then opens a new connection, and asks none of those that are as old.
        raise InvalidatePoolError from error
