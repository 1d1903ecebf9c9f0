"""What audits of the claimed epsilon showed at a place of the log, by the events that tell."""

from __future__ import annotations

from collections.abc import Iterator

from registry.bundle.case import Case
from registry.bundle.told import Event
from registry.ledger.audits import PLANNED, SUBMITTED, shown, with_scores
from registry.policy.audited import audited
from registry.policy.facts import Evidence, Subject


def shown_at(case: Case, subject: Subject, at: Event) -> Iterator[Evidence]:
    """What policies could read of the audits of the version just before an event."""
    told = [one for one in case.about_version(PLANNED, SUBMITTED) if one.seq < at.seq]
    try:
        found = shown(with_scores(told), case.claims[case.record.dataset.card])
    except ValueError as error:
        return audited(subject, None, None, str(error))
    return audited(subject, found.lower_bound, found.contradicting)
