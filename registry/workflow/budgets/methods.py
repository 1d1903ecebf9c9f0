"""Every method of composition side by side, for the same entries at the same delta."""

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from sqlmodel import Session, col, select

from registry.errors import IntegrityFailure, StoreUnavailable
from registry.ledger.account import Account
from registry.ledger.entry import Entry
from registry.ledger.parts import Partition
from registry.ledger.shown import shown
from registry.ledger.total import Total
from registry.ledger.totals import Rule
from registry.records import ComposedTotal, Source
from registry.store.database import writing
from registry.workflow.context import Context
from registry.workflow.find import row_id

WORTH_KEEPING: Final = 0.5  # seconds that a distribution took to compose


@dataclass
class Distributions:
    """The composed distributions of one source: those that are kept, and those to keep."""

    source_id: int
    kept: Mapping[str, bytes]
    new: dict[str, bytes] = field(default_factory=dict)

    def of(
        self, scope: str, entries: Sequence[Entry], partitions: Sequence[Partition]
    ) -> bytes | None:
        """The distribution of ``entries``, from the one that is kept as far as it covers them."""
        from registry.ledger import losses
        from registry.ledger.composed import brought_up
        from registry.ledger.contents import distinct, one_each

        contents = distinct(entries, partitions)
        guarantees, unbounded = one_each(contents, losses.on_grid)
        if unbounded or not guarantees:
            return None
        losses.nothing()  # loads the library, which is not composing
        began = time.perf_counter()
        try:
            body = brought_up(self.kept.get(scope), guarantees).to_bytes()
        except IntegrityFailure:  # it is worth nothing any more, and nothing rests on it
            body = brought_up(None, guarantees).to_bytes()
        if time.perf_counter() - began > WORTH_KEEPING and body != self.kept.get(scope):
            self.new[scope] = body
        return body

    def compared(
        self,
        scope: str,
        entries: Sequence[Entry],
        delta: float,
        rule: Rule,
        account: Account,
    ) -> tuple[Total, ...]:
        """The totals by every method; raises `Unlike` for what has no sum."""
        entries = in_turn(entries)
        stored = self.of(scope, entries, account.partitions)
        return shown(entries, delta, rule, account.partitions, stored, account.batches)


def in_turn(entries: Sequence[Entry]) -> list[Entry]:
    """By when each content was first received, so that what is kept covers the first of them.

    Claims come with the number of their run, and what was run first may be released last.
    """
    first: dict[str, int] = {}
    for one in entries:
        if one.kind != "run":
            number = first.get(one.content_digest, one.number)
            first[one.content_digest] = min(number, one.number)
    return sorted(entries, key=lambda one: (first.get(one.content_digest, one.number), one.number))


def distributions(session: Session, source: Source) -> Distributions:
    """Those that are kept of ``source``."""
    rows = session.exec(select(ComposedTotal).where(ComposedTotal.source_id == row_id(source)))
    return Distributions(row_id(source), {row.scope: bytes(row.body) for row in rows})


def keep(context: Context, found: Distributions) -> None:
    """Keep what took long to compose. It is no record: nothing rests on it, and no event tells.

    Whoever reads waits for nobody and needs no right to write: where the store is busy, or is not
    to be written, it is composed anew the next time. Why not where entries are added: a release
    would then wait for figures that no gate reads, while everybody waits for the release.
    """
    if not found.new:
        return
    with suppress(StoreUnavailable), writing(context.engine, log=False, wait=False) as session:
        for scope, body in found.new.items():
            row = session.exec(
                select(ComposedTotal)
                .where(col(ComposedTotal.source_id) == found.source_id)
                .where(ComposedTotal.scope == scope)
            ).first()
            row = row or ComposedTotal(source_id=found.source_id, scope=scope, body=b"", kept_at="")
            row.body, row.kept_at = body, context.now()
            session.add(row)
