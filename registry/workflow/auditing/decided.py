"""Which decisions were made under a policy, without reading them all."""

from typing import Final

from sqlalchemy import ColumnElement, func, text
from sqlmodel import Session, col, select

from registry.records import Dataset, DatasetVersion, DecisionRecord

FEW: Final = 1_000
"""Of so many decisions the versions are listed, and the log is not walked through."""
SOME: Final = 20_000
"""So many are read at once; of more, each is looked up where an event names it."""
# From one set of policies to the next, of which there are few, instead of decision by decision.
_SETS: Final = text(
    "WITH RECURSIVE found(one) AS (SELECT MIN(policies) FROM decision UNION ALL "
    "SELECT (SELECT MIN(policies) FROM decision WHERE policies > found.one) FROM found "
    "WHERE found.one IS NOT NULL) SELECT one FROM found WHERE one IS NOT NULL"
)


class Under:
    """The decisions under one policy, each looked up once."""

    def __init__(self, session: Session, policy: str) -> None:
        self._session = session
        self._sets = [one for (one,) in session.execute(_SETS) if policy in one.split(" ")]
        self._count = self._counted()
        self._known: dict[object, bool] = {None: False}
        if self._count <= SOME:
            digests = session.exec(select(DecisionRecord.digest).where(self._ours())).all()
            self._known |= dict.fromkeys(digests, True)

    def versions(self) -> list[str] | None:
        """The versions that they are about; None where the decisions are too many to list."""
        if self._count > FEW:
            return None
        rows = self._session.exec(
            select(Dataset.name, DatasetVersion.number)
            .join(DatasetVersion, col(DatasetVersion.dataset_id) == col(Dataset.id))
            .join(DecisionRecord, col(DecisionRecord.version_id) == col(DatasetVersion.id))
            .where(self._ours())
        )
        return sorted({f"{name}@{number}" for name, number in rows})

    def decided(self, digest: object) -> bool:
        """Whether the decision with this digest is one of them."""
        if digest not in self._known:
            self._known[digest] = self._count > SOME and self._looked_up(digest)
        return self._known[digest]

    def _ours(self) -> ColumnElement[bool]:
        return col(DecisionRecord.policies).in_(self._sets)

    def _counted(self) -> int:
        some = select(DecisionRecord.id).where(self._ours()).limit(SOME + 1).subquery()
        return self._session.exec(select(func.count()).select_from(some)).one()

    def _looked_up(self, digest: object) -> bool:
        same = select(DecisionRecord.id).where(DecisionRecord.digest == digest, self._ours())
        return self._session.exec(same.limit(1)).first() is not None
