"""A Renyi filter at a declared order: never below the truth, whatever is added and in what turn."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import bare, claim, descent, entry, gaussian, laplace, ledger, response

from registry.ledger.composed import brought_up
from registry.ledger.mechanism import SubsampledGaussian
from registry.ledger.methods import sampled
from registry.ledger.methods.gaussian import epsilon_at
from registry.ledger.methods.order import least, room, roomiest
from registry.ledger.shown import shown
from registry.ledger.totals import Rdp, gated

DELTA = 1e-6
orders = st.floats(1.01, 300)
noises = st.floats(0.5, 50)
claims = st.one_of(
    noises.map(lambda noise: gaussian(noise, 1e-9)),
    noises.map(laplace),
    st.floats(0.001, 5).map(response),
    st.floats(0.001, 5).map(lambda epsilon: bare(epsilon, mechanism="exponential")),
    st.floats(0.001, 5).map(
        lambda epsilon: claim(
            variant="renyi", mechanism="other", renyi=[{"order": 400, "epsilon": epsilon}]
        )
    ),
    st.tuples(noises, st.floats(0.001, 1), st.integers(1, 1000)).map(
        lambda one: descent(*one, (9.0, 1e-7))
    ),
    st.just(bare(1.0, 1e-9)),
)


def test_twenty_gaussians_come_to_this_at_orders_declared_beforehand() -> None:
    """0.15625 a + ln(1 - 1/a) - (ln 1e-6 + ln a) / (a - 1), by hand."""
    entries = ledger(*[gaussian(8.0, DELTA / 20)] * 20)

    found = {order: gated(entries, Rdp(order, DELTA)).epsilon for order in (4.0, 8.0, 16.0, 32.0)}

    assert found == pytest.approx(
        {4.0: 4.48039, 8.0: 2.79305, 16.0: 3.17166, 32.0: 5.30212}, abs=5e-6
    )
    best = next(one.epsilon for one in shown(entries, DELTA) if one.method == "rdp")
    assert best == pytest.approx(2.73346, abs=5e-6)
    assert min(found.values()) >= best


@given(st.lists(noises, min_size=1, max_size=12), orders, st.floats(1e-10, 1e-2))
def test_a_filter_is_never_below_what_gaussians_come_to_exactly(
    noises: list[float], order: float, delta: float
) -> None:
    found = gated(ledger(*(gaussian(one, 1e-11) for one in noises)), Rdp(order, delta))

    exact = epsilon_at(math.sqrt(math.fsum(one**-2 for one in noises)), delta)
    assert found.epsilon >= exact * (1 - 1e-12)


@settings(deadline=None, max_examples=10)
@given(st.floats(0.7, 3), st.floats(0.005, 0.2), st.integers(1, 200), st.floats(1.5, 40))
def test_a_filter_is_never_below_the_distribution_of_the_loss_of_descent(
    noise: float, sampling: float, steps: int, order: float
) -> None:
    entries = ledger(descent(noise, sampling, steps, (90.0, 1e-7)))
    guarantees = [one.read.guarantee for one in entries if one.read.guarantee]

    found = gated(entries, Rdp(order, DELTA))

    assert found.epsilon >= brought_up(None, guarantees).epsilon_at(DELTA) - 1e-4


@settings(deadline=None)
@given(st.lists(claims, max_size=6), orders, st.randoms(use_true_random=False))
def test_the_turn_of_entries_does_not_matter_to_a_filter(
    guarantees: list[dict[str, object]], order: float, chance: object
) -> None:
    entries = ledger(*guarantees)
    shuffled = entries[:]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    one, other = gated(entries, Rdp(order, DELTA)), gated(shuffled, Rdp(order, DELTA))

    assert (one.epsilon, one.delta) == (other.epsilon, other.delta)


@settings(deadline=None)
@given(st.lists(claims, max_size=5), claims, orders)
def test_one_more_entry_never_lowers_what_a_filter_tells(
    guarantees: list[dict[str, object]], another: dict[str, object], order: float
) -> None:
    rule, entries = Rdp(order, DELTA), ledger(*guarantees)

    before, after = gated(entries, rule), gated([*entries, entry(9, another)], rule)

    assert (after.epsilon, after.delta) >= (before.epsilon, before.delta)


@settings(deadline=None)
@given(st.floats(0.6, 5), st.floats(1e-9, 1), st.integers(2, 40))
def test_descent_at_a_whole_order_is_the_moment_of_what_was_drawn(
    noise: float, sampling: float, order: int
) -> None:
    """In whole numbers of decimal digits, where nothing cancels."""
    from decimal import Decimal, localcontext

    with localcontext() as context:
        context.prec = 80
        rate, square = Decimal(sampling), 2 * Decimal(noise) * Decimal(noise)
        terms = (
            math.comb(order, k)
            * ((1 - rate) ** (order - k) if order > k else 1)
            * rate**k
            * (Decimal(k * (k - 1)) / square).exp()
            for k in range(order + 1)
        )
        exact = sum(terms, Decimal(0)).ln() / (order - 1)
        found = Decimal(sampled.cost(SubsampledGaussian(noise, sampling, 1), order))
        assert exact <= found <= exact * (1 + Decimal("1e-11"))


@settings(deadline=None)
@given(st.floats(0.6, 5), st.floats(0.001, 1), st.floats(1.01, 60), st.floats(1.01, 60))
def test_descent_costs_no_less_at_a_higher_order(
    noise: float, sampling: float, one: float, other: float
) -> None:
    step = SubsampledGaussian(noise, sampling, 1)
    low, high = sorted((one, other))

    assert sampled.cost(step, low) <= sampled.cost(step, high) * (1 + 1e-11)


def test_all_of_it_sampled_is_a_gaussian() -> None:
    for order in (1.5, 2.0, 7.25, 64.0):
        found = sampled.cost(SubsampledGaussian(2.0, 1.0, 3), order)

        assert 3 * order / 8 <= found
        if order == int(order):
            assert found == pytest.approx(3 * order / 8, rel=1e-11)


def test_the_roomiest_order_holds_more_than_its_neighbours_and_none_is_named_where_none_does() -> (
    None
):
    best = roomiest(3.0, DELTA)

    assert best is not None
    assert all(room(3.0, best, DELTA) >= room(3.0, best + d, DELTA) for d in (-0.5, 0.5))
    assert least(best, DELTA) < 3.0
    assert room(3.0, 2.0, DELTA) == 0.0
    assert roomiest(1e-6, DELTA) is None


def test_ten_thousand_orders_of_descent_take_no_time_worth_telling() -> None:
    step = SubsampledGaussian(1.0, 0.01, 10_000)

    assert math.isfinite(sampled.cost(step, 10_000))
