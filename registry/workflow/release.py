"""Releases an approved request: re-hashes the file, passes the gate again, and records it."""

from dataclasses import dataclass, replace

from registry.errors import Conflict, IntegrityFailure, InvalidInput, NotPermitted, RegistryError
from registry.log.chain import StoredEvent
from registry.policy.engine import Decision
from registry.records import Account, Agreement, Release, ReleaseState, Request, RequestState
from registry.store import objects
from registry.store.database import reading
from registry.workflow.approval import expiry
from registry.workflow.attempt import attempt, refusals_logged
from registry.workflow.budgets.holdings import require_one_audience
from registry.workflow.budgets.ledger import (
    Happened,
    claim_in,
    informed,
    labels_in,
)
from registry.workflow.budgets.stated import stated
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
from registry.workflow.in_use import require_in_use
from registry.workflow.once import once
from registry.workflow.permissions import require
from registry.workflow.quorum import Needed, seats_left, signing, signoffs_on
from registry.workflow.recipients import clean_name, recipient_for
from registry.workflow.release_terms import (
    Terms as Terms,
)
from registry.workflow.release_terms import (
    agreement_under,
    permitted_until,
    require_terms,
    supersede,
    superseded,
)
from registry.workflow.separation import require_no_maker, require_separate
from registry.workflow.signature_check import distrusted, signature_problem
from registry.workflow.signer import identity_of
from registry.workflow.verifying.signoffs import says


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
    agreement: str | None
    supersedes: str | None
    reachable: bool


@once("release")
def release(context: Context, label: str, terms: Terms) -> Released:
    """Release R-17 (or NAME@V with one open request) on ``terms``.

    A recipient that nobody recorded is recorded, without a contact.

    Raises `IntegrityFailure` or `Unavailable` for the file, `Conflict` if the request is not
    approved, lapsed, or decides otherwise than when it was signed, or if the recipient holds the
    source under another audience, `PolicyDenied` for the terms.
    """
    _require_recipient(terms)
    terms = replace(terms, recipient=clean_name(terms.recipient))
    _verify_file(context, label)
    with attempt(context, "release", **subject(label)) as work:
        identity = require(context, "release")
        request = request_labelled(work.session, label)
        found = version_of(work.session, request)
        require_in_use(found)
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
        label, given = request_label(request), request.state == RequestState.RELEASED
        see = "find it in" if given else "see what is missing with"
        command = "releases list" if given else f"review show {label}"
        raise Conflict(
            f"{label} is {request.state}, not approved",
            expected="a request in the state approved",
            todo=f"{see} `registry {command}`",
        )


def _lapse(work: Work, found: Found, request: Request, decision: Decision) -> RegistryError | None:
    """Close a request whose approval is older than the policies let it be."""
    reason = expiry(
        signoffs_on(work.session, request), request, Needed.by(decision, distrusted(work.session))
    ).lapsed(work.context.clock())
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


@dataclass(frozen=True)
class _Grant:
    """What is granted: on which terms, under which agreement, until when, instead of what."""

    terms: Terms
    under: Agreement | None
    expires_on: str
    old: Release | None

    def details(self, found: Found, request: Request, decision: Decision) -> dict[str, object]:
        """What the log tells of it."""
        return {
            "recipient": self.terms.recipient,
            "use": request.use,
            "expires": self.expires_on,
            "agreement": self.terms.agreement,
            "agreementDigest": self.under.digest if self.under else None,
            "supersedes": release_label(self.old) if self.old else None,
            "file": found.version.file_digest,
            "decision": decision.digest,
        }

    def row(self, found: Found, request: Request, event: StoredEvent, by: int) -> Release:
        """The release as of ``event``, by the account ``by``."""
        return Release(
            request_id=row_id(request),
            recipient=self.terms.recipient,
            use=request.use,
            agreement=self.terms.agreement,
            agreement_digest=self.under.digest if self.under else None,
            file_digest=found.version.file_digest,
            state=ReleaseState.IN_FORCE,
            released_by=by,
            released_at=event.at,
            expires_on=self.expires_on,
            event_seq=event.seq,
        )


def _release(
    work: Work,
    identity: Identity,
    found: Found,
    request: Request,
    decision: Decision,
    terms: Terms,
) -> Released:
    _require_quorum(work, found, request, decision)
    require_terms(request, decision, terms)
    require_one_audience(work.session, found.source, terms.recipient, request.audience)
    under = agreement_under(work.context, work.session, decision, terms)
    expires_on = permitted_until(work.context, decision, terms, under)
    grant = _Grant(terms, under, expires_on, superseded(work, found, request, terms))
    recipient = recipient_for(work, identity, terms.recipient)
    row = _grant(work, identity, found, request, decision, grant)
    return Released(
        label=release_label(row),
        request=request_label(request),
        dataset=found.label,
        recipient=row.recipient,
        use=row.use,
        expires_on=row.expires_on,
        path=str(work.context.file_of(found.version)),
        file_digest=row.file_digest,
        agreement=row.agreement,
        supersedes=release_label(grant.old) if grant.old else None,
        reachable=bool(recipient.contact or recipient.webhook),
    )


def _grant(
    work: Work,
    identity: Identity,
    found: Found,
    request: Request,
    decision: Decision,
    grant: _Grant,
) -> Release:
    """Log it, store it, and end the release whose place it takes."""
    move(work, request, RequestState.RELEASED, closed_at=work.context.now())
    event = work.record(
        "release",
        "release.granted",
        dataset=found.label,
        request=request_label(request),
        details={
            **grant.details(found, request, decision),
            **_exposed(work, found, request, grant),
        },
    )
    row = grant.row(found, request, event, identity.account_id)
    work.session.add(row)
    work.session.flush()
    if grant.old is not None:
        supersede(work, grant.old, row)
    return row


def _exposed(work: Work, found: Found, request: Request, grant: _Grant) -> dict[str, object]:
    """The ledger with this exposure in it, and with what informed the choice."""
    claim = claim_in(found.version.card)
    given = Happened(
        "exposure",
        found.label,
        found.version.content_digest,
        claim,
        audience=request.audience,
        recipient=grant.terms.recipient,
    )
    chosen = labels_in(request.chosen_from)
    led = informed(work.session, found.source, chosen, request.audience)
    return stated(work.session, found.source, given, *led)


def _require_quorum(work: Work, found: Found, request: Request, decision: Decision) -> None:
    """The state says approved; the sign-offs must say so too, of people who are still apart."""
    needed = Needed.by(decision, distrusted(work.session))
    rows = [
        row
        for row in signoffs_on(work.session, request)
        if not any(_tied(work, who, found, request, decision) for who in signing(row))
    ]
    missing = seats_left(rows, needed, work.context.clock())
    if missing:
        raise Conflict(
            f"{request_label(request)} lacks sign-offs",
            expected=", ".join(f"{count} {role}" for role, count in missing.items()),
            todo="who evaluated it since counts no more: withdraw it, and submit it again",
        )

    for row in signoffs_on(work.session, request):
        wrong = signature_problem(work.session, row, row.account_id, row.signed_at)
        if not says(work.session, row):
            wrong = "it is not what its statement says"
        if wrong:
            raise IntegrityFailure(
                f"a sign-off on {request_label(request)} cannot be believed: {wrong}",
                todo="run `registry audit verify` and find out who changed it",
            )


def _tied(work: Work, who: int, found: Found, request: Request, decision: Decision) -> bool:
    """Whether somebody who signed has a hand in it by now, as by evaluating it afterwards."""
    signer = identity_of(work.session, work.session.get_one(Account, who))
    try:
        require_separate(work.session, signer, found, request, decision)
    except NotPermitted:
        return True
    return False
