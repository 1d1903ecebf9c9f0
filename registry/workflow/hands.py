"""What one person had a hand in, read a few queries for any number of versions at a time."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from registry.policy.loader import Policy
from registry.records import (
    CardRevision,
    DatasetVersion,
    Evaluation,
    Generator,
    PolicyDocument,
    Request,
    WaiverRecord,
)
from registry.workflow.context import Identity
from registry.workflow.find import row_id

Ids = frozenset[int]


@dataclass(frozen=True)
class Hands:
    """Ids of versions by what was done to them, and the policies and waivers of one person.

    ``submitted`` are the versions that the person put forward, in whatever request; ``before`` has
    the version of a policy that each of ``rules`` took the place of, by the id of its document.
    """

    who: Identity
    registered: Ids
    generated: Ids
    amended: Ids
    evaluated: Ids
    submitted: Ids
    waived: Mapping[int, str]
    rules: tuple[PolicyDocument, ...]
    before: Mapping[int, PolicyDocument]

    def making(self, version_id: int) -> dict[str, bool]:
        """Each way of making a version, and whether this person did."""
        return {
            "registered": version_id in self.registered,
            "generated": version_id in self.generated,
            "amended the card of": version_id in self.amended,
            "evaluated": version_id in self.evaluated,
        }

    def governed_before(self, fresh: PolicyDocument) -> Policy | None:
        """The policy that ``fresh`` replaced."""
        from registry.workflow.gate import loaded

        row = self.before.get(row_id(fresh))
        return loaded(row) if row else None


def hands_of(session: Session, who: Identity, versions: Any) -> Hands:
    """What ``who`` did to ``versions``: ids, or a query of ids."""
    rules, before = _rules(session, who)
    return Hands(
        who,
        registered=_mine(session, DatasetVersion.id, DatasetVersion.registered_by, who, versions),
        generated=_generated(session, who, versions),
        amended=_amended(session, who, versions),
        evaluated=_mine(session, Evaluation.version_id, Evaluation.evaluated_by, who, versions),
        submitted=_mine(session, Request.version_id, Request.submitted_by, who, versions),
        waived=_waived(session, who, versions),
        rules=rules,
        before=before,
    )


def _mine(session: Session, version: Any, by: Any, who: Identity, versions: Any) -> Ids:
    query = select(version).where(by == who.account_id).where(col(version).in_(versions))
    return frozenset(session.exec(query.distinct()))


def _generated(session: Session, who: Identity, versions: Any) -> Ids:
    """By the card as it is and as it ever was: an amendment takes nobody's name off a table."""
    now = session.exec(
        select(Generator.version_id)
        .where(Generator.made_by == who.name)
        .where(col(Generator.version_id).in_(versions))
    ).all()
    once = session.exec(
        select(CardRevision.version_id, CardRevision.card).where(
            col(CardRevision.version_id).in_(versions)
        )
    )
    return frozenset({*now, *(id for id, card in once if _made_by(card) == who.name)})


def _made_by(card: str) -> object:
    return json.loads(card)["generator"].get("madeBy")


def _amended(session: Session, who: Identity, versions: Any) -> Ids:
    """Revision 1 is the registration, which counts as that."""
    query = (
        select(CardRevision.version_id)
        .where(CardRevision.amended_by == who.account_id)
        .where(CardRevision.number > 1)
        .where(col(CardRevision.version_id).in_(versions))
    )
    return frozenset(session.exec(query))


def _waived(session: Session, who: Identity, versions: Any) -> dict[int, str]:
    query = (
        select(WaiverRecord)
        .where(WaiverRecord.approved_by == who.account_id)
        .where(col(WaiverRecord.version_id).in_(versions))
    )
    return {row_id(row): row.rule for row in session.exec(query)}


def _rules(
    session: Session, who: Identity
) -> tuple[tuple[PolicyDocument, ...], dict[int, PolicyDocument]]:
    newest_first = col(PolicyDocument.id).desc()
    own = session.exec(
        select(PolicyDocument)
        .where(PolicyDocument.published_by == who.account_id)
        .order_by(newest_first)
    ).all()
    if not own:
        return (), {}
    ids = {row.policy_id for row in own}
    all_ = session.exec(
        select(PolicyDocument).where(col(PolicyDocument.policy_id).in_(ids)).order_by(newest_first)
    ).all()
    return tuple(own), {row_id(row): before for row in own if (before := _before(row, all_))}


def _before(row: PolicyDocument, newest_first: Iterable[PolicyDocument]) -> PolicyDocument | None:
    older = (
        one for one in newest_first if one.policy_id == row.policy_id and row_id(one) < row_id(row)
    )
    return next(older, None)
