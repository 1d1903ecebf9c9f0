"""At which order a Renyi filter is declared: what it leaves room for."""

from registry.ledger.methods.rdp import epsilon_of

_ORDERS = (*(1 + step / 10 for step in range(1, 100)), *range(11, 100), *range(100, 10_001, 100))


def least(order: float, delta: float) -> float:
    """The epsilon that a filter tells already of what costs next to nothing."""
    return epsilon_of((0.0,), (order,), delta)


def room(epsilon: float, order: float, delta: float) -> float:
    """The rho of the Gaussians that a filter at ``order`` holds; 0 if it holds none."""
    return max(epsilon - least(order, delta), 0.0) / order


def roomiest(epsilon: float, delta: float) -> float | None:
    """The order at which a filter holds the most Gaussian noise; None if it holds none at any."""
    best = max(_ORDERS, key=lambda order: room(epsilon, order, delta))
    return best if room(epsilon, best, delta) > 0 else None
