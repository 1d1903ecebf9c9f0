"""Two decisions on the same request, by other policies: how it ends otherwise, and through what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from registry.policy.decision import Decision, Finding, Outcome

Key = tuple[str, str, tuple[str, ...]]


@dataclass(frozen=True)
class Moved:
    """One rule in one scope before and after; None where it was not asked."""

    policy: str
    rule: str
    scope: tuple[str, ...]
    before: Finding | None
    after: Finding | None

    @property
    def deciding(self) -> Finding:
        """The finding that blocks; of two that do, the later one."""
        finding = self.before if self.after is None else self.after
        if self.before and self.before.blocks and not (self.after and self.after.blocks):
            finding = self.before
        assert finding is not None
        return finding


@dataclass(frozen=True)
class Flip:
    """A changed outcome with every rule that brought it about, the worst margin first."""

    before: Outcome
    after: Outcome
    rules: tuple[Moved, ...]

    @property
    def newly_refused(self) -> bool:
        """Whether it was allowed and is no longer."""
        return self.before == "allow"


def flip(before: Decision, after: Decision) -> Flip | None:
    """What changed from one decision to another; None where the outcome is the same."""
    if before.outcome == after.outcome:
        return None
    return Flip(before.outcome, after.outcome, tuple(sorted(_moved(before, after), key=_order)))


def _moved(before: Decision, after: Decision) -> Iterator[Moved]:
    """The rules that block on one side and not on the other, or block in another way."""
    old, new = _by_key(before), _by_key(after)
    for key in {**old, **new}:
        was, now = old.get(key), new.get(key)
        blocks = (was and was.blocks and was.outcome, now and now.blocks and now.outcome)
        if (blocks[0] or None) != (blocks[1] or None):
            yield Moved(*key, was, now)


def _by_key(decision: Decision) -> Mapping[Key, Finding]:
    return {
        (one.policy.id if one.policy else "registry", one.rule, one.scope): one
        for one in decision.findings
    }


def _order(moved: Moved) -> tuple[bool, float, Key]:
    margin = moved.deciding.margin
    key = (moved.policy, moved.rule, moved.scope)
    return margin is None, margin if margin is not None else 0.0, key
