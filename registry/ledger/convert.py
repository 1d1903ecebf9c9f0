"""Between the parameters of a differential privacy guarantee."""

import math

_ORDERS = [1 + 10 ** (step / 40) for step in range(-120, 161)]  # from 1.001 to 10,001


def epsilon_of_zcdp(rho: float, delta: float) -> float:
    """The smallest epsilon that rho-zCDP is known to give at ``delta``, never below the truth.

    Canonne, Kamath and Steinke (2020), arXiv 2004.00010, proposition 12, over a grid of orders:
    ``rho a + ln(1 / (a delta)) / (a - 1) + ln(1 - 1/a)``. Each order gives a valid epsilon, so
    the grid errs on the cautious side.
    """
    if not (rho > 0 and 0 < delta < 1):
        raise ValueError("rho above 0 and delta between 0 and 1")
    found = min(
        rho * order - (math.log(delta) + math.log(order)) / (order - 1) + math.log1p(-1 / order)
        for order in _ORDERS
    )
    return max(found, 0.0)
