"""Partitions of a source, as they were declared."""

import json

from sqlmodel import Session, col, select

from registry.card import DatasetCard
from registry.errors import InvalidInput
from registry.ledger import parts
from registry.records import Partition, Source
from registry.workflow.find import row_id


def partitions_of(session: Session, source: Source) -> list[parts.Partition]:
    """Every partition of ``source``, for composition."""
    return [
        parts.Partition(row.name, row.unit, tuple(json.loads(row.parts)), row.event_seq)
        for row in session.exec(
            select(Partition)
            .where(Partition.source_id == row_id(source))
            .order_by(col(Partition.event_seq))
        )
    ]


def require_declared(session: Session, source: Source, card: DatasetCard) -> None:
    """Raise `InvalidInput` for a card that read a part which nobody declared before."""
    claim = card.guarantee
    if claim is None or claim.partition is None:
        return
    declared = partitions_of(session, source)
    names = [f"{one.name}/{part}" for one in declared for part in one.parts]
    if claim.partition not in names:
        raise InvalidInput(
            f"the card reads {claim.partition!r}, which is no declared part of {source.name!r}",
            expected=" or ".join(names[:5]) or "a partition declared before its first use",
            todo=f"declare it with `registry budget partition {source.name} ...`, or leave it out",
        )
    units = {one.unit for one in declared if claim.partition.startswith(f"{one.name}/")}
    if claim.privacy_unit not in units:
        raise InvalidInput(
            f"{claim.partition!r} divides {source.name!r} by {', '.join(sorted(units))}, and the "
            f"guarantee is per {claim.privacy_unit}",
            expected=f"privacyUnit: {min(units)}",
        )
