"""Whether anything outside protects the log, and whether the log still continues it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from sqlmodel import select

from registry.clock import moment
from registry.errors import IntegrityFailure, NotFound, RegistryError
from registry.records import Anchor
from registry.records.anchor import AnchorKind
from registry.workflow.auditing.checkpoints import log_verifier
from registry.workflow.auditing.exposure import Exposure, exposure
from registry.workflow.auditing.held import compared, held_at
from registry.workflow.doctor.finding import Finding, fault, ok, unchecked, warning
from registry.workflow.doctor.patient import Patient

NAME = "anchors"
_LONG = timedelta(days=7)
_ANCHOR = "run `registry audit anchor --to PLACE`, from cron"


def check(patient: Patient) -> Iterator[Finding]:
    """The exposure, and every anchor that can be read from here."""
    found = exposure(patient.session)
    yield _exposed(patient, found)
    for place in dict.fromkeys((*patient.anchors, *_recorded(patient))):
        yield _compared(patient, place)


def _exposed(patient: Patient, found: Exposure) -> Finding:
    if found.last is None:
        return warning(NAME, found.sentence, todo=_ANCHOR)
    age = patient.context.clock() - moment(found.last.at)
    if age > _LONG and found.since > found.own:
        return warning(NAME, f"{found.sentence}: {age.days} days", found.last.place, _ANCHOR)
    return ok(NAME, found.sentence, found.last.place)


def _recorded(patient: Patient) -> Iterator[str]:
    """Places of earlier anchors that can be reached; one that cannot may be mounted elsewhere."""
    query = select(Anchor.kind, Anchor.place).distinct()
    for kind, place in patient.session.exec(query):
        path = place.rpartition(":")[0] if kind == AnchorKind.GIT else place
        if kind != AnchorKind.RFC3161 and Path(path).is_dir():
            yield f"{kind}:{place}"


def _compared(patient: Patient, place: str) -> Finding:
    try:
        found = compared(patient.session, log_verifier(patient.context), held_at(place))
    except IntegrityFailure as error:
        return fault(NAME, error.what, error.where, error.todo)
    except NotFound as error:
        return warning(NAME, error.what, place, "look whether somebody removed what was anchored")
    except RegistryError as error:
        return unchecked(NAME, error.what, error.where or place, error.todo)
    held = "1 checkpoint" if found.anchors == 1 else f"{found.anchors} checkpoints"
    return ok(NAME, f"the log continues {held} in {place}", place)
