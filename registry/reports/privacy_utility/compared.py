"""The versions of a source side by side: epsilon, measured risk, utility and fidelity of each.

Only like is held against like: one definition of a metric, one target, one privacy unit. The worst
bound of a version's evaluations counts, and one that could not be measured is worse than any.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf

from registry.reports.facts import MeasurementFacts
from registry.reports.measurements import Reading, worst_bound, worst_first
from registry.reports.sibling_facts import COMPARED, FIDELITY, RISK, UTILITY, SiblingFacts

Like = frozenset[tuple[int, object]]


@dataclass(frozen=True)
class Version:
    """A version, whether the report is about it, and its worst figure of each kind, if any."""

    facts: SiblingFacts
    own: bool
    fidelity: MeasurementFacts | None
    utility: MeasurementFacts | None
    risk: MeasurementFacts | None

    @property
    def label(self) -> str:
        """NAME@V."""
        return self.facts.label

    def of(self, metric: str) -> MeasurementFacts | None:
        """The figure of one of the metrics that versions are compared by."""
        return {FIDELITY: self.fidelity, UTILITY: self.utility, RISK: self.risk}[metric]


def versions(siblings: Iterable[SiblingFacts], label: str) -> tuple[Version, ...]:
    """Every version, in the order of registration; ``label`` is what the report is about."""
    found = tuple(siblings)
    likes = {metric: _like(found, label, metric) for metric in COMPARED}
    return tuple(
        Version(
            one,
            one.label == label,
            *(_worst(one, metric, likes[metric]) for metric in (FIDELITY, UTILITY, RISK)),
        )
        for one in found
    )


def _like(found: tuple[SiblingFacts, ...], label: str, metric: str) -> Like:
    """Definition and target that count: those of the version itself, else of the first measured."""
    first = sorted(found, key=lambda one: one.label != label)
    for one in first:
        stated = frozenset(map(_identity, _measured(one, metric)))
        if stated:
            return stated
    return frozenset()


def _measured(one: SiblingFacts, metric: str) -> list[MeasurementFacts]:
    return [each for each in one.measurements if each.metric == metric and each.value is not None]


def _identity(found: MeasurementFacts) -> tuple[int, object]:
    return found.definition, found.parameters.get("target")


def _worst(one: SiblingFacts, metric: str, like: Like) -> MeasurementFacts | None:
    same = (
        Reading("", each, alone=True)
        for each in one.measurements
        if each.metric == metric and (each.value is None or _identity(each) in like)
    )
    return next((each.measurement for each in worst_first(same)), None)


def unlike(one: Version, metric: str) -> bool:
    """Whether it was measured, but by another definition or for another target."""
    return one.of(metric) is None and any(each.metric == metric for each in one.facts.measurements)


def terms(found: Iterable[Version]) -> tuple[str, str] | None:
    """The privacy unit and relation that epsilons are compared in: the version's own, if any."""
    claims = sorted((one for one in found if one.facts.claim), key=lambda one: not one.own)
    for one in claims:
        if one.facts.claim:
            return one.facts.claim.unit, one.facts.claim.relation
    return None


def epsilon(one: Version, within: tuple[str, str] | None) -> float | None:
    """Its epsilon in the terms that are compared; None where it has none, or a contradicted one."""
    claim = None if one.facts.refuted else one.facts.claim
    return claim.epsilon if claim and (claim.unit, claim.relation) == within else None


def better(found: tuple[Version, ...]) -> tuple[Version, ...]:
    """The versions that are at least as good in everything as the version itself, and better in
    something, by their worst bounds. A version that lacks a figure is not among them; neither is
    one that was withdrawn.
    """
    own = next((one for one in found if one.own), None)
    if own is None:
        return ()
    within = terms(found)
    here = _figures(own, within)
    if here is None:
        return ()
    others = ((one, _figures(one, within)) for one in found if not one.own)
    return tuple(
        one
        for one, there in others
        if there is not None
        and one.facts.state != "withdrawn"
        and there != here
        and all(a >= b for a, b in zip(there, here, strict=True))
    )


def _figures(one: Version, within: tuple[str, str] | None) -> tuple[float, ...] | None:
    """Epsilon, risk, utility and fidelity so that more is better; None where one is not known."""
    bounds = [_bound(one.of(metric)) for metric in (RISK, UTILITY, FIDELITY)]
    spent = epsilon(one, within)
    if any(bound is None for bound in bounds) or (one.facts.claim and spent is None):
        return None
    risk, utility, fidelity = (bound or 0.0 for bound in bounds)
    return -inf if spent is None else -spent, -risk, utility, fidelity


def _bound(found: MeasurementFacts | None) -> float | None:
    return None if found is None or found.value is None else worst_bound(found)
