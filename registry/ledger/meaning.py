"""What an epsilon and a delta mean for one person: figures, and sentences for those who decide.

Figures are bounds that hold for every mechanism with that guarantee and every attack on it; some
mechanism and some attack reach each of them. A bound is printed rounded away from comfort: upwards
where it limits a risk, downwards where it says what is left.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal, NamedTuple

from registry.ledger.wording import as_it_is, at_most, chance, left_over, share, used_up

Unit = Literal["person", "record", "household", "event"]
Relation = Literal["add-remove", "replace-one"]

FALSE_ALARMS: Final = (0.01, 0.10)
PRIORS: Final = (0.01, 0.10, 0.50)
SLACK: Final = 2.0
"""By how much the factor on the odds is widened where delta is above 0; see `failure`."""

_PLURAL: Final = {
    "person": "people",
    "record": "records",
    "household": "households",
    "event": "events",
}


class Cost(NamedTuple):
    """An epsilon (infinite where nothing is guaranteed) and a delta."""

    epsilon: float
    delta: float = 0.0


@dataclass(frozen=True)
class Meaning:
    """``detected`` are (false alarms, most that is found), ``curve`` the corners of that bound for
    all false alarms, ``suspicion`` (prior, highest posterior); all of them shares from 0 to 1.

    A posterior may be exceeded with probability ``failure``, which is 0 for pure differential
    privacy. ``sentences`` say all of it in words.
    """

    detected: tuple[tuple[float, float], ...]
    curve: tuple[tuple[float, float], ...]
    suspicion: tuple[tuple[float, float], ...]
    failure: float
    sentences: tuple[str, ...]


def meaning(cost: Cost, unit: Unit = "person", relation: Relation = "add-remove") -> Meaning:
    """What ``cost`` guarantees to one ``unit``; raises ValueError for what is no guarantee's."""
    detected = tuple((alarms, most_found(cost, alarms)) for alarms in FALSE_ALARMS)
    suspicion = tuple((prior, most_sure(cost, prior)) for prior in PRIORS)
    found = Meaning(detected, corners(cost), suspicion, failure(cost), ())
    said = tuple(_sentences(cost, found, unit, relation))
    return Meaning(detected, found.curve, suspicion, found.failure, said)


def most_found(cost: Cost, alarms: float) -> float:
    """The largest true positive rate of any test at the false positive rate ``alarms``.

    ``min(e^eps a + delta, 1 - e^-eps (1 - delta - a))``, and no share is above 1: Wasserman and
    Zhou (2010), theorem 2.4; Kairouz, Oh and Viswanath (2015), theorem 2.1.
    """
    _require(cost)
    if not 0 <= alarms <= 1:
        raise ValueError("a false positive rate from 0 to 1")
    if math.isinf(cost.epsilon):
        return 1.0
    # Beyond 700 e^eps is no float any more; there the other side of the bound, 1, holds.
    steep = math.exp(min(cost.epsilon, 700.0)) * alarms + cost.delta
    flat = 1 - math.exp(-cost.epsilon) * (1 - cost.delta - alarms)
    return min(steep, flat, 1.0)


def corners(cost: Cost) -> tuple[tuple[float, float], ...]:
    """The corners of `most_found` for false positive rates from 0 to 1; it is straight between."""
    _require(cost)
    turn = (1 - cost.delta) / (1 + math.exp(min(cost.epsilon, 700.0)))
    if math.isinf(cost.epsilon):
        return (0.0, 1.0), (1.0, 1.0)
    between = ((at, most_found(cost, at)) for at in (0.0, turn, 1 - cost.delta, 1.0))
    return tuple(dict.fromkeys(between))


def most_sure(cost: Cost, prior: float) -> float:
    """The highest belief that somebody who held ``prior`` can come to by seeing the output.

    The odds grow by no more than ``e^eps`` where delta is 0; else by no more than ``2 e^eps``,
    unless what `failure` gives the probability of has happened.
    """
    _require(cost)
    if not 0 < prior < 1:
        raise ValueError("a prior between 0 and 1")
    slack = SLACK if cost.delta else 1.0
    return 1 / (1 + math.exp(-cost.epsilon) * (1 - prior) / (slack * prior))


def failure(cost: Cost) -> float:
    """How likely, at most, an output is that moves the odds by more than `most_sure` allows for.

    Let P and Q be the distributions of the output with and without a person's data, and B the
    outputs that P makes more than ``c e^eps`` times as likely as Q does. Then
    ``P(B) <= e^eps Q(B) + delta <= P(B) / c + delta``, so ``P(B) <= delta / (1 - 1/c)``: 2 delta
    for c = 2. It is the argument by which Kasiviswanathan and Smith (2014), "On the 'Semantics' of
    Differential Privacy", pass from (eps, delta) to a pointwise bound; they take ``c = e^eps``.
    Under Q such outputs are rarer still.
    """
    _require(cost)
    return min(1.0, cost.delta / (1 - 1 / SLACK))


def room(declared: Cost, spent: Cost, each: Cost) -> int:
    """How many more releases of ``each`` fit if their epsilons and deltas are added up.

    Counted in decimals, as people write them: 0.3 holds three times 0.1.
    """
    if not 0 < each.epsilon < math.inf:
        raise ValueError("a finite epsilon above 0")
    rest, counts = remaining(declared, spent), []
    for left, one in ((rest.epsilon, each.epsilon), (rest.delta, each.delta)):
        if one:
            counts.append(math.floor(_exact(left) / _exact(one)))
    return min(counts)


def remaining(declared: Cost, spent: Cost) -> Cost:
    """What is left of a budget, never below 0; nothing at all once either part is exceeded."""
    if math.isinf(spent.epsilon):
        return Cost(0.0, 0.0)
    epsilon = _exact(declared.epsilon) - _exact(spent.epsilon)
    delta = _exact(declared.delta) - _exact(spent.delta)
    if epsilon < 0 or delta < 0:
        return Cost(0.0, 0.0)
    return Cost(float(epsilon), float(delta))


def budget_sentences(
    declared: Cost,
    spent: Cost,
    each: Cost | None = None,
    unit: Unit = "person",
    relation: Relation = "add-remove",
) -> tuple[str, ...]:
    """What is left of a budget, how many releases like ``each`` that buys, and what all of it means
    once it is spent.
    """
    said = [_left(declared, spent)]
    if each is not None:
        number = room(declared, spent, each)
        many = f"{number} more releases" if number != 1 else "one more release"
        fits = f"That is room for {many}" if number else "That is no room for another release"
        said.append(f"{fits} of {_named(each)}, when epsilons and deltas are added up.")
    found = _detection(declared, unit, relation)
    said.append(f"Once all of the budget is spent: {found[0].lower()}{found[1:]}")
    return tuple(said)


def _left(declared: Cost, spent: Cost) -> str:
    whole = f"Of a budget of {_named(declared)}"
    if math.isinf(spent.epsilon):
        return f"{whole} nothing is left: no figure bounds what has been released."
    used = _named(spent, used_up)
    if spent.epsilon > declared.epsilon or spent.delta > declared.delta:
        return f"{whole} nothing is left: {used} is spent, which is more."
    return f"{whole}, {used} is spent; {_named(remaining(declared, spent), left_over)} is left."


def _sentences(cost: Cost, found: Meaning, unit: Unit, relation: Relation) -> Iterator[str]:
    if math.isinf(cost.epsilon):
        yield f"Nothing is guaranteed: no figure limits what the release reveals of one {unit}."
        return
    yield _detection(cost, unit, relation)
    if most_found(cost, FALSE_ALARMS[0]) > 0.5:
        yield (
            "So it does not rule out an attack that finds more than half of them with 1% false "
            "alarms."
        )
    yield _suspicion(found, unit, relation)
    yield (
        "Both hold against somebody who knows all the rest of the real data. Neither limits what "
        f"the release teaches about {_PLURAL[unit]} in general."
    )


def _detection(cost: Cost, unit: Unit, relation: Relation) -> str:
    few, many = (at_most(most_found(cost, alarms)) for alarms in FALSE_ALARMS)
    if relation == "replace-one":
        return (
            f"Between two possible contents of one {unit}'s data, a test that takes the first for "
            f"the second in 1% of cases recognises the second in {few}; one that does so in 10% of "
            f"cases, in {many}. Blind guessing recognises it in 1% and 10%."
        )
    return (
        f"Of the {_PLURAL[unit]} in the real data, a test finds {few} if it wrongly names 1% of "
        f"those that are not in them, and {many} if it wrongly names 10%. Blind guessing finds 1% "
        "and 10%."
    )


def _suspicion(found: Meaning, unit: Unit, relation: Relation) -> str:
    what = (
        f"that a given {unit} is in the real data"
        if relation == "add-remove"
        else f"that one {unit}'s data are of a certain content"
    )
    first, *others = found.suspicion
    more = "".join(f"; from {share(prior)}, {at_most(top)}" for prior, top in others)
    said = f"Somebody who thinks it {share(first[0])} likely {what} can become {at_most(first[1])} "
    if found.failure == 0:
        return f"{said}sure by seeing the release{more}."
    return (
        f"{said}sure by seeing the release{more}. This may fail with a probability of at most "
        f"{chance(found.failure)}; then nothing limits what is learnt."
    )


def _named(cost: Cost, written: Callable[[float], str] = as_it_is) -> str:
    delta = f" and delta {written(cost.delta)}" if cost.delta else ""
    return f"epsilon {written(cost.epsilon)}{delta}"


def _exact(value: float) -> Fraction:
    return Fraction(repr(float(value)))


def _require(cost: Cost) -> None:
    if not (cost.epsilon >= 0 and 0 <= cost.delta < 1):
        raise ValueError("an epsilon of at least 0 and a delta from 0 to below 1")
