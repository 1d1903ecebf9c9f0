"""Membership inference: whether an attacker can tell who was in the training table."""

from __future__ import annotations

from itertools import product
from typing import Final

from evaluators.catalogue.metric import MetricInfo

_ATTACKS: Final = ("distance", "density-ratio")
_RATES: Final = ("0.001", "0.01")
_SOURCE: Final = (
    "distance: Chen et al. (2020), GAN-Leaks, arXiv 1909.03935; density-ratio: van Breugel et al. "
    "(2023), DOMIAS, arXiv 2302.12580"
)

METRICS: Final[tuple[MetricInfo, ...]] = (
    MetricInfo(
        id="privacy.mia.auc",
        title="Membership inference, area under the curve",
        definition=1,
        direction="lower",
        unit="AUC",
        scope="attack",
        sampled=True,
        minimum_n=100,
        describes="How often an attacker who holds the synthetic table ranks a training row above "
        "a holdout row: 0.5 is chance, 1 gives every member away. Evidence of risk by this attack, "
        "no bound on others, and no epsilon.",
        formula="P[score(member) > score(non-member)] + P[equal] / 2; the score is -d (distance) "
        "or log(r / d) (density-ratio), d the distance to the closest synthetic row, r to the "
        "eighth closest of reference rows that are neither members nor non-members",
        source=f"{_SOURCE}; interval: DeLong et al. (1988), Biometrics 44, 837-845, on the logit",
        evaluator="evaluators.privacy.membership:mia_auc",
        places=tuple((attack,) for attack in _ATTACKS),
    ),
    MetricInfo(
        id="privacy.mia.tpr_at_fpr",
        title="Membership inference, members found at few false alarms",
        definition=1,
        direction="lower",
        unit="share",
        scope="attack",
        sampled=True,
        minimum_n=100,
        describes="Share of training rows that an attacker flags as members while flagging 0.1 or "
        "1 per cent of holdout rows: chance is that rate itself. An average hides the few who are "
        "surely found, this does not. Evidence of risk by this attack, no bound on others, and no "
        "epsilon.",
        formula="P[score(member) > t] + c P[score(member) = t], with the threshold t and the "
        "chance c in 0..1 such that P[score(non-member) > t] + c P[score(non-member) = t] is the "
        "false positive rate; not measurable below 10 / rate non-members",
        source=f"Carlini et al. (2022), arXiv 2112.03570; {_SOURCE}; interval: Wilson (1927), JASA "
        "22, 209-212, with the threshold's own error, see evaluators.roc",
        evaluator="evaluators.privacy.membership:mia_tpr_at_fpr",
        draws="privacy.mia.auc",
        places=tuple(product(_ATTACKS, _RATES)),
    ),
)
