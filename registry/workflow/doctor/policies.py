"""Whether the policies in effect can still be read."""

from collections.abc import Iterator

from registry.errors import RegistryError
from registry.workflow.doctor.finding import Finding, fault, ok, warning
from registry.workflow.doctor.patient import Patient
from registry.workflow.gate import effective_documents, effective_policies, loaded

NAME = "policies"


def check(patient: Patient) -> Iterator[Finding]:
    """Every policy in effect loads, from the bytes that were published."""
    documents, broken = effective_documents(patient.session), 0
    for row in documents:
        try:
            loaded(row)
        except RegistryError as error:
            broken += 1
            yield fault(
                NAME,
                f"the policy {row.policy_id} {row.version} cannot be loaded: {error.what}",
                where=row.file_name,
                todo="publish a version that loads; until then nothing can be decided by it",
            )
    if not documents:
        yield warning(NAME, "no policy is in effect", todo="run `registry policy publish`")
    elif not broken:
        yield _with_bases(patient, len(documents))


def _with_bases(patient: Patient, count: int) -> Finding:
    """Whether the bases that policies extend are there as well."""
    try:
        effective_policies(patient.session)
    except RegistryError as error:
        return fault(
            NAME,
            f"the policies in effect do not fit together: {error.what}",
            where=error.where,
            todo="publish the base that is missing, or a version that needs none",
        )
    return ok(NAME, f"{count} in effect, and all load")
