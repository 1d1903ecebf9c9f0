"""Whether people prove who they are."""

from collections.abc import Iterator

from registry.workflow.doctor.finding import Finding, ok, warning
from registry.workflow.doctor.patient import Patient

NAME = "mode"


def check(patient: Patient) -> Iterator[Finding]:
    """In local mode a name is claimed and not proven."""
    if patient.settings.mode != "local":
        yield ok(NAME, "people sign in")
        return
    yield warning(
        NAME,
        "local mode: names are claimed with --as, and every sign-off says so",
        where=patient.settings.folder / "registry.toml",
        todo='set mode = "signed-in" before anything is decided here that counts',
    )
