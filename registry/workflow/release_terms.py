"""The terms a release is given: never wider than the policies, the request and the agreement."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session, col, update

from registry.errors import Conflict, InvalidInput, NotFound, PolicyDenied
from registry.policy.engine import Decision
from registry.policy.expiry import day, expired
from registry.records import Agreement, Release, ReleaseState, Request
from registry.store import objects
from registry.workflow.agreements import agreement_label, binding
from registry.workflow.context import Context, Work
from registry.workflow.find import (
    Found,
    release_label,
    release_labelled,
    request_label,
    row_id,
    version_of,
)


@dataclass(frozen=True)
class Terms:
    """To whom, for what and until when; what is None is taken from the request or the policy.

    ``supersedes`` names a release of an older version that this one takes the place of.
    """

    recipient: str
    use: str | None = None
    expires_on: str | None = None
    agreement: str | None = None
    supersedes: str | None = None


def require_terms(request: Request, decision: Decision, terms: Terms) -> None:
    """Raise `PolicyDenied` for another use than was approved, or without an agreement asked for."""
    if terms.use is not None and terms.use != request.use:
        raise PolicyDenied(
            f"{request_label(request)} was approved for {request.use!r}, not {terms.use!r}",
            todo="submit a request for that use",
        )
    missing = [name for name in decision.agreements if name != terms.agreement]
    if missing:
        raise PolicyDenied(
            f"this release needs the agreement {missing[0]!r}",
            expected=" and ".join(decision.agreements),
            todo=f"name it with --agreement {missing[0]}",
        )


def agreement_under(
    context: Context, session: Session, decision: Decision, terms: Terms
) -> Agreement | None:
    """The recorded agreement of the terms, in force today with the recipient, its bytes intact."""
    if terms.agreement is None:
        return None
    try:
        found = binding(session, context.clock(), terms.agreement, terms.recipient)
    except NotFound as error:
        if terms.agreement not in decision.agreements:
            raise
        raise PolicyDenied(error.what, expected=error.expected, todo=error.todo) from error
    objects.verify(context.objects / found.path, found.digest)
    return found


def permitted_until(
    context: Context, decision: Decision, terms: Terms, under: Agreement | None
) -> str:
    """The last day of the release: as asked for, or the latest that everything lets it be."""
    today = context.clock().date()
    latest, whose = _latest(today, decision, under)
    if terms.expires_on is None:
        if latest is None:
            raise InvalidInput(
                "no policy bounds this release, so it needs an expiry",
                todo="give one with --expires YYYY-MM-DD",
            )
        return latest.isoformat()
    wanted = _day(terms.expires_on)
    if wanted < today:
        raise InvalidInput(f"the expiry {wanted} is in the past", expected=f"{today} or later")
    if latest is not None and wanted > latest:
        raise PolicyDenied(
            f"an expiry of {wanted} is later than {whose}", expected=f"{latest} at most"
        )
    return wanted.isoformat()


def _latest(
    today: date, decision: Decision, under: Agreement | None
) -> tuple[date | None, str | None]:
    bounds: list[tuple[date, str]] = []
    if decision.expires_after_days is not None:
        bounds.append((today + timedelta(days=decision.expires_after_days), "the policies allow"))
    if under is not None:
        ends = f"the agreement {agreement_label(under)} holds"
        bounds.append((day(under.valid_until), ends))
    return min(bounds) if bounds else (None, None)


def _day(text: str) -> date:
    try:
        return day(text)
    except ValueError as error:
        raise InvalidInput(f"{text!r} is no day", expected="YYYY-MM-DD") from error


def superseded(work: Work, found: Found, request: Request, terms: Terms) -> Release | None:
    """The release that this one takes the place of; raises `Conflict` unless it fits."""
    if terms.supersedes is None:
        return None
    old = release_labelled(work.session, terms.supersedes)
    before = version_of(work.session, work.session.get_one(Request, old.request_id))
    state = "expired" if expired(old.expires_on, work.context.clock()) else old.state
    checks = (
        (state == ReleaseState.IN_FORCE, f"is {state}", "a release in force"),
        (old.recipient == terms.recipient, f"is to {old.recipient!r}", repr(terms.recipient)),
        (old.use == request.use, f"is for {old.use!r}", repr(request.use)),
        (
            before.dataset.id == found.dataset.id and before.version.number < found.version.number,
            f"is of {before.label}",
            f"an older version than {found.label}",
        ),
    )
    for holds, what, expected in checks:
        if not holds:
            raise Conflict(
                f"{release_label(old)} {what}, so it cannot be superseded", expected=expected
            )
    return old


def supersede(work: Work, old: Release, new: Release) -> None:
    """Mark ``old`` as superseded; raises `Conflict` if it moved meanwhile."""
    request = work.session.get_one(Request, old.request_id)
    event = work.record(
        "release",
        "release.superseded",
        dataset=version_of(work.session, request).label,
        request=request_label(request),
        details={"release": release_label(old), "by": release_label(new)},
    )
    changed = work.session.exec(
        update(Release)
        .where(col(Release.id) == row_id(old))
        .where(col(Release.state) == ReleaseState.IN_FORCE)
        .values(state=ReleaseState.SUPERSEDED, superseded_by=row_id(new), superseded_at=event.at)
    )
    if changed.rowcount != 1:
        raise Conflict(f"{release_label(old)} changed meanwhile", todo="look at it again")
