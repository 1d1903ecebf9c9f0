"""Whether time runs forwards: an event of the future means that a clock was set."""

from collections.abc import Iterator
from datetime import timedelta

from sqlmodel import func, select

from registry.clock import moment
from registry.records import Event
from registry.workflow.doctor.finding import Finding, fault, ok
from registry.workflow.doctor.patient import Patient

NAME = "clock"
_ALLOWED = timedelta(minutes=5)


def check(patient: Patient) -> Iterator[Finding]:
    """No event is later than now."""
    latest = patient.session.exec(select(func.max(Event.at))).one()
    behind = moment(latest) - patient.context.clock() if latest else timedelta()
    if behind <= _ALLOWED:
        yield ok(NAME, "no event is later than now")
        return
    yield fault(
        NAME,
        f"the clock is behind the latest event by {timedelta(seconds=int(behind.total_seconds()))}",
        where=f"the latest event is of {latest}, this machine says {patient.context.now()}",
        todo="set the clock right; approvals, waivers and releases expire by it",
    )
