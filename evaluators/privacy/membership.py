"""Membership inference: whether an attacker can tell who was in the training table.

The attacker holds the released synthetic table and some real rows, and scores each row: the higher,
the likelier a member. Members are rows of the training table, non-members rows of the holdout, a
seeded draw of equal size. Two attacks, on the distance of ``evaluators.neighbours``:

- ``distance``: minus the distance to the closest synthetic row (Chen et al. 2020, GAN-Leaks,
  arXiv 1909.03935, full black box).
- ``density-ratio``: DOMIAS (van Breugel et al. 2023, arXiv 2302.12580), the log of the density of
  synthetic rows over that of real ones, for a row in a crowd has near neighbours in any table.
  Both densities are those of nearest neighbours (Loftsgaarden and Quesenberry 1965, Ann. Math.
  Stat. 36, 1049-1051), so that but for constants, which change no rank, the score is
  ``log(r / d)``: ``d`` to the closest synthetic row, ``r`` to the eighth closest of a reference.
  The reference is half of the holdout; the other half are the non-members. It must be neither:
  a scored row in it would be its own neighbour.

A ratio by gradient boosting, trained to tell synthetic from reference rows, sees less: trees that
generalise smooth over the single rows that betray a member (compared on tables of known leakage in
``tests/external/test_membership_oracles.py``).

``privacy.mia.auc`` is the area below the ROC curve, ties one half; ``privacy.mia.tpr_at_fpr`` the
true positive rate where the false positive rate is 0.1 or 1 per cent, tied rows being flagged by
chance (Carlini et al. 2022, arXiv 2112.03570); intervals as in ``evaluators.roc``.

What is resampled: members and non-members. The synthetic table and the reference stay as they are,
so that the figures are of this release, not of its generator, whose next run may leak otherwise.

These are risks by two attacks: evidence, no bound. Other attacks may do better, and no figure here
is an epsilon. Where the synthetic rows at hand are a draw of those released (``released_rows``),
closest rows may be missing, and the risk of the whole is higher.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np

from evaluators.base import JSON, Finding, Found, NotMeasurable, Tables
from evaluators.encode import Codes, Floats
from evaluators.neighbours import Rows, nearest, view
from evaluators.roc import auc, tpr_at_fpr
from evaluators.shared import once_per_tables

LIBRARIES = ("numpy", "pandas", "numba", "scipy")
MOST: Final = 25_000  # rows a side: bounds the cost, and leaves 25 false positives in 0.1 per cent
NEIGHBOUR: Final = 8  # of the reference: nearer ones make the density there a matter of accident
SMALLEST: Final = 1e-6  # distances are told apart down to this, see ``neighbours.rows``
FALSE: Final = 10  # non-members that must be flagged, or the threshold is a matter of accident
RATES: Final = ("0.001", "0.01")


@dataclass(frozen=True, eq=False)
class Scored:
    """The scores of one attack, shapes (members,) and (non-members,), higher for members."""

    members: Floats
    others: Floats
    reference_rows: int


def mia_auc(tables: Tables, seed: int) -> Iterator[Finding]:
    """The area below the ROC curve of each attack."""
    for attack, scores in ATTACKS.items():
        scored = scores(tables, seed)
        value, low, high = auc(scored.members, scored.others)
        parameters = _parameters(tables, scored) | {"advantage": 2 * value - 1, "chance": 0.5}
        n = len(scored.members) + len(scored.others)
        yield (attack,), Found(value, low, high, "delong-logit-95", n, parameters)


def mia_tpr_at_fpr(tables: Tables, seed: int) -> Iterator[Finding]:
    """The true positive rate of each attack at each false positive rate of ``RATES``."""
    for attack, scores in ATTACKS.items():
        scored = scores(tables, seed)
        for rate in RATES:
            yield (attack, rate), _rate(tables, scored, float(rate))


def _rate(tables: Tables, scored: Scored, fpr: float) -> Found | NotMeasurable:
    needed, there = round(FALSE / fpr), len(scored.others)
    if there < needed:
        return NotMeasurable(
            f"a false positive rate of {fpr} needs {needed} non-members, there are {there}"
        )
    value, low, high = tpr_at_fpr(scored.members, scored.others, fpr)
    parameters = _parameters(tables, scored) | {"advantage": value - fpr, "chance": fpr}
    n = len(scored.members) + there
    return Found(value, low, high, "wilson-threshold-95", n, parameters)


def _parameters(tables: Tables, scored: Scored) -> dict[str, JSON]:
    return {
        "members": len(scored.members),
        "non_members": len(scored.others),
        "reference_rows": scored.reference_rows,
        "synthetic_rows": len(tables.synthetic),
        "released_rows": tables.rows[2],
        "resampled": "members and non-members, the synthetic table held fixed",
    }


def distance(tables: Tables, seed: int) -> Scored:
    """Minus the distance to the closest synthetic row; non-members from all of the holdout."""
    members, others = _order(tables, seed)
    n = min(len(members), len(others), MOST)
    closest = _closest(tables, seed)
    return Scored(-closest.members[:n], -closest.others[:n], 0)


@once_per_tables
def density_ratio(tables: Tables, seed: int) -> Scored:
    """The log of synthetic over reference density, but for constants, on half of the holdout."""
    members, others = _order(tables, seed)
    n = min(len(members), len(others) // 2, MOST)
    here, closest = view(tables), _closest(tables, seed)
    reference = here.holdout.take(others[n : 2 * n])

    def scores(rows: Rows, to_synthetic: Floats) -> Floats:
        around = nearest(rows, reference, min(NEIGHBOUR, n))[0][:, -1]
        return np.log((around + SMALLEST) / (to_synthetic + SMALLEST))

    return Scored(
        scores(here.real.take(members[:n]), closest.members[:n]),
        scores(here.holdout.take(others[:n]), closest.others[:n]),
        n,
    )


@once_per_tables
def _closest(tables: Tables, seed: int) -> Scored:
    """Distances to the closest synthetic row, for rows in the order of the draw."""
    here = view(tables)
    draws = zip((here.real, here.holdout), _order(tables, seed), strict=True)
    members, others = (
        nearest(rows.take(order[:MOST]), here.synthetic, 1)[0][:, 0] for rows, order in draws
    )
    return Scored(members, others, 0)


def _order(tables: Tables, seed: int) -> tuple[Codes, Codes]:
    """Training and holdout rows by position, each in an order of chance: the first are drawn."""
    rng = np.random.default_rng(seed)
    return rng.permutation(len(tables.real)), rng.permutation(len(tables.holdout))


ATTACKS: Final[Mapping[str, Callable[[Tables, int], Scored]]] = MappingProxyType(
    {"distance": distance, "density-ratio": density_ratio}
)
