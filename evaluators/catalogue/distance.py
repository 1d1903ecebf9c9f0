"""Privacy by matching and distance: copies, closest records, membership inference."""

from __future__ import annotations

from typing import Final

from evaluators.catalogue.metric import MetricInfo

METRICS: Final[tuple[MetricInfo, ...]] = (
    MetricInfo(
        id="privacy.exact_match",
        title="Synthetic rows identical to a training row",
        definition=1,
        direction="lower",
        unit="share",
        scope="",
        sampled=True,
        minimum_n=30,
        describes="Share of synthetic rows equal in every column to a row of the real table.",
        formula="",
        source="Wilson (1927), JASA 22, 209-212, for the interval over synthetic rows",
        evaluator="evaluators.privacy.exact_match:exact_match",
    ),
    MetricInfo(
        id="privacy.exact_match.excess",
        title="Identical rows beyond chance",
        definition=1,
        direction="lower",
        unit="share difference",
        scope="",
        sampled=True,
        minimum_n=30,
        describes="Share identical to a training row minus share identical to a holdout row, "
        "both references of equal size, because real tables hold natural duplicates.",
        formula="",
        source="Bonett and Price (2012), J. Educ. Behav. Stat. 37, 479-488, for the paired part; "
        "occupancy variance for the references",
        evaluator="evaluators.privacy.exact_match:excess",
    ),
)
