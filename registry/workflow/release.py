"""Releases an approved request: re-hashes the file, passes the gate again, and records it."""

from dataclasses import dataclass
from datetime import date, timedelta

from registry.errors import Conflict, InvalidInput, PolicyDenied, RegistryError
from registry.policy.engine import Decision
from registry.records import Release, ReleaseState, Request, RequestState
from registry.store import objects
from registry.store.database import reading
from registry.workflow.approval import expiry
from registry.workflow.attempt import attempt, refusals_logged
from registry.workflow.changed import close, decide_again, move, void_if_changed
from registry.workflow.context import Context, Identity, Work
from registry.workflow.find import (
    Found,
    release_label,
    request_label,
    request_labelled,
    row_id,
    subject,
    version_of,
)
from registry.workflow.permissions import require
from registry.workflow.quorum import Needed, open_seats, signoffs_on
from registry.workflow.separation import require_no_maker


@dataclass(frozen=True)
class Terms:
    """To whom, for what and until when; what is None is taken from the request or the policy."""

    recipient: str
    use: str | None = None
    expires_on: str | None = None
    agreement: str | None = None


@dataclass(frozen=True)
class Released:
    """The permission that is now in force."""

    label: str
    request: str
    dataset: str
    recipient: str
    use: str
    expires_on: str
    path: str
    file_digest: str


def release(context: Context, label: str, terms: Terms) -> Released:
    """Release R-17 (or NAME@V with one open request) on ``terms``.

    Raises `IntegrityFailure` or `Unavailable` for the file, `Conflict` if the request is not
    approved, lapsed, or decides otherwise than when it was signed, `PolicyDenied` for the terms.
    """
    _require_recipient(terms)
    _verify_file(context, label)
    with attempt(context, "release", **subject(label)) as work:
        identity = require(context, "release")
        request = request_labelled(work.session, label)
        found = version_of(work.session, request)
        _require_approved(request)
        decision = decide_again(context, work.session, found, request)
        require_no_maker(work.session, identity, found, request)
        stopped = void_if_changed(work, "release", found, request, decision) or _lapse(
            work, found, request, decision
        )
        if stopped is None:
            released = _release(work, identity, found, request, decision, terms)
    if stopped is not None:
        raise stopped
    return released


def _require_recipient(terms: Terms) -> None:
    if not terms.recipient.strip():
        raise InvalidInput("a release needs a recipient", todo="name one with --to RECIPIENT")


def _verify_file(context: Context, label: str) -> None:
    """Re-hash before the transaction: hashing a large file must not hold the write lock."""
    with refusals_logged(context, "release", **subject(label)):
        require(context, "release")
        with reading(context.engine) as session:
            version = version_of(session, request_labelled(session, label)).version
            path, digest = context.file_of(version), version.file_digest
        objects.verify(path, digest)


def _require_approved(request: Request) -> None:
    if request.state != RequestState.APPROVED:
        raise Conflict(
            f"{request_label(request)} is {request.state}, not approved",
            expected="a request in the state approved",
            todo=f"see what is missing with `registry review show {request_label(request)}`",
        )


def _lapse(work: Work, found: Found, request: Request, decision: Decision) -> RegistryError | None:
    """Close a request whose approval is older than the policies let it be."""
    reason = expiry(signoffs_on(work.session, request), request, Needed.by(decision)).lapsed(
        work.context.clock()
    )
    if reason is None:
        return None
    close(work, request, RequestState.LAPSED, reason)
    work.record(
        "release",
        "request.lapsed",
        outcome="conflict",
        dataset=found.label,
        request=request_label(request),
        details={"reason": reason},
    )
    return Conflict(f"{reason}: it has lapsed", todo="submit the version again")


def _release(
    work: Work,
    identity: Identity,
    found: Found,
    request: Request,
    decision: Decision,
    terms: Terms,
) -> Released:
    _require_quorum(work, request, decision)
    expires_on = _expiry(work, decision, terms)
    _require_terms(request, decision, terms)
    move(work, request, RequestState.RELEASED, closed_at=work.context.now())
    event = work.record(
        "release",
        "release.granted",
        dataset=found.label,
        request=request_label(request),
        details={
            "recipient": terms.recipient,
            "use": request.use,
            "expires": expires_on,
            "agreement": terms.agreement,
            "file": found.version.file_digest,
            "decision": decision.digest,
        },
    )
    row = Release(
        request_id=row_id(request),
        recipient=terms.recipient,
        use=request.use,
        agreement=terms.agreement,
        file_digest=found.version.file_digest,
        state=ReleaseState.IN_FORCE,
        released_by=identity.account_id,
        released_at=event.at,
        expires_on=expires_on,
        event_seq=event.seq,
    )
    work.session.add(row)
    work.session.flush()
    return Released(
        label=release_label(row),
        request=request_label(request),
        dataset=found.label,
        recipient=row.recipient,
        use=row.use,
        expires_on=row.expires_on,
        path=str(work.context.file_of(found.version)),
        file_digest=row.file_digest,
    )


def _require_quorum(work: Work, request: Request, decision: Decision) -> None:
    """The state says approved; the sign-offs must say so too."""
    now = work.context.clock()
    missing = open_seats(work.session, request, Needed.by(decision), now)
    if missing:
        raise Conflict(
            f"{request_label(request)} lacks sign-offs",
            expected=", ".join(f"{count} {role}" for role, count in missing.items()),
        )


def _expiry(work: Work, decision: Decision, terms: Terms) -> str:
    today = work.context.clock().date()
    longest = decision.expires_after_days
    latest = today + timedelta(days=longest) if longest is not None else None
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
            f"an expiry of {wanted} is later than the policies allow", expected=f"{latest} at most"
        )
    return wanted.isoformat()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(f"{text!r} is no day", expected="YYYY-MM-DD") from error


def _require_terms(request: Request, decision: Decision, terms: Terms) -> None:
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
