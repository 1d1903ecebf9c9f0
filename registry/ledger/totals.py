"""What a set of entries comes to under the rule that gates.

A running ledger is adaptive: each release may be chosen in view of all before it, its epsilon
included. So what gates is basic composition, or a filter declared beforehand (Rogers, Roth, Ullman
and Vadhan 2016; Whitehouse, Ramdas, Rogers and Wu 2023).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from registry.errors import InvalidInput
from registry.ledger.batches import Batch, joined
from registry.ledger.contents import distinct
from registry.ledger.entry import Entry
from registry.ledger.methods import basic, rdp, zcdp
from registry.ledger.parts import Partition
from registry.ledger.total import Total as Total


@dataclass(frozen=True)
class Basic:
    """Epsilons add, and deltas add."""


@dataclass(frozen=True)
class Zcdp:
    """A zCDP filter, told as an epsilon at ``delta``.

    The split of delta belongs to what is declared beforehand: ``reserved`` is for the deltas of the
    claims themselves, half unless stated, and the rest for telling rho as an epsilon.
    """

    delta: float
    reserved: float | None = None

    def __post_init__(self) -> None:
        _require_delta(self.delta)
        if not 0 <= self.for_claims < self.delta:
            raise InvalidInput(
                f"a reserve of {self.for_claims:g} within a delta of {self.delta:g}",
                expected="from 0 up, and below delta",
            )

    @property
    def for_claims(self) -> float:
        """What the deltas of all claims together may come to."""
        return self.delta / 2 if self.reserved is None else self.reserved


@dataclass(frozen=True)
class Rdp:
    """A Renyi filter at one ``order``, told as an epsilon at ``delta``."""

    order: float
    delta: float

    def __post_init__(self) -> None:
        _require_delta(self.delta)
        if not 1 < self.order <= 10_000:
            raise InvalidInput(f"a Renyi order of {self.order:g}", expected="above 1, to 10,000")


Rule = Basic | Zcdp | Rdp


def gated(
    entries: Iterable[Entry],
    rule: Rule,
    partitions: Iterable[Partition] = (),
    batches: Iterable[Batch] = (),
) -> Total:
    """What the entries come to; raises `Unlike` for units or relations that have no sum.

    A filter counts the runs of a batch one by one: what they cost there adds up without loss.
    """
    match rule:
        case Zcdp():
            return zcdp.filtered(distinct(entries, partitions), rule.delta, rule.for_claims)
        case Rdp():
            return rdp.filtered(distinct(entries, partitions), rule.order, rule.delta)
    return basic.total(distinct(joined(entries, batches), partitions))


def _require_delta(delta: float) -> None:
    if not 0 < delta < 1:
        raise InvalidInput(
            f"a delta of {delta:g} for a filter",
            expected="above 0 and below 1; at 0 only basic composition adds up",
        )
