"""What a check hands to those who show it: the decision, and what it rests on."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from registry.policy.decision import Decision, Finding, PolicyRef
from registry.policy.facts import Context
from registry.policy.loader import Policy
from registry.policy.rules import Rule


@dataclass(frozen=True)
class Checked:
    """One decision on ``label`` and the ``policies`` it was made by.

    ``files`` has the path of a policy's file by its digest, where there is one at hand, and
    ``excuses`` why each waiver, by its id, was granted. A decision without a registry is
    ``unsigned``; ``notes`` say what that means and how its policies compare with those published.
    ``file`` is the card, where it is a file.
    """

    label: str
    wanted: Context
    decision: Decision
    policies: tuple[Policy, ...]
    files: Mapping[str, str] = field(default_factory=dict)
    excuses: Mapping[str, str] = field(default_factory=dict)
    unsigned: bool = False
    notes: tuple[str, ...] = ()
    file: str | None = None

    def file_of(self, policy: PolicyRef) -> str | None:
        """The path of a policy's file, or at least the name that it was published under."""
        if policy.digest in self.files:
            return self.files[policy.digest]
        found = self._by_digest.get(policy.digest)
        return found.name if found else None

    def rule(self, policy: PolicyRef, rule: str) -> Rule | None:
        """The rule as its author wrote it; None for what a policy says beside its rules."""
        author = self._by_digest.get(policy.digest)
        rules = author.document.spec.rules if author else ()
        return next((one for one in rules if one.id == rule), None)

    def metrics(self, policy: PolicyRef, rule: str) -> tuple[str, ...]:
        """The metrics and budgets that a rule reads."""
        author, found = self._by_digest.get(policy.digest), self.rule(policy, rule)
        if found is None or author is None:
            return ()
        if found.check:
            return (found.check.reads,)
        return tuple(author.expressions[rule].metrics)

    def remedy(self, finding: Finding) -> str | None:
        """What to do about a finding: what its policy says, and the evaluation that is missing."""
        said = [finding.remediation] if finding.remediation else []
        missing = (finding.policy, finding.rule) in self._unmeasured
        return "; ".join([*said, f"run `{self.evaluation}`"] if missing else said) or None

    @property
    def evaluation(self) -> str:
        """The command that measures the version."""
        return f"registry evaluate {self.label} --real TRAINING --holdout HOLDOUT"

    @property
    def lacks_evaluation(self) -> bool:
        """Whether a rule lacks a number that an evaluation in this registry would give."""
        return bool(self._unmeasured)

    @cached_property
    def _unmeasured(self) -> frozenset[tuple[PolicyRef | None, str]]:
        if self.unsigned:  # what was not registered is not evaluated
            return frozenset()
        return frozenset((one.policy, one.rule) for one in self.decision.findings if one.unmeasured)

    @cached_property
    def _by_digest(self) -> Mapping[str, Policy]:
        return {one.digest: one for one in _with_bases(self.policies)}


def _with_bases(policies: Iterable[Policy]) -> Iterator[Policy]:
    for one in policies:
        yield one
        yield from _with_bases(one.bases)
