"""Measures one version against its source's real tables and records what came out."""

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlmodel import col, select, update

from registry.errors import InvalidInput
from registry.log.canonical import canonical
from registry.marked_yaml import suggestion
from registry.records import DatasetVersion, Evaluation, Measurement, Source, VersionState
from registry.store import objects
from registry.store.database import reading
from registry.workflow.attempt import attempt, refusals_logged
from registry.workflow.context import Context, Identity, Work
from registry.workflow.evidence import evaluation_digest
from registry.workflow.find import Found, row_id, version_labelled
from registry.workflow.gate import card_of
from registry.workflow.permissions import require
from registry.workflow.tables import ReadTable, as_invalid, read_table

if TYPE_CHECKING:
    from evaluators.base import Measurement as Measured

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Evaluated:
    """What an evaluation came to; ``new`` is False where the same results were recorded before."""

    label: str
    digest: str
    seed: int
    admissible: bool
    measured: int
    not_measurable: tuple[tuple[str, tuple[str, ...], str], ...]
    new: bool
    measurements: tuple["Measured", ...]


@dataclass(frozen=True)
class _Inputs:
    training: ReadTable
    holdout: ReadTable
    synthetic: ReadTable
    target: str | None
    committed_target: bool


@dataclass(frozen=True)
class _Run:
    seed: int
    admissible: bool
    measurements: tuple["Measured", ...]
    histograms: list[dict[str, object]]
    seconds: float


def evaluate(
    context: Context,
    label: str,
    real: Path,
    holdout: Path,
    *,
    target: str | None = None,
    seed: int | None = None,
    progress: Progress | None = None,
) -> Evaluated:
    """Evaluate ``label`` (NAME@V). With a ``seed`` of the caller's choice, or another target than
    the card names, the run is exploratory: it is recorded and shown, and no policy reads it.
    """
    with refusals_logged(context, "evaluate", dataset=label):
        identity = require(context, "evaluate")
        with reading(context.engine) as session:
            found = version_labelled(session, label)
        path = context.file_of(found.version)
        objects.verify(path, found.version.file_digest)
        inputs = _read(found, path, real, holdout, target)
    run = _measure(inputs, seed, progress)
    with attempt(context, "evaluate", dataset=label) as work:
        return _record(work, identity, found, inputs, run)


def _read(found: Found, path: Path, real: Path, holdout: Path, target: str | None) -> _Inputs:
    card_target = card_of(found).target
    target = target or card_target
    training, held = read_table(real), read_table(holdout)
    source = found.source
    _require_committed(training, source.training_content_digest, source, real, "training table")
    _require_committed(held, source.holdout_content_digest, source, holdout, "holdout")
    synthetic = read_table(path)
    if target is not None and target not in training.columns:
        raise InvalidInput(
            f"the target {target!r} is no column", expected=suggestion(target, training.columns)
        )
    committed = card_target is None or target == card_target
    return _Inputs(training, held, synthetic, target, committed)


def _require_committed(
    table: ReadTable, committed: str, source: Source, path: Path, what: str
) -> None:
    if table.content_digest != committed:
        raise InvalidInput(
            f"this is not the {what} that was committed for the source {source.name!r}",
            where=str(path),
            expected=f"content {committed}, found {table.content_digest}",
            todo=f"give the {what} of `registry sources show {source.name}`",
        )


def _measure(inputs: _Inputs, seed: int | None, progress: Progress | None) -> _Run:
    from evaluators.base import TableError
    from evaluators.histograms import histograms
    from evaluators.run import run
    from evaluators.seed import admissible_seed
    from evaluators.tables import align

    admissible = admissible_seed(
        inputs.training.content_digest,
        inputs.holdout.content_digest,
        inputs.synthetic.content_digest,
    )
    chosen = admissible if seed is None else seed
    started = time.perf_counter()
    try:
        tables = align(
            inputs.training.frame, inputs.holdout.frame, inputs.synthetic.frame, inputs.target
        )
    except TableError as error:
        raise as_invalid(error) from error
    measurements = tuple(run(tables, seed=chosen, progress=progress))
    return _Run(
        chosen,
        chosen == admissible and inputs.committed_target,
        measurements,
        histograms(tables),
        time.perf_counter() - started,
    )


def _record(work: Work, identity: Identity, found: Found, inputs: _Inputs, run: _Run) -> Evaluated:
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
    missing = tuple(
        (one.metric, one.scope, one.cause or "")
        for one in run.measurements
        if one.status != "measured"
    )
    return Evaluated(
        label=found.label,
        digest=evaluation.digest,
        seed=run.seed,
        admissible=run.admissible,
        measured=len(run.measurements) - len(missing),
        not_measurable=missing,
        new=existing is None,
        measurements=run.measurements,
    )


def _evaluation(
    work: Work, identity: Identity, found: Found, inputs: _Inputs, run: _Run
) -> Evaluation:
    now = work.context.now()
    return Evaluation(
        version_id=row_id(found.version),
        digest="",
        seed=run.seed,
        admissible=run.admissible,
        target=inputs.target,
        training_digest=inputs.training.content_digest,
        holdout_digest=inputs.holdout.content_digest,
        synthetic_digest=inputs.synthetic.content_digest,
        histograms=json.dumps(run.histograms),
        evaluated_by=identity.account_id,
        evaluated_at=now,
        confirmed_at=now,
        seconds=run.seconds,
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
        },
    )


def _row(evaluation_id: int, one: "Measured") -> Measurement:
    fields = asdict(one)
    for name in ("scope", "parameters", "versions"):
        fields[name] = canonical(fields[name]).decode()
    return Measurement(evaluation_id=evaluation_id, **fields)
