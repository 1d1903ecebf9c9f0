"""Limits by network address: twenty failures to prove oneself in a quarter of an hour, then a wait.

Counted in the database, so that every worker of a server counts the same. An address is personal
data: it stays out of the log, and is forgotten with its quarter of an hour.
"""

import ipaddress
import math
from datetime import timedelta
from typing import Final

from sqlalchemy import delete
from sqlmodel import Session, col

from registry.clock import moment
from registry.errors import NotPermitted
from registry.records import AddressFailures
from registry.store.database import reading, writing
from registry.workflow.context import Context, Work
from registry.workflow.people.lookup import later

MOST: Final = 20
MINUTES: Final = 15
_IPV6_NETWORK: Final = 64
"""Bits of an IPv6 address that belong to one customer, who may use all the others in turn."""


class TooManyAttempts(NotPermitted):
    """Nothing is tried for this address before ``retry_after`` seconds have passed."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(
            "too many failures to sign in came from this address",
            expected=f"another try in {retry_after} seconds",
            todo="nothing was tried; who is at the same address waits too",
        )
        self.retry_after = retry_after


def require_patience(context: Context, address: str | None) -> None:
    """Raise `TooManyAttempts` while the address has to wait; no address, no limit."""
    if address is None:
        return
    with reading(context.engine) as session:
        row = session.get(AddressFailures, network(address))
        if row is None or row.failures < MOST or row.ends_at <= context.now():
            return
        left = moment(row.ends_at) - context.clock()
    raise TooManyAttempts(max(1, math.ceil(left / timedelta(seconds=1))))


def count_failure(session: Session, address: str | None, now: str) -> None:
    """Inside a transaction: one more failure; addresses whose time is over are forgotten."""
    if address is None:
        return
    session.connection().execute(delete(AddressFailures).where(col(AddressFailures.ends_at) <= now))
    row = session.get(AddressFailures, network(address), populate_existing=True)
    if row is None:
        row = AddressFailures(
            address=network(address), failures=0, ends_at=later(now, minutes=MINUTES)
        )
    row.failures += 1
    session.add(row)
    session.flush()


def token_refused(context: Context, address: str | None, reason: str) -> None:
    """Record that a token was shown that proves nothing."""
    with writing(context.engine) as session:
        count_failure(session, address, context.now())
        Work(context, session).record(
            "show-token",
            "attempt.refused",
            outcome=NotPermitted.outcome,
            details={"reason": reason},
        )


def enrolment_failed(context: Context, address: str) -> None:
    """Count a wrong enrolment code, whose refusal was recorded already."""
    with writing(context.engine, log=False) as session:
        count_failure(session, address, context.now())


def network(address: str) -> str:
    """What is counted as one address; text that is none counts as itself."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if found.version == 4:
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, _IPV6_NETWORK), strict=False))
