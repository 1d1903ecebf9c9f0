"""Declares a batch: runs planned together before any is made, which count as one mechanism."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from registry.errors import InvalidInput
from registry.ledger.guarantee import read
from registry.ledger.losses import library_version
from registry.ledger.parts import upper_sum
from registry.ledger.planning import comes_to
from registry.log.canonical import canonical
from registry.records import Batch, Source
from registry.workflow.attempt import attempt
from registry.workflow.budgets.batch_plan import BatchPlan, require_simple
from registry.workflow.budgets.batches import require_unused
from registry.workflow.budgets.claimed import require_covered
from registry.workflow.budgets.terms import Signed, label_of, plan_of
from registry.workflow.budgets.two_people import declared
from registry.workflow.context import Context, Identity, Work
from registry.workflow.find import row_id, source_named
from registry.workflow.in_use import require_source_in_use
from registry.workflow.once import once
from registry.workflow.people.signing import ready
from registry.workflow.permissions import require
from registry.workflow.statement import signature_details

ACTION = "declare-batch"


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
    ``state`` is proposed until a second person has signed it.
    """

    batch: str
    source: str
    name: str
    epsilon: float
    delta: float
    library: str
    sum_of_epsilons: float | None
    sum_of_deltas: float | None
    runs: tuple[str, ...]
    state: str
    statement: str
    authentication: str


@once(ACTION)
def batch(context: Context, asked: Asked) -> Fixed:
    """Propose it, before any run of it is made, and compose all of them: it holds once a second
    person signs.

    Raises `InvalidInput` for a plan of which nothing follows, `Conflict` once the name is declared
    or a card named it.
    """
    _require_said(asked)
    epsilon = _composed(asked.plan)
    context = ready(context, ACTION)
    with attempt(context, ACTION) as work:
        identity = require(context, ACTION)
        source = source_named(work.session, asked.source)
        require_source_in_use(source)
        require_unused(work.session, source, asked.name)
        row = _row(identity, source, asked, epsilon)
        statement = declared(work, identity, ACTION, row)
        event = work.record(ACTION, "batch.proposed", details=told(work, row, statement))
        row.declared_at, row.event_seq = event.at, event.seq
        work.session.add(row)
        work.session.flush()
        work.session.add(statement.row(row, event.seq))
        work.session.flush()
        return result(work, identity, row, statement, "proposed")


def told(work: Work, row: Batch, statement: Signed) -> dict[str, object]:
    """What the log tells of either signature. The reason stays out: it may name people."""
    return {
        **{key: value for key, value in plan_of(work.session, row).items() if key != "reason"},
        "role": statement.role,
        "statement": statement.digest,
        **signature_details(statement.made),
    }


def result(work: Work, identity: Identity, row: Batch, statement: Signed, state: str) -> Fixed:
    """The batch as whoever signed it sees it."""
    runs = json.loads(row.runs)
    guarantees = [read(one["guarantee"]).guarantee for one in runs for _ in one["places"]]
    return Fixed(
        batch=label_of(row),
        source=work.session.get_one(Source, row.source_id).name,
        name=row.name,
        epsilon=row.epsilon,
        delta=row.delta,
        library=row.library,
        sum_of_epsilons=_sum(one.epsilon if one else None for one in guarantees),
        sum_of_deltas=_sum(one.delta if one else None for one in guarantees),
        runs=tuple(f"{row.name}/{place}" for one in runs for place in one["places"]),
        state=state,
        statement=statement.digest,
        authentication=identity.authentication,
    )


def _row(identity: Identity, source: Source, asked: Asked, epsilon: float) -> Batch:
    return Batch(
        source_id=row_id(source),
        name=asked.name,
        epsilon=epsilon,
        delta=asked.plan.delta,
        library=library_version(),
        runs=canonical(asked.plan.told).decode(),
        reason=asked.reason,
        declared_by=identity.account_id,
        declared_at="",
        event_seq=0,
    )


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


def _sum(figures: Iterable[float | None]) -> float | None:
    known = list(figures)
    stated = [one for one in known if one is not None]
    return upper_sum(stated) if len(stated) == len(known) else None
