"""A figure stands with its interval, its unit and its margin wherever a rule read it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from registry.reports.estimates import figures
from registry.reports.facts import DecisionFacts, Estimate
from registry.reports.verdict import every_finding
from tests.unit.reports.example import decision, finding, measurement

RUN = "sha256:" + "d" * 64
INFERENCE = Estimate(0.1512, 0.0804, 0.2225, "anonymeter-95", "risk")
SAID = "privacy.inference[income] is %s, below 0.2 is required (%s)"


def decided(observed: float, margin: float, said: str, found: Estimate) -> DecisionFacts:
    """One rule on inference of the income, and the figure that is stored."""
    one = finding("PRV-003", "T", "fail", observed, "below 0.2", margin, said, scope=("income",))
    made = decision("deny", "partner", None, (one,))
    return replace(made, measured={(RUN, "privacy.inference", ("income",)): found})


def cells(made: DecisionFacts) -> dict[str, str]:
    """The row of the first finding, by the headings."""
    found = every_finding(made)
    return dict(zip((one.title for one in found.columns), found.rows[0], strict=True))


def test_a_value_stands_with_its_interval_its_unit_and_the_level_in_the_heading() -> None:
    found = cells(decided(0.1512, 0.0488, SAID % ("0.1512", "0.0488 to spare"), INFERENCE))

    assert found["Observed [95% interval]"] == "0.1512 [0.0804, 0.2225] risk"
    assert found["Expected"] == "below 0.2"
    assert found["Margin"] == "+0.0488"


def test_a_rule_on_a_bound_names_the_end_that_it_reads() -> None:
    said = f"the upper bound of {SAID % ('0.2225', 'over by 0.0225')}"

    found = cells(decided(0.2225, -0.0225, said, INFERENCE))

    assert found["Observed [95% interval]"] == "0.1512 [0.0804, 0.2225] risk"
    assert found["Expected"] == "below 0.2, at the upper end"
    assert found["Margin"] == "-0.0225"


def test_the_end_that_is_compared_never_reads_on_the_wrong_side_of_its_limit() -> None:
    close = replace(INFERENCE, high=0.200001)

    found = cells(decided(0.200001, -0.000001, f"the upper bound of {SAID}", close))

    assert found["Observed [95% interval]"] == "0.1512 [0.0804, 0.200001] risk"


def test_an_exact_value_has_no_interval_and_its_unit() -> None:
    exact = Estimate(0.875, 0.875, 0.875, "exact", "score")

    found = cells(decided(0.875, -0.675, SAID % ("0.875", ""), exact))

    assert found["Observed"] == "0.875 score"


def test_a_figure_that_is_not_the_one_decided_on_is_not_shown_beside_it() -> None:
    found = cells(decided(0.3, -0.1, SAID % ("0.3", "over by 0.1"), INFERENCE))

    assert found["Observed"] == "0.3"


def test_what_is_claimed_has_its_unit() -> None:
    said = "dp.epsilon is 2, at most 1 is required (over by 1)"
    one = finding("DP-001", "T", "fail", 2.0, "at most 1", -1.0, said)

    assert cells(decision("deny", "partner", None, (one,)))["Observed"] == "2 epsilon"


@pytest.mark.parametrize(
    ("methods", "heading"),
    [
        (("wilson-95", "delong-logit-95"), "Value [95% interval]"),
        (("wilson-95", "wilson-90"), "Value [interval]"),
        (("wilson",), "Value [interval]"),
        (("exact",), "Value"),
    ],
)
def test_a_level_stands_in_the_heading_where_every_interval_has_it(
    methods: tuple[str, ...], heading: str
) -> None:
    found = figures(measurement("m", "M", 0.5, (0.4, 0.6), interval=one) for one in methods)

    assert found is not None
    assert found.columns[1].title == heading


def test_no_end_of_an_interval_is_rounded_onto_0_or_1() -> None:
    found = figures([measurement("m", "M", 0.99996, (0.0, 0.999999), interval="wilson-95")])

    assert found is not None
    assert found.rows[0][1] == "0.99996 [0, 0.999999] score"


def test_privacy_stands_first_and_nothing_is_folded_away() -> None:
    names = [f"fidelity.{one}" for one in range(12)]
    found = figures(measurement(one, one, 0.5) for one in (*names, "privacy.linkability"))

    assert found is not None
    assert [row[0] for row in found.first] == ["privacy.linkability", *names]


def test_what_could_not_be_measured_says_why() -> None:
    found = figures([measurement("m", "M", None, cause="too few rows")])

    assert found is not None
    assert found.rows[0][1] == "not measurable: too few rows"


def test_nothing_measured_makes_no_table() -> None:
    assert figures(()) is None
