"""SDMetrics' own scores, under their own ids, so that published numbers can be compared.

They are counted here, unsampled, and equal those of SDMetrics 0.32 itself.
"""

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
        formula="(mean share of valid values + share of columns stored alike) / 2",
        source=_SDMETRICS,
        evaluator="evaluators.sdmetrics_scores.diagnostic:diagnostic",
        profile="quick",
    ),
    MetricInfo(
        id="sdmetrics.quality",
        title="SDMetrics quality score",
        definition=2,
        direction="higher",
        unit="score",
        scope="",
        sampled=False,
        minimum_n=2,
        describes="Mean of column shapes and column pair trends, as SDMetrics reports it: where no "
        "pair is associated in the real table, the shapes alone.",
        formula="(column shapes + column pair trends) / 2",
        source=_SDMETRICS,
        evaluator="evaluators.sdmetrics_scores.quality:quality",
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
        formula="mean of 1 - max |F_real - F_synthetic|, or 1 - sum |p_real - p_synthetic| / 2",
        source=_SDMETRICS,
        evaluator="evaluators.sdmetrics_scores.quality:column_shapes",
        profile="quick",
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
        describes="Mean similarity over the pairs that are associated in the real table "
        "(|r| > .5 or Cramer's V > .3); each table has bins of its own.",
        formula="mean of 1 - |r_real - r_synthetic| / 2, or 1 - sum |p_real - p_synthetic| / 2",
        source=_SDMETRICS,
        evaluator="evaluators.sdmetrics_scores.quality:column_pair_trends",
    ),
)
