"""The order of a Renyi filter: fixed with the declaration, so a poor one is told of before that."""

from collections.abc import Iterator

from registry.errors import InvalidInput
from registry.ledger.methods.order import least, room, roomiest
from registry.ledger.totals import Rdp

_CRAMPED = 0.9  # of the room at the roomiest order


def require_order(method: str, order: float | None, epsilon: float, delta: float) -> None:
    """Raise `InvalidInput` for an order that is lacking, out of place, or leaves no room at all."""
    if method != "rdp":
        if order is not None:
            raise InvalidInput(
                f"an order of {order:g} with --method {method}",
                expected="--order with --method rdp alone",
            )
        return
    if order is None:
        raise InvalidInput(
            "a Renyi filter without its order",
            expected="--order, above 1, to 10,000",
            todo=_advice(epsilon, delta),
        )
    Rdp(order, delta)
    if (spent := least(order, delta)) >= epsilon:
        raise InvalidInput(
            f"at Renyi order {order:g} and delta {delta:g} any loss is told as an epsilon above "
            f"{spent:.4g}: a budget of {epsilon:g} would hold nothing",
            expected="an order at which something fits",
            todo=_advice(epsilon, delta),
        )


def cramped(order: float, epsilon: float, delta: float) -> Iterator[str]:
    """That another order would hold more, if it would hold much more."""
    best = roomiest(epsilon, delta)
    if best is None:
        return
    share = room(epsilon, order, delta) / room(epsilon, best, delta)
    if share < _CRAMPED:
        yield (
            f"at order {order:g} the filter holds {share:.0%} of the Gaussian noise (by rho) that "
            f"it would hold at order {best:g}"
        )


def _advice(epsilon: float, delta: float) -> str:
    best = roomiest(epsilon, delta)
    if best is None:
        return "declare it with --method basic: at no order does anything fit"
    return f"--order {best:g} holds the most Gaussian noise within this epsilon and delta"
