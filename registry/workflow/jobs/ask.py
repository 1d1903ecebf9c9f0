"""Asks for an evaluation behind the desk: ``J-3`` waits until a server claims it."""

import json
from contextlib import AbstractContextManager

from sqlmodel import Session, col, select

from registry.errors import Conflict
from registry.records import OPEN_JOBS, Job
from registry.store.database import writing
from registry.workflow.attempt import refusals_logged
from registry.workflow.context import Context
from registry.workflow.evaluation_inputs import Asked
from registry.workflow.find import row_id, version_labelled
from registry.workflow.in_use import require_in_use
from registry.workflow.jobs.find import job_label
from registry.workflow.jobs.real_tables import RealTables
from registry.workflow.once import once
from registry.workflow.permissions import require


@once("evaluate")
def ask(context: Context, label: str, tables: RealTables, asked: Asked | None = None) -> str:
    """The new job that evaluates NAME@V as ``asked``; `Conflict` where one is open already.

    Nothing is measured yet, so no event tells of it: the log does when it starts.
    """
    asked = asked or Asked()
    assert asked.metrics  # raises for a profile there is not
    with refusals_logged(context, "evaluate", dataset=label):
        identity = require(context, "evaluate")
        with _transaction(context) as session:
            found = version_labelled(session, label)
            require_in_use(found)
            same = select(Job).where(Job.version_id == row_id(found.version))
            if other := session.exec(same.where(col(Job.state).in_(OPEN_JOBS))).first():
                raise Conflict(
                    f"{label} is being evaluated already, by {job_label(other)}",
                    todo="wait for it, or cancel it",
                )
            row = Job(
                version_id=row_id(found.version),
                asked=json.dumps(
                    {"profile": asked.profile, "probe": asked.probe, "fresh": asked.fresh}
                ),
                training=str(tables.training),
                holdout=str(tables.holdout),
                uploaded=tables.uploaded,
                asked_by=identity.account_id,
                authentication=identity.authentication,
                asked_at=context.now(),
            )
            session.add(row)
            session.flush()
            return job_label(row)


def _transaction(context: Context) -> AbstractContextManager[Session]:
    """One that takes the result of a call under a key along, or one that touches no log."""
    if context.call:
        return context.call.transaction(context)
    return writing(context.engine, log=False)
