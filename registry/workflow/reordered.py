"""A table whose columns stand in another order is the same table, and so the same source.

A content digest counts the order of columns, and what is recorded by it stays as it is. So the
table at hand is digested in the order of each source that has its columns and its number of rows.
"""

import json
from dataclasses import dataclass, field

from sqlmodel import Session, col, select

from registry.records import Source
from registry.workflow.tables import ReadTable


@dataclass(frozen=True)
class Reordered:
    """A table, and its digests in the orders that were asked for: each takes a while."""

    table: ReadTable
    _digests: dict[tuple[str, ...], str] = field(default_factory=dict)

    def known_as(self, session: Session) -> str:
        """The digest under which a source holds this table in whatever order, else its own."""
        own = self.table.columns
        same_size = select(Source).where(Source.training_rows == self.table.rows)
        for source in session.exec(same_size.order_by(col(Source.id))):
            names = [str(column["name"]) for column in json.loads(source.columns)]
            if names == own or sorted(names) != sorted(own):
                continue
            if self._digest(names) == source.training_content_digest:
                return source.training_content_digest
        return self.table.content_digest

    def _digest(self, names: list[str]) -> str:
        from evaluators.tables import content_digest

        order = tuple(names)
        if order not in self._digests:
            self._digests[order] = content_digest(self.table.frame[names])
        return self._digests[order]
