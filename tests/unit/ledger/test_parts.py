"""Parallel composition: only for what was declared before use, and by the relation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledgers import bare, entry, gaussian

from registry.ledger.entry import Entry
from registry.ledger.parts import Partition, upper_sum
from registry.ledger.totals import Basic, Rule, Zcdp, gated

REGIONS = Partition("region", "record", ("north", "south", "west"), event=1)
YEARS = Partition("year", "record", ("2020", "2021"), event=2)


def spread(relation: str = "add-remove") -> list[Entry]:
    """5 on the north in two, 4 on the south, 1 on the west, 0.5 on the whole."""
    figures = [(2.0, "north"), (3.0, "north"), (4.0, "south"), (1.0, "west"), (0.5, None)]
    return [
        entry(
            number,
            bare(epsilon, neighbouringRelation=relation),
            partition=part and f"region/{part}",
        )
        for number, (epsilon, part) in enumerate(figures, 1)
    ]


def test_under_add_remove_the_largest_part_counts_beside_the_whole() -> None:
    assert gated(spread(), Basic(), [REGIONS]).epsilon == 5.5


def test_under_replace_one_the_two_largest_parts_count() -> None:
    assert gated(spread("replace-one"), Basic(), [REGIONS]).epsilon == 9.5


def test_parts_of_two_partitions_add_up() -> None:
    entries = [
        *spread(),
        entry(8, bare(1.0), partition="year/2020"),
        entry(9, bare(2.0), partition="year/2021"),
    ]

    assert gated(entries, Basic(), [REGIONS, YEARS]).epsilon == 7.5


@pytest.mark.parametrize(
    "declared",
    [
        [],
        [Partition("region", "record", ("north", "south", "west"), event=200)],
        [Partition("region", "record", ("north", "south", "west"), event=105)],
        [Partition("region", "person", ("north", "south", "west"), event=1)],
        [Partition("other", "record", ("north", "south", "west"), event=1)],
    ],
    ids=["never", "after", "in the same event", "by another unit", "another"],
)
def test_a_partition_that_does_not_hold_counts_in_full(declared: list[Partition]) -> None:
    only_late = [one for one in spread() if one.event <= 105]

    assert gated(only_late, Basic(), declared).epsilon >= 9.5


def test_a_part_that_was_not_declared_counts_in_full() -> None:
    entries = [*spread(), entry(9, bare(1.0), partition="region/east")]

    assert gated(entries, Basic(), [REGIONS]).epsilon == 6.5


def test_content_said_to_be_of_two_parts_counts_in_full() -> None:
    entries = [
        entry(1, bare(4.0), partition="region/north"),
        entry(2, bare(1.0), partition="region/south", content="same"),
        entry(3, bare(1.0), partition="region/west", content="same"),
    ]

    assert gated(entries, Basic(), [REGIONS]).epsilon == 5.0


@given(
    st.lists(st.tuples(st.floats(0.5, 20), st.sampled_from(["north", "south", "west"])), max_size=6)
)
def test_parts_never_come_to_more_than_their_sum_nor_less_than_the_largest(
    drawn: list[tuple[float, str]],
) -> None:
    entries = [
        entry(number, gaussian(noise, 1e-9), partition=f"region/{part}")
        for number, (noise, part) in enumerate(drawn, 1)
    ]
    rules: list[Rule] = [Basic(), Zcdp(1e-6)]

    for rule in rules:
        apart, whole = gated(entries, rule, [REGIONS]), gated(entries, rule)
        largest = max((gated([one], rule).epsilon for one in entries), default=0.0)
        assert largest <= apart.epsilon <= whole.epsilon


@given(st.lists(st.floats(1e-12, 1e12), max_size=20))
def test_a_sum_is_never_below_the_exact_one_and_the_next_number_at_most(
    figures: list[float],
) -> None:
    from fractions import Fraction
    from math import nextafter

    exact = sum((Fraction(repr(one)) for one in figures), Fraction(0))

    found = upper_sum(figures)

    assert Fraction(repr(found)) >= exact
    assert found == 0 or Fraction(repr(nextafter(found, 0))) < exact
