"""Which rules of a policy its cases see pass, and which they see not pass."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from registry.policy.casework.testing import Result, worst
from registry.policy.decision import Decision
from registry.policy.document import Match
from registry.policy.loader import Policy
from registry.policy.mutating.reach import refuses_a_place, refuses_a_use

MATCH = "match"
"""What stands for the branch of governing a request or leaving it alone."""


@dataclass(frozen=True)
class Covered:
    """One rule or branch: whether some case saw it ``passed``, and some other saw it ``failed``.

    Where no request can make it fail, ``failed`` is not asked for.
    """

    policy: str
    rule: str
    line: int | None
    passed: bool
    failed: bool
    can_fail: bool = True

    @property
    def whole(self) -> bool:
        """Whether both halves were seen."""
        return not self.lacks

    @property
    def lacks(self) -> str:
        """What no case shows, in words."""
        passes = "that the policy matches" if self.rule == MATCH else "that it passes"
        fails = "that the policy leaves it alone" if self.rule == MATCH else "that it does not pass"
        halves = [(self.passed, passes), (self.failed or not self.can_fail, fails)]
        return " and ".join(text for seen, text in halves if not seen)


def coverage(policy: Policy, results: Iterable[Result]) -> list[Covered]:
    """Every rule and branch of a policy, in the order of the document."""
    decisions = [result.decision for result in results]
    found = [_rule(policy, name, decisions) for name in _names(policy)]
    if selective(policy):
        governed = [bool(decision.policies) for decision in decisions]
        match = Covered(policy.id, MATCH, None, any(governed), not all(governed))
        return [match, *found]
    return found


def percentage(covered: Sequence[Covered]) -> float:
    """The share of rules and branches of which both halves were seen; of none, all."""
    whole = sum(one.whole for one in covered)
    return 100.0 * whole / len(covered) if covered else 100.0


def selective(policy: Policy) -> bool:
    """Whether there is a request that the policy leaves alone."""
    spec = policy.document.spec
    return spec.match not in (None, Match()) or spec.exclude is not None


def _names(policy: Policy) -> list[str]:
    review = ["review"] if policy.document.metadata.review_by else []
    return [*review, "uses", "sharing", *(rule.id for _, rule in policy.rules)]


def _rule(policy: Policy, name: str, decisions: Sequence[Decision]) -> Covered:
    verdicts = {found.verdict for one in decisions if (found := worst(one, name))}
    author = next((by for by, rule in policy.rules if rule.id == name), policy)
    return Covered(
        policy=policy.id,
        rule=name,
        line=author.lines.get(name),
        passed="pass" in verdicts,
        failed=bool(verdicts - {"pass"}),
        can_fail=_can_fail(policy, name),
    )


def _can_fail(policy: Policy, name: str) -> bool:
    if name == "uses":
        return refuses_a_use(policy)
    return name != "sharing" or refuses_a_place(policy)
