"""Utility and fidelity against epsilon and against measured risk, over all versions of a source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from registry.ledger.wording import as_it_is
from registry.reports.document import Block, Figure, Gallery, Heading, Rows, Words, items
from registry.reports.facts import MeasurementFacts
from registry.reports.numbers import (
    NOT_EVALUATED,
    NOT_MEASURABLE,
    between,
    figure,
    listed,
    plural,
)
from registry.reports.plots.axis import linear, logarithmic
from registry.reports.plots.frame import Frame
from registry.reports.plots.points import Bounded, Point, point_plot
from registry.reports.privacy_utility.compared import Version, epsilon, terms, unlike
from registry.reports.sibling_facts import FIDELITY, RISK, UTILITY
from registry.reports.table import Row, Table, table

TITLES: Final = {
    UTILITY: ("Utility", "utility: TSTR over TRTR, 1 is as good as real rows"),
    FIDELITY: ("Fidelity", "fidelity: overall score, 1 is alike"),
}
KINDS: Final = {
    "version-this": "this version",
    "version-candidate": "candidate not chosen",
    "version-other": "other version of the source",
}
LEAD: Final = (
    "Every version that was registered of this source, also those of other names: what each is "
    "worth, against what it costs in privacy. Better is higher, and further to the left. Lines are "
    "intervals; a figure without one is exact."
)
RISKY: Final = (
    "Measured risk is the AUC of the membership inference attack that did best by the upper end of "
    "its interval: 0.5 is guessing, 1 tells every row that was trained on. It needs no choice of "
    "columns, so it is the same for every version; an epsilon bounds attacks that nobody tried as "
    "well, and a measured risk does not."
)


def comparison(found: tuple[Version, ...]) -> tuple[Block, ...]:
    """The curves, the table, and the candidates that were not chosen."""
    figures = tuple(_figures(found))
    return (
        Words(LEAD),
        Words(RISKY, "note"),
        *(Words(text, "absent") for text in _absent(found)),
        *((Gallery(figures),) if figures else ()),
        Rows(_table(found)),
        Heading("Candidates not chosen"),
        items(tuple(map(_candidate, filter(lambda one: one.facts.candidate, found))), NO_CANDIDATE),
    )


NO_CANDIDATE: Final = (
    "None is recorded. If other tables were made from the same rows and looked at before this one "
    "was chosen, the choice itself has used the data, and no figure here counts that: name them "
    "with --chosen-from when a version is submitted."
)


def _candidate(one: Version) -> str:
    return (
        f"{one.label} ({one.facts.generator}; epsilon {_epsilon(one)}): its results were seen "
        f"before {listed(one.facts.informed)} was put forward. The ledger counts it with a release."
    )


def _figures(found: tuple[Version, ...]) -> Iterator[Figure]:
    within = terms(found)
    spent = {
        one.label: (amount, amount, amount)
        for one in found
        if (amount := epsilon(one, within)) is not None
    }
    risks = {one.label: bounded for one in found if (bounded := _bounded(one.risk))}
    for metric in TITLES:
        if within:
            unit, relation = within
            yield from _figure(found, metric, spent, "epsilon", f"epsilon, per {unit}, {relation}")
        yield from _figure(found, metric, risks, "risk", "measured risk: AUC, 0.5 is guessing")


def _bounded(found: MeasurementFacts | None) -> Bounded | None:
    """(low, value, high); where no interval was stated the value alone."""
    if found is None or found.value is None:
        return None
    low = found.value if found.low is None else found.low
    return low, found.value, found.value if found.high is None else found.high


def _figure(
    found: tuple[Version, ...], metric: str, across: dict[str, Bounded], by: str, axis: str
) -> Iterator[Figure]:
    noun, upwards = TITLES[metric]
    points = [
        Point(_short(one, found), _kind(one), across[one.label], up)
        for one in found
        if one.label in across and (up := _bounded(one.of(metric)))
    ]
    if not points:
        return
    xs = [end for point in points for end in point.x]
    ys = [end for point in points for end in point.y]
    scale = logarithmic if by == "epsilon" else linear
    frame = Frame(scale(axis, xs), linear(upwards, ys))
    title = f"{noun} against {by if by == 'epsilon' else 'measured risk'}"
    kinds = {kind: name for kind, name in KINDS.items() if any(p.kind == kind for p in points)}
    caption = _caption(points, found, noun.lower())
    picture = point_plot(f"{noun.lower()}-{by}", title, caption, frame, points, kinds)
    rows = tuple((one.name, KINDS[one.kind], _said(one.x), _said(one.y)) for one in points)
    heads = f"Version | Which | {axis} # | {upwards} #"
    yield Figure(title, picture, caption, table(title, heads, rows, len(rows)))


def _short(one: Version, found: tuple[Version, ...]) -> str:
    """The number alone where all versions have one name."""
    names = {each.label.rpartition("@")[0] for each in found}
    return f"@{one.label.rpartition('@')[2]}" if len(names) == 1 else one.label


def _kind(one: Version) -> str:
    if one.own:
        return "version-this"
    return "version-candidate" if one.facts.candidate else "version-other"


def _said(found: Bounded) -> str:
    low, value, high = found
    return figure(value) if low == high else f"{figure(value)} ({between(low, high)})"


def _caption(points: Sequence[Point], found: tuple[Version, ...], noun: str) -> str:
    out = len(found) - len(points)
    said = (
        f"{plural(len(points), 'version')} drawn; one point is no curve."
        if len(points) == 1
        else f"{plural(len(points), 'version')} drawn; {_spread(points, noun)}"
    )
    missing = "is" if out == 1 else "are"
    return said if out == 0 else f"{said} {plural(out, 'other')} {missing} not: see the table."


def _spread(points: Sequence[Point], noun: str) -> str:
    """The best and the worst, and whether their intervals tell them apart."""
    best = max(points, key=lambda one: one.y[1])
    worst = min(points, key=lambda one: one.y[1])
    ends = f"{best.name} has the highest {noun} and {worst.name} the lowest"
    if all(one.y[0] == one.y[2] for one in (best, worst)):
        return f"{ends}; both figures are exact."
    if worst.y[2] < best.y[0]:
        return f"{ends}, and their intervals lie apart."
    return f"{ends}, but their intervals overlap: the order may be chance."


def _absent(found: tuple[Version, ...]) -> Iterator[str]:
    within = terms(found)
    if within is None:
        yield "No version of this source has an epsilon, so there is no curve against it."
    without = tuple(one.label for one in found if within and epsilon(one, within) is None)
    if without:
        yield f"Not drawn against epsilon, for the reason in the table: {listed(without)}."
    for metric, noun in ((RISK, "Measured risk"), (UTILITY, "Utility"), (FIDELITY, "Fidelity")):
        lacking = tuple(one.label for one in found if _bounded(one.of(metric)) is None)
        if lacking:
            yield f"{noun}: no comparable figure of {listed(lacking)}."


def _table(found: tuple[Version, ...]) -> Table:
    rows = tuple(map(_row, sorted(found, key=lambda one: not one.own)))
    heads = "Version | Generator | Epsilon | Fidelity # | Utility # | Measured risk # | State"
    return table("All versions of the source, this one first", heads, rows)


def _row(one: Version) -> Row:
    return (
        one.label,
        one.facts.generator,
        _epsilon(one),
        *(_cell(one, metric) for metric in (FIDELITY, UTILITY, RISK)),
        _state(one),
    )


def _epsilon(one: Version) -> str:
    claim = one.facts.claim
    if claim is None:
        return f"none: {one.facts.unclaimed}"
    delta = f", delta {as_it_is(claim.delta)}" if claim.delta else ""
    counted = f"per {claim.unit}, {claim.relation}; {one.facts.audited}"
    return f"{as_it_is(claim.epsilon)}{delta}, {counted}"


def _cell(one: Version, metric: str) -> str:
    found = one.of(metric)
    if found is None:
        return "measured for another target or definition" if unlike(one, metric) else NOT_EVALUATED
    bounded = _bounded(found)
    return NOT_MEASURABLE if bounded is None else _said(bounded)


def _state(one: Version) -> str:
    released = f"released, {listed(one.facts.audiences)}" if one.facts.audiences else "not released"
    withdrawn = "; withdrawn" if one.facts.state == "withdrawn" else ""
    return f"{KINDS[_kind(one)]}; {released}{withdrawn}"
