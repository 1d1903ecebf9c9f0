"""Detection: whether a classifier tells synthetic rows from real ones."""

from __future__ import annotations

from typing import Final

from evaluators.catalogue.metric import MetricInfo

METRICS: Final[tuple[MetricInfo, ...]] = (
    MetricInfo(
        id="fidelity.detection.auc",
        title="Synthetic rows told from real ones",
        definition=1,
        direction="lower",
        unit="AUC",
        scope="",
        sampled=True,
        minimum_n=100,
        describes="How well gradient boosting tells synthetic rows from real training rows that "
        "it has not seen: 0.5 is not at all, 1 is always.",
        formula="P(score of a synthetic row > score of a real row) + P(equal) / 2, on the half of "
        "the rows that the classifier was not trained on",
        source="Lopez-Paz and Oquab (2017), ICLR, arXiv 1610.06545, with the area under the ROC "
        "curve for the accuracy; interval: DeLong et al. (1988), Biometrics 44, 837-845",
        evaluator="evaluators.fidelity.detection:auc",
    ),
)
