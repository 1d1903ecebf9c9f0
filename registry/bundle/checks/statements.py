"""Every signed statement says what was under review, and is the one that was recorded."""

from collections.abc import Mapping
from typing import Any

from registry.bundle.case import Case, digest_text
from registry.bundle.problem import Found, Problem
from registry.bundle.state import context, decided
from registry.bundle.told import Event
from registry.clock import moment

TITLE = "signed statements are about this"


def check(case: Case) -> Found:
    """For every signature in the log its statement, and in it the very same facts."""
    if case.submitted is None:
        return
    expected = under_review(case)
    for event in case.signed:
        found = case.signoffs.get(str(event.details.get("statement")))
        if found is None:
            yield Problem("statement-differs", f"the statement of event {event.seq} is not there")
            continue
        for what in _differences(found, expected, event):
            yield Problem("statement-differs", f"{what} in the statement of event {event.seq}")


def under_review(case: Case) -> dict[str, object]:
    """What everybody signed, but for who and when."""
    assert case.submitted is not None
    decision, data, asked = decided(case, case.submitted), case.record.dataset, context(case)
    evidence = {one.evidence_id for one in decision.findings if one.evidence_id}
    return {
        "request": case.request,
        "dataset": {
            "label": case.label,
            "content": data.content,
            "file": data.file,
            "card": data.card,
        },
        "context": {
            "use": asked.use,
            "audience": asked.audience,
            "jurisdiction": asked.jurisdiction,
        },
        "policies": [one._asdict() for one in decision.policies],
        "waivers": list(decision.waivers),
        "chosenFrom": case.submitted.details.get("chosenFrom", []),
        "evidence": sorted(evidence),
        "decision": {
            "digest": decision.digest,
            "outcome": decision.outcome,
            "body": digest_text(case.record.decision),
        },
    }


def _differences(
    said: Mapping[str, Any], expected: Mapping[str, object], event: Event
) -> list[str]:
    expected = {
        **expected,
        "role": event.details.get("role"),
        "meaning": "approve",
        "authentication": event.authentication,
    }
    found = {"waivers": [], "chosenFrom": [], **said}
    different = [key for key, value in expected.items() if found.get(key) != value]
    # The statement is written, then signed, then recorded.
    if moment(str(said.get("at"))) > event.time:
        different.append("at")
    return different
