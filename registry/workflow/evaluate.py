"""Measures one version against its source's real tables and records what came out."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlmodel import col, select, update

from registry.log.canonical import canonical
from registry.records import DatasetVersion, Evaluation, Measurement, VersionState
from registry.store import objects
from registry.store.database import reading
from registry.workflow.attempt import attempt, refusals_logged
from registry.workflow.context import Context, Identity, Work
from registry.workflow.evaluation_inputs import Asked, Inputs, read_inputs, run_digest
from registry.workflow.evidence import (
    evaluation_digest,
    stored_facts,
    unaltered,
    versions_on_holdout,
)
from registry.workflow.find import Found, row_id, version_labelled
from registry.workflow.in_use import require_in_use
from registry.workflow.permissions import require
from registry.workflow.run_parts import Keeper, forget, kept

if TYPE_CHECKING:
    from evaluators.base import Measurement as Measured

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Evaluated:
    """What an evaluation came to.

    ``new`` is False where the same results were recorded before; ``served`` says when, where they
    were read from the record and nothing was measured. ``unasked`` are metrics with nothing to be
    measured for, with the reason; ``excluded`` columns are measured by few metrics.
    """

    label: str
    digest: str
    seed: int
    admissible: bool
    new: bool
    served: str | None
    measurements: tuple["Measured", ...]
    unasked: dict[str, str]
    excluded: dict[str, str]

    @property
    def measured(self) -> int:
        """How many figures have a value."""
        return len(self.measurements) - len(self.not_measurable)

    @property
    def not_measurable(self) -> "tuple[Measured, ...]":
        """Those that have none, each with its cause."""
        return tuple(one for one in self.measurements if one.status != "measured")

    @property
    def failed(self) -> bool:
        """Whether an evaluator broke down, so that another run may find more."""
        return any(one.failed for one in self.measurements)


@dataclass(frozen=True)
class _Run:
    id: str
    seed: int
    admissible: bool
    profile: str
    measurements: tuple["Measured", ...]
    histograms: list[dict[str, object]]
    seconds: float

    @property
    def figures(self) -> list[object]:
        """What was drawn beside the measurements, in their order."""
        return [figure for one in self.measurements for figure in one.figures]


def evaluate(
    context: Context,
    label: str,
    real: Path,
    holdout: Path,
    asked: Asked | None = None,
    progress: Progress | None = None,
) -> Evaluated:
    """Evaluate ``label`` (NAME@V). With a seed of the caller's choice, or another target than the
    card names, the run is exploratory: it is recorded and shown, and no policy reads it.

    The same inputs, seed and metrics are served from the record, unless asked to be ``fresh``; a
    run that was interrupted goes on where it was.
    """
    asked = asked or Asked()
    with refusals_logged(context, "evaluate", dataset=label):
        identity = require(context, "evaluate")
        with reading(context.engine) as session:
            found = version_labelled(session, label)
        require_in_use(found)
        path = context.file_of(found.version)
        objects.verify(path, found.version.file_digest)
        inputs = read_inputs(found, path, real, holdout, asked.target)
    seed = inputs.admissible_seed if asked.seed is None else asked.seed
    run = run_digest(inputs, asked, seed)
    if not asked.fresh and (before := _recorded(context, found, inputs, asked, run)):
        return before
    done = _measure(context, found, inputs, asked, seed, run, progress)
    with attempt(context, "evaluate", dataset=label) as work:
        return _record(work, identity, found, inputs, asked, done)


def _recorded(
    context: Context, found: Found, inputs: Inputs, asked: Asked, run: str
) -> Evaluated | None:
    """The evaluation that this very run came to before, unless an evaluator failed in it."""
    from evaluators.base import from_facts

    with reading(context.engine) as session:
        evaluation = session.exec(
            select(Evaluation)
            .where(Evaluation.version_id == row_id(found.version))
            .where(Evaluation.run == run)
            .order_by(col(Evaluation.id).desc())
        ).first()
        if evaluation is None:
            return None
        rows = unaltered(session, evaluation)
        measurements = tuple(from_facts(stored_facts(row), row.seconds) for row in rows)
    told = _told(found, evaluation, inputs, asked, measurements, evaluation.confirmed_at)
    return None if told.failed else told


def _measure(
    context: Context,
    found: Found,
    inputs: Inputs,
    asked: Asked,
    seed: int,
    run: str,
    progress: Progress | None,
) -> _Run:
    from evaluators.evaluation import in_order
    from evaluators.histograms import histograms

    started = time.perf_counter()
    finished = {} if asked.fresh else kept(context, found.label, run)
    measurements = in_order(
        inputs.tables,
        asked.metrics,
        seed=seed,
        jobs=asked.jobs,
        time_limit=asked.limit,
        progress=progress,
        finished=finished,
        keep=Keeper(context, found.label, run).keep,
    )
    return _Run(
        run,
        seed,
        seed == inputs.admissible_seed and inputs.committed_target,
        asked.profile,
        tuple(measurements),
        histograms(inputs.tables),
        time.perf_counter() - started,
    )


def _record(
    work: Work, identity: Identity, found: Found, inputs: Inputs, asked: Asked, run: _Run
) -> Evaluated:
    evaluation = _evaluation(work, identity, found, inputs, run)
    evaluation.digest = evaluation_digest(evaluation, (one.facts() for one in run.measurements))
    existing = work.session.exec(
        select(Evaluation)
        .where(Evaluation.version_id == evaluation.version_id)
        .where(Evaluation.digest == evaluation.digest)
    ).first()
    if existing:
        _confirm(work, found, existing)
    else:
        _insert(work, found, evaluation, run)
    forget(work, run.id)
    return _told(found, evaluation, inputs, asked, run.measurements, None, new=existing is None)


def _told(
    found: Found,
    evaluation: Evaluation,
    inputs: Inputs,
    asked: Asked,
    measurements: tuple["Measured", ...],
    served: str | None,
    *,
    new: bool = False,
) -> Evaluated:
    from evaluators.scopes import unasked

    return Evaluated(
        label=found.label,
        digest=evaluation.digest,
        seed=evaluation.seed,
        admissible=evaluation.admissible,
        new=new,
        served=served,
        measurements=measurements,
        unasked=unasked(inputs.tables, asked.metrics),
        excluded={name: inputs.kinds[name] for name in inputs.tables.excluded},
    )


def _evaluation(
    work: Work, identity: Identity, found: Found, inputs: Inputs, run: _Run
) -> Evaluation:
    now = work.context.now()
    return Evaluation(
        version_id=row_id(found.version),
        digest="",
        seed=run.seed,
        admissible=run.admissible,
        target=inputs.tables.target,
        training_digest=inputs.training.content_digest,
        holdout_digest=inputs.holdout.content_digest,
        synthetic_digest=inputs.synthetic.content_digest,
        histograms=json.dumps(run.histograms),
        evaluated_by=identity.account_id,
        evaluated_at=now,
        confirmed_at=now,
        seconds=run.seconds,
        profile=run.profile,
        kinds=canonical(inputs.kinds).decode(),
        run=run.id,
        figures=canonical(run.figures).decode(),
    )


def _insert(work: Work, found: Found, evaluation: Evaluation, run: _Run) -> None:
    work.session.add(evaluation)
    work.session.flush()
    work.session.add_all(_row(row_id(evaluation), one) for one in run.measurements)
    work.session.exec(
        update(DatasetVersion)
        .where(col(DatasetVersion.id) == row_id(found.version))
        .where(col(DatasetVersion.state) == VersionState.REGISTERED)
        .values(state=VersionState.EVALUATED)
    )
    _log(work, found, evaluation, "dataset.evaluated")


def _confirm(work: Work, found: Found, evaluation: Evaluation) -> None:
    """The same inputs gave the same results again: they are as fresh as this run."""
    evaluation.confirmed_at = work.context.now()
    work.session.add(evaluation)
    _log(work, found, evaluation, "evaluation.confirmed")


def _log(work: Work, found: Found, evaluation: Evaluation, fact: str) -> None:
    work.record(
        "evaluate",
        fact,
        dataset=found.label,
        details={
            "evaluation": evaluation.digest,
            "seed": evaluation.seed,
            "admissible": evaluation.admissible,
            "versionsOnHoldout": versions_on_holdout(work.session, evaluation.holdout_digest),
        },
    )


def _row(evaluation_id: int, one: "Measured") -> Measurement:
    fields = {name: value for name, value in vars(one).items() if name != "figures"}
    for name in ("scope", "parameters", "versions"):
        fields[name] = canonical(fields[name]).decode()
    return Measurement(evaluation_id=evaluation_id, **fields)
