"""Declares a batch: runs planned together before any is made, which count as one mechanism."""

from collections.abc import Iterable
from dataclasses import dataclass

from registry.errors import InvalidInput
from registry.ledger.guarantee import read
from registry.ledger.losses import library_version
from registry.ledger.parts import upper_sum
from registry.ledger.planning import comes_to
from registry.log.canonical import canonical, digest_bytes
from registry.records import Batch
from registry.workflow.attempt import attempt
from registry.workflow.budgets.batch_plan import BatchPlan, require_simple
from registry.workflow.budgets.batches import DECLARING, require_unused
from registry.workflow.budgets.claimed import require_covered
from registry.workflow.context import Context
from registry.workflow.find import row_id, source_named
from registry.workflow.in_use import require_source_in_use
from registry.workflow.once import once
from registry.workflow.permissions import require


@dataclass(frozen=True)
class Asked:
    """The batch ``name`` of a source by its plan."""

    source: str
    name: str
    plan: BatchPlan
    reason: str


@dataclass(frozen=True)
class Fixed:
    """What all ``runs`` come to at ``delta``, one by one and as the batch; and how cards name them.

    The sums are of the epsilons and deltas that each run claims, None where one claims a rho.
    """

    source: str
    batch: str
    epsilon: float
    delta: float
    library: str
    sum_of_epsilons: float | None
    sum_of_deltas: float | None
    runs: tuple[str, ...]


@once(DECLARING)
def batch(context: Context, asked: Asked) -> Fixed:
    """Declare it, before any run of it is made, and compose all of them.

    Raises `InvalidInput` for a plan of which nothing follows, `Conflict` once the name is declared
    or a card named it.
    """
    _require_said(asked)
    epsilon = _composed(asked.plan)
    with attempt(context, DECLARING) as work:
        identity = require(context, DECLARING)
        source = source_named(work.session, asked.source)
        require_source_in_use(source)
        require_unused(work.session, source, asked.name)
        event = work.record(DECLARING, "batch.declared", details=_told(asked, epsilon))
        row = Batch(
            source_id=row_id(source),
            name=asked.name,
            epsilon=epsilon,
            delta=asked.plan.delta,
            library=library_version(),
            runs=canonical(asked.plan.told).decode(),
            reason=asked.reason,
            declared_by=identity.account_id,
            declared_at=event.at,
            event_seq=event.seq,
        )
        work.session.add(row)
        work.session.flush()
        return _fixed(asked, row)


def _require_said(asked: Asked) -> None:
    if not asked.reason.strip():
        raise InvalidInput(
            "a batch needs a reason",
            todo="say with --reason who fixed the plan, and that no run of it waits for another",
        )
    try:
        require_simple(asked.name)
    except ValueError as error:
        raise InvalidInput(f"{asked.name!r} is no name of a batch", expected=str(error)) from error


def _composed(plan: BatchPlan) -> float:
    """The epsilon of the whole; raises `InvalidInput` where a run claims less than it costs."""
    for one in plan.runs:
        require_covered(f"the guarantee planned at {one.places[0]}", one.claim)
    return comes_to(plan.claims, plan.delta)


def _told(asked: Asked, epsilon: float) -> dict[str, object]:
    return {
        "source": asked.source,
        "batch": asked.name,
        "epsilon": epsilon,
        "delta": asked.plan.delta,
        "library": library_version(),
        "runs": asked.plan.told,
        # A digest: what somebody writes here may name people, and the log outlives names.
        "reason": digest_bytes(asked.reason.encode()),
    }


def _fixed(asked: Asked, row: Batch) -> Fixed:
    guarantees = [read(one).guarantee for one in asked.plan.claims]
    return Fixed(
        source=asked.source,
        batch=row.name,
        epsilon=row.epsilon,
        delta=row.delta,
        library=row.library,
        sum_of_epsilons=_sum(one.epsilon if one else None for one in guarantees),
        sum_of_deltas=_sum(one.delta if one else None for one in guarantees),
        runs=tuple(f"{row.name}/{place}" for place in asked.plan.places),
    )


def _sum(figures: Iterable[float | None]) -> float | None:
    known = list(figures)
    stated = [one for one in known if one is not None]
    return upper_sum(stated) if len(stated) == len(known) else None
