"""What the three attacks of Anonymeter share: their number, and the figures that come of them.

The definitions are those of Giomi et al. (2023) and of Anonymeter 1.1; the work is done here.
Attacked are rows of the training table, the control are rows of the holdout, and the baseline
guesses without the synthetic table. Two figures come of the numbers of successes:

- the residual risk, ``(attack - control) / (1 - control)`` (see ``evaluators.residual``). Its rates
  are centres of Wilson's intervals and no plain shares, hence ``attack_rate_wilson``, with half
  the interval's width as ``attack_error_wilson``;
- the strength, attack rate less baseline rate, of plain shares. Anonymeter's guide says that
  results of an attack no better than its baseline are not to be trusted: a low risk then shows a
  weak attack rather than a safe table. Such a risk is still measured, for its successes were
  counted, and says ``attack_beats_baseline`` beside its value; a policy can demand strength.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import sqrt

from evaluators.base import JSON, Found, Tables
from evaluators.intervals import Z, bonett_price, newcombe
from evaluators.residual import rate, residual_risk

# With 2,000 the Wilson interval of a rate is at most 2.2 points to a side; with Anonymeter's
# default of 500 it is 4.4, which division by 1 - control widens. Time grows in proportion.
ATTACKS = 2000
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Successes:
    """How many of ``made`` attacks succeed on each side.

    ``both`` are the rows where attack and baseline are right, if they have the same targets.
    """

    made: int
    attack: int
    baseline: int
    control: int
    parameters: Mapping[str, JSON] = field(default_factory=dict)
    both: int | None = None

    @property
    def rates(self) -> dict[str, int]:
        """Successes by side."""
        return {"attack": self.attack, "baseline": self.baseline, "control": self.control}


def attacks(tables: Tables, most: int = ATTACKS) -> int:
    """How many attacks to make: no row is attacked twice, in any table."""
    return min(most, tables.smallest)


def risk_found(won: Successes) -> Found:
    """The residual risk."""
    risk = residual_risk(won.attack, won.control, won.made)
    parameters: dict[str, JSON] = {
        **won.parameters,
        "n_attacks": won.made,
        "confidence_level": CONFIDENCE,
        "anonymeter_low": risk.anonymeter[0],
        "anonymeter_high": risk.anonymeter[1],
        "attack_beats_baseline": won.attack > won.baseline,
    }
    for side, successes in won.rates.items():
        found = rate(successes, won.made)
        parameters |= {f"{side}_rate_wilson": found.value, f"{side}_error_wilson": found.error}
    return Found(risk.value, risk.low, risk.high, "koopman-95", won.made, parameters)


def strength_found(won: Successes) -> Found:
    """Attack rate less baseline rate, paired where both have the same targets."""
    value = (won.attack - won.baseline) / won.made
    parameters = {**won.parameters, **plain_rates(won)}
    if won.both is None:
        bounds = newcombe(won.attack, won.made, won.baseline, won.made)
        return Found(value, *bounds, "newcombe-95", won.made, parameters)
    centre, variance = bonett_price(won.attack - won.both, won.baseline - won.both, won.made)
    half = Z * sqrt(variance)
    low, high = min(value, max(-1.0, centre - half)), max(value, min(1.0, centre + half))
    return Found(value, low, high, "bonett-price-95", won.made, parameters)


def plain_rates(won: Successes) -> dict[str, JSON]:
    """Parameters of a figure that is made of plain shares."""
    shares = {f"{side}_rate": successes / won.made for side, successes in won.rates.items()}
    beats = won.attack > won.baseline
    return {"n_attacks": won.made, **shares, "attack_beats_baseline": beats}
