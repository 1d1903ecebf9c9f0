"""Requests that wait, with all that is read around them: with a few queries, however many."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from registry.errors import RegistryError
from registry.log.canonical import canonical, digest_bytes
from registry.policy.engine import Decision, decide
from registry.policy.facts import Subject
from registry.policy.loader import Policy
from registry.records import (
    OPEN_STATES,
    Dataset,
    DatasetVersion,
    Request,
    RequestState,
    SignOff,
    Source,
)
from registry.workflow.approval import Approval, expiry
from registry.workflow.budgets.evidence import Budgets
from registry.workflow.bulk import Recorded, recorded
from registry.workflow.changed import wanted_by
from registry.workflow.context import Context
from registry.workflow.find import Found, names_of, request_label, row_id
from registry.workflow.gate import effective_policies
from registry.workflow.quorum import Needed, seats_left
from registry.workflow.review import age
from registry.workflow.signature_check import distrusted
from registry.workflow.statement import under_review

Row = dict[str, object]

CHANGED = "changed since it was submitted: it can only be void"


@dataclass(frozen=True)
class Waiting:
    """One request with what was read around it; ``decision`` is an error where there is none."""

    context: Context
    request: Request
    found: Found
    names: dict[int | None, str | None]
    signoffs: Sequence[SignOff]
    decision: Decision | RegistryError | None
    subject: Callable[[], Subject]
    distrusted: Mapping[str, str]

    @property
    def stands(self) -> bool:
        """Whether it is open and still decided as at its submission."""
        found = self.decision
        return isinstance(found, Decision) and found.digest == self.request.decision_digest

    @property
    def needed(self) -> Needed:
        """What the policies ask; only where there is a decision."""
        assert isinstance(self.decision, Decision)
        return Needed.by(self.decision, self.distrusted)

    def seats(self) -> dict[str, int]:
        """The seats that are open."""
        return seats_left(self.signoffs, self.needed, self.context.clock())

    def row(self) -> Row:
        """As it is listed."""
        request = self.request
        waits = request.state == RequestState.SUBMITTED
        return {
            "request": request_label(request),
            "version": self.found.label,
            "use": request.use,
            "audience": request.audience,
            "jurisdiction": request.jurisdiction,
            "state": request.state,
            "submitted_by": self.names[request.submitted_by],
            "submitted_at": request.submitted_at,
            "age": age(request.submitted_at, self.context.clock()),
            "needs": self.seats() if waits and self.stands else None,
            "blocked": self.blocked(),
            "expires": self.expires(),
            "closed_reason": request.closed_reason,
        }

    def expected(self, session: Session, wanted: bool) -> Row:
        """The digest of what a signature on it would cover now, if ``wanted``."""
        if not wanted or not isinstance(self.decision, Decision):
            return {}
        said = under_review(session, self.found, self.request, self.decision)
        return {"expected": digest_bytes(canonical(said))}

    def blocked(self) -> str | None:
        """What keeps the request from going on; None where it is closed or may be released."""
        if isinstance(self.decision, RegistryError):
            return self.decision.what.splitlines()[0]
        if self.decision is None:
            return None
        if not self.stands:
            return CHANGED
        seats = ", ".join(f"{n} {role}" for role, n in self.seats().items())
        if self.request.state != RequestState.APPROVED:
            return f"waits for {seats}"
        over = self._approval().lapsed(self.context.clock())
        return over or (f"lacks sign-offs that count: {seats}" if seats else None)

    def expires(self) -> str | None:
        """When an approval ends."""
        approved = self.request.state == RequestState.APPROVED and self.stands
        return self._approval().expires if approved else None

    def _approval(self) -> Approval:
        return expiry(self.signoffs, self.request, self.needed)


def waiting(context: Context, session: Session, within: Any) -> list[Waiting]:
    """The requests ``within`` (ids, or a query of ids), oldest first."""
    query = (
        select(Request, Dataset, DatasetVersion, Source)
        .where(Request.version_id == DatasetVersion.id)
        .where(DatasetVersion.dataset_id == Dataset.id)
        .where(Dataset.source_id == Source.id)
        .where(col(Request.id).in_(within))
        .order_by(col(Request.id))
    )
    signed, untrue = _signed(session, within), distrusted(session)
    decided = _decided(context, session, within)
    rows = session.exec(query).all()
    names = names_of(session, {request.submitted_by for request, *_ in rows})
    found = []
    for request, dataset, version, source in rows:
        decision, subject = decided(request)
        signoffs = signed[row_id(request)]
        about = Found(dataset, version, source)
        found.append(Waiting(context, request, about, names, signoffs, decision, subject, untrue))
    return found


def _signed(session: Session, within: Any) -> defaultdict[int, list[SignOff]]:
    found: defaultdict[int, list[SignOff]] = defaultdict(list)
    query = (
        select(SignOff)
        .join(Request, col(Request.id) == SignOff.request_id)
        .where(col(Request.state).in_(OPEN_STATES), col(Request.id).in_(within))
        .order_by(col(SignOff.id))
    )
    for row in session.exec(query):
        found[row.request_id].append(row)
    return found


_Decided = Callable[[Request], tuple[Decision | RegistryError | None, Callable[[], Subject]]]


def _decided(context: Context, session: Session, within: Any) -> _Decided:
    """Decides on open requests as things are now, from what is read for all of them at once."""
    try:
        policies = effective_policies(session)
        known = _versions(session, policies, within)
    except RegistryError as error:
        failed = error
        return lambda request: (failed if request.state in OPEN_STATES else None, _nothing)
    now = context.clock()

    budgets = Budgets(session, now)
    budgets.expect({one.subject.source for one in known.values()})

    def decided(
        request: Request,
    ) -> tuple[Decision | RegistryError | None, Callable[[], Subject]]:
        one = known.get(request.version_id)
        if one is None or request.state not in OPEN_STATES:
            return None, _nothing
        wanted = wanted_by(request)
        try:
            spent = budgets.evidence(one.subject, wanted)
        except RegistryError as error:
            return error, _nothing
        found = decide(policies, one.subject, wanted, (*one.evidence, *spent), now, one.waivers)
        return found, lambda: one.subject

    return decided


def _nothing() -> Subject:
    raise LookupError("nothing was read of a request that is closed")


def _versions(session: Session, policies: Iterable[Policy], within: Any) -> dict[int, Recorded]:
    metrics = {
        metric for policy in policies for author, _ in policy.rules for metric in author.metrics
    }
    chunks = recorded(session, metrics, within=open_versions(within))
    return {one.id: one for chunk in chunks for one in chunk}


def open_requests() -> Any:
    """A query of the ids of all that are open."""
    return select(Request.id).where(col(Request.state).in_(OPEN_STATES))


def open_versions(within: Any) -> Any:
    """A query of the ids of the versions that open requests ``within`` are about."""
    of_open = col(Request.id).in_(within) & col(Request.state).in_(OPEN_STATES)
    return select(Request.version_id).where(of_open)
