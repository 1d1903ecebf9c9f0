"""The policies are those that were published, and all that were in effect."""

from registry.bundle.case import Case
from registry.bundle.problem import Found, Problem
from registry.bundle.state import published
from registry.log.canonical import canonical
from registry.policy.loader import Policy

TITLE = "policies as they were published"


def normalised(policy: Policy) -> str:
    """What a policy says, parameters filled in and defaults written out, as canonical JSON."""
    document = policy.document.model_dump(mode="json", by_alias=True, exclude_none=True)
    return canonical(document).decode()


def check(case: Case) -> Found:
    """Bytes against events, the normalised JSON against the bytes, and none left out."""
    ever = published(case, case.log.events[-1].seq + 1)
    told = {(one.details["policy"], one.details["version"]): one for one in ever}
    for text, policy in zip(case.record.policies, case.library.values(), strict=True):
        event = told.get((policy.id, policy.version))
        if event is None or event.details.get("digest") != policy.digest:
            yield Problem(
                "policy-differs", f"{policy.id} {policy.version} is not what was published"
            )
        if normalised(policy) != text.normalised:
            yield Problem(
                "policy-differs",
                f"{policy.id} {policy.version} says something else in JSON than in its file",
            )
    yield from _missing(case)


def _missing(case: Case) -> Found:
    """Every version before the end, for the range of an `extends` may take any of them."""
    end = case.granted or case.approved or case.submitted
    for event in published(case, end.seq) if end else ():
        if event.details["digest"] not in case.library:
            name = f"{event.details['policy']} {event.details['version']}"
            yield Problem("policy-missing", f"{name} was published in event {event.seq}")
