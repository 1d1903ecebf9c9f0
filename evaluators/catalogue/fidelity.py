"""Fidelity: how well the statistics of the real table are preserved."""

from __future__ import annotations

from typing import Final

from evaluators.catalogue.metric import MetricInfo

_ACCURACY: Final = "Platzer and Reutterer (2021), Frontiers in Big Data 4:679939"

METRICS: Final[tuple[MetricInfo, ...]] = (
    MetricInfo(
        id="fidelity.quality",
        title="Overall quality",
        definition=1,
        direction="higher",
        unit="score",
        scope="",
        sampled=False,
        minimum_n=2,
        describes="Mean of three means: of column shapes, of pair trends and of missingness, over "
        "every column and every pair. Nothing is dropped; a pair without a correlation enters with "
        "its contingency similarity.",
        formula="(mean shape + mean trend + mean missingness) / 3",
        source="The quality score of SDMetrics 0.32 (mean of Column Shapes and Column Pair "
        "Trends), with missingness as a third part and no pair left out",
        evaluator="evaluators.fidelity.overall:quality",
        profile="quick",
    ),
    MetricInfo(
        id="fidelity.shape",
        title="Column shape",
        definition=1,
        direction="higher",
        unit="score",
        scope="column",
        sampled=False,
        minimum_n=2,
        describes="KS complement of a column with an order, TV complement of any other; "
        "missing counts as a value. A function of the two tables, nothing is resampled.",
        formula="1 - max |F_real - F_synthetic|, or 1 - sum |p_real - p_synthetic| / 2",
        source="KSComplement and TVComplement of SDMetrics 0.32, with missing values counted",
        evaluator="evaluators.fidelity.shape:shape",
        profile="quick",
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
        formula="1 - |r_real - r_synthetic| / 2, or 1 - sum |p_real - p_synthetic| / 2 over the "
        "cells of both columns",
        source="CorrelationSimilarity and ContingencySimilarity of SDMetrics 0.32, no pair "
        "dropped, bins from the real table with open ends",
        evaluator="evaluators.fidelity.trend:trend",
        profile="quick",
    ),
    MetricInfo(
        id="fidelity.missingness",
        title="Missing values",
        definition=1,
        direction="higher",
        unit="score",
        scope="column",
        sampled=False,
        minimum_n=2,
        describes="How alike the shares of missing values are; the parameters say how alike it is "
        "with which other columns they go missing together.",
        formula="1 - |share missing in real - share missing in synthetic|",
        source="MissingValueSimilarity of SDMetrics 0.32; joint patterns after Rubin (1976), "
        "Biometrika 63, 581-592",
        evaluator="evaluators.fidelity.missingness:missingness",
        profile="quick",
    ),
    MetricInfo(
        id="fidelity.coverage",
        title="Coverage",
        definition=1,
        direction="higher",
        unit="share",
        scope="column",
        sampled=False,
        minimum_n=100,
        describes="Share of the real column's categories, or of its quantile bins, that hold a "
        "synthetic row; only those of at least the minimum number of real rows are counted.",
        formula="cells of >= minimum_cell real rows that hold a synthetic row / such cells",
        source="CategoryCoverage of SDMetrics 0.32 and, in place of its RangeCoverage, the same "
        "over quantile bins of the real table",
        evaluator="evaluators.fidelity.coverage:coverage",
    ),
    MetricInfo(
        id="fidelity.mode",
        title="Modes preserved",
        definition=1,
        direction="higher",
        unit="F1",
        scope="column",
        sampled=False,
        minimum_n=400,
        describes="Whether the peaks of a numeric column are kept, in their places, and none is "
        "added: is an income distribution with two humps still one?",
        formula="2 P R / (P + R): R the share of real modes that overlap a synthetic one, P the "
        "share of synthetic modes that overlap a real one",
        source="Modes of the taut string: Davies and Kovac (2001), Annals of Statistics 29, 1-65; "
        "its tube: Massart (1990), Annals of Probability 18, 1269-1283",
        evaluator="evaluators.fidelity.mode:mode",
        kinds=("numeric",),
    ),
    MetricInfo(
        id="fidelity.marginal.k1",
        title="One-way marginals",
        definition=1,
        direction="higher",
        unit="score",
        scope="",
        sampled=False,
        minimum_n=2,
        describes="Mean accuracy of the columns' distributions, continuous columns cut into at "
        "most ten quantile bins of the real table, others reduced to their ten most frequent "
        "values.",
        formula="mean over columns of 1 - sum |p_real - p_synthetic| / 2",
        source=_ACCURACY,
        evaluator="evaluators.fidelity.marginal:k1",
        profile="quick",
    ),
    MetricInfo(
        id="fidelity.marginal.k2",
        title="Two-way marginals",
        definition=1,
        direction="higher",
        unit="score",
        scope="",
        sampled=False,
        minimum_n=2,
        describes="The same of the joint distributions of all pairs of columns.",
        formula="mean over pairs of 1 - sum |p_real - p_synthetic| / 2",
        source=_ACCURACY,
        evaluator="evaluators.fidelity.marginal:k2",
        profile="quick",
    ),
    MetricInfo(
        id="fidelity.marginal.k3",
        title="Three-way marginals",
        definition=1,
        direction="higher",
        unit="score",
        scope="",
        sampled=False,
        minimum_n=2,
        describes="The same of the joint distributions of all triples of columns.",
        formula="mean over triples of 1 - sum |p_real - p_synthetic| / 2",
        source=_ACCURACY,
        evaluator="evaluators.fidelity.marginal:k3",
        profile="full",
    ),
    MetricInfo(
        id="fidelity.subgroup",
        title="Worst subgroup",
        definition=1,
        direction="higher",
        unit="score",
        scope="group",
        sampled=False,
        minimum_n=2,
        describes="The lowest, over the groups of a declared subgroup column, of the mean column "
        "shape inside the group; a group that the synthetic table leaves out scores 0.",
        formula="min over groups of >= minimum_cell real rows of mean over other columns of shape",
        source="Bhanot et al. (2021), Entropy 23, 1165, on fidelity by subgroup; shapes as in "
        "fidelity.shape",
        evaluator="evaluators.fidelity.subgroup:subgroup",
        needs="subgroups",
    ),
)
