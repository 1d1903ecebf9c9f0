"""Privacy by attack: singling out, linkability, inference, and re-identification."""

from __future__ import annotations

from typing import Final

from evaluators.catalogue.metric import MetricInfo

_ANONYMETER: Final = "Giomi et al. (2023), PoPETs 2023(2) 312-328, arXiv 2211.10459; Anonymeter 1.1"

METRICS: Final[tuple[MetricInfo, ...]] = (
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
        formula="",
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
        formula="",
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
        formula="",
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
        formula="",
        source="Yeom et al. 2018, definition 5, on the attack of Giomi et al. 2023, section 3.3; "
        "interval: Newcombe 1998, method 10",
        evaluator="evaluators.privacy.inference:advantage",
        draws="privacy.inference",
    ),
)
