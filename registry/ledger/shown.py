"""Every method side by side, each with why it holds for these entries or does not."""

import math
from collections.abc import Iterable, Sequence

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
) -> tuple[Total, ...]:
    """Basic, advanced, zCDP, Renyi and loss distributions, at ``delta`` but for the first.

    What ``rule`` names is shown as it gates. ``stored`` are the bytes of a composed distribution.
    """
    contents = distinct(entries, partitions)
    fixed = in_one_batch(entries)
    first = basic.total(contents)
    if not 0 < delta < 1:
        others = ("advanced", "zcdp", "rdp", "pld")
        return first, *(Total(name, math.inf, 0.0, False, _AT_ZERO) for name in others)
    return (
        first,
        advanced.total(contents, delta, fixed),
        zcdp.filtered(contents, rule.delta, rule.for_claims)
        if isinstance(rule, Zcdp)
        else zcdp.shown(contents, delta, fixed),
        rdp.filtered(contents, rule.order, rule.delta)
        if isinstance(rule, Rdp)
        else rdp.shown(contents, delta, fixed),
        pld.total(contents, delta, fixed, stored),
    )


def in_one_batch(entries: Sequence[Entry]) -> bool:
    """Whether all of them were fixed in advance together: one named batch, none of it adaptive."""
    batches = {one.batch for one in entries}
    guarantees = [one.read.guarantee for one in entries]
    return (
        len(batches) == 1
        and None not in batches
        and all(each is not None and each.adaptive is False for each in guarantees)
    )
