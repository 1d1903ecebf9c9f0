"""Every method side by side, each with why it holds for these entries or does not."""

import math
from collections.abc import Iterable, Sequence

from registry.ledger.batches import Batch, joined
from registry.ledger.contents import distinct
from registry.ledger.entry import Entry
from registry.ledger.methods import advanced, basic, pld, rdp, zcdp
from registry.ledger.parts import Partition
from registry.ledger.total import Total
from registry.ledger.totals import Basic, Rdp, Rule, Zcdp

_AT_ZERO = "At a delta of 0 only basic composition says anything."


def shown(
    entries: Sequence[Entry],
    delta: float,
    rule: Rule = Basic(),  # noqa: B008
    partitions: Iterable[Partition] = (),
    stored: bytes | None = None,
    batches: Iterable[Batch] = (),
) -> tuple[Total, ...]:
    """Basic, advanced, zCDP, Renyi and loss distributions, at ``delta`` but for the first.

    What ``rule`` names is shown as it gates, and a batch counts as one in the first alone.
    ``stored`` are the bytes of a composed distribution.
    """
    partitions = tuple(partitions)
    contents = distinct(entries, partitions)
    first = basic.total(distinct(joined(entries, batches), partitions))
    if not 0 < delta < 1:
        others = ("advanced", "zcdp", "rdp", "pld")
        return first, *(Total(name, math.inf, 0.0, False, _AT_ZERO) for name in others)
    return (
        first,
        advanced.total(contents, delta),
        zcdp.filtered(contents, rule.delta, rule.for_claims)
        if isinstance(rule, Zcdp)
        else zcdp.shown(contents, delta),
        rdp.filtered(contents, rule.order, rule.delta)
        if isinstance(rule, Rdp)
        else rdp.shown(contents, delta),
        pld.total(contents, delta, stored),
    )
