"""Cancels a job: its process notices that it lost its claim, and stops."""

from registry.errors import Conflict
from registry.records import OPEN_JOBS, JobState
from registry.workflow.attempt import attempt
from registry.workflow.context import Context
from registry.workflow.jobs.claim import end
from registry.workflow.jobs.find import job_label, job_labelled, version_label
from registry.workflow.once import once
from registry.workflow.permissions import require


@once("evaluate")
def cancel(context: Context, label: str) -> None:
    """Cancel J-3; whoever may evaluate may. `Conflict` where it ended already."""
    with attempt(context, "evaluate") as work:
        identity = require(context, "evaluate")
        row = job_labelled(work.session, label)
        if row.state not in OPEN_JOBS:
            raise Conflict(f"{job_label(row)} is {row.state} already", expected="an open job")
        row.cancelled_by = identity.account_id
        end(work, row, JobState.CANCELLED, f"cancelled by {identity.name}")
        work.record(
            "evaluate",
            "job.cancelled",
            dataset=version_label(work.session, row),
            details={"job": job_label(row)},
        )
