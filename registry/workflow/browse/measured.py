"""What was measured of one version's whole table: the figures that an overview has room for."""

from sqlmodel import col, select

from registry.records import Evaluation, Measurement
from registry.reports.facts import MeasurementFacts
from registry.store.database import reading
from registry.workflow.browse.version import VersionRecord
from registry.workflow.context import Context
from registry.workflow.find import row_id
from registry.workflow.reports.version import measurement_facts

WHOLE = "[]"
"""The scope of a figure of the whole table, as it is stored."""


def whole_table(context: Context, record: VersionRecord) -> tuple[MeasurementFacts, ...]:
    """The figures of the latest admissible evaluation; none where there was no evaluation."""
    latest = (
        select(Evaluation.id)
        .where(Evaluation.version_id == row_id(record.found.version))
        .where(col(Evaluation.admissible).is_(True))
        .order_by(col(Evaluation.id).desc())
        .limit(1)
        .scalar_subquery()
    )
    with reading(context.engine) as session:
        rows = session.exec(
            select(Measurement)
            .where(Measurement.evaluation_id == latest)
            .where(Measurement.scope == WHOLE)
            .order_by(col(Measurement.id))
        ).all()
    return tuple(measurement_facts(one) for one in rows)
