"""Renyi claims: what a card must state of one, and what it counts for."""

import math

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from ledgers import claim, descent, gaussian, laplace, ledger, response

from registry.card import read_card
from registry.errors import InvalidInput
from registry.ledger.guarantee import read
from registry.ledger.methods.gaussian import epsilon_at as exactly
from registry.ledger.renyi import epsilon_at
from registry.ledger.totals import Basic, Rdp, Zcdp, gated

DELTA = 1e-6
CARD = {
    "apiVersion": "registry/v1",
    "kind": "DatasetCard",
    "name": "claims",
    "source": "hospital",
    "generator": {"name": "mst", "version": "1.0", "family": "marginals"},
}
BARE = {"noise": None, "sensitivity": None, "mechanism": "other", "epsilon": None, "delta": None}


def points(*pairs: tuple[float, float]) -> list[dict[str, float]]:
    return [{"order": order, "epsilon": epsilon} for order, epsilon in pairs]


def renyi(*pairs: tuple[float, float], **changes: object) -> dict[str, object]:
    """A claim of an epsilon at each of some orders, of which nothing else is known."""
    return claim(**{"variant": "renyi", **BARE, "renyi": points(*pairs), **changes})


def accepted(fields: dict[str, object]) -> None:
    read_card(yaml.safe_dump({**CARD, "guarantee": fields}).encode(), "card.yaml")


def refused(fields: dict[str, object]) -> str:
    with pytest.raises(InvalidInput) as caught:
        accepted(fields)
    return f"{caught.value.what}; {caught.value.expected}"


def test_an_epsilon_at_an_order_is_a_guarantee_and_says_how_it_counts() -> None:
    one, many = read(renyi((8, 0.5))), read(renyi((2, 0.1), (4, 0.2), (8, 0.5), (64, 9)))

    assert one.guarantee is not None
    assert one.guarantee.renyi == ((8.0, 0.5),)
    assert one.why.startswith("counted by its epsilon at Renyi order 8 alone: its mechanism is")
    assert "its epsilon at 4 Renyi orders from 2 to 64 alone" in many.why
    accepted(renyi((8, 0.5)))


def test_a_renyi_claim_without_an_order_counts_bare_and_says_what_lacks() -> None:
    found = read(claim(**{**BARE, "variant": "renyi", "epsilon": 1.0, "delta": DELTA}))

    assert found.recorded_as == "bare"
    assert "epsilon and delta, without an epsilon at any Renyi order, alone" in found.why
    assert gated(ledger(renyi(epsilon=1.0, delta=DELTA, renyi=None)), Rdp(8, DELTA)).unbounded_by


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (renyi((1, 0.5)), "renyi[0].order is 1; greater than 1"),
        (renyi((0.5, 0.5)), "greater than 1"),
        (renyi((10_001, 0.5)), "less than or equal to 10000"),
        (renyi((math.nan, 0.5)), "order is nan; a finite number"),
        (renyi((math.inf, 0.5)), "order is inf; a finite number"),
        (renyi((8, math.nan)), "epsilon is nan; a finite number"),
        (renyi((8, 0)), "epsilon is 0; greater than 0"),
        (renyi((8, -1)), "greater than 0"),
        (renyi((8, 1e9)), "a justification for an epsilon of 1e+09 at a Renyi order"),
        (renyi(), "at least 1"),
        (renyi(renyi=[{"order": 8}]), "lacks the key 'epsilon'"),
        (renyi(renyi=8), "a list"),
        (renyi((8, 0.5), (8, 0.6)), "orders that rise, each once: 8 follows 8"),
        (renyi((8, 0.5), (4, 0.6)), "orders that rise, each once: 4 follows 8"),
        (renyi((4, 0.5), (8, 0.4)), "does not fall from one Renyi order to the next: 0.4 at 8"),
        (renyi((8, 0.5), rho=0.1), "a rho or an epsilon at Renyi orders, not both"),
        (renyi((8, 0.5), variant="zcdp", rho=0.1), "variant renyi where an epsilon at a Renyi"),
        (renyi((8, 0.5), epsilon=3.0), "epsilon with its delta, or neither"),
        (renyi((8, 0.5), epsilon=3.0, delta=0), "a delta above 0: at 0 no Renyi loss"),
        (renyi((8, 0.5), epsilon=1.0, delta=DELTA), "an epsilon of at least 2.043, which its"),
        (renyi(renyi=None), "renyi: [{order: 8, epsilon: 0.5}], or at least the epsilon and"),
    ],
)
def test_a_renyi_claim_that_cannot_be_is_refused_in_one_sentence(
    fields: dict[str, object], said: str
) -> None:
    assert said in refused(fields)


@pytest.mark.parametrize(
    ("fields", "least"),
    [
        ({"mechanism": "gaussian", "noise": 8.0, "sensitivity": 1.0}, 8 / 128),
        ({"mechanism": "gaussian", "noise": 8.0, "sensitivity": 1.0, "steps": 4}, 32 / 128),
        ({"mechanism": "laplace", "noise": 5.0, "sensitivity": 1.0}, 0.116290),
        ({"mechanism": "dp-sgd", "noise": 1.0, "sampling": 0.01, "steps": 1000}, 0.893644),
    ],
)
def test_a_renyi_claim_below_what_its_mechanism_implies_is_refused(
    fields: dict[str, object], least: float
) -> None:
    for relation in ("add-remove", "replace-one"):
        about = {**fields, "neighbouringRelation": relation}
        said = refused(renyi((8, least * 0.99), **about))

        assert f"an epsilon of at least {least:.4g} at Renyi order 8" in said
        assert "which the fields of its mechanism come to" in said
        accepted(renyi((8, least * 1.01), **about))


def test_every_stated_order_is_held_to_the_mechanism() -> None:
    fields = {"mechanism": "gaussian", "noise": 8.0, "sensitivity": 1.0}

    assert "at Renyi order 16" in refused(renyi((8, 8 / 128), (16, 15 / 128), **fields))


def test_components_are_held_against_every_stated_order() -> None:
    parts = [{"name": "model", "epsilon": 0.5, "described": True}, {"name": "bins", "epsilon": 1.0}]
    loose = [{"name": "model", "epsilon": 0.5, "delta": 1e-9}]

    assert "at Renyi order 8, for its components" in refused(renyi((8, 0.9), components=parts))
    assert "no delta in a component where Renyi" in refused(renyi((8, 0.9), components=loose))
    whole = {"epsilon": 3.0, "delta": DELTA}
    assert "Renyi orders that come to their component's epsilon, 2.9" in refused(
        renyi(
            (8, 0.5),
            components=[
                {"name": "model", "epsilon": 2.9},
            ],
            **whole,
        )
    )


def test_components_of_an_epsilon_that_is_not_stated_leave_the_mechanism_out() -> None:
    parts = [{"name": "model", "epsilon": 0.5, "described": True}]
    fields = {"mechanism": "gaussian", "noise": 8.0, "sensitivity": 1.0, "components": parts}

    found = read(renyi((8, 3.0), **fields))

    assert found.why.endswith("components of an epsilon that is not stated")
    assert gated(ledger(renyi((8, 3.0), **fields)), Rdp(8, DELTA)) == gated(
        ledger(renyi((8, 3.0))), Rdp(8, DELTA)
    )


@pytest.mark.parametrize("wrong", [8, [], [8], [{"order": 1, "epsilon": 1}], [{"order": 8}]])
def test_a_curve_that_is_none_makes_no_guarantee_in_a_ledger(wrong: object) -> None:
    found = read(renyi(renyi=wrong, epsilon=1.0, delta=DELTA))

    assert (found.recorded_as, found.guarantee) == ("none", None)
    assert "its renyi is no list of orders above 1" in found.why


@given(st.floats(0.5, 50), st.floats(1.01, 200), st.floats(1e-12, 1e-2))
def test_the_conversion_is_never_below_what_a_gaussian_comes_to_exactly(
    noise: float, order: float, delta: float
) -> None:
    found = epsilon_at([(order, order / (2 * noise * noise))], delta)

    assert found >= exactly(1 / noise, delta) * (1 - 1e-12)


def test_more_orders_never_convert_to_more() -> None:
    curve = [(order, order * 0.15625) for order in (2, 4, 8, 10, 11, 16, 64)]
    found = [epsilon_at(curve[:count], DELTA) for count in range(1, len(curve) + 1)]

    assert found == sorted(found, reverse=True)
    assert found[-1] == pytest.approx(2.736353, abs=5e-7)


def test_a_stated_order_bounds_every_lower_one_and_none_above() -> None:
    at_eight = gated(ledger(renyi((8, 0.5))), Rdp(8, DELTA)).epsilon

    assert gated(ledger(renyi((12, 0.5))), Rdp(8, DELTA)).epsilon == at_eight
    assert gated(ledger(renyi((4, 0.1), (8, 0.5), (9, 7))), Rdp(8, DELTA)).epsilon == at_eight
    found = gated(ledger(renyi((4, 0.1), (7.9, 0.5))), Rdp(8, DELTA))
    assert found.unbounded_by == ("claims@1",)
    assert "it states its Renyi loss up to order 7.9 alone, below 8" in found.why


def test_where_the_mechanism_comes_to_less_than_is_stated_of_a_higher_order_it_counts() -> None:
    both = claim(**{**gaussian(8.0, 1e-9), "variant": "renyi", "renyi": points((32, 0.25))})
    above = claim(**{**gaussian(8.0, 1e-9), "variant": "renyi", "renyi": points((4, 4 / 128))})

    alone = gated(ledger(gaussian(8.0, 1e-9)), Rdp(8, DELTA)).epsilon
    assert gated(ledger(both), Rdp(8, DELTA)).epsilon == alone
    assert gated(ledger(above), Rdp(8, DELTA)).epsilon == alone


def test_a_renyi_loss_alone_is_no_sum_of_epsilons_and_no_rho() -> None:
    entries = ledger(renyi((8, 0.5)))

    assert "states a Renyi loss alone, and basic composition" in gated(entries, Basic()).why
    assert "a Renyi loss alone, which is no rho" in gated(entries, Zcdp(DELTA)).why


def test_under_replace_one_descent_counts_by_what_is_stated() -> None:
    figures = {"epsilon": None, "delta": None, "variant": "renyi", "renyi": points((8, 2.0))}
    fields = {**descent(1.0, 0.01, 1000, (2.13, DELTA)), **figures}
    trained = claim(**{**fields, "neighbouringRelation": "replace-one", "sensitivity": None})

    told = gated(ledger(trained), Rdp(8, DELTA))

    assert told.epsilon == pytest.approx(epsilon_at([(8, 2.0)], DELTA))


def test_claims_of_every_kind_add_up_at_one_order() -> None:
    order = 8.0
    entries = ledger(renyi((8, 0.5)), gaussian(8.0, 1e-9), laplace(5.0), response(0.1))

    costs = [0.5, 8 / 128]
    costs.append(
        math.log(8 / 15 * math.exp(7 / 5) + 7 / 15 * math.exp(-8 / 5)) / 7,
    )
    honest = math.exp(0.1) / (1 + math.exp(0.1))
    costs.append(
        math.log(honest**8 * (1 - honest) ** -7 + (1 - honest) ** 8 * honest**-7) / 7,
    )
    told = math.log1p(-1 / order) - (math.log(DELTA) + math.log(order)) / (order - 1)
    assert gated(entries, Rdp(order, DELTA)).epsilon == pytest.approx(sum(costs) + told, rel=1e-12)
