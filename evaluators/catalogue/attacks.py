"""Privacy by attack: singling out, linkability, inference, and re-identification.

A strength has the definition of the attack whose draws it shares, for a seed follows from both.
"""

from __future__ import annotations

from typing import Final

from evaluators.catalogue.metric import MetricInfo

_RISK: Final = "(attack - control) / (1 - control), rates as centres of Wilson's intervals, in 0..1"
_STRENGTH: Final = "attack - baseline, rates as plain shares of the attacks made"
_ANONYMETER: Final = (
    "Giomi et al. (2023), PoPETs 2023(2) 312-328, arXiv 2211.10459, {}; Anonymeter 1.1"
)
_KOOPMAN: Final = (
    "interval: Koopman (1984), Biometrics 40, 513-517, of (1 - attack) / (1 - control)"
)
_NEWCOMBE: Final = "interval: Newcombe (1998), Statistics in Medicine 17, 873-890, method 10"
_PAIRED: Final = "interval: Bonett and Price (2012), J. Educ. Behav. Stat. 37, 479-488"
_GUIDE: Final = (
    " Anonymeter's guide asks for more than the baseline: a low risk from an attack that is no "
    "better than guessing shows a weak attack, not a safe table."
)


def _cited(section: str, interval: str) -> str:
    return f"{_ANONYMETER.format(section)}; {interval}"


METRICS: Final[tuple[MetricInfo, ...]] = (
    MetricInfo(
        id="privacy.singling_out",
        title="Singling out risk",
        definition=2,
        direction="lower",
        unit="risk",
        scope="",
        sampled=True,
        minimum_n=100,
        describes="Residual risk that predicates over three columns, learnt from the synthetic "
        "table, fit exactly one real row.",
        formula=_RISK,
        source=_cited("section 3.1", _KOOPMAN),
        evaluator="evaluators.privacy.singling_out:singling_out",
    ),
    MetricInfo(
        id="privacy.singling_out.strength",
        title="Strength of the singling out attack",
        definition=2,
        direction="higher",
        unit="difference of shares",
        scope="",
        sampled=True,
        minimum_n=100,
        describes="How much more often predicates over three columns fit exactly one training row "
        "if they are learnt from the synthetic table and not drawn at random." + _GUIDE,
        formula=_STRENGTH,
        source=_cited("section 3.1", _NEWCOMBE),
        evaluator="evaluators.privacy.singling_out:strength",
        draws="privacy.singling_out",
    ),
    MetricInfo(
        id="privacy.singling_out.univariate",
        title="Univariate singling out risk",
        definition=1,
        direction="lower",
        unit="risk",
        scope="",
        sampled=True,
        minimum_n=100,
        describes="Residual risk that a value which one synthetic row alone has, or the end of a "
        "column that one alone reaches, fits exactly one real row.",
        formula=_RISK,
        source=_cited("section 3.1", _KOOPMAN),
        evaluator="evaluators.privacy.singling_out:univariate",
    ),
    MetricInfo(
        id="privacy.singling_out.univariate.strength",
        title="Strength of the univariate singling out attack",
        definition=1,
        direction="higher",
        unit="difference of shares",
        scope="",
        sampled=True,
        minimum_n=100,
        describes="How much more often a condition on one column fits exactly one training row if "
        "it is learnt from the synthetic table and not drawn at random." + _GUIDE,
        formula=_STRENGTH,
        source=_cited("section 3.1", _NEWCOMBE),
        evaluator="evaluators.privacy.singling_out:univariate_strength",
        draws="privacy.singling_out.univariate",
    ),
    MetricInfo(
        id="privacy.linkability",
        title="Linkability risk",
        definition=2,
        direction="lower",
        unit="risk",
        scope="",
        sampled=True,
        minimum_n=100,
        describes="Residual risk that both halves of a real row's columns lead to the same "
        "synthetic row.",
        formula=_RISK,
        source=_cited("section 3.2", _KOOPMAN),
        evaluator="evaluators.privacy.linkability:linkability",
    ),
    MetricInfo(
        id="privacy.linkability.strength",
        title="Strength of the linkability attack",
        definition=2,
        direction="higher",
        unit="difference of shares",
        scope="",
        sampled=True,
        minimum_n=100,
        describes="How much more often both halves of a training row lead to the same synthetic "
        "row than two synthetic rows drawn at random are the same." + _GUIDE,
        formula=_STRENGTH,
        source=_cited("section 3.2", _NEWCOMBE),
        evaluator="evaluators.privacy.linkability:strength",
        draws="privacy.linkability",
    ),
    MetricInfo(
        id="privacy.inference",
        title="Inference risk",
        definition=2,
        direction="lower",
        unit="risk",
        scope="secret",
        sampled=True,
        minimum_n=100,
        describes="Residual risk that a column is guessed from all others with the help of the "
        "synthetic table.",
        formula=_RISK,
        source=_cited("section 3.3", _KOOPMAN),
        evaluator="evaluators.privacy.inference:inference",
    ),
    MetricInfo(
        id="privacy.inference.advantage",
        title="Inference advantage",
        definition=2,
        direction="lower",
        unit="difference of shares",
        scope="secret",
        sampled=True,
        minimum_n=100,
        describes="How much more often a column is guessed from all others, with the help of the "
        "synthetic table, for rows of the training table than for rows of the holdout.",
        formula="attack - control, rates as plain shares of the attacks made",
        source="Yeom et al. (2018), CSF 268-282, definition 5, on the attack of Giomi et al. "
        f"(2023), section 3.3; {_NEWCOMBE}",
        evaluator="evaluators.privacy.inference:advantage",
        draws="privacy.inference",
    ),
    MetricInfo(
        id="privacy.inference.strength",
        title="Strength of the inference attack",
        definition=2,
        direction="higher",
        unit="difference of shares",
        scope="secret",
        sampled=True,
        minimum_n=100,
        describes="How much more often a column of a training row is guessed from its nearest "
        "synthetic row than from one drawn at random." + _GUIDE,
        formula=_STRENGTH,
        source=_cited("section 3.3", _PAIRED),
        evaluator="evaluators.privacy.inference:strength",
        draws="privacy.inference",
    ),
    MetricInfo(
        id="privacy.k_map",
        title="Synthetic rows that point at few people",
        definition=1,
        direction="lower",
        unit="share",
        scope="",
        sampled=False,
        minimum_n=1,
        describes="The share of synthetic rows whose declared quasi-identifiers are held, all of "
        "them together, by at least one real row but by fewer than the minimum cell.",
        formula="#{synthetic rows: 1 <= rows of training and holdout with their quasi-identifiers "
        "< k} / #{synthetic rows}",
        source="Sweeney (2002), IJUFKS 10, 557-570; El Emam and Dankar (2008), JAMIA 15, 627-637",
        evaluator="evaluators.privacy.k_map:k_map",
        profile="quick",
        needs="quasi_identifiers",
    ),
)
