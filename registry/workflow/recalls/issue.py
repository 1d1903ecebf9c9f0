"""Issues the notice that tells a recipient that a release is over."""

import secrets
from dataclasses import dataclass

from sqlmodel import col, func, select

from registry.log.canonical import canonical, digest_bytes
from registry.records import Recall, Release, Request
from registry.workflow.commitment import new_salt
from registry.workflow.context import Identity, Work
from registry.workflow.find import release_label, request_label, row_id, version_of

TODO = (
    "Stop every use of the file of this digest.",
    "Delete all copies of it, and what was made from it, unless a law makes you keep them.",
    "Answer whoever sent you the file: say what was deleted and when, and quote the code.",
)


@dataclass(frozen=True)
class Why:
    """What a release is ended for, and the command that ends it."""

    action: str
    reason: str


def recall_label(release: Release, recall: Recall) -> str:
    """``REL-4-1``: the first notice on REL-4."""
    return f"{release_label(release)}-{recall.number}"


def issue(work: Work, identity: Identity, release: Release, why: Why) -> Recall:
    """Record a notice on ``release`` in the transaction that ends it; nothing is sent yet."""
    request = work.session.get_one(Request, release.request_id)
    dataset = version_of(work.session, request).label
    number, code = _next_number(work, release), _code()
    notice = canonical(
        {
            "kind": "registry-recall",
            "notice": number,
            "release": release_label(release),
            "dataset": dataset,
            "file": release.file_digest,
            "recipient": release.recipient,
            "reason": why.reason,
            "at": work.context.now(),
            "by": identity.pseudonym,
            "todo": list(TODO),
            "code": code,
        }
    )
    event = work.record(
        why.action,
        "recall.issued",
        dataset=dataset,
        request=request_label(request),
        details={
            "release": release_label(release),
            "number": number,
            "recipient": release.recipient,
            "notice": digest_bytes(notice),
        },
    )
    row = Recall(
        release_id=row_id(release),
        number=number,
        notice=notice,
        notice_digest=digest_bytes(notice),
        code=code,
        salt=new_salt(),
        issued_by=identity.account_id,
        issued_at=event.at,
        event_seq=event.seq,
    )
    work.session.add(row)
    work.session.flush()
    return row


def _next_number(work: Work, release: Release) -> int:
    last = work.session.exec(
        select(func.max(col(Recall.number))).where(Recall.release_id == row_id(release))
    ).one()
    return (last or 0) + 1


def _code() -> str:
    """What only the notice tells: whoever quotes it has read the notice."""
    text = secrets.token_hex(6).upper()
    return "-".join((text[:4], text[4:8], text[8:]))
