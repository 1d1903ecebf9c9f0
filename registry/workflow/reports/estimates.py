"""The measured figures that findings read, with their intervals and units."""

import json
from collections.abc import Iterable

from sqlmodel import Session, col, select

from registry.policy.engine import Finding
from registry.records import Evaluation, Measurement
from registry.reports.estimates import place
from registry.reports.facts import Estimate, Place


def measured_behind(
    session: Session, version_id: int, findings: Iterable[Finding]
) -> dict[Place, Estimate]:
    """What stands where the findings read; a claim and a budget stand elsewhere."""
    places = {at for one in findings if (at := place(one))}
    if not places:
        return {}
    row, evaluation = Measurement, Evaluation
    rows = session.execute(
        select(  # type: ignore[call-overload]
            evaluation.digest,
            row.metric,
            row.scope,
            row.value,
            row.low,
            row.high,
            row.interval,
            row.unit,
        )
        .join(evaluation, col(evaluation.id) == col(row.evaluation_id))
        .where(evaluation.version_id == version_id)
        .where(col(evaluation.digest).in_({digest for digest, _, _ in places}))
        .where(col(row.metric).in_({metric for _, metric, _ in places}))
    )
    found = {
        (one.digest, one.metric, tuple(json.loads(one.scope))): Estimate(
            one.value, one.low, one.high, one.interval, one.unit
        )
        for one in rows
    }
    return {at: found[at] for at in places if at in found}
