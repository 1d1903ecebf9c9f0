"""What becomes of each rule between two versions of a policy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from registry.policy.comparing.shift import Change, Direction, less, more
from registry.policy.expiry import days
from registry.policy.rules import LEVELS, Check, Rule
from registry.policy.wording import exact

_WORDS: Final = ("title", "severity", "message", "rationale", "references", "remediation")


def rule_changes(before: Mapping[str, Rule], after: Mapping[str, Rule]) -> Iterator[Change]:
    """The changes of rules by id: gone, new, or demanding more or less."""
    yield from more("rules", before.keys() - after.keys(), "{} is gone")
    yield from less("rules", after.keys() - before.keys(), "{} is new")
    for name, old in before.items():
        if name in after and after[name] != old:
            found = list(_changes(old, after[name]))
            yield from found or [Change("text", f"rules.{name}", "worded anew")]


def _changes(old: Rule, new: Rule) -> Iterator[Change]:
    where = f"rules.{old.id}"
    if old.check and new.check:
        yield from _check(old.check, new.check, f"{where}.check")
    elif old.expr != new.expr or (old.check is None) != (new.check is None):
        yield Change("loosened", where, "demands something else, which cannot be compared")
    yield from _level(old, new, f"{where}.enforcement")
    yield from _missing(old, new, f"{where}.onMissingEvidence")
    for name in _WORDS:
        if getattr(old, name) != getattr(new, name):
            yield Change("text", f"{where}.{name}", f"{name} changed")


def _check(old: Check, new: Check, where: str) -> Iterator[Change]:
    if (old.reads, old.for_each, old.upward) != (new.reads, new.for_each, new.upward):
        yield Change("loosened", where, f"reads {new.reads} in place of {old.reads}, or otherwise")
        return
    yield from _threshold(old, new, where)
    if old.bound != new.bound:
        stricter = new.bound is not None
        yield _shift(stricter, f"{where}.bound", old.bound or "the value", new.bound or "the value")
    if old.min_n != new.min_n:
        stricter = (new.min_n or 0) > (old.min_n or 0)
        yield _shift(stricter, f"{where}.minN", old.min_n or 0, new.min_n or 0)
    yield from _demand(old.holdout, new.holdout, f"{where}.holdout")
    if old.max_age != new.max_age:
        before, after = (days(one.max_age) if one.max_age else None for one in (old, new))
        stricter = after is not None and (before is None or after < before)
        yield _shift(stricter, f"{where}.maxAge", old.max_age or "none", new.max_age or "none")


def _threshold(old: Check, new: Check, where: str) -> Iterator[Change]:
    """A higher floor or a lower ceiling is tighter; of equal ones the strict comparison is."""
    if (old.comparison, old.threshold) == (new.comparison, new.threshold):
        return
    rise = new.threshold - old.threshold if new.upward else old.threshold - new.threshold
    stricter = rise > 0 or (rise == 0 and new.comparison in ("lt", "gt"))
    before, after = (f"{one.comparison} {exact(one.threshold)}" for one in (old, new))
    yield _shift(stricter, f"{where}.{new.comparison}", before, after)


def _demand(old: str | None, new: str | None, where: str) -> Iterator[Change]:
    """What a check says of the holdout in place of the policy."""
    if old != new:
        stricter = new == "required" or (old == "optional" and new is None)
        yield _shift(stricter, where, old or "as the policy", new or "as the policy")


def _level(old: Rule, new: Rule, where: str) -> Iterator[Change]:
    """A level of its own; without one the rule follows the policy, which may be any."""
    if old.enforcement == new.enforcement:
        return
    stricter = new.enforcement == "enforce" or (
        old.enforcement is not None
        and new.enforcement is not None
        and LEVELS.index(new.enforcement) > LEVELS.index(old.enforcement)
    )
    before, after = (one.enforcement or "as the policy" for one in (old, new))
    yield _shift(stricter, where, before, after)


def _missing(old: Rule, new: Rule, where: str) -> Iterator[Change]:
    if old.on_missing_evidence != new.on_missing_evidence:
        before, after = (one.on_missing_evidence or "as the policy" for one in (old, new))
        yield _shift(new.on_missing_evidence == "deny", where, before, after)


def _shift(stricter: bool, where: str, old: object, new: object) -> Change:
    direction: Direction = "tightened" if stricter else "loosened"
    return Change(direction, where, f"{old} became {new}")
