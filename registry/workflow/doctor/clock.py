"""Whether time runs forwards: an event of the future means that a clock was set."""

from collections.abc import Iterator
from datetime import timedelta

from registry.clock import moment
from registry.store.events import last_time
from registry.store.time_order import TOLERANCE, rounded
from registry.workflow.doctor.finding import Finding, fault, ok
from registry.workflow.doctor.patient import Patient

NAME = "clock"


def check(patient: Patient) -> Iterator[Finding]:
    """The last event is not later than now."""
    latest = last_time(patient.session)
    behind = moment(latest) - patient.context.clock() if latest else timedelta()
    if behind <= TOLERANCE:
        yield ok(NAME, "the last event is not later than now")
        return
    yield fault(
        NAME,
        f"the clock is behind the last event by {rounded(behind)}",
        where=f"the last event is of {latest}, this machine says {patient.context.now()}",
        todo="set the clock right, or if the event's was wrong run `registry audit correct-clock`; "
        "approvals, waivers and releases expire by it",
    )
