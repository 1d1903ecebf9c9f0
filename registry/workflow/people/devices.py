"""Devices on which a person signed in before: nobody else's failures keep them waiting there.

A device shows a random secret, which changes each time it signs in. What fails on it counts against
it alone; after five failures it is a stranger, until its person signs in on it again. Ten devices
at most, all of them stolen, and the fifty failures of strangers are a hundred before a success
(NIST SP 800-63B, 5.2.2).
"""

import secrets
from typing import Final

from sqlalchemy import update
from sqlmodel import Session, col, select

from registry.records import KnownDevice
from registry.workflow.context import Work
from registry.workflow.people.lookup import later, secret_digest

FREE: Final = 5
MOST: Final = 10
DAYS: Final = 180
"""How long a device is known after it was last used to sign in."""


def known(session: Session, account_id: int, shown: str | None, now: str) -> KnownDevice | None:
    """The device of the secret that was ``shown``, where the account knows it."""
    found = _of_secret(session, account_id, secret_digest(shown)) if shown else None
    if found is None or found.failures >= FREE or found.used_at <= later(now, days=-DAYS):
        return None
    return found


def remember(work: Work, account_id: int, shown: str | None) -> str:
    """The account signed in on the device: its new secret, by which others who did know it too."""
    secret, now = secrets.token_urlsafe(32), work.context.now()
    digest = secret_digest(secret)
    if shown:
        work.session.connection().execute(
            update(KnownDevice)
            .where(col(KnownDevice.digest) == secret_digest(shown))
            .values(digest=digest)
        )
    row = _of_secret(work.session, account_id, digest) or KnownDevice(
        account_id=account_id, digest=digest, failures=0, used_at=now
    )
    row.failures, row.used_at = 0, now
    work.session.add(row)
    work.session.flush()
    forget(work.session, account_id, but=MOST)
    return secret


def forget(session: Session, account_id: int, *, but: int = 0) -> None:
    """The account knows its devices no more, ``but`` for so many that were used last."""
    rows = session.exec(
        select(KnownDevice)
        .where(KnownDevice.account_id == account_id)
        .order_by(col(KnownDevice.used_at).desc(), col(KnownDevice.id).desc())
        .offset(but)
    )
    for row in rows.all():
        session.delete(row)
    session.flush()


def _of_secret(session: Session, account_id: int, digest: str) -> KnownDevice | None:
    return session.exec(
        select(KnownDevice)
        .where(KnownDevice.account_id == account_id)
        .where(KnownDevice.digest == digest)
    ).first()
