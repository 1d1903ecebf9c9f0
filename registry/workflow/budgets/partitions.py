"""Partitions of a source, as two people declared and signed them."""

import json

from sqlmodel import Session, col, select

from registry.card import DatasetCard
from registry.errors import InvalidInput
from registry.ledger import parts
from registry.records import Partition, PartitionSignature, Source
from registry.workflow.budgets.as_told import in_doubt, require_told, require_two
from registry.workflow.budgets.terms import SIGN, require_unaltered, signatures_on
from registry.workflow.find import row_id

SIGNING = "sign-partition"


def partitions_of(session: Session, source: Source) -> list[parts.Partition]:
    """Every partition of ``source`` that holds, for composition, from the second signature on.

    One that a single person declared, or that was signed with a key that others may have used,
    holds for nothing: what read its parts counts in full. Raises `IntegrityFailure` for one that is
    not what the log tells.
    """
    return [
        parts.Partition(row.name, row.unit, tuple(json.loads(row.parts)), one.event_seq)
        for row, one in _signed(session, source)
        if in_doubt(session, signatures_on(session, row)) is None
    ]


def _signed(session: Session, source: Source) -> list[tuple[Partition, PartitionSignature]]:
    made = session.exec(
        select(Partition, PartitionSignature)
        .join(PartitionSignature, col(PartitionSignature.partition_id) == col(Partition.id))
        .where(Partition.source_id == row_id(source))
        .order_by(col(PartitionSignature.event_seq))
    ).all()
    require_two(made)
    require_told(session, source.name, SIGNING, made)
    signed = [(row, one) for row, one in made if one.meaning == SIGN]
    for row, _ in signed:
        require_unaltered(session, row)
    return signed


def require_declared(session: Session, source: Source, card: DatasetCard) -> None:
    """Raise `InvalidInput` for a card that read a part which two people did not declare before."""
    claim = card.guarantee
    if claim is None or claim.partition is None:
        return
    declared = partitions_of(session, source)
    names = [f"{one.name}/{part}" for one in declared for part in one.parts]
    if claim.partition not in names:
        raise InvalidInput(
            f"the card reads {claim.partition!r}, which is no declared part of {source.name!r}",
            expected=" or ".join(names[:5]) or "a partition declared before its first use",
            todo=f"declare it with `registry budget partition {source.name} ...` and have a second "
            "person sign it, or leave it out",
        )
    units = {one.unit for one in declared if claim.partition.startswith(f"{one.name}/")}
    if claim.privacy_unit not in units:
        raise InvalidInput(
            f"{claim.partition!r} divides {source.name!r} by {', '.join(sorted(units))}, and the "
            f"guarantee is per {claim.privacy_unit}",
            expected=f"privacyUnit: {min(units)}",
        )
