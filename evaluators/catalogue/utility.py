"""Utility: what models trained on the synthetic table are worth on real rows."""

from __future__ import annotations

from typing import Final

from evaluators.catalogue.metric import MetricInfo

_TSTR: Final = "Esteban, Hyland and Raetsch (2017), arXiv 1706.02633, section 4.2"
_MODELS: Final = (("gradient-boosting",), ("linear",))

METRICS: Final[tuple[MetricInfo, ...]] = (
    MetricInfo(
        id="utility.tstr.score",
        title="Train on synthetic, test on real",
        definition=2,
        direction="higher",
        unit="AUC or R2",
        scope="model",
        places=_MODELS,
        sampled=True,
        minimum_n=100,
        describes="Score on the holdout of a model trained on the synthetic table: area under the "
        "ROC curve of a class, R2 of a number.",
        formula="AUC = P(positive > negative) + P(equal) / 2, the mean over classes against the "
        "rest for three or more; R2 = 1 - sum (y - prediction)^2 / sum (y - mean)^2",
        source=_TSTR,
        evaluator="evaluators.utility.tstr:tstr_score",
    ),
    MetricInfo(
        id="utility.trtr.score",
        title="Train on real, test on real",
        definition=2,
        direction="higher",
        unit="AUC or R2",
        scope="model",
        places=_MODELS,
        sampled=True,
        minimum_n=100,
        describes="Score on the holdout of a model trained on the real table: what the same model "
        "trained on synthetic rows can hope for.",
        formula="as utility.tstr.score",
        source=_TSTR,
        evaluator="evaluators.utility.tstr:trtr_score",
    ),
    MetricInfo(
        id="utility.tstr.ratio",
        title="TSTR over TRTR",
        definition=3,
        direction="higher",
        unit="ratio",
        scope="model",
        places=_MODELS,
        sampled=True,
        minimum_n=100,
        describes="The AUC (or R2) of TSTR divided by that of TRTR, on the same holdout rows, "
        "provided that the lower bound of TRTR is above chance.",
        formula="TSTR / TRTR",
        source=_TSTR,
        evaluator="evaluators.utility.tstr:tstr_ratio",
    ),
    MetricInfo(
        id="utility.augmentation.gain",
        title="Gain from adding synthetic rows",
        definition=1,
        direction="higher",
        unit="difference of AUC or R2",
        scope="model",
        places=_MODELS,
        sampled=True,
        minimum_n=100,
        describes="How much better a model predicts the holdout when the synthetic rows are added "
        "to the real ones that it is trained on; negative where they mislead it.",
        formula="score(trained on real + synthetic) - score(trained on real)",
        source="Che et al. (2017), ICDM, arXiv 1709.01648; scores as in " + _TSTR,
        evaluator="evaluators.utility.tstr:augmentation_gain",
    ),
    MetricInfo(
        id="utility.importance.agreement",
        title="Agreement of feature importances",
        definition=1,
        direction="higher",
        unit="correlation",
        scope="model",
        places=_MODELS,
        sampled=True,
        minimum_n=500,
        describes="Correlation, over the features, of how much the model trained on synthetic rows "
        "and the one trained on real rows each rely on them for their predictions.",
        formula="Pearson(I_synthetic, I_real), I_j = mean over holdout rows of the squared change "
        "of the prediction when feature j is taken from a random real training row",
        source="Jansen (1999), Computer Physics Communications 117, 35-43 (total effects), after "
        "the permutation importance of Breiman (2001), Machine Learning 45, 5-32, section 10",
        evaluator="evaluators.utility.importance:agreement",
    ),
    MetricInfo(
        id="utility.fairness.gap",
        title="Inequality between groups that training on synthetic rows adds",
        definition=1,
        direction="lower",
        unit="difference of rates",
        scope="group",
        sampled=True,
        minimum_n=100,
        describes="For the two groups that the model trained on synthetic rows serves most "
        "unequally: how much wider the gap between their true positive rates is than under the "
        "model trained on real rows.",
        formula="(rate_a - rate_b under synthetic) - (rate_a - rate_b under real), for the groups "
        "a, b and the class of the widest gap on the training rows; for numbers the rate is "
        "1 - (squared error) / variance",
        source="Hardt, Price and Srebro (2016), arXiv 1610.02413, definition 2.2 (equal "
        "opportunity); interval: Bonett and Price (2012), J. Educ. Behav. Stat. 37, 479-488",
        evaluator="evaluators.utility.fairness:gap",
    ),
)
