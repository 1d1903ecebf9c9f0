"""What a withdrawal brings to a stop: open requests are void, releases revoked and recalled."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from registry.errors import InvalidInput
from registry.policy.expiry import expired
from registry.records import OPEN_STATES, DatasetVersion, Release, Request, RequestState
from registry.workflow.changed import close
from registry.workflow.context import Context, Identity, Work
from registry.workflow.find import release_label, request_label, row_id, version_of
from registry.workflow.recalls.deliver import Delivered, Post, deliver
from registry.workflow.recalls.issue import Why
from registry.workflow.revoke import REVOCABLE, revoke_within

BASES = ("consent", "legal-basis", "retention")
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Descendants:
    """What came of a source or a version: its open requests, and the releases still permitted."""

    requests: Sequence[Request]
    releases: Sequence[Release]


@dataclass(frozen=True)
class Stopped:
    """What a withdrawal brought to a stop, with the numbers of the recalls to deliver."""

    versions: tuple[str, ...]
    requests: tuple[str, ...]
    recalls: tuple[int, ...]


@dataclass(frozen=True)
class Withdrawn:
    """What a withdrawal brought to a stop, and how each recall was delivered."""

    name: str
    versions: tuple[str, ...]
    requests: tuple[str, ...]
    recalls: tuple[Delivered, ...]


def require_reason(reason: str) -> None:
    """Raise `InvalidInput` for a withdrawal that gives no reason."""
    if not reason.strip():
        raise InvalidInput("to withdraw needs a reason", todo="say why with --reason TEXT")


def require_basis(basis: str) -> None:
    """Raise `InvalidInput` for a basis that no source is held on."""
    if basis not in BASES:
        raise InvalidInput(f"{basis!r} is no basis of a withdrawal", expected=" or ".join(BASES))


def descendants(context: Context, session: Session, versions: Sequence[int]) -> Descendants:
    """Open requests and unexpired releases, superseded ones too, of the versions with these ids."""
    requests = session.exec(
        select(Request).where(col(Request.version_id).in_(versions)).order_by(col(Request.id))
    ).all()
    releases = session.exec(
        select(Release)
        .join(Request, col(Request.id) == Release.request_id)
        .where(col(Request.version_id).in_(versions))
        .where(col(Release.state).in_(REVOCABLE))
        .order_by(col(Release.id))
    ).all()
    return Descendants(
        [one for one in requests if one.state in OPEN_STATES],
        [one for one in releases if not expired(one.expires_on, context.clock())],
    )


def versions_under(session: Session, dataset_ids: Sequence[int]) -> list[DatasetVersion]:
    """Every version of these datasets."""
    return list(
        session.exec(
            select(DatasetVersion)
            .where(col(DatasetVersion.dataset_id).in_(dataset_ids))
            .order_by(col(DatasetVersion.id))
        )
    )


def stop(work: Work, identity: Identity, found: Descendants, why: Why) -> tuple[int, ...]:
    """Void the requests and revoke the releases; returns the ids of the recalls to deliver."""
    for request in found.requests:
        close(work, request, RequestState.VOIDED, why.reason)
        work.record(
            why.action,
            "request.voided",
            dataset=version_of(work.session, request).label,
            request=request_label(request),
            details={"reason": why.reason, "was": request.decision_digest},
        )
    return tuple(row_id(revoke_within(work, identity, one, why)) for one in found.releases)


def told(found: Descendants, versions: Sequence[str]) -> dict[str, object]:
    """What the event of a withdrawal lists."""
    return {
        "versions": list(versions),
        "requests": [request_label(one) for one in found.requests],
        "releases": [release_label(one) for one in found.releases],
    }


def delivered(
    context: Context, recall_ids: Sequence[int], send: Post, progress: Progress
) -> tuple[Delivered, ...]:
    """Deliver every recall that was not sent yet, once all of the withdrawal is committed."""
    done: list[Delivered] = []
    for recall_id in recall_ids:
        progress("recalls", len(done), len(recall_ids))
        done.append(deliver(context, recall_id, send, again=False))
    return tuple(done)
