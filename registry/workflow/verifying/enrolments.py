"""Compares enrolment codes, sittings and one-time codes with the log."""

from collections import Counter
from collections.abc import Iterator

from sqlmodel import Session, select

from registry.clock import moment
from registry.records import Credential, Enrolment, LoginSession
from registry.workflow.people.login import HOURS
from registry.workflow.people.lookup import later
from registry.workflow.people.totp import step_of
from registry.workflow.verifying.told import Log, pseudonym

_DRIFT = 1  # a code of the step before or after is accepted


def enrolment_problems(session: Session, log: Log) -> Iterator[str]:
    """Codes that nobody issued or that were made good again, and sittings made longer."""
    yield from _codes(session, log)
    yield from _sittings(session, log)
    yield from _steps(session, log)


def _codes(session: Session, log: Log) -> Iterator[str]:
    """The log holds no code, not even hashed; it knows how many there were, and how many used."""
    issued = Counter(one.details.get("account") for one in log if one.fact == "enrolment.issued")
    used = Counter(one.details.get("account") for one in log if one.fact == "key.enrolled")
    rows = [(pseudonym(session, row.account_id), row) for row in session.exec(select(Enrolment))]
    stored = Counter(who for who, _ in rows)
    spent = Counter(who for who, row in rows if row.used_at is not None)
    for who in sorted(str(one) for one in {*issued, *used, *stored}):
        if (stored[who], spent[who]) != (issued[who], used[who]):
            yield f"enrolment of {who}: its codes are not those that the log records"


def _sittings(session: Session, log: Log) -> Iterator[str]:
    started = {one.details.get("session"): one.at for one in log if one.fact == "session.started"}
    for row in session.exec(select(LoginSession)):
        at = started.get(row.id)
        if at is not None and row.expires_at > later(at, hours=HOURS, minutes=1):
            yield f"session {row.id}: it lasts longer than a session does"


def _steps(session: Session, log: Log) -> Iterator[str]:
    """Whoever signed in used up the code of that time, which must not be good again."""
    last: dict[str, str] = {}
    for one in log:
        if one.fact == "session.started" and one.details.get("issuer") is None:
            last[one.actor] = one.at
        elif one.fact in ("key.enrolled", "password.reset"):
            last.pop(str(one.details.get("account")), None)
    for row in session.exec(select(Credential)):
        who = pseudonym(session, row.account_id)
        at = last.get(str(who))
        if at is not None and row.step < step_of(moment(at)) - _DRIFT:
            yield f"credential of {who}: codes that were used are good again"
