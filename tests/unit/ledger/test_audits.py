"""Audits of one version share one alpha, are held against the claim as it is, and stay."""

import math
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest
from unit.ledger.honest import believable, contradiction_probability, scores

from registry.ledger.audits import Shown, level, planned, shown, with_scores
from registry.ledger.contradiction import ManyRuns, OneRun

CLAIM = {"variant": "pure", "epsilon": 2.0}
MANY = {"members": 300, "nonMembers": 300, "thresholds": [0.5]}
ONE = {"records": 300, "guesses": 300, "threshold": 0}


@dataclass(frozen=True)
class Told:
    seq: int
    fact: str
    details: dict[str, Any] = field(default_factory=dict)


def plan(seq: int, **more: Any) -> Told:
    said = {"method": "many-run", "design": MANY, "alpha": 0.05, "epsilon": 2, "delta": 0}
    return Told(seq, "dp-audit.planned", {**said, **more})


def scored(seq: int, *counts: int, **more: Any) -> Told:
    return Told(seq, "dp-audit.submitted", {"counts": list(counts), **more})


def found(events: Iterable[Told], claim: dict[str, Any] | None = None) -> Shown:
    return shown(with_scores(events), CLAIM if claim is None else claim)


def test_the_shares_of_all_audits_of_a_version_never_come_to_more_than_alpha() -> None:
    shares = [level(0.05, number) for number in range(1, 100_000)]

    assert shares[:2] == [0.025, pytest.approx(0.05 / 6)]
    assert 0.0499 < math.fsum(shares) < 0.05


def test_an_audit_is_held_at_the_level_of_its_place_among_the_plans() -> None:
    first, third = (
        with_scores([plan(1), plan(2), plan(3), scored(4, 290, 40, plan=place)])[0].plan
        for place in (1, 3)
    )

    assert first == ManyRuns(300, 300, (0.5,), 0.05 / 2)
    assert third == ManyRuns(300, 300, (0.5,), 0.05 / 12)


def test_what_an_audit_showed_no_later_plan_takes_back() -> None:
    early = [plan(1), scored(2, 290, 20, plan=1)]

    later = [*early, *(plan(seq) for seq in range(3, 50))]

    assert found(early).contradicting == 1
    assert found(later) == found(early)


def test_one_that_contradicts_stands_beside_many_that_do_not() -> None:
    events = [plan(1), plan(2), scored(3, 290, 20, plan=1), scored(4, 160, 150, plan=2)]

    assert found(events).contradicting == 1


def test_without_scores_there_is_no_bound_and_nothing_contradicts() -> None:
    assert found([]) == found([plan(1)]) == Shown(None, 0)


def test_the_bound_is_the_greatest_and_rounded_down() -> None:
    events = [plan(1), plan(2), scored(3, 200, 100, plan=1), scored(4, 290, 20, plan=2)]
    bound = ManyRuns(300, 300, (0.5,), 0.05 / 6).bound((290, 20), 0.0)

    lower = found(events).lower_bound

    assert lower is not None
    assert 0 <= bound - lower < 1e-4
    assert round(lower * 10_000) / 10_000 == lower


def test_a_larger_claim_clears_it_only_where_the_bound_is_not_above_it() -> None:
    events = [plan(1), scored(2, 290, 20, plan=1)]

    assert found(events, {**CLAIM, "epsilon": 2.5}).contradicting == 1
    assert found(events, {**CLAIM, "epsilon": 9.0}).contradicting == 0


@pytest.mark.parametrize("claim", [{}, {"variant": "zcdp", "rho": 0.01}])
def test_a_claim_taken_back_or_made_in_other_terms_is_no_way_out(claim: dict[str, Any]) -> None:
    assert found([plan(1), scored(2, 290, 20, plan=1)], claim).contradicting == 1


def test_scores_from_before_they_named_their_plan_are_of_the_only_one() -> None:
    assert found([plan(1), scored(2, 290, 20)]).contradicting == 1


@pytest.mark.parametrize(
    "events",
    [
        [plan(1), plan(2), scored(3, 290, 20)],
        [plan(1), scored(2, 290, 20, plan=7)],
        [scored(1, 290, 20, plan=2), plan(2)],
        [scored(1, 290, 20)],
    ],
)
def test_scores_of_no_plan_are_made_nothing_of(events: list[Told]) -> None:
    with pytest.raises(ValueError, match="of which plan"):
        found(events)


@pytest.mark.parametrize(
    ("method", "design", "expected"),
    [
        ("many-run", MANY, ManyRuns(300, 300, (0.5,), 0.01)),
        ("one-run", ONE, OneRun(300, 300, 0, 0.01)),
    ],
)
def test_a_plan_is_read_from_its_numbers(
    method: str, design: dict[str, Any], expected: ManyRuns | OneRun
) -> None:
    assert planned(method, design, 0.01) == expected


@pytest.mark.parametrize(
    "plan", [ManyRuns(200, 200, (0.0,), level(0.05, 1)), OneRun(220, 220, 0.0, level(0.05, 1))]
)
def test_the_first_audit_finds_twice_the_claim_in_nine_of_ten(plan: ManyRuns | OneRun) -> None:
    assert contradiction_probability(plan, truth=1.0, claim=0.5) > 0.9


def test_ten_audits_of_an_honest_mechanism_rarely_contradict_it_between_them() -> None:
    """Held at alpha each, about a third of the versions would have one that contradicts."""
    draw = random.Random(11)
    one = OneRun(200, 200, 0.0, 0.05)
    design = {"records": 200, "guesses": 200, "threshold": 0.0}
    plans = [plan(seq, method="one-run", design=design) for seq in range(1, 11)]
    versions = [
        [scored(10 + at, *one.counts(scores(one, 2.0, draw)), plan=at) for at in range(1, 11)]
        for _ in range(300)
    ]

    wronged = sum(found([*plans, *audits]).contradicting > 0 for audits in versions)
    alone = sum(
        any(one.bound(tuple(audit.details["counts"]), 0.0) > 2.0 for audit in audits)
        for audits in versions
    )

    assert believable(wronged, of=300, rate=0.05)
    assert alone > 60
