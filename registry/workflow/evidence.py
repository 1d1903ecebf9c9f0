"""Stored evidence: its digest, rebuilt from the rows, and which of it a policy may read."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from sqlmodel import Session, col, func, select

from registry.errors import IntegrityFailure
from registry.log.canonical import digest, digest_bytes
from registry.records import Evaluation, Measurement
from registry.workflow.find import row_id
from registry.workflow.recorded import EvaluationRow, MeasurementRow

DRAWN = ("histograms", "figures")
_TEXTS = ("scope", "parameters", "versions")
E = TypeVar("E", bound=EvaluationRow)
M = TypeVar("M", bound=MeasurementRow)
_APART = {"id", "evaluation_id", "seconds"}


def evaluation_digest(evaluation: Evaluation, measurements: Iterable[Mapping[str, object]]) -> str:
    """What identifies an evaluation: inputs, seed, results and what is drawn, not when it was."""
    return digest(evaluation_facts(evaluation, measurements))


def evaluation_facts(
    evaluation: Evaluation, measurements: Iterable[Mapping[str, object]]
) -> dict[str, object]:
    """What the digest of an evaluation covers."""
    facts: dict[str, object] = {
        "training": evaluation.training_digest,
        "holdout": evaluation.holdout_digest,
        "synthetic": evaluation.synthetic_digest,
        "target": evaluation.target,
        "seed": evaluation.seed,
        "admissible": evaluation.admissible,
        "measurements": list(measurements),
    }
    if evaluation.kinds is not None:  # evaluations from before column types were recorded
        facts |= {"profile": evaluation.profile, "kinds": json.loads(evaluation.kinds)}
    if evaluation.figures is not None:  # evaluations from before figures were stored
        facts |= {name: _digest_of(getattr(evaluation, name)) for name in DRAWN}
    return facts


def _digest_of(text: str) -> str:
    """What stands for a text in the facts: a bundle carries them, and need not carry all that."""
    return digest_bytes(text.encode())


def stored_facts(row: Measurement) -> dict[str, object]:
    """A stored measurement as the facts it was made of."""
    fields = row.model_dump(exclude=_APART)
    return {**fields, **{name: json.loads(fields[name]) for name in _TEXTS}}


def measurements_of(session: Session, evaluation: Evaluation) -> Sequence[Measurement]:
    """The measurements of an evaluation, in the order in which they were made."""
    return session.exec(
        select(Measurement)
        .where(Measurement.evaluation_id == row_id(evaluation))
        .order_by(col(Measurement.id))
    ).all()


def unaltered(session: Session, evaluation: Evaluation) -> Sequence[Measurement]:
    """Its measurements; raises `IntegrityFailure` if they are not those that were recorded."""
    rows = measurements_of(session, evaluation)
    found = evaluation_digest(evaluation, map(stored_facts, rows))
    if found != evaluation.digest:
        raise IntegrityFailure(
            f"the stored measurements of evaluation {evaluation.digest} were changed",
            expected=f"{evaluation.digest}, found {found}",
            todo="run `registry audit verify` and find out who changed them",
        )
    return rows


def versions_on_holdout(session: Session, holdout_digest: str) -> int:
    """How many versions were measured against a holdout: each one chosen by it wears it out."""
    versions = func.count(func.distinct(col(Evaluation.version_id)))
    return session.exec(
        select(versions).where(col(Evaluation.holdout_digest) == holdout_digest)
    ).one()


def readable(session: Session, version_id: int) -> list[tuple[Evaluation, Measurement]]:
    """What policies may read: admissible evaluations, less the gaps that others fill.

    Where results differ, all of them stay and the worst decides. But a figure that could not be
    measured is no result: one measured later from the same inputs takes its place, and so does a
    utility figure where no target had been named at all.
    """
    evaluations = session.exec(
        select(Evaluation)
        .where(Evaluation.version_id == version_id)
        .where(col(Evaluation.admissible).is_(True))
        .order_by(col(Evaluation.id))
    ).all()
    return unfilled([(one, row) for one in evaluations for row in unaltered(session, one)])


def unfilled(pairs: Sequence[tuple[E, M]]) -> list[tuple[E, M]]:
    """Figures of one version with their evaluations, less the gaps that others fill."""
    return [pair for pair in pairs if not _filled(pair, pairs)]


def _filled(pair: tuple[E, M], pairs: Iterable[tuple[E, M]]) -> bool:
    evaluation, row = pair
    if row.status == "measured":
        return False
    return any(
        other.status == "measured"
        and (other.metric, other.scope) == (row.metric, row.scope)
        and _same_inputs(evaluation, by)
        for by, other in pairs
    )


def _same_inputs(gap: EvaluationRow, by: EvaluationRow) -> bool:
    same = (gap.training_digest, gap.holdout_digest) == (by.training_digest, by.holdout_digest)
    return same and (gap.target is None or gap.target == by.target)
