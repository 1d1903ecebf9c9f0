"""The stored figures of trained models: ROC and calibration curves, importances, subgroups.

They depend on the tables and not on the seed, so that the latest admissible evaluation that stored
one of a kind for a target and a model speaks for all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from registry.reports.facts import VersionFacts
from registry.reports.stored import Stored

TRAINED_ON: Final = ("synthetic", "real")


@dataclass(frozen=True)
class Roc:
    """(false positive rate, true positive rate) from (0, 0) to (1, 1) for one class."""

    target: str
    model: str
    positive: str
    trained_on: str
    points: tuple[tuple[float, float], ...]
    auc: float
    rows: int


@dataclass(frozen=True)
class Bin:
    """Test rows whose prediction lies between two ends, open where None."""

    low: float | None
    high: float | None
    predicted: float
    observed: float
    rows: int


@dataclass(frozen=True)
class Calibration:
    """Mean predicted against mean observed; ``positive`` is None where the target is a number."""

    target: str
    model: str
    positive: str | None
    trained_on: str
    bins: tuple[Bin, ...]


@dataclass(frozen=True)
class Feature:
    """How far predictions move without a column: trained on real rows, and on synthetic ones."""

    column: str
    real: float
    synthetic: float


@dataclass(frozen=True)
class Importance:
    """The importances of every column but the target."""

    target: str
    model: str
    features: tuple[Feature, ...]


@dataclass(frozen=True)
class Score:
    """A value with its interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Group:
    """The scores among test rows of one group; all None where there is a ``cause`` instead."""

    name: str
    rows: int
    tstr: Score | None
    trtr: Score | None
    difference: Score | None
    cause: str | None


@dataclass(frozen=True)
class Subgroups:
    """The groups of one column."""

    target: str
    model: str
    by: str
    metric: str
    groups: tuple[Group, ...]


Drawn = Roc | Calibration | Importance | Subgroups


def figures(facts: VersionFacts) -> tuple[Drawn, ...]:
    """Every figure of these kinds; raises `InvalidInput` for one of another shape."""
    found: dict[tuple[object, ...], Drawn] = {}
    for evaluation in sorted(facts.evaluations, key=lambda one: one.at):
        for fields in evaluation.figures if evaluation.admissible else ():
            for one in _read(Stored(_about(fields.get("figure"), fields.get("model")), fields)):
                found[_identity(one)] = one
    return tuple(found.values())


def _about(figure: object, model: object) -> str:
    return f"figure {figure!r} of the model {model!r}"


def _identity(one: Drawn) -> tuple[object, ...]:
    names = ("positive", "trained_on", "by")
    return type(one), one.target, one.model, *(getattr(one, name, None) for name in names)


def _read(stored: Stored) -> Iterator[Drawn]:
    """The figure, if it is one of these kinds."""
    match stored.fields.get("figure"):
        case "roc":
            yield _roc(stored)
        case "calibration":
            yield _calibration(stored)
        case "importance":
            yield _importance(stored)
        case "subgroup":
            yield _subgroups(stored)


def _trained_on(stored: Stored) -> str:
    found = stored.text("trained_on")
    return found if found in TRAINED_ON else stored.refuse("trained_on, synthetic or real")


def _roc(stored: Stored) -> Roc:
    points = stored.pairs("points")
    if not all(0 <= rate <= 1 for point in points for rate in point):
        stored.refuse("points, rates from 0 to 1")
    if (points[0], points[-1]) != ((0.0, 0.0), (1.0, 1.0)) or list(points) != sorted(points):
        stored.refuse("points that rise from (0, 0) to (1, 1)")
    return Roc(
        stored.text("target"),
        stored.text("model"),
        stored.text("positive"),
        _trained_on(stored),
        points,
        stored.share("auc"),
        stored.rows(),
    )


def _calibration(stored: Stored) -> Calibration:
    positive = stored.text_or_none("positive")
    return Calibration(
        stored.text("target"),
        stored.text("model"),
        positive,
        _trained_on(stored),
        tuple(_bin(each, of_a_class=positive is not None) for each in stored.each("bins")),
    )


def _bin(stored: Stored, *, of_a_class: bool) -> Bin:
    read = stored.share if of_a_class else stored.number
    return Bin(
        stored.number_or_none("low"),
        stored.number_or_none("high"),
        read("predicted"),
        read("observed"),
        stored.rows(),
    )


def _importance(stored: Stored) -> Importance:
    features = tuple(
        Feature(each.text("column"), each.number("real"), each.number("synthetic"))
        for each in stored.each("features")
    )
    return Importance(stored.text("target"), stored.text("model"), features)


def _subgroups(stored: Stored) -> Subgroups:
    return Subgroups(
        stored.text("target"),
        stored.text("model"),
        stored.text("by"),
        stored.text("metric"),
        tuple(map(_group, stored.each("groups"))),
    )


def _group(stored: Stored) -> Group:
    cause = stored.text_or_none("cause")
    tstr, trtr, difference = (
        None if cause else _score(stored, name) for name in ("tstr", "trtr", "difference")
    )
    return Group(stored.text("group"), stored.rows(), tstr, trtr, difference, cause)


def _score(stored: Stored, name: str) -> Score:
    found = Score(*(stored.number(name + end) for end in ("", "_low", "_high")))
    return found if found.low <= found.high else stored.refuse(f"{name}_low at most {name}_high")
