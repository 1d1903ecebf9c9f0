"""What audits of a claimed epsilon show, as evidence."""

from __future__ import annotations

from collections.abc import Iterator

from registry.policy.facts import Evidence, Subject
from registry.policy.known import CONTRADICTED, LOWER_BOUND


def audited(
    subject: Subject, lower_bound: float | None, contradicting: int | None, why: str | None = None
) -> Iterator[Evidence]:
    """The audits of a version: how many contradict its claim, and the bound of those with scores.

    ``contradicting`` is None where nobody can say, and ``why`` says why. Without an audit none
    contradicts, and there is no bound: a rule that demands an audit asks for the bound.
    """
    yield _figure(subject, CONTRADICTED, contradicting, why)
    if contradicting is None or lower_bound is not None:
        yield _figure(subject, LOWER_BOUND, lower_bound, why)


def _figure(subject: Subject, metric: str, value: float | None, why: str | None) -> Evidence:
    number = None if value is None else float(value)
    return Evidence(
        # Not a digest of the audits: a decision stands while what they show does.
        id=f"dp-audits:{subject.dataset}@{subject.version}",
        metric=metric,
        scope=(),
        status="not-measurable" if number is None else "measured",
        value=number,
        low=number,
        high=number,
        n=None,
        measured_at=None,
        holdout=None,
        dataset_digest=subject.content_digest,
        cause=why,
    )
