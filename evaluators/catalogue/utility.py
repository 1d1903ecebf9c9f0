"""Utility: what models trained on the synthetic table are worth on real rows."""

from __future__ import annotations

from typing import Final

from evaluators.catalogue.metric import MetricInfo

_TSTR: Final = "Esteban, Hyland and Raetsch (2017), arXiv 1706.02633, section 4.2"

METRICS: Final[tuple[MetricInfo, ...]] = (
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
        formula="",
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
        formula="",
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
        formula="",
        source=_TSTR,
        evaluator="evaluators.utility.tstr:tstr_ratio",
    ),
)
