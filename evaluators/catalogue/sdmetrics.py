"""SDMetrics' own scores, under their own ids, so that published numbers can be compared."""

from __future__ import annotations

from typing import Final

from evaluators.catalogue.metric import MetricInfo

_SDMETRICS: Final = "SDMetrics 0.32 single-table reports, docs.sdv.dev/sdmetrics"

METRICS: Final[tuple[MetricInfo, ...]] = (
    MetricInfo(
        id="sdmetrics.diagnostic",
        title="SDMetrics diagnostic score",
        definition=1,
        direction="higher",
        unit="score",
        scope="",
        sampled=False,
        minimum_n=2,
        describes="Mean of data validity (ranges, categories) and data structure (names, types).",
        formula="",
        source=_SDMETRICS,
        evaluator="evaluators.validity.diagnostic:diagnostic",
    ),
    MetricInfo(
        id="sdmetrics.quality",
        title="SDMetrics quality score",
        definition=1,
        direction="higher",
        unit="score",
        scope="",
        sampled=False,
        minimum_n=2,
        describes="Mean of column shapes and column pair trends, as SDMetrics reports it.",
        formula="",
        source=_SDMETRICS,
        evaluator="evaluators.fidelity.quality:quality",
    ),
    MetricInfo(
        id="sdmetrics.column_shapes",
        title="SDMetrics column shapes",
        definition=1,
        direction="higher",
        unit="score",
        scope="",
        sampled=False,
        minimum_n=2,
        describes="Mean over columns of the KS or TV complement; missing values are left out.",
        formula="",
        source=_SDMETRICS,
        evaluator="evaluators.fidelity.quality:column_shapes",
    ),
    MetricInfo(
        id="sdmetrics.column_pair_trends",
        title="SDMetrics column pair trends",
        definition=1,
        direction="higher",
        unit="score",
        scope="",
        sampled=False,
        minimum_n=2,
        describes="Mean similarity over the pairs that are associated in the real table.",
        formula="",
        source=_SDMETRICS,
        evaluator="evaluators.fidelity.quality:column_pair_trends",
    ),
)
