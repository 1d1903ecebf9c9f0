"""Methods side by side: closed forms, and why each holds or does not."""

import math
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledgers import bare, claim, descent, entry, gaussian, laplace, ledger, response

from registry.ledger.composed import brought_up
from registry.ledger.entry import Entry
from registry.ledger.parts import Partition
from registry.ledger.shown import shown
from registry.ledger.total import Total
from registry.ledger.totals import Rdp, Rule, Zcdp, gated

DELTA = 1e-6
GRID = 1e-4


def by_name(
    entries: Sequence[Entry],
) -> dict[str, Total]:
    return {one.method: one for one in shown(entries, DELTA)}


def test_twenty_gaussians_come_to_the_closed_forms() -> None:
    found = by_name(ledger(*[gaussian(8.0, DELTA / 20)] * 20))

    assert found["pld"].epsilon == pytest.approx(2.54870, abs=5e-6)
    assert found["rdp"].epsilon == pytest.approx(2.73346, abs=5e-6)
    assert found["basic"].epsilon == pytest.approx(11.67, abs=5e-3)
    assert found["basic"].delta == DELTA
    assert "in all 0.15625; the textbook conversion of it" in found["zcdp"].why
    assert "would give 3.09474" in found["zcdp"].why
    assert 0.15625 + 2 * math.sqrt(0.15625 * math.log(1e6)) == pytest.approx(3.095, abs=5e-4)
    assert 2.54870 < found["zcdp"].epsilon < 3.095


def test_twenty_laplaces_come_to_what_is_known_of_them() -> None:
    found = by_name(ledger(*[laplace(5.0)] * 20))

    assert found["pld"].epsilon == pytest.approx(3.67092, abs=5e-6)
    assert 3.67084 <= found["pld"].epsilon <= 3.67100
    assert (found["basic"].epsilon, found["basic"].delta) == (4.0, 0.0)


def test_at_a_delta_of_nought_only_basic_composition_says_anything() -> None:
    basic, *others = shown(ledger(laplace(5.0), laplace(5.0)), 0.0)

    assert (basic.epsilon, basic.delta, basic.valid) == (0.4, 0.0, True)
    assert [one.method for one in others] == ["advanced", "zcdp", "rdp", "pld"]
    assert all(one.epsilon == math.inf and not one.valid for one in others)


def test_the_word_of_a_card_that_it_was_fixed_in_advance_makes_no_method_valid() -> None:
    fixed = [gaussian(8.0, 1e-8, adaptive=False)] * 3

    said = shown(ledger(*fixed, batch="wave"), DELTA)

    assert [one.valid for one in said] == [True] + [False] * 4
    assert said == shown(ledger(*fixed), DELTA)


def test_every_method_says_in_a_sentence_why_it_holds_or_does_not() -> None:
    entries = ledger(gaussian(8.0, 1e-8), gaussian(8.0, 1e-8))

    basic, *others = shown(entries, DELTA)

    assert (
        basic.why == "The epsilons add up, and so do the deltas, however each release was chosen."
    )
    assert all("For comparison only: releases of an open ledger" in one.why for one in others)


@pytest.mark.parametrize("rule", [Zcdp(DELTA), Rdp(9, DELTA)])
def test_the_rule_that_gates_is_shown_as_it_gates(rule: Rule) -> None:
    entries = ledger(gaussian(8.0, 1e-8), laplace(4.0))

    assert gated(entries, rule) in shown(entries, DELTA, rule)


def test_one_entry_without_a_guarantee_is_named_by_every_method() -> None:
    found = shown(ledger(laplace(5.0), None), DELTA)

    assert all(one.unbounded_by == ("claims@2",) and one.epsilon == math.inf for one in found)


def test_content_claimed_in_two_ways_has_the_worst_figures_and_no_mechanism() -> None:
    entries = [
        entry(1, gaussian(8.0, 1e-8), content="same"),
        entry(2, bare(0.1, 1e-7), content="same"),
    ]

    found = by_name(entries)

    worst = by_name([entry(1, bare(float(str(gaussian(8.0, 1e-8)["epsilon"])), 1e-7))])
    assert found["pld"].epsilon == worst["pld"].epsilon
    assert found["basic"].epsilon == worst["basic"].epsilon


def test_what_is_too_large_for_the_grid_is_named_and_not_computed() -> None:
    found = by_name(ledger(bare(5000.0), laplace(5.0)))

    assert found["pld"].unbounded_by == ("claims@1",)
    assert "a loss too large to compute with" in found["pld"].why
    assert found["basic"].epsilon == 5000.2


def test_rho_alone_has_no_distribution_and_no_advanced_composition() -> None:
    rho = claim(variant="zcdp", epsilon=None, delta=None, noise=None, rho=0.1)

    found = by_name(ledger(rho))

    assert [name for name, one in found.items() if one.unbounded_by] == ["basic", "advanced", "pld"]
    assert found["zcdp"].epsilon < found["rdp"].epsilon * 1.01


def test_advanced_composition_helps_many_small_epsilons_and_never_hurts() -> None:
    many, few = ledger(*[bare(0.01)] * 200), ledger(bare(1.0))

    assert by_name(many)["advanced"].epsilon < by_name(many)["basic"].epsilon / 2
    assert by_name(few)["advanced"].epsilon == 1.0


def test_deltas_that_leave_nothing_over_are_beyond_the_methods_that_spend_one() -> None:
    found = by_name(ledger(bare(1.0, 9e-7), bare(1.0, 9e-7)))

    assert {name for name, one in found.items() if one.epsilon == math.inf} == {
        "advanced",
        "zcdp",
        "rdp",
        "pld",
    }


def test_parts_of_a_partition_help_every_method_but_loss_distributions() -> None:
    regions = Partition("region", "record", ("north", "south"), event=1)
    entries = [
        entry(1, laplace(5.0), partition="region/north"),
        entry(2, laplace(5.0), partition="region/south"),
    ]

    apart = {one.method: one.epsilon for one in shown(entries, DELTA, partitions=[regions])}
    whole = {one.method: one.epsilon for one in shown(entries, DELTA)}

    assert apart["pld"] == whole["pld"]
    assert apart["basic"] == whole["basic"] / 2
    assert apart["rdp"] < whole["rdp"]


@settings(deadline=None, max_examples=8)
@given(
    st.lists(
        st.one_of(
            st.floats(1.0, 20).map(lambda noise: gaussian(noise, 1e-8)),
            st.floats(1.0, 20).map(laplace),
            st.floats(0.05, 1.0).map(response),
            st.floats(0.05, 1.0).map(lambda epsilon: bare(epsilon, 1e-8)),
            st.just(descent(1.0, 0.01, 100, (1.9, 1e-8))),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_no_other_method_is_below_the_distribution_of_the_loss(
    guarantees: list[dict[str, object]],
) -> None:
    """The distribution is nearly exact: it rounds each loss up by a step of the grid at most, and
    counts some of delta for rounding, so a claim's own delta leaves it nothing unless raised.
    """
    entries = ledger(*guarantees)
    rounding = GRID * len(guarantees)
    found = by_name(entries)
    at_their_sum = brought_up(None, [one.read.guarantee for one in entries if one.read.guarantee])

    for name in ("advanced", "zcdp", "rdp"):
        assert found[name].epsilon >= found["pld"].epsilon - rounding
    if found["basic"].delta > 0:
        tight = at_their_sum.epsilon_at(found["basic"].delta * 1.01)
        assert found["basic"].epsilon >= tight - rounding
    for rule in (Zcdp(DELTA), Rdp(8, DELTA)):
        assert gated(entries, rule).epsilon >= found["pld"].epsilon - rounding
