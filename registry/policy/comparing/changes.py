"""What a changed policy tightens and what it loosens, place by place.

A change *tightens* where some request that was allowed may no longer be, and *loosens* where some
request that was not allowed may now be. What cannot be compared (another metric under the same
rule, another expression, other requests that it governs) counts as loosened: it is safe to demand
too much care. What decides nothing, such as a title, is a change of *text*.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, Final

from registry.policy import jurisdictions
from registry.policy.comparing.rule_changes import rule_changes
from registry.policy.comparing.shift import Change, Direction, less, more
from registry.policy.comparing.versions import BUMPS, Bump
from registry.policy.document import Approvals, Enforcement, EvidenceTerms, Sharing, Spec, Uses
from registry.policy.expiry import days
from registry.policy.expression import Expression, names_in
from registry.policy.loader import Policy
from registry.policy.rules import LEVELS, Rule

_DEMANDS: Final[dict[Direction, Bump]] = {
    "loosened": "major",
    "tightened": "minor",
    "text": "patch",
}


@dataclass(frozen=True)
class Difference:
    """All changes from one version of a policy to another, and the bump they demand."""

    changes: tuple[Change, ...]

    @property
    def bump(self) -> Bump:
        """The least bump of the version that says what kind of change this is."""
        demanded = (_DEMANDS[change.direction] for change in self.changes)
        return max(demanded, key=BUMPS.index, default="none")

    def of(self, direction: Direction) -> tuple[Change, ...]:
        """The changes of one direction."""
        return tuple(change for change in self.changes if change.direction == direction)


def difference(before: Policy, after: Policy) -> Difference:
    """What ``after`` changes, its bases included, in the order of the document."""
    old, new = before.document, after.document
    changes = [
        *_texts(old.metadata.model_dump(), new.metadata.model_dump()),
        *_review(old.metadata.review_by, new.metadata.review_by),
        *_governed(old.spec, new.spec),
        *demands(before, after),
    ]
    if not changes and repr(old.spec.params) != repr(new.spec.params):
        changes.append(Change("text", "params", "parameters changed without effect"))
    return Difference(tuple(changes))


def demands(before: Policy, after: Policy) -> Iterator[Change]:
    """The changes in what a policy demands of the requests it governs."""
    old, new = before.document.spec, after.document.spec
    yield from _enforcement(old.enforcement, new.enforcement)
    if old.on_missing_evidence != new.on_missing_evidence:
        stricter = new.on_missing_evidence == "deny"
        yield _shift(
            stricter, "onMissingEvidence", old.on_missing_evidence, new.on_missing_evidence
        )
    yield from _uses(old.uses, new.uses)
    yield from _sharing(old.sharing, new.sharing)
    yield from _evidence(old.evidence, new.evidence)
    yield from rule_changes(_rules(before), _rules(after))
    yield from _given(before, after)
    yield from _approvals(old.approvals, new.approvals)
    yield from _waivers(old, new, _rules(before).keys())


def _rules(policy: Policy) -> Mapping[str, Rule]:
    return {rule.id: rule for _, rule in policy.rules}


def _given(before: Policy, after: Policy) -> Iterator[Change]:
    """Parameters under an expression that stayed: other values make it another expression."""
    authors = {rule.id: author for author, rule in after.rules}
    for author, rule in before.rules:
        old = author.expressions.get(rule.id)
        new = authors[rule.id].expressions.get(rule.id) if rule.id in authors else None
        if old and new and old.text == new.text and _used(old) != _used(new):
            what = "its parameters changed, which cannot be compared"
            yield Change("loosened", f"rules.{rule.id}.expr", what)


def _used(expression: Expression) -> dict[str, str]:
    """The parameters as they are written: 1, 1.0 and true are alike in Python and not in CEL."""
    named = names_in(expression.text)
    return {key: repr(one) for key, one in expression.params.items() if f"params.{key}" in named}


def _texts(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for name in old:
        if name not in ("id", "version", "review_by") and old[name] != new[name]:
            yield Change("text", f"metadata.{name}", f"{name.replace('_', ' ')} changed")


def _review(old: str | None, new: str | None) -> Iterator[Change]:
    """A later day is what a review ends with, and takes no major version; to drop the day does."""
    if old is None or new is None:
        if old != new:
            yield _shift(new is not None, "metadata.reviewBy", old or "no day", new or "no day")
    elif new < old:
        yield Change("tightened", "metadata.reviewBy", f"{old} became {new}")
    elif new > old:
        yield Change("text", "metadata.reviewBy", "reviewed until a later day")


def _governed(old: Spec, new: Spec) -> Iterator[Change]:
    for name in ("match", "exclude", "extends"):
        if getattr(old, name) != getattr(new, name):
            what = "extends other policies" if name == "extends" else "governs other requests"
            yield Change("loosened", name, what)


def _shift(stricter: bool, where: str, old: object, new: object) -> Change:
    direction: Direction = "tightened" if stricter else "loosened"
    return Change(direction, where, f"{old} became {new}")


def _enforcement(old: Enforcement, new: Enforcement) -> Iterator[Change]:
    """Level by level, on every day on which either changes."""
    dates = sorted({"", *(step.start for one in (old, new) for step in one.ramp)})
    pairs = [(LEVELS.index(old.level_on(day)), LEVELS.index(new.level_on(day))) for day in dates]
    if any(after < before for before, after in pairs):
        yield Change("loosened", "enforcement", "enforces less, on some day")
    elif any(after > before for before, after in pairs):
        yield Change("tightened", "enforcement", "enforces more, on some day")


def _uses(old: Uses, new: Uses) -> Iterator[Change]:
    yield from more("uses.allow", set(new.allow) - set(old.allow), "allows the use {}")
    yield from less("uses.allow", set(old.allow) - set(new.allow), "no longer allows the use {}")
    for use in sorted(set(old.deny) ^ set(new.deny)):
        if use not in old.allow and use not in new.allow:
            yield Change("text", "uses.deny", f"the use {use} is not allowed either way")


def _sharing(old: Sequence[Sharing], new: Sequence[Sharing]) -> Iterator[Change]:
    served = {row.audience: row for row in old if row.effect == "allow"}
    serves = {row.audience: row for row in new if row.effect == "allow"}
    yield from more("sharing", serves.keys() - served.keys(), "serves the audience {}")
    yield from less("sharing", served.keys() - serves.keys(), "no longer serves the audience {}")
    for audience in sorted(served.keys() & serves.keys()):
        yield from _terms(f"sharing.{audience}", served[audience], serves[audience])


def _terms(where: str, old: Sharing, new: Sharing) -> Iterator[Change]:
    before, after = (_places(row) for row in (old, new))
    yield from more(f"{where}.jurisdictions", after - before, "may go to {}")
    yield from less(f"{where}.jurisdictions", before - after, "may no longer go to {}")
    if before == after and bool(old.jurisdictions) != bool(new.jurisdictions):
        # A row without places serves a request that names none; a row with all of them does not.
        stricter = bool(new.jurisdictions)
        yield _shift(stricter, f"{where}.jurisdictions", *map(_named, (old, new)))
    if old.agreement != new.agreement:
        stricter = old.agreement is None
        yield _shift(
            stricter, f"{where}.agreement", old.agreement or "none", new.agreement or "none"
        )
    yield from shorter(f"{where}.expiresAfter", old.expires_after, new.expires_after)


def _named(row: Sharing) -> str:
    return "every place named" if row.jurisdictions else "no place asked for"


def _places(row: Sharing) -> frozenset[str]:
    return jurisdictions.expand(row.jurisdictions) if row.jurisdictions else jurisdictions.COUNTRIES


def _evidence(old: EvidenceTerms, new: EvidenceTerms) -> Iterator[Change]:
    yield from shorter("evidence.maxAge", old.max_age, new.max_age)
    if old.holdout != new.holdout:
        yield _shift(new.holdout == "required", "evidence.holdout", old.holdout, new.holdout)


def shorter(where: str, old: str | None, new: str | None) -> Iterator[Change]:
    """A limit in days: a shorter one is tighter, and none is the loosest."""
    before, after = (days(one) if one else None for one in (old, new))
    if before != after:
        tighter = after is not None and (before is None or after < before)
        yield _shift(tighter, where, old or "no limit", new or "no limit")


def _approvals(old: Approvals, new: Approvals) -> Iterator[Change]:
    before, after = ({seat.role: seat.min for seat in one.quorum} for one in (old, new))
    for role in sorted(before.keys() | after.keys()):
        had, has = before.get(role, 0), after.get(role, 0)
        if had != has:
            yield _shift(has > had, f"approvals.quorum.{role}", had, has)
    gone, come = (
        set(old.separation) - set(new.separation),
        set(new.separation) - set(old.separation),
    )
    yield from more("approvals.separation", gone, "no longer keeps the {} apart")
    yield from less("approvals.separation", come, "keeps the {} apart")
    yield from shorter("approvals.validFor", old.valid_for, new.valid_for)
    windows = [days(one.author_window) if one.author_window else 0 for one in (old, new)]
    if windows[0] != windows[1]:
        yield _shift(windows[1] > windows[0], "approvals.authorWindow", *windows)
    if old.signatures != new.signatures:
        stricter = new.signatures == "required"
        yield _shift(stricter, "approvals.signatures", old.signatures, new.signatures)


def _waivers(old: Spec, new: Spec, held: Set[str]) -> Iterator[Change]:
    """``held`` are the rules there were."""
    before, after = ({*one.waivers.allowed} if one.waivers else set() for one in (old, new))
    # A rule that is new as well was no rule before: that it may be waived loosens nothing.
    yield from more("waivers.allowed", (after - before) & held, "{} may be waived")
    yield from less("waivers.allowed", before - after, "{} may no longer be waived")
    if old.waivers and new.waivers:
        yield from shorter(
            "waivers.maxDuration", old.waivers.max_duration, new.waivers.max_duration
        )
        if old.waivers.approver != new.waivers.approver:
            yield _shift(False, "waivers.approver", old.waivers.approver, new.waivers.approver)
