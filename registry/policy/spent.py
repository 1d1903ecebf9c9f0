"""A figure of a source's budget as evidence."""

from __future__ import annotations

from registry.policy.facts import Evidence, Subject


def spent(subject: Subject, metric: str, value: float | None, why: str) -> Evidence:
    """Of the whole source; ``value`` is None where nothing can be said, and ``why`` says why."""
    return Evidence(
        # Not a digest of the figures: a decision stands while its outcomes do, whatever else is
        # released meanwhile.
        id=f"ledger:{subject.source}",
        metric=metric,
        scope=(),
        status="not-measurable" if value is None else "measured",
        value=value,
        low=value,
        high=value,
        n=None,
        measured_at=None,
        holdout=None,
        dataset_digest=subject.content_digest,
        cause=why,
    )
