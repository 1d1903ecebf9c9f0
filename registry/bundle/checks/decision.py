"""The policies decide now as they did: on the bundled evidence, at every step."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from registry.bundle.case import Case, digest_text
from registry.bundle.problem import Found, Problem
from registry.bundle.state import decided
from registry.policy.body import decision_body, finding_body
from registry.policy.engine import Decision, Finding

TITLE = "policies decide the same again"

_TERMS = (
    "outcome",
    "digest",
    "policies",
    "bases",
    "waivers",
    "quorum",
    "separation",
    "validForDays",
    "expiresAfterDays",
    "agreements",
    "signatures",
)
_OF_FINDINGS = ("rule", "policy", "scope", "outcome", "verdict", "observed", "margin", "level")


def check(case: Case) -> Found:
    """Re-executed at submission, at every signature and at the release."""
    if case.submitted is None:
        return
    told = case.submitted.details.get("body")
    if told is not None and told != digest_text(case.record.decision):
        yield Problem("decision-differs", "the decision is not the one that was recorded")
    for event in case.moments:
        found = decided(case, event)
        if found.outcome != "allow":
            yield Problem("not-allowed", f"{found.outcome} at event {event.seq}: {_why(found)}")
        yield from _differs(case, found, event.fact, event.details.get("decision"))
    yield from _recorded(case, decided(case, case.submitted))


def _differs(case: Case, found: Decision, fact: str, told: object) -> Found:
    if found.digest != told:
        yield Problem(
            "decision-differs", f"{fact} is of {told}, and it comes out as {found.digest}"
        )


def _recorded(case: Case, found: Decision) -> Found:
    """The stored decision against the one that comes out, margins included."""
    again, stored = decision_body(found), case.decision
    for term in _TERMS:
        if _plain(again.get(term)) != _plain(stored.get(term)):
            yield Problem("decision-differs", f"the recorded {term} is not what comes out")
    recorded = stored["findings"]
    alike = len(recorded) == len(found.findings) and all(map(_alike, found.findings, recorded))
    if not alike:
        yield Problem("decision-differs", "the recorded findings are not what comes out")


def _alike(finding: Finding, stored: Mapping[str, Any]) -> bool:
    """Whether a finding is the recorded one. What a budget comes to may differ by rounding: another
    machine's logarithm can end in another digit.
    """
    again = finding_body(finding)
    unlike = [key for key in _OF_FINDINGS if _plain(again.get(key)) != _plain(stored.get(key))]
    reckoned = finding.check is not None and finding.check.budget is not None
    return not unlike or (
        reckoned
        and {*unlike} <= {"observed", "margin"}
        and all(_close(again[key], stored[key]) for key in unlike)
    )


def _close(one: object, other: object) -> bool:
    return (
        isinstance(one, int | float)
        and isinstance(other, int | float)
        and math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-13)
    )


def _plain(value: object) -> str:
    """A value as text in which 1 and 1.0, which JSON does not tell apart, are the same."""
    if isinstance(value, float) and math.isinf(value):
        return repr("inf" if value > 0 else "-inf")
    if isinstance(value, float | int) and not isinstance(value, bool):
        return repr(float(value))
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{key}:{_plain(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_plain, value)) + "]"
    return repr(value)


def _why(found: Decision) -> str:
    return "; ".join(_reasons(found)) or "no reason"


def _reasons(found: Decision) -> Iterator[str]:
    for one in found.findings[:200]:
        if one.blocks:
            yield f"{one.rule} {one.message}"
