"""What was received, each content once: the same bytes again are post-processing of the first."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from registry.ledger.entry import Entry
from registry.ledger.guarantee import Guarantee, require_alike
from registry.ledger.parts import Partition, Spent, Vector, standing, together

Cost = Callable[[Guarantee], Vector | str]
"""What a guarantee costs under a method, in figures that add up; else why it has no cost there."""
_UNUSABLE = "it states rho or a Renyi loss alone, or a loss too large to compute with"


@dataclass(frozen=True)
class Content:
    """One content under all claims that were ever made for it, of which the worst counts.

    ``faults`` say why a claim is no guarantee.
    """

    label: str
    guarantees: tuple[Guarantee, ...]
    faults: tuple[str, ...]
    part: str | None


@dataclass(frozen=True)
class Unbounded:
    """What has no cost under a method, and why."""

    label: str
    why: str


def distinct(entries: Iterable[Entry], declared: Iterable[Partition] = ()) -> list[Content]:
    """The contents in the order of their first entry; raises `Unlike` if guarantees have no sum."""
    declared = tuple(declared)
    found: dict[str, list[Entry]] = {}
    for one in entries:
        found.setdefault(one.content_digest, []).append(one)
    contents = [_content(same, declared) for same in found.values()]
    require_alike([(one.label, each) for one in contents for each in one.guarantees])
    return contents


def _content(same: Sequence[Entry], declared: Sequence[Partition]) -> Content:
    reads = [(one, one.read.guarantee) for one in same]
    guarantees = tuple(dict.fromkeys(each for _, each in reads if each is not None))
    parts = {
        standing(one.partition, each.unit, one.event, declared) if each else None
        for one, each in reads
    }
    return Content(
        label=same[0].label,
        guarantees=guarantees,
        faults=tuple(dict.fromkeys(one.read.why for one, each in reads if each is None)),
        part=parts.pop() if len(parts) == 1 else None,
    )


def spent(contents: Sequence[Content], cost: Cost, width: int) -> tuple[Vector, list[Unbounded]]:
    """The sum of what the contents cost, and those that have no cost and are not in it."""
    unbounded = []
    counted = []
    for one in contents:
        costs = [cost(each) for each in one.guarantees]
        faults = [*one.faults, *(each for each in costs if isinstance(each, str))]
        if faults:
            unbounded.append(Unbounded(one.label, faults[0]))
            continue
        vectors = [each for each in costs if not isinstance(each, str)]
        worst = tuple(max(figures) for figures in zip(*vectors, strict=True))
        counted.append(Spent(worst, one.part))
    return together(counted, width, _relation(contents)), unbounded


def _relation(contents: Sequence[Content]) -> str | None:
    return next((each.relation for one in contents for each in one.guarantees), None)


def one_each(
    contents: Sequence[Content], usable: Callable[[Guarantee], bool]
) -> tuple[list[Guarantee], list[Unbounded]]:
    """A guarantee for each content, for methods whose figures do not add up, and what has none.

    Several claims for one content leave the largest epsilon and delta of them, and no mechanism.
    """
    found, unbounded = [], []
    for one in contents:
        stands = one.guarantees[0] if len(one.guarantees) == 1 else _worst(one.guarantees)
        if one.faults:
            unbounded.append(Unbounded(one.label, one.faults[0]))
        elif stands is None or not usable(stands):
            unbounded.append(Unbounded(one.label, _UNUSABLE))
        else:
            found.append(stands)
    return found, unbounded


def _worst(guarantees: Sequence[Guarantee]) -> Guarantee | None:
    figures = [one.figures for one in guarantees]
    stated = [each for each in figures if each is not None]
    if not stated or len(stated) < len(figures):
        return None
    epsilon, delta = (max(each) for each in zip(*stated, strict=True))
    unit, relation = guarantees[0].unit, guarantees[0].relation
    return Guarantee("approximate", epsilon, delta, None, None, unit, relation)
