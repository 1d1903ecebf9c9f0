"""Renyi losses, from their definitions and in sixty digits."""

import math
from decimal import Decimal, localcontext
from fractions import Fraction

DIGITS = 60


def precise(reckon):
    """A function of numbers that are exact or floats, reckoned in many digits."""

    def reckoned(*given):
        with localcontext() as context:
            context.prec, context.Emax, context.Emin = DIGITS, 10**15, -(10**15)
            return float(reckon(*map(_exact, given)))

    return reckoned


def _exact(value):
    found = Fraction(value) if isinstance(value, int | Fraction) else Fraction(repr(float(value)))
    return Decimal(found.numerator) / Decimal(found.denominator)


class Curve:
    """Orders with what is stated of each."""

    def __init__(self, given):
        self.stated = given is not None
        pairs = given if isinstance(given, list) else []
        self.points = [self._point(one) for one in pairs]
        self.broken = self.stated and (not self.points or None in self.points)

    @staticmethod
    def _point(given):
        if not isinstance(given, dict):
            return None
        pair = given.get("order"), given.get("epsilon")
        if any(type(one) not in (int, float) or not math.isfinite(one) for one in pair):
            return None
        return pair if pair[0] > 1 and pair[1] >= 0 else None

    def at(self, order):
        """What is stated of an order and of those above."""
        return [float(cost) for at, cost in self.points if at >= order]


@precise
def _response(epsilon, order):
    """Two answers, one e^epsilon times as likely as the other."""
    right, wrong = epsilon.exp() / (1 + epsilon.exp()), 1 / (1 + epsilon.exp())
    powers = right**order * wrong ** (1 - order) + wrong**order * right ** (1 - order)
    return powers.ln() / (order - 1)


def any_pure(epsilon, order):
    spent = float(epsilon)
    return min(_response(epsilon, order) + 1e-15 * order, spent, order * spent * spent / 2)


@precise
def _doubled(epsilon, order):
    """Two exponential densities back to back, at the distance of the sensitivity."""
    near = order * ((order - 1) * epsilon).exp()
    far = (order - 1) * (-order * epsilon).exp()
    return ((near + far) / (2 * order - 1)).ln() / (order - 1)


def laplace(epsilon, order):
    pure = any_pure(epsilon, order)
    return pure if epsilon > 500 else min(_doubled(epsilon, order) + 1e-15 * order, pure)


def descent(noise, rate, order):
    """One step of sampling, clipping and noise."""
    low = math.floor(order)
    if low == order:
        found = _moment(noise, rate, low)
    else:
        near, far = (_moment(noise, rate, one) if one > 1 else 0.0 for one in (low, low + 1))
        found = near + (order - low) * (far - near)
    return found / (order - 1) * (1 + 4e-14 * order)


@precise
def _moment(noise, rate, order):
    """The logarithm of the moment of a whole order, by how many of its factors were drawn."""
    whole, total = int(order), Decimal(0)
    for drawn in range(whole + 1):
        share = math.comb(whole, drawn) * (1 - rate) ** (whole - drawn) if whole > drawn else 1
        total += share * rate**drawn * (drawn * (drawn - 1) / (2 * noise * noise)).exp()
    return total.ln()


def converts(spent, order, delta):
    """The epsilon that a Renyi loss of an order is, at a delta."""
    if math.isinf(spent):
        return spent
    found = spent + math.log((order - 1) / order) - math.log(delta * order) / (order - 1)
    return max(0.0, found)
