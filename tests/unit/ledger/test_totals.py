"""What gates: never below the truth, in any order, never lower for one more entry."""

import math
from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import bare, claim, descent, entry, gaussian, laplace, ledger, response

from registry.errors import InvalidInput
from registry.ledger.convert import epsilon_of_zcdp
from registry.ledger.entry import Entry
from registry.ledger.guarantee import Unlike
from registry.ledger.methods.gaussian import epsilon_at
from registry.ledger.totals import Basic, Rdp, Rule, Zcdp, gated

DELTA = 1e-6
RULES: list[Rule] = [Basic(), Zcdp(DELTA), Rdp(8, DELTA)]
ADDING: list[Rule] = [Basic(), Zcdp(DELTA)]

noises = st.floats(min_value=0.5, max_value=50)
epsilons = st.floats(min_value=0.001, max_value=5)
claims = st.one_of(
    noises.map(lambda noise: gaussian(noise, 1e-9)),
    noises.map(laplace),
    epsilons.map(response),
    epsilons.map(lambda epsilon: bare(epsilon, mechanism="exponential")),
    epsilons.map(lambda epsilon: bare(epsilon, 1e-9)),
    epsilons.map(lambda rho: claim(variant="zcdp", rho=rho, noise=None)),
    st.none(),
)


def epsilon_of_responses(epsilon: float, times: int, delta: float) -> float:
    """The exact epsilon of equal randomised responses, by their binomial distribution."""
    truthful = 1 / (1 + math.exp(-epsilon))

    def left(at: float) -> float:
        return math.fsum(
            math.comb(times, k)
            * truthful**k
            * (1 - truthful) ** (times - k)
            * max(-math.expm1(at - (2 * k - times) * epsilon), 0.0)
            for k in range(times + 1)
        )

    low, high = 0.0, times * epsilon
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if left(middle) <= delta else (middle, high)
    return low


@given(st.lists(noises, min_size=1, max_size=8), st.sampled_from(RULES))
def test_no_rule_is_below_what_gaussians_come_to_exactly(noises: list[float], rule: Rule) -> None:
    found = gated(ledger(*(gaussian(one, DELTA / len(noises)) for one in noises)), rule)

    exact = epsilon_at(math.sqrt(math.fsum(one**-2 for one in noises)), found.delta)
    assert found.epsilon >= exact * (1 - 1e-12)


@given(epsilons, st.integers(min_value=1, max_value=30), st.sampled_from(RULES))
def test_no_rule_is_below_what_randomised_responses_come_to_exactly(
    epsilon: float, times: int, rule: Rule
) -> None:
    found = gated(ledger(*[response(epsilon)] * times), rule)

    assert found.epsilon >= epsilon_of_responses(epsilon, times, found.delta) * (1 - 1e-9)


@given(st.lists(claims, max_size=6), st.sampled_from(ADDING), st.randoms(use_true_random=False))
def test_the_order_of_entries_does_not_matter(
    guarantees: list[dict[str, object] | None], rule: Rule, chance: object
) -> None:
    entries = ledger(*guarantees)
    shuffled = entries[:]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    one, other = gated(entries, rule), gated(shuffled, rule)

    assert (one.epsilon, one.delta) == (other.epsilon, other.delta)
    assert set(one.unbounded_by) == set(other.unbounded_by)


@given(
    st.lists(claims, max_size=5),
    claims,
    st.integers(min_value=1, max_value=6),
    st.sampled_from(RULES),
)
def test_one_more_entry_never_lowers_a_total(
    guarantees: list[dict[str, object] | None],
    another: dict[str, object] | None,
    content: int,
    rule: Rule,
) -> None:
    entries = ledger(*guarantees)
    more = entry(9, another, content=f"sha256:{content:064x}")

    before, after = gated(entries, rule), gated([*entries, more], rule)

    assert (after.epsilon, after.delta) >= (before.epsilon, before.delta)
    assert after.delta >= before.delta


@given(claims, st.sampled_from(RULES))
def test_the_same_content_twice_counts_once(
    guarantee: dict[str, object] | None, rule: Rule
) -> None:
    once, again = entry(1, guarantee, content="same"), entry(2, guarantee, content="same")

    assert gated([once, again], rule) == gated([once], rule)


def test_the_same_content_counts_at_the_worst_that_was_ever_claimed_for_it() -> None:
    entries = [entry(n, one, content="same") for n, one in enumerate((bare(1.0), bare(3.0)), 1)]

    assert [gated(one, Basic()).epsilon for one in permutations(entries)] == [3.0, 3.0]


@pytest.mark.parametrize("rule", RULES)
def test_one_entry_without_a_guarantee_makes_the_total_infinite_and_is_named(rule: Rule) -> None:
    found = gated(ledger(bare(1.0), None, bare(1.0), claim(tuningAccounted=False)), rule)

    assert (found.epsilon, found.delta) == (math.inf, 1.0)
    assert found.unbounded_by == ("claims@2", "claims@4")
    assert "claims@2: the card claims no guarantee" in found.why
    assert "claims@4: its tuning read the data" in found.why


def test_sums_are_those_of_the_decimals_that_were_written() -> None:
    found = gated(ledger(bare(0.1, 1e-7), bare(0.2, 2e-7)), Basic())

    assert (found.epsilon, found.delta) == (0.3, 3e-7)


def test_epsilons_too_large_for_a_number_are_infinite() -> None:
    assert gated(ledger(bare(1e308), bare(1e308)), Basic()).epsilon == math.inf


def test_deltas_never_come_to_more_than_one() -> None:
    assert gated(ledger(bare(1.0, 0.7), bare(1.0, 0.7)), Basic()).delta == 1.0


def test_nothing_received_has_cost_nothing() -> None:
    assert {(one.epsilon, one.delta) for one in (gated([], rule) for rule in RULES)} == {(0.0, 0.0)}


def test_rho_alone_is_no_sum_of_epsilons_but_has_its_place_in_a_filter() -> None:
    entries = ledger(claim(variant="zcdp", epsilon=None, delta=None, noise=None, rho=0.1))

    assert gated(entries, Basic()).unbounded_by == ("claims@1",)
    assert gated(entries, Zcdp(DELTA)).epsilon == epsilon_of_zcdp(0.1, DELTA / 2)


def test_deltas_of_claims_above_what_a_filter_keeps_for_them_are_beyond_it() -> None:
    within, beyond = ledger(bare(0.1, 5e-7)), ledger(bare(0.1, 5e-7), bare(0.1, 1e-9))

    assert gated(within, Zcdp(DELTA)).epsilon < 1
    assert gated(beyond, Zcdp(DELTA)).epsilon == math.inf
    assert "above the 5e-07 kept for them" in gated(beyond, Zcdp(DELTA)).why
    assert gated(beyond, Zcdp(DELTA, reserved=6e-7)).epsilon < 1


def test_a_renyi_filter_cannot_bound_an_epsilon_with_a_delta() -> None:
    found = gated(ledger(bare(0.1, 1e-9)), Rdp(8, DELTA))

    assert found.unbounded_by == ("claims@1",)
    assert "no cost at any Renyi order" in found.why


def test_what_stands_beside_the_mechanism_is_added_under_every_rule() -> None:
    model = {"name": "model", "epsilon": 0.5, "described": True}
    binning = {"name": "binning", "epsilon": 0.4}
    alone = ledger(claim(epsilon=0.5, components=[model]))
    both = ledger(claim(epsilon=0.9, components=[model, binning]))

    for rule in (Zcdp(DELTA), Rdp(8, DELTA)):
        assert gated(both, rule).epsilon > gated(alone, rule).epsilon


def test_descents_under_replace_one_have_no_cost_in_a_renyi_filter() -> None:
    entries = ledger(descent(1.0, 0.01, 100, (2.0, 1e-7), neighbouringRelation="replace-one"))

    assert gated(entries, Rdp(8, DELTA)).epsilon == math.inf
    assert gated(entries, Zcdp(DELTA)).epsilon < math.inf


@settings(deadline=None, max_examples=20)
@given(st.floats(0.6, 4), st.floats(0.001, 0.5), st.integers(1, 5000), st.integers(2, 30))
def test_descents_in_a_renyi_filter_cost_what_the_binomial_sum_says(
    noise: float, sampling: float, steps: int, order: int
) -> None:
    """Mironov, Talwar and Zhang (2019), equation for whole orders."""
    terms = [
        math.log(math.comb(order, k))
        + (order - k) * math.log1p(-sampling)
        + k * math.log(sampling)
        + k * (k - 1) / (2 * noise**2)
        for k in range(order + 1)
    ]
    top = max(terms)
    rdp = steps * (top + math.log(math.fsum(math.exp(one - top) for one in terms))) / (order - 1)
    told = math.log1p(-1 / order) - (math.log(DELTA) + math.log(order)) / (order - 1)

    found = gated(ledger(descent(noise, sampling, steps, (9.0, 1e-7))), Rdp(order, DELTA))

    assert found.epsilon == pytest.approx(max(rdp + told, 0.0), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize(
    "change", [{"privacyUnit": "event"}, {"neighbouringRelation": "replace-one"}]
)
def test_unlike_units_or_relations_have_no_sum(change: dict[str, object]) -> None:
    with pytest.raises(Unlike, match="claims@1 and claims@3 cannot be added"):
        gated(ledger(bare(1.0), None, bare(1.0, **change)), Basic())


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Zcdp(0.0), "a delta of 0 for a filter"),
        (lambda: Zcdp(1.0), "a delta of 1 for a filter"),
        (lambda: Zcdp(math.nan), "a delta of nan for a filter"),
        (lambda: Zcdp(1e-6, 1e-6), "a reserve of 1e-06 within a delta of 1e-06"),
        (lambda: Zcdp(1e-6, math.nan), "a reserve of nan"),
        (lambda: Rdp(1, 1e-6), "a Renyi order of 1"),
        (lambda: Rdp(math.nan, 1e-6), "a Renyi order of nan"),
    ],
)
def test_a_filter_that_makes_no_sense_is_refused(make: object, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        make()  # type: ignore[operator]


def test_recipients_and_audiences_are_not_what_counts() -> None:
    one: Entry = entry(1, bare(1.0))

    assert gated([replace(one, audience="public", recipient=None)], Basic()).epsilon == 1.0
