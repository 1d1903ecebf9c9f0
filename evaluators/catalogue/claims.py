"""Claims: what a card states of a guarantee of differential privacy; nothing here measures it."""

from __future__ import annotations

from typing import Final

from evaluators.catalogue.metric import MetricInfo

_NIST: Final = "NIST SP 800-226 (2025), Guidelines for Evaluating Differential Privacy Guarantees"


def _claim(name: str, title: str, describes: str, formula: str) -> MetricInfo:
    return MetricInfo(
        id=name,
        title=title,
        definition=1,
        direction="lower",
        unit=name.partition(".")[2],
        scope="",
        sampled=False,
        minimum_n=0,
        describes=describes,
        formula=formula,
        source=_NIST,
        evaluator="",
    )


METRICS: Final[tuple[MetricInfo, ...]] = (
    _claim(
        "dp.epsilon",
        "Claimed epsilon",
        "The privacy budget that the card claims, for its privacy unit and neighbouring relation. "
        "It covers the generator, and neither these measurements nor the choice to release.",
        "P[M(D) in S] <= exp(epsilon) P[M(D') in S] + delta for all neighbours D, D' and sets S",
    ),
    _claim(
        "dp.delta",
        "Claimed delta",
        "The probability that the card's claim leaves uncovered; 0 for a pure guarantee.",
        "the delta of dp.epsilon's formula",
    ),
)
