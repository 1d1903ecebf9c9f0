"""Two versions side by side: what changed, and whether the change is more than chance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from registry.reports.document import Callout, Document, Rows, Section, Words
from registry.reports.evidence import FAMILIES
from registry.reports.facts import MeasurementFacts, VersionFacts
from registry.reports.measurements import Reading, readings, worst
from registry.reports.noise import UNTOLD, Difference, difference
from registry.reports.numbers import (
    NOT_EVALUATED,
    NOT_MEASURABLE,
    between,
    count,
    figure,
    moment,
    plural,
    sentence_case,
    words,
)
from registry.reports.signed import LOCAL_MODE
from registry.reports.table import Row, Table, table
from registry.reports.verdict import WORDS, context

METHOD: Final = (
    "Sampled metrics: the interval of the difference follows from the two intervals by square-and-"
    "add (Zou and Donner 2008), and a change counts where it leaves zero out. Exact metrics: a "
    "change counts where it is larger than two real tables differ in the same metric. Where "
    "several evaluations measured the same thing, the worst of each version is compared. With many "
    "metrics, some changes beyond noise are themselves chance."
)
OTHER_SOURCE: Final = (
    "The two versions were made from different real sources, so their figures were measured "
    "against different tables: compare with care."
)
ORDER: Final = {"worse": 0, "better": 1, "cannot be told": 2, "within noise": 3}
SAID: Final = {
    "worse": "worse, beyond noise",
    "better": "better, beyond noise",
    "within noise": "within noise",
    "cannot be told": "cannot be told",
}


@dataclass(frozen=True)
class Change:
    """One metric for one scope in both versions; None where a version was not measured for it."""

    family: str
    title: str
    first: MeasurementFacts | None
    second: MeasurementFacts | None
    by: Difference


def comparison(first: VersionFacts, second: VersionFacts) -> Document:
    """The second version against the first, what changed most for the worse first."""
    labels = (_label(first), _label(second))
    found = tuple(_changes(first, second))
    same = first.source.training_digest == second.source.training_digest
    notices = (*((LOCAL_MODE,) if second.local_mode else ()), *(() if same else (OTHER_SOURCE,)))
    return Document(
        kind="comparison",
        name="Comparison",
        title=f"{labels[1]} against {labels[0]}",
        label=f"{labels[0]} to {labels[1]}",
        printed_at=moment(second.printed_at),
        notices=notices,
        sections=(
            Section("verdict", "Verdict", (_verdict(labels, found), Words(METHOD, "note"))),
            Section("record", "What was recorded", (Rows(_recorded(first, second)),)),
            Section("decisions", "Decisions", (Rows(_decided(first, second)),)),
            *_families(labels, found),
        ),
        closing="The measurements were made on real rows: passing this document on is itself a "
        "disclosure, which no epsilon covers.",
    )


def _label(facts: VersionFacts) -> str:
    return f"{facts.dataset}@{facts.version}"


def _changes(first: VersionFacts, second: VersionFacts) -> Iterator[Change]:
    """Every metric and scope that either version was measured for, in stored order."""
    sides = _worst_of_each(first), _worst_of_each(second)
    for key in dict.fromkeys([*sides[0], *sides[1]]):
        one, other = (side.get(key) for side in sides)
        known = one or other
        if known is None:
            continue
        by = difference(one.measurement, other.measurement) if one and other else UNTOLD
        first_one, second_one = (each.measurement if each else None for each in (one, other))
        yield Change(known.family, _about(known), first_one, second_one, by)


def _about(reading: Reading) -> str:
    title = reading.measurement.title
    return f"{title}: {reading.scope}" if reading.scope else title


def _worst_of_each(facts: VersionFacts) -> dict[tuple[str, tuple[str, ...]], Reading]:
    """By metric and scope the reading that counts: where evaluations differ, the worst."""
    alike: dict[tuple[str, tuple[str, ...]], list[Reading]] = {}
    for one in readings(facts):
        alike.setdefault((one.measurement.metric, one.measurement.scope), []).append(one)
    found = ((key, worst(several, key[0])) for key, several in alike.items())
    return {key: one for key, one in found if one is not None}


def _verdict(labels: tuple[str, str], found: tuple[Change, ...]) -> Callout:
    number = {word: sum(one.by.verdict == word for one in found) for word in ORDER}
    moved = number["worse"] + number["better"]
    compared = moved + number["within noise"]
    word = "Cannot be told" if not compared else "Differs" if moved else "No difference found"
    return Callout(
        "info",
        word,
        f"{labels[1]} against {labels[0]}",
        f"Of {plural(compared, 'measurement')} that could be compared, {count(number['worse'])} "
        f"are worse and {count(number['better'])} are better beyond noise; "
        f"{count(number['cannot be told'])} more could not be compared."
        if compared
        else "No measurement was made of both versions.",
        tuple(_told(one) for one in _gravest(found)[:6]),
    )


def _gravest(found: tuple[Change, ...]) -> list[Change]:
    moved = [one for one in found if one.by.verdict in ("worse", "better")]
    return sorted(moved, key=lambda one: (ORDER[one.by.verdict], -abs(one.by.change or 0.0)))


def _told(one: Change) -> str:
    values = f"{_value(one.first)} to {_value(one.second)}"
    return f"{sentence_case(one.title)} is {one.by.verdict}: {values}."


def _families(labels: tuple[str, str], found: tuple[Change, ...]) -> Iterator[Section]:
    for family in dict.fromkeys([*FAMILIES, *(one.family for one in found)]):
        of = [one for one in found if one.family == family]
        if of:
            title = FAMILIES.get(family, (sentence_case(words(family)), ""))[0]
            yield Section(family, title, (Rows(_table(labels, title, of)),))


def _table(labels: tuple[str, str], title: str, found: list[Change]) -> Table:
    ordered = sorted(
        found, key=lambda one: (ORDER[one.by.verdict], -abs(one.by.change or 0.0), one.title)
    )
    heads = f"Measure | {labels[0]} # | {labels[1]} # | Change # | Interval # | Beyond noise"
    made = table(f"{title}: changes, for the worse first", heads, tuple(map(_row, ordered)))
    marked = sum(one.by.verdict in ("worse", "better") for one in ordered)
    return made.marking(marked)


def _row(one: Change) -> Row:
    by = one.by
    return (
        one.title,
        _value(one.first),
        _value(one.second),
        "cannot be told" if by.change is None else f"{by.change:+.3f}",
        between(by.low, by.high) if by.low is not None else "none stated",
        SAID[by.verdict],
    )


def _value(found: MeasurementFacts | None) -> str:
    if found is None:
        return NOT_EVALUATED
    return NOT_MEASURABLE if found.value is None else figure(found.value, found.unit)


def _recorded(first: VersionFacts, second: VersionFacts) -> Table:
    """What differs in the records themselves; "the same" where nothing does."""
    pairs = tuple(zip(_facts(first), _facts(second), strict=True))
    found = tuple(
        (name, one, other, "the same" if one == other else "changed")
        for (name, one), (_, other) in pairs
    )
    heads = f"Field | {_label(first)} | {_label(second)} | Change"
    return table("Records", heads, found, len(found))


def _facts(facts: VersionFacts) -> Iterator[tuple[str, str]]:
    claim = facts.costs.claim
    yield "Source", facts.source.name
    yield "Rows", count(facts.rows)
    yield "Columns", ", ".join(facts.columns)
    version = facts.generator.get("version") or ""
    yield "Generator", f"{facts.generator.get('name')} {version}".strip()
    bound = f"epsilon {claim.epsilon:g}, delta {claim.delta:g}" if claim else "none that counts"
    yield "Guarantee", bound
    yield "Audit of the guarantee", facts.costs.audited
    yield "Content digest", facts.content_digest


def _decided(first: VersionFacts, second: VersionFacts) -> Table:
    sides = [{context(one): one for one in facts.decisions} for facts in (first, second)]
    found = tuple(
        (where, *(_outcome(side.get(where)) for side in sides))
        for where in dict.fromkeys([*sides[0], *sides[1]])
    )
    heads = f"Context | {_label(first)} | {_label(second)}"
    nothing = (("every context", "no decision", "no decision"),)
    return table("Decisions", heads, found or nothing, len(found) or 1)


def _outcome(decision: object) -> str:
    outcome = getattr(decision, "outcome", None)
    return "no decision" if outcome is None else WORDS.get(outcome, str(outcome))
