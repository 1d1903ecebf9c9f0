"""Every method of composition side by side, for the same entries at the same delta."""

from collections.abc import Iterable, Sequence

from registry.ledger.entry import Entry
from registry.ledger.parts import Partition
from registry.ledger.totals import Basic, Total, Zcdp, gated


def compared(
    entries: Sequence[Entry], delta: float, partitions: Iterable[Partition]
) -> list[Total]:
    """The totals, the ones that gate first; raises `Unlike` for what has no sum."""
    declared = tuple(partitions)
    return [gated(entries, rule, declared) for rule in (Basic(), Zcdp(delta))]
