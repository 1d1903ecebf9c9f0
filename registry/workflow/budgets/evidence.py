"""What policies read of a source's budget: the total as it would be after the release.

Reckoned when it is asked for, and under the write lock where something is granted on it.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, col, select

from registry.ledger.account import Account
from registry.ledger.exposure import affected
from registry.ledger.figures import figures, released
from registry.policy.facts import Context as Wanted
from registry.policy.facts import Evidence, Subject
from registry.policy.spent import spent
from registry.records import Budget, Source
from registry.workflow.budgets.account import account_of, standing
from registry.workflow.budgets.as_told import sources_told
from registry.workflow.budgets.in_force import SIGNING, by_audience
from registry.workflow.budgets.terms import require_unaltered
from registry.workflow.find import row_id


@dataclass
class Budgets:
    """Answers for many versions, each source's ledger read once.

    A source without a budget has no figures: what was never limited is no evidence of restraint.
    """

    session: Session
    now: datetime
    _known: dict[str, tuple[dict[str, Budget], Account | None]] = field(default_factory=dict)

    def evidence(self, subject: Subject, wanted: Wanted) -> list[Evidence]:
        """The figures of the source for the audience, with this version released to it."""
        budgets, account = self._of(subject.source)
        reached = affected(wanted.audience, budgets)
        if account is None or not reached:
            return []
        label = f"{subject.dataset}@{subject.version}"
        new = released(account, label, wanted.audience, wanted.chosen_from)
        standings = [standing(account, budgets[one], self.now, new) for one in reached]
        return [spent(subject, *one) for one in figures(account, standings, wanted.audience)]

    def expect(self, names: Collection[str]) -> None:
        """Many sources are asked for: those that never had a budget are found at once."""
        limited = select(Source.name).join(Budget, col(Budget.source_id) == col(Source.id))
        held = set(self.session.exec(limited.where(col(Source.name).in_(names)).distinct()))
        told = sources_told(self.session, SIGNING, names)
        self._known |= {name: ({}, None) for name in set(names) - held - told}

    def _of(self, name: str) -> tuple[dict[str, Budget], Account | None]:
        if name not in self._known:
            source = self.session.exec(select(Source).where(col(Source.name) == name)).one()
            budgets = by_audience(self.session, row_id(source))
            for budget in budgets.values():
                require_unaltered(self.session, budget)
            account = account_of(self.session, source) if budgets else None
            self._known[name] = budgets, account
        return self._known[name]
