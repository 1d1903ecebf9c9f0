"""Privacy by matching and distance: copies and closest records."""

from __future__ import annotations

from typing import Final

from evaluators.catalogue.metric import EXCLUDED, MetricInfo

METRICS: Final[tuple[MetricInfo, ...]] = (
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
        formula="#{synthetic rows equal to a training row in each column} / #{synthetic rows}",
        source="Wilson (1927), JASA 22, 209-212, for the interval over synthetic rows",
        evaluator="evaluators.privacy.exact_match:exact_match",
        profile="quick",
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
        formula="share equal to a training row - share equal to a holdout row",
        source="Bonett and Price (2012), J. Educ. Behav. Stat. 37, 479-488, for the paired part; "
        "occupancy variance for the references",
        evaluator="evaluators.privacy.exact_match:excess",
        profile="quick",
    ),
    MetricInfo(
        id="privacy.dcr.share",
        title="Closer to training than to holdout",
        definition=1,
        direction="lower",
        unit="share",
        scope="",
        sampled=True,
        minimum_n=100,
        describes="Share of synthetic rows whose closest record is a training row rather than a "
        "holdout row, references of equal size, ties counting one half. Without leakage it is .5, "
        "however good or bad the table; a low share alone does not show that nothing leaks.",
        formula="P[d(s, training) < d(s, holdout)] + P[equal] / 2, d the sum over columns of "
        "|x - y| / range, of category differences, and of one for present against missing",
        source="Platzer and Reutterer (2021), Frontiers in Big Data 4, 679939; distance: Gower "
        "(1971), Biometrics 27, 857-871; interval: Liang and Zeger (1986), Biometrika 73, 13-22",
        evaluator="evaluators.privacy.closest:dcr_share",
    ),
    MetricInfo(
        id="privacy.nndr",
        title="Nearest neighbour distance ratio",
        definition=1,
        direction="lower",
        unit="share",
        scope="",
        sampled=True,
        minimum_n=100,
        describes="Share of synthetic rows for which the distance to the closest record over that "
        "to the second closest is smaller among training rows than among holdout rows, ties "
        "counting one half. Without leakage it is .5.",
        formula="P[r(s, training) < r(s, holdout)] + P[equal] / 2 with r = d1 / d2, 0 / 0 being 1",
        source="Zhao et al. (2021), CTAB-GAN, PMLR 157, 97-112, compared with the "
        "holdout; interval: Liang and Zeger (1986), Biometrika 73, 13-22",
        evaluator="evaluators.privacy.closest:nndr",
        draws="privacy.dcr.share",
    ),
    MetricInfo(
        id="privacy.closest.tail",
        title="Closest rows",
        definition=1,
        direction="lower",
        unit="share",
        scope="",
        sampled=True,
        minimum_n=1000,
        describes="Share of synthetic rows as close to a training row as only the closest 1% of "
        "holdout rows are. Fresh rows of the population have .01; a few copies among many good "
        "rows raise it.",
        formula="P[d(s, training) < t] + c P[d(s, training) = t], t the 1% quantile of d(holdout "
        "row, training) and c such that the holdout itself has .01",
        source="Fawcett (2006), Pattern Recognition Letters 27, 861-874: a point of the ROC curve; "
        "its variance: Pepe (2003), The Statistical Evaluation of Medical Tests, section 5.2",
        evaluator="evaluators.privacy.closest:tail",
        draws="privacy.dcr.share",
    ),
    MetricInfo(
        id="privacy.dcr.hamming_share",
        title="More cells in common with training than with holdout",
        definition=1,
        direction="lower",
        unit="share",
        scope="",
        sampled=True,
        minimum_n=100,
        describes="Share of synthetic rows that have more cells in common with a training row than "
        "with any holdout row, numbers cut into at most 100 bins, ties counting one half. Without "
        "leakage it is .5.",
        formula="P[h(s, training) < h(s, holdout)] + P[equal] / 2, h the number of columns that "
        "differ",
        source="Platzer and Reutterer (2021), Frontiers in Big Data 4, 679939; interval: Liang "
        "and Zeger (1986), Biometrika 73, 13-22",
        evaluator="evaluators.privacy.hamming:hamming_share",
        profile="full",
    ),
    MetricInfo(
        id="privacy.verbatim",
        title="Verbatim values",
        definition=1,
        direction="lower",
        unit="share",
        scope="excluded",
        sampled=True,
        minimum_n=30,
        describes="Share of non-missing synthetic values of a column of text or identifiers that "
        "also stand in that column of the training table.",
        formula="P[v in training values] over non-missing synthetic values v",
        source="Wilson (1927), JASA 22, 209-212, for the interval over synthetic values",
        evaluator="evaluators.privacy.verbatim:verbatim",
        kinds=EXCLUDED,
        profile="quick",
    ),
)
