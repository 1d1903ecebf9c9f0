"""What waits for the acting person: signatures, releases to grant, errands, and own requests."""

from dataclasses import dataclass
from typing import Any, Final

from sqlmodel import Session, col, select

from registry.records import Dataset, DatasetVersion, Request, RequestState, Role
from registry.store.database import reading
from registry.workflow.browse.errands import Errand, errands
from registry.workflow.context import Context
from registry.workflow.permissions import ALLOWED, require_scope
from registry.workflow.requests_found import Wanted, requests_found

MOST: Final = 20
OPEN: Final = (RequestState.SUBMITTED, RequestState.APPROVED, RequestState.RETURNED)


@dataclass(frozen=True)
class Asked:
    """A request in few words; ``state`` is where it stands."""

    request: str
    version: str
    use: str
    audience: str
    state: str
    at: str
    said: str


@dataclass(frozen=True)
class Desk:
    """What lies on a person's desk, at most `MOST` of each kind; ``more`` says whether more waits
    for their signature. Rows of ``to_sign`` are those of `queue.mine`.
    """

    to_sign: tuple[dict[str, Any], ...]
    more: bool
    to_release: tuple[Asked, ...]
    errands: tuple[Errand, ...]
    own: tuple[Asked, ...]

    @property
    def clear(self) -> bool:
        """Whether nothing lies on it."""
        return not (self.to_sign or self.to_release or self.errands or self.own)


def desk(context: Context) -> Desk:
    """What waits for who acts; nothing in a part that none of their roles is for."""
    require_scope(context, "report")
    identity = context.identity
    roles = identity.roles if identity else frozenset[Role]()
    with reading(context.engine) as session:
        approved = col(Request.state) == RequestState.APPROVED
        own = col(Request.state).in_(OPEN) & (
            col(Request.submitted_by) == (identity.account_id if identity else 0)
        )
        to_release = _asked(session, approved) if roles & ALLOWED["release"] else []
        submitted = _asked(session, own) if roles & ALLOWED["submit"] else []
        beside = errands(context, session)
    signed = requests_found(context, Wanted("mine"), size=MOST)
    return Desk(signed.rows, bool(signed.after), tuple(to_release), beside, tuple(submitted))


def _asked(session: Session, where: Any) -> list[Asked]:
    rows = session.exec(
        select(Request, Dataset.name, DatasetVersion.number)
        .join(DatasetVersion, col(DatasetVersion.id) == col(Request.version_id))
        .join(Dataset, col(Dataset.id) == col(DatasetVersion.dataset_id))
        .where(where)
        .order_by(col(Request.id).desc())
        .limit(MOST)
    )
    return [
        Asked(
            f"R-{one.id}",
            f"{name}@{number}",
            one.use,
            one.audience,
            one.state,
            one.submitted_at,
            one.closed_reason or "",
        )
        for one, name, number in rows
    ]
