"""Fidelity: how well the statistics of the real table are preserved."""

from __future__ import annotations

from typing import Final

from evaluators.catalogue.metric import MetricInfo

METRICS: Final[tuple[MetricInfo, ...]] = (
    MetricInfo(
        id="fidelity.shape",
        title="Column shape",
        definition=1,
        direction="higher",
        unit="score",
        scope="column",
        sampled=False,
        minimum_n=2,
        describes="KS complement of a continuous, TV complement of a discrete column; "
        "missing counts as a value. A function of the two tables, nothing is resampled.",
        formula="",
        source="KSComplement and TVComplement of SDMetrics 0.32, with missing values counted",
        evaluator="evaluators.fidelity.shape:shape",
    ),
    MetricInfo(
        id="fidelity.trend",
        title="Column pair trend",
        definition=1,
        direction="higher",
        unit="score",
        scope="pair",
        sampled=False,
        minimum_n=2,
        describes="Correlation similarity of two continuous columns, contingency similarity "
        "otherwise. A function of the two tables, nothing is resampled.",
        formula="",
        source="CorrelationSimilarity and ContingencySimilarity of SDMetrics 0.32, no pair "
        "dropped, bins from the real table with open ends",
        evaluator="evaluators.fidelity.trend:trend",
    ),
)
