"""Whether the tables that only grow are guarded."""

from collections.abc import Iterator

from registry.store import triggers
from registry.workflow.doctor.finding import Finding, fault, ok
from registry.workflow.doctor.patient import Patient

NAME = "triggers"


def check(patient: Patient) -> Iterator[Finding]:
    """Every append-only trigger stands as it was made, and no other does."""
    found = triggers.faults(patient.session.connection())
    for one in found:
        yield fault(
            NAME,
            f"{one}: the log was open to changes",
            todo="find out who changed the database; run `registry audit verify --anchor` on "
            "every anchor held outside before the trigger is made anew",
        )
    if not found:
        yield ok(NAME, "every append-only trigger stands")
