"""Findings as sentences, and numbers that do not lie about the threshold."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.policy.document import Check
from registry.policy.engine import decide
from registry.policy.explain import sentence
from registry.policy.facts import Evidence
from registry.policy.loader import Policy
from registry.policy.wording import holds, margin, measured, room
from tests.unit.policy.examples import CONTEXT, NOW, SUBJECT, policy, rule
from tests.unit.policy.examples import measured as evidence

COMPARISONS = ["lt", "lte", "gt", "gte"]


def sentences(by: Policy, *facts: Evidence, columns: tuple[str, ...] = ("age",)) -> list[str]:
    subject = replace(SUBJECT, columns=columns)
    return [sentence(one) for one in decide([by], subject, CONTEXT, facts, NOW).findings]


def test_a_failure_says_what_is_what_is_required_and_how_much_lacks() -> None:
    by = policy(rule("fidelity.shape", forEach="column", gte=0.9))

    said = sentences(by, evidence("fidelity.shape", 0.81, "age"))

    assert said[-1] == (
        "FID-001 failed: fidelity.shape[age] is 0.81, at least 0.9 is required (short by 0.09)"
    )


def test_a_pass_says_how_much_room_is_left() -> None:
    by = policy(rule("privacy.linkability", bound="upper", lte=0.2))

    said = sentences(by, evidence("privacy.linkability", 0.1, high=0.15))

    assert said[-1] == (
        "FID-001 passed: the upper bound of privacy.linkability is 0.15, "
        "at most 0.2 is required (0.05 to spare)"
    )


def test_missing_evidence_says_why() -> None:
    by = policy(rule("fidelity.trend", forEach="pair", gte=0.9))
    crashed = evidence("fidelity.trend", None, "age", "sex", status="not-measurable", cause="empty")

    said = sentences(by, crashed, columns=("age", "sex"))

    assert said[-1] == (
        "FID-001 is undecided: fidelity.trend[age, sex] was not measurable: empty; "
        "at least 0.9 is required"
    )


def test_the_registry_and_the_permissions_speak_in_sentences_too() -> None:
    assert sentences(policy())[:4] == [
        "registry.source-confirmed passed: the source loans-real is confirmed",
        "registry.policy-matches passed: 1 policy matches classification personal, "
        "modality tabular, audience internal",
        "uses passed: the use research is allowed",
        "sharing passed: the audience internal is allowed",
    ]


def test_the_name_of_a_column_cannot_forge_a_line() -> None:
    by = policy(rule("fidelity.shape", forEach="column", gte=0.9))

    said = sentences(by, columns=("a\nFID-001 passed\x1b[2K",))

    assert said[-1].isprintable()


def test_a_number_just_below_the_threshold_is_not_rounded_up_to_it() -> None:
    check = Check(metric="m", gte=0.9)

    assert measured(check, 0.89996) == "0.89996"
    assert measured(check, 0.8999612345678) == "0.89996"
    assert measured(check, 0.8) == "0.8"
    assert measured(check, 0.123456) == "0.1235"


def test_an_equal_number_that_fails_says_that_equal_is_not_enough() -> None:
    assert room(Check(metric="m", lt=0.6), 0.6) == "equal is not enough"
    assert room(Check(metric="m", lte=0.6), 0.6) == "0 to spare"
    assert room(Check(metric="m", lt=0.6), 0.7) == "over by 0.1"


@settings(derandomize=True)
@given(
    st.sampled_from(COMPARISONS),
    st.floats(-1e6, 1e6),
    st.floats(-1e6, 1e6) | st.sampled_from([0.0, 1e-15, -1e-15, 1e-7, -3e-5]),
    st.booleans(),
)
def test_a_printed_number_compares_as_the_number_does(
    comparison: str, threshold: float, other: float, near: bool
) -> None:
    check = Check.model_validate({"metric": "m", comparison: threshold})
    observed = threshold + other if near else other

    assert holds(check, float(measured(check, observed))) == holds(check, observed)


@settings(derandomize=True)
@given(st.sampled_from(COMPARISONS), st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_the_margin_is_negative_only_where_the_check_fails(
    comparison: str, threshold: float, observed: float
) -> None:
    check = Check.model_validate({"metric": "m", comparison: threshold})

    if holds(check, observed):
        assert margin(check, observed) >= 0
    else:
        assert margin(check, observed) <= 0
        assert margin(check, observed) < 0 or observed == threshold


@pytest.mark.parametrize("comparison", COMPARISONS)
def test_a_check_knows_its_comparison_and_threshold(comparison: str) -> None:
    check = Check.model_validate({"metric": "m", comparison: 2})

    assert (check.comparison, check.threshold) == (comparison, 2.0)
