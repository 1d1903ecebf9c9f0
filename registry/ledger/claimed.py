"""Reading a claim's fields, and what its mechanism needs beside them."""

import math
from collections.abc import Mapping

from registry.ledger.mechanism import (
    Exponential,
    Gaussian,
    Laplace,
    Mechanism,
    RandomisedResponse,
    SubsampledGaussian,
)

Fields = Mapping[str, object]
"""A guarantee as in the canonical JSON of a card: camelCase keys, absent ones left out."""

_NEEDS = {
    "gaussian": ("noise", "sensitivity"),
    "laplace": ("noise", "sensitivity"),
    "exponential": (),
    "randomised-response": (),
    "dp-sgd": ("noise", "sampling", "steps"),
}
_NOISE, _LEAST_SAMPLING = (0.05, 1e4), 1e-9  # beyond them series do not converge
PURE = ("exponential", "randomised-response")
_MANY_RECORDS = ("person", "household")
_ROUNDING = 1e-9  # of the whole, which a sum of decimals may miss


def number(fields: Fields, key: str) -> float | None:
    """A finite number, or None where there is none."""
    value = fields.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)


def whole(fields: Fields, key: str) -> int | None:
    """A whole number, or None."""
    value = fields.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def delta(claim: Fields) -> float | None:
    """The claim's delta; a pure guarantee's is 0."""
    return 0.0 if claim.get("variant") == "pure" else number(claim, "delta")


def curve(claim: Fields) -> tuple[tuple[float, float], ...] | None:
    """The Renyi orders with the epsilon at each, none if none is stated; None if it is no curve."""
    stated = claim.get("renyi")
    if stated is None:
        return ()
    if not isinstance(stated, list) or not stated:
        return None
    points = [one if isinstance(one, Mapping) else {} for one in stated]
    found = [(number(one, "order"), number(one, "epsilon")) for one in points]
    whole = [(at, cost) for at, cost in found if at is not None and cost is not None]
    sound = len(whole) == len(found) and all(at > 1 and cost >= 0 for at, cost in whole)
    return tuple(whole) if sound else None


def components(claim: Fields) -> list[Fields]:
    """The parts that the card divides its epsilon into."""
    parts = claim.get("components")
    return [one for one in parts if isinstance(one, Mapping)] if isinstance(parts, list) else []


def described(claim: Fields) -> Fields | None:
    """What the fields of the mechanism describe: the marked part, or the whole if undivided."""
    parts = components(claim)
    if not parts:
        return {"epsilon": number(claim, "epsilon"), "delta": delta(claim)}
    marked = [one for one in parts if one.get("described") is True]
    return marked[0] if len(marked) == 1 else None


def unaddressed(claim: Fields) -> str | None:
    """What the components leave of a whole that one of them is marked in; None if nothing.

    A marked one that states no delta has what the others leave, unless its mechanism is pure.
    """
    parts, marked = components(claim), described(claim)
    if not parts or marked is None:
        return None
    stated = {"epsilon": number(claim, "epsilon")}
    own = claim.get("mechanism") in PURE or number(marked, "delta") is not None
    if own and number(claim, "rho") is None:
        stated["delta"] = delta(claim)
    for key, figure in stated.items():
        total = sum(number(one, key) or 0.0 for one in parts)
        if figure is not None and total < figure * (1 - _ROUNDING):
            return f"its components come to {total:g} of {key} {figure:g}: {figure - total:g} lacks"
    return None


def lacking(claim: Fields) -> str | None:
    """Why the claim cannot be counted as its mechanism; None if it can."""
    name = str(claim.get("mechanism"))
    if name not in _NEEDS:
        return "its mechanism is none of those that are composed by their own fields"
    missing = [key for key in _NEEDS[name] if number(claim, key) is None]
    if missing:
        return f"{name} without {' and '.join(missing)}"
    if claim.get("privacyUnit") in _MANY_RECORDS and whole(claim, "contributions") is None:
        return f"no bound on the records of one {claim.get('privacyUnit')} (contributions)"
    part = described(claim)
    if curve(claim) and components(claim) and number(claim, "epsilon") is None:
        return "components of an epsilon that is not stated"
    if part is None:
        return "none of its components is marked as the one that the mechanism describes"
    if rest := unaddressed(claim):
        return rest
    return _unfit(claim, name, part)


def _unfit(claim: Fields, name: str, part: Fields) -> str | None:
    if name == "dp-sgd" and not (
        _NOISE[0] <= (number(claim, "noise") or 0.0) <= _NOISE[1]
        and _LEAST_SAMPLING <= (number(claim, "sampling") or 0.0) <= 1
    ):
        return "dp-sgd with noise or sampling beyond what accountants compute with"
    if name != "dp-sgd" and (number(claim, "sampling") or 1.0) < 1:
        return f"sampling is accounted for with dp-sgd only, not with {name}"
    if name in PURE:
        if not number(part, "epsilon") or number(part, "delta"):
            return f"{name} is pure, and its own epsilon is not stated"
        if (whole(claim, "steps") or 1) > 1:
            return f"{name} in several steps, with no epsilon of each"
    return None


def carried(claim: Fields) -> Mechanism | None:
    """The mechanism that the fields of a claim describe, though it lacks what counts it as that.

    A bound on the records of a unit, or the mark of a component, is no field of the mechanism: what
    it adds to the data at the least is told without them. What a pure one has of its own is not.
    """
    name, part = str(claim.get("mechanism")), described(claim) or {}
    needed = [number(claim, key) for key in _NEEDS.get(name, ())]
    if name not in _NEEDS or None in needed or _unfit(claim, name, part):
        return None
    return mechanism_of(claim)


def mechanism_of(claim: Fields) -> Mechanism:
    """The mechanism of a claim that lacks nothing."""
    noise, sensitivity = number(claim, "noise") or 0.0, number(claim, "sensitivity") or 0.0
    steps = whole(claim, "steps") or 1
    match claim["mechanism"]:
        case "gaussian":
            return Gaussian(noise, sensitivity, steps)
        case "laplace":
            return Laplace(noise, sensitivity, steps)
        case "dp-sgd":
            return SubsampledGaussian(noise, number(claim, "sampling") or 1.0, steps)
    pure = Exponential if claim["mechanism"] == "exponential" else RandomisedResponse
    return pure(number(described(claim) or {}, "epsilon") or 0.0)
