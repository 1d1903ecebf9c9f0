"""The evidence sections of a quality report: fidelity, utility, privacy, and all the rest."""

from __future__ import annotations

from itertools import combinations
from typing import Final

from registry.reports.document import Block, Figure, Rows, Section, Words
from registry.reports.evidence_tables import attack_rates, measured_table
from registry.reports.facts import VersionFacts
from registry.reports.intervals import interval_plot
from registry.reports.measurements import Reading, ceiling, readings, worst_first
from registry.reports.numbers import NOT_EVALUATED, count, listed, plural, words
from registry.reports.table import Table

FAMILIES = {
    "fidelity": ("Fidelity", "How well statistical properties of the source are preserved."),
    "utility": (
        "Utility",
        "How well downstream work survives when it uses the synthetic data. Training on real rows "
        "(TRTR) is the ceiling of training on synthetic ones (TSTR).",
    ),
    "privacy": (
        "Privacy risk",
        "How well attacks do. A risk is what an attack gains over the same attack on rows that the "
        "generator never saw, so zero is what unseen real rows would score. An attack that fails "
        "leaves the claim not contradicted; it proves nothing about attacks that were not tried.",
    ),
    "validity": ("Validity", "Whether the table obeys its own schema and constraints."),
    "probe": (
        "Probes",
        "Tables altered on purpose: a copy, a shift, a shuffle. A metric that does not notice one "
        "cannot be relied on for these tables.",
    ),
    "dp": ("Differential privacy", "The claim of the generator, as measured or bounded."),
}
PLOTS = {
    "fidelity": "Fidelity: the whole table, and the columns whose shape lost most",
    "utility": "Utility measurements with their intervals",
    "privacy": "Privacy measurements with their intervals",
}
GAPS: Final = "Missing values: the columns that are least like the real ones"
GAPS_CAPTION: Final = (
    "Each dot is 1 less the difference between the shares of missing values in the two tables; 1 "
    "is the same share, and so is the short stroke for the holdout."
)
NET_OF_CONTROL = ("risk", "share difference", "difference of shares", "AUC", "rate")
ALWAYS = ("fidelity", "utility", "privacy")
INTERVALS: Final = (
    "Each dot is a value, the bar its interval, and a short stroke, where there is one, its "
    "ceiling. Measurements that are not confined to 0 to 1 are in the tables alone."
)


def evidence_sections(facts: VersionFacts, distributions: tuple[Block, ...]) -> tuple[Section, ...]:
    """A section for each family: the three that every reader expects, then any others found.

    ``distributions`` end the section on fidelity.
    """
    found = readings(facts)
    others = sorted({reading.family for reading in found} - set(ALWAYS))
    more = {"fidelity": distributions}
    return tuple(
        _section(facts, family, found, more.get(family, ())) for family in (*ALWAYS, *others)
    )


def _section(
    facts: VersionFacts, family: str, every: tuple[Reading, ...], more: tuple[Block, ...]
) -> Section:
    """What a family is about, what of it is missing, its figures, and its tables."""
    found = tuple(reading for reading in every if reading.family == family)
    title, lead = FAMILIES.get(family, (words(family).capitalize(), "Further measurements."))
    missing = (*(_missing(facts, found) if family == "fidelity" else ()), *_no_ceiling(found))
    rates = attack_rates(found)
    tables = (*_tables(title, found), *((rates,) if rates else ()))
    absent = () if tables else (f"{title}: not evaluated.",)
    return Section(
        family,
        title,
        (
            Words(lead),
            *(Words(text, "absent") for text in (*absent, *missing)),
            *_plot(family, found),
            *(_gaps(found) if family == "fidelity" else ()),
            *(Rows(one) for one in tables),
            *more,
        ),
    )


def _plot(family: str, found: tuple[Reading, ...]) -> tuple[Figure, ...]:
    """The measurements that are read first, drawn; the tables that follow hold their figures."""
    if family not in PLOTS:
        return ()
    title, key = PLOTS[family], f"{family}-intervals"
    drawn = interval_plot(_drawn(family, found), key, title)
    return (Figure(title, drawn, INTERVALS, None),) if drawn else ()


def _gaps(found: tuple[Reading, ...]) -> tuple[Block, ...]:
    """The columns in which values are missing least as in the real table, drawn."""
    of = [one for one in found if one.measurement.metric == "fidelity.missingness"]
    drawn = interval_plot(worst_first(of), "missingness", GAPS)
    if drawn is None:
        return (Words(f"Missing values, column by column: {NOT_EVALUATED}.", "absent"),)
    return (Figure(GAPS, drawn, GAPS_CAPTION, None),)


def _drawn(family: str, found: tuple[Reading, ...]) -> tuple[Reading, ...]:
    """Of privacy what is a risk, and not the strength of an attack; of fidelity whole tables and
    the columns that lost most.
    """
    if family == "privacy":
        return tuple(one for one in found if one.measurement.direction != "higher")
    if family == "fidelity":
        shapes = worst_first(one for one in found if one.measurement.metric == "fidelity.shape")
        return (*(one for one in found if not one.scope), *shapes)
    return found


def _tables(title: str, found: tuple[Reading, ...]) -> tuple[Table, ...]:
    """Scores of the whole table first, then each metric over its columns, pairs or secrets."""
    overall = [reading for reading in found if not reading.scope]
    made = [measured_table(f"{title}: the whole table", "Measure", overall)] if overall else []
    scoped = [reading for reading in found if reading.scope]
    for metric in dict.fromkeys(reading.measurement.metric for reading in scoped):
        same = worst_first(r for r in scoped if r.measurement.metric == metric)
        first = same[0].measurement
        by = "value" if all(r.measurement.interval == "exact" for r in same) else "bound"
        known = {"excluded": "Column"}.get(first.ranges, first.ranges.capitalize())
        noun = known or {1: "Column", 2: "Pair"}.get(len(first.scope), "Scope")
        made.append(measured_table(f"{first.title}, worst {by} first", noun, same))
    return tuple(made)


def _no_ceiling(found: tuple[Reading, ...]) -> tuple[str, ...]:
    """Which scores stand without the same score between two real tables.

    A difference from a control needs none, and neither does utility, whose ceiling is TRTR.
    """
    without = tuple(
        dict.fromkeys(
            reading.measurement.title
            for reading in found
            if reading.measured
            and reading.family in ("fidelity", "privacy")
            and reading.measurement.unit not in NET_OF_CONTROL
            and ceiling(reading.measurement) is None
        )
    )
    if not without:
        return ()
    return (f"Real against real, as a ceiling: {NOT_EVALUATED} for {listed(without)}.",)


def _missing(facts: VersionFacts, found: tuple[Reading, ...]) -> tuple[str, ...]:
    """What the committed schema holds and no measurement speaks of, in sentences."""
    shapes = {r.measurement.scope for r in found if r.measurement.metric == "fidelity.shape"}
    trends = {
        frozenset(r.measurement.scope) for r in found if r.measurement.metric == "fidelity.trend"
    }
    columns = tuple(column for column in facts.columns if (column,) not in shapes)
    every = tuple(combinations(facts.columns, 2))
    pairs = tuple(f"{a} and {b}" for a, b in every if frozenset((a, b)) not in trends)
    said = []
    if columns:
        said.append(
            f"Shape was {NOT_EVALUATED} for {len(columns)} of "
            f"{plural(len(facts.columns), 'column')}: {listed(columns)}."
        )
    if pairs:
        said.append(
            f"Trend was {NOT_EVALUATED} for {count(len(pairs))} of "
            f"{plural(len(every), 'pair')} of columns: {listed(pairs)}."
        )
    return tuple(said)
