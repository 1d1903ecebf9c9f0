"""One question to the engine with everything it is decided on, so that parts can be varied."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from registry.policy.decision import Decision, PolicyRef
from registry.policy.demand import Demand, demands
from registry.policy.engine import decide
from registry.policy.facts import Context, Evidence, Subject, Waiver
from registry.policy.known import BUDGETS
from registry.policy.loader import Policy
from registry.policy.matching import matching


@dataclass(frozen=True)
class Inquiry:
    """What ``decide`` takes, as one value; ``spent`` is what budgets come to for each audience."""

    policies: tuple[Policy, ...]
    subject: Subject
    context: Context
    evidence: tuple[Evidence, ...]
    now: datetime
    waivers: tuple[Waiver, ...] = ()
    spent: Mapping[str, Sequence[Evidence]] = field(default_factory=dict)

    def decided(self) -> Decision:
        """What the policies say."""
        return decide(
            self.policies, self.subject, self.context, self.evidence, self.now, self.waivers
        )

    def governing(self) -> tuple[Policy, ...]:
        """The policies that match."""
        return tuple(matching(self.policies, self.subject, self.context).values())

    def under(self, context: Context) -> Inquiry:
        """The same in another context; what one audience received says nothing of another."""
        if context.audience == self.context.audience:
            return replace(self, context=context)
        kept = (one for one in self.evidence if one.metric not in BUDGETS)
        evidence = (*kept, *self.spent.get(context.audience, ()))
        return replace(self, context=context, evidence=evidence)

    def on(self, evidence: Iterable[Evidence]) -> Inquiry:
        """The same on other evidence."""
        return replace(self, evidence=tuple(evidence))

    def beside(self, waivers: Iterable[Waiver]) -> Inquiry:
        """The same with more waivers."""
        return replace(self, waivers=(*self.waivers, *waivers))

    def demands(self) -> dict[tuple[PolicyRef | None, str], Demand]:
        """What every governing policy demands, by policy and rule: as a finding names them."""
        return {
            (one.policy, one.rule.id): one
            for policy in self.governing()
            for one in demands(policy, self.now)
        }
