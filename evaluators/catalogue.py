"""What can be measured: metric id -> definition version, meaning, source, and where its code is.

Only the standard library is imported here, so that policies can be checked against the catalogue
without loading a single numerical package. A change in what a number means raises ``definition``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal


@dataclass(frozen=True)
class MetricInfo:
    """One metric: how to read it, and the ``module:function`` that finds it.

    ``sampled`` says whether the interval covers sampling error; ``minimum_n`` is the number of
    rows that the smallest of the three tables must have. ``draws`` names the metric whose random
    draws this one shares, being another figure of the same attacks.
    """

    id: str
    title: str
    definition: int
    direction: Literal["higher", "lower", "none"]
    unit: str
    scope: Literal["", "column", "pair", "secret"]
    sampled: bool
    minimum_n: int
    describes: str
    source: str
    evaluator: str
    draws: str = ""


_SDMETRICS: Final = "SDMetrics 0.32 single-table reports, docs.sdv.dev/sdmetrics"
_TSTR: Final = "Esteban, Hyland and Raetsch (2017), arXiv 1706.02633, section 4.2"
_ANONYMETER: Final = "Giomi et al. (2023), PoPETs 2023(2) 312-328, arXiv 2211.10459; Anonymeter 1.1"

_METRICS: Final = (
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
        source=_SDMETRICS,
        evaluator="evaluators.fidelity.quality:column_pair_trends",
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
        describes="KS complement of a continuous, TV complement of a discrete column; "
        "missing counts as a value. A function of the two tables, nothing is resampled.",
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
        source="CorrelationSimilarity and ContingencySimilarity of SDMetrics 0.32, no pair "
        "dropped, bins from the real table with open ends",
        evaluator="evaluators.fidelity.trend:trend",
    ),
    MetricInfo(
        id="utility.tstr.score",
        title="Train on synthetic, test on real",
        definition=1,
        direction="higher",
        unit="AUC or R2",
        scope="",
        sampled=True,
        minimum_n=100,
        describes="Score on the holdout of gradient boosting trained on the synthetic table.",
        source=_TSTR,
        evaluator="evaluators.utility.tstr:tstr_score",
    ),
    MetricInfo(
        id="utility.trtr.score",
        title="Train on real, test on real",
        definition=1,
        direction="higher",
        unit="AUC or R2",
        scope="",
        sampled=True,
        minimum_n=100,
        describes="Score on the holdout of gradient boosting trained on the real table.",
        source=_TSTR,
        evaluator="evaluators.utility.tstr:trtr_score",
    ),
    MetricInfo(
        id="utility.tstr.ratio",
        title="TSTR over TRTR",
        definition=2,
        direction="higher",
        unit="ratio",
        scope="",
        sampled=True,
        minimum_n=100,
        describes="The AUC (or R2) of TSTR divided by that of TRTR, on the same holdout rows, "
        "provided that the lower bound of TRTR is above chance.",
        source=_TSTR,
        evaluator="evaluators.utility.tstr:tstr_ratio",
    ),
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
        source="Bonett and Price (2012), J. Educ. Behav. Stat. 37, 479-488, for the paired part; "
        "occupancy variance for the references",
        evaluator="evaluators.privacy.exact_match:excess",
    ),
    MetricInfo(
        id="privacy.singling_out",
        title="Singling out risk",
        definition=1,
        direction="lower",
        unit="risk",
        scope="",
        sampled=True,
        minimum_n=100,
        describes="Residual risk that predicates over three columns, learnt from the synthetic "
        "table, fit exactly one real row: (attack - control) / (1 - control).",
        source=_ANONYMETER,
        evaluator="evaluators.privacy.singling_out:singling_out",
    ),
    MetricInfo(
        id="privacy.linkability",
        title="Linkability risk",
        definition=1,
        direction="lower",
        unit="risk",
        scope="",
        sampled=True,
        minimum_n=100,
        describes="Residual risk that both halves of a real row's columns lead to the same "
        "synthetic row: (attack - control) / (1 - control).",
        source=_ANONYMETER,
        evaluator="evaluators.privacy.linkability:linkability",
    ),
    MetricInfo(
        id="privacy.inference",
        title="Inference risk",
        definition=1,
        direction="lower",
        unit="risk",
        scope="secret",
        sampled=True,
        minimum_n=100,
        describes="Residual risk that a column is guessed from all others with the help of the "
        "synthetic table: (attack - control) / (1 - control).",
        source=_ANONYMETER,
        evaluator="evaluators.privacy.inference:inference",
    ),
    MetricInfo(
        id="privacy.inference.advantage",
        title="Inference advantage",
        definition=1,
        direction="lower",
        unit="difference of shares",
        scope="secret",
        sampled=True,
        minimum_n=100,
        describes="How much more often a column is guessed from all others, with the help of the "
        "synthetic table, for rows of the training table than for rows of the holdout.",
        source="Yeom et al. 2018, definition 5, on the attack of Giomi et al. 2023, section 3.3; "
        "interval: Newcombe 1998, method 10",
        evaluator="evaluators.privacy.inference:advantage",
        draws="privacy.inference",
    ),
)

CATALOGUE: Final[Mapping[str, MetricInfo]] = MappingProxyType({m.id: m for m in _METRICS})
