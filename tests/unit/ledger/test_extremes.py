"""No claim that a card can state makes composition fail, or come to what is not a number."""

import math

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from ledgers import claim, ledger

from registry.ledger.shown import shown
from registry.ledger.total import Total
from registry.ledger.totals import Basic, Rdp, Zcdp, gated

positive = st.one_of(
    st.floats(min_value=0, exclude_min=True, allow_infinity=False),
    st.sampled_from([5e-324, 1e-300, 1e-9, 0.01, 1.0, 30.0, 1e9, 1e300]),
)
claims = st.builds(
    claim,
    variant=st.sampled_from(["pure", "approximate", "zcdp", "renyi"]),
    epsilon=st.none() | positive,
    delta=st.none() | st.floats(min_value=0, max_value=1, exclude_max=True),
    rho=st.none() | positive,
    mechanism=st.sampled_from(
        ["gaussian", "laplace", "exponential", "randomised-response", "dp-sgd", "other"]
    ),
    noise=st.none() | positive,
    sensitivity=st.none() | positive,
    sampling=st.none() | st.floats(min_value=0, max_value=1, exclude_min=True),
    steps=st.none() | st.integers(1, 2**31 - 1),
    neighbouringRelation=st.just("add-remove"),
)


def sound(found: Total) -> bool:
    return found.epsilon >= 0 and 0 <= found.delta <= 1 and not math.isnan(found.epsilon)


@settings(max_examples=300, deadline=None)
@given(st.lists(claims, max_size=3))
def test_no_rule_fails_on_what_a_card_can_state(guarantees: list[dict[str, object]]) -> None:
    entries = ledger(*guarantees)

    for rule in (Basic(), Zcdp(1e-6), Rdp(8, 1e-6)):
        assert sound(gated(entries, rule))


@settings(max_examples=25, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(st.lists(claims, max_size=2))
def test_no_method_fails_on_what_a_card_can_state(guarantees: list[dict[str, object]]) -> None:
    assert all(sound(one) for one in shown(ledger(*guarantees), 1e-6))
