"""What an explanation proposes was put to the engine: applied, it is allowed, and less is not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import assume, find, given, settings
from hypothesis import strategies as st

from registry.policy import wording
from registry.policy.answers.alternatives import alternatives, contexts
from registry.policy.answers.counterfactual import excuse, remedy
from registry.policy.answers.inquiry import Inquiry
from registry.policy.answers.supposed import in_place
from registry.policy.answers.trace import trace, unmatched
from registry.policy.facts import Context, Evidence
from registry.policy.loader import Policy
from registry.policy.matching import matching
from tests.unit.policy.examples import CONTEXT, DIGEST, NOW, SUBJECT, measured, policy, rule

SEEDED = settings(derandomize=True, max_examples=150, deadline=None)
TABLE = replace(SUBJECT, columns=("a", "b"))
UPWARD = {"utility.tstr.ratio": None, "fidelity.shape": "column"}
DOWNWARD = {"privacy.linkability": None, "privacy.inference": "secret"}
PLACES: dict[str | None, list[tuple[str, ...]]] = {
    None: [()],
    "column": [("a",), ("b",)],
    "secret": [("a",), ("b",)],
}
SHARING = [
    {"audience": "internal", "jurisdictions": ["EU"]},
    {"audience": "partner", "jurisdictions": ["EU", "NO"]},
    {"audience": "public"},
    {"audience": "public", "effect": "deny"},
]


def inquiry(
    *policies: Policy, evidence: Sequence[Evidence] = (), context: Context = CONTEXT
) -> Inquiry:
    return Inquiry(policies, TABLE, context, tuple(evidence), NOW)


def supposed(asked: Inquiry) -> Any:
    return remedy(asked, asked.decided())


# Drawn cases


@st.composite
def rules(draw: st.DrawFn, number: int, level: bool = True) -> dict[str, Any]:
    """A rule that asks much of what is good, or little of what is bad, so that all can be met."""
    metric = draw(st.sampled_from([*UPWARD, *DOWNWARD]))
    upward = metric in UPWARD
    check: dict[str, Any] = {
        draw(st.sampled_from(["gt", "gte"] if upward else ["lt", "lte"])): draw(
            st.sampled_from([0.3, 0.5, 0.7])
        )
    }
    each = {**UPWARD, **DOWNWARD}[metric]
    if each:
        check["forEach"] = each
    if draw(st.booleans()):
        check["bound"] = "lower" if upward else "upper"
    if draw(st.booleans()):
        check["minN"] = draw(st.sampled_from([500, 2000]))
    if draw(st.booleans()):
        check["onMissingEvidence"] = draw(st.sampled_from(["deny", "undecided"]))
    found = rule(metric, f"R-{number}", **check)
    if level and draw(st.booleans()):
        found["enforcement"] = draw(st.sampled_from(["warn", "enforce"]))
    return found


@st.composite
def figures(draw: st.DrawFn, metric: str, scope: tuple[str, ...]) -> list[Evidence]:
    """None, one or two measurements of one thing, some of which count for nothing."""
    oddities: list[dict[str, Any]] = [
        *([{}] * 6),
        {"value": math.nan},
        {"low": None, "high": None},
        {"status": "not-measurable"},
        {"measured_at": NOW - timedelta(days=31)},
        {"holdout": False},
        {"dataset_digest": "sha256:" + "b" * 64},
        {"n": None},
    ]
    found = []
    for number in range(draw(st.sampled_from([0, 1, 1, 1, 2]))):
        value, width = draw(st.floats(0.0, 1.0)), draw(st.sampled_from([0.0, 0.1]))
        one = measured(
            metric, value, *scope, low=value - width, high=value + width, id=f"e{number}"
        )
        found.append(replace(one, **draw(st.sampled_from(oddities))))
    return found


@st.composite
def inquiries(draw: st.DrawFn) -> Inquiry:
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=2))
    policies = [
        policy(*(draw(rules(number)) for number in range(size)), id=f"p{place}")
        for place, size in enumerate(sizes)
    ]
    evidence = [
        one
        for metric, each in {**UPWARD, **DOWNWARD}.items()
        for scope in PLACES[each]
        for one in draw(figures(metric, scope))
    ]
    return inquiry(*policies, evidence=evidence)


@pytest.mark.parametrize("outcome", ["allow", "undecided", "deny"])
def test_the_cases_reach_every_outcome(outcome: str) -> None:
    find(
        inquiries(),
        lambda one: one.decided().outcome == outcome,
        settings=settings(derandomize=True, database=None, max_examples=1000),
    )


# Evidence


@SEEDED
@given(inquiries())
def test_the_evidence_that_is_proposed_is_allowed(asked: Inquiry) -> None:
    assume(asked.decided().outcome != "allow")

    found = supposed(asked)

    assert found.outcome == "allow"
    assert found.left == ()
    assert in_place(asked, found.evidence).decided().outcome == "allow"


@SEEDED
@given(inquiries())
def test_the_number_of_a_need_passes_and_the_next_one_towards_what_fails_does_not(
    asked: Inquiry,
) -> None:
    assume(asked.decided().outcome != "allow")

    for need in supposed(asked).needs:
        check = need.finding.check
        worse = math.nextafter(need.number, -math.inf if check.upward else math.inf)
        assert wording.holds(check, need.number)
        assert not wording.holds(check, worse)


@SEEDED
@given(inquiries())
def test_each_part_of_the_proposal_is_needed(asked: Inquiry) -> None:
    assume(asked.decided().outcome != "allow")
    changed = supposed(asked).evidence

    for left_out in changed:
        rest = [one for one in changed if one is not left_out]
        assert in_place(asked, rest).decided().outcome != "allow"


@SEEDED
@given(inquiries())
def test_a_proposal_is_an_interval_around_its_value(asked: Inquiry) -> None:
    assume(asked.decided().outcome != "allow")

    for one in supposed(asked).evidence:
        assert one.low is None or one.low <= one.value
        assert one.high is None or one.value <= one.high


def test_a_strict_threshold_is_passed_by_the_very_next_number() -> None:
    asked = inquiry(
        policy(rule("privacy.linkability", bound="upper", lt=0.6)),
        evidence=[measured("privacy.linkability", 0.5, high=0.7)],
    )

    found = supposed(asked)

    (need,) = found.needs
    assert (need.bound, need.number) == ("high", math.nextafter(0.6, 0.0))
    assert [(one.value, one.high) for one in found.evidence] == [(0.5, math.nextafter(0.6, 0.0))]


def test_a_rule_on_a_bound_moves_the_value_only_as_far_as_it_must() -> None:
    asked = inquiry(
        policy(rule("privacy.linkability", bound="upper", lte=0.4)),
        evidence=[measured("privacy.linkability", 0.5, low=0.3, high=0.7)],
    )

    (one,) = supposed(asked).evidence

    assert (one.low, one.value, one.high) == (0.3, 0.4, 0.4)


def test_what_was_not_measured_is_to_be_measured_as_the_policy_asks() -> None:
    asked = inquiry(policy(rule("privacy.linkability", bound="upper", lte=0.4, minN=300)))

    found = supposed(asked)

    (need,) = found.needs
    assert need.finding.observed is None
    assert need.terms == (
        "on this version",
        "with a holdout where it takes one",
        "on at least 300 records",
        "not older than P30D",
    )
    assert found.outcome == "allow"
    (one,) = found.evidence
    assert (one.n, one.measured_at, one.holdout, one.dataset_digest) == (300, NOW, True, DIGEST)


def test_the_strictest_of_two_policies_decides_what_is_proposed() -> None:
    asked = inquiry(
        policy(rule(gte=0.8), id="one"),
        policy(rule(gte=0.9), id="two"),
        evidence=[measured(value=0.7)],
    )

    found = supposed(asked)

    assert [need.number for need in found.needs] == [0.8, 0.9]
    assert [one.value for one in found.evidence] == [0.9]


def test_rules_that_no_number_meets_together_are_said_to_be_left() -> None:
    asked = inquiry(
        policy(rule(gte=0.8), rule(id="FID-002", lte=0.3)), evidence=[measured(value=0.5)]
    )

    found = supposed(asked)

    assert found.outcome == "deny"
    assert {finding.rule for finding in found.left} == {"FID-001", "FID-002"}


def test_a_rule_that_only_warns_is_not_asked_to_pass() -> None:
    lenient = {**rule(id="FID-002", gte=0.9), "enforcement": "warn"}
    asked = inquiry(policy(rule(gte=0.8), lenient), evidence=[measured(value=0.7)])

    assert [one.value for one in supposed(asked).evidence] == [0.8]


def test_nothing_measured_changes_a_use_that_is_denied() -> None:
    asked = inquiry(
        policy(rule(gte=0.8)),
        evidence=[measured(value=0.9)],
        context=replace(CONTEXT, use="re-identification"),
    )

    found = supposed(asked)

    assert [(need.finding.rule, need.number) for need in found.needs] == [("uses", None)]
    assert found.evidence == ()
    assert found.outcome == "deny"


def test_a_rule_with_nothing_to_range_over_is_not_met_by_a_measurement() -> None:
    asked = replace(
        inquiry(policy(rule("fidelity.shape", forEach="column", gte=0.5))),
        subject=replace(TABLE, kinds={}, columns=()),
    )

    found = supposed(asked)

    assert [need.obstacle for need in found.needs] == ["there is nothing to measure it for"]
    assert found.outcome == "undecided"


@pytest.mark.parametrize(
    ("expression", "evidence", "proposed"),
    [
        ("sdmetrics.quality > 0.9", {"sdmetrics.quality": 0.5}, math.nextafter(0.9, 1.0)),
        ("sdmetrics.quality >= params.least", {"sdmetrics.quality": 0.5}, 0.75),
        ("sdmetrics.quality >= 0.8", {}, 0.8),
        ("!(sdmetrics.quality < -0.5)", {"sdmetrics.quality": -1.0}, -0.5),
    ],
)
def test_an_expression_is_made_true_by_the_nearest_number_it_names(
    expression: str, evidence: dict[str, float], proposed: float
) -> None:
    asked = inquiry(
        policy({"id": "X-001", "expr": expression}, params={"least": 0.75}),
        evidence=[measured(metric, value) for metric, value in evidence.items()],
    )

    found = supposed(asked)

    assert found.outcome == "allow"
    assert [one.value for one in found.evidence] == [proposed]


def test_an_expression_over_two_metrics_brings_one_to_the_other() -> None:
    asked = inquiry(
        policy({"id": "X-001", "expr": "sdmetrics.quality <= sdmetrics.diagnostic"}),
        evidence=[measured(value=0.9), measured("sdmetrics.diagnostic", 0.7)],
    )

    found = supposed(asked)

    assert found.outcome == "allow"
    assert sorted(one.value for one in found.evidence) in ([0.7, 0.7], [0.9, 0.9])


def test_an_expression_that_no_evidence_makes_true_is_left() -> None:
    asked = inquiry(policy({"id": "X-001", "expr": "request.audience == 'public'"}))

    found = supposed(asked)

    assert found.evidence == ()
    assert [finding.rule for finding in found.left] == ["X-001"]


# Contexts


@SEEDED
@given(
    st.lists(st.sets(st.sampled_from(range(4)), min_size=1), min_size=1, max_size=2),
    st.lists(st.sets(st.sampled_from(["research", "teaching", "testing"])), min_size=2, max_size=2),
    st.sampled_from(["research", "teaching", "selling"]),
    st.sampled_from(["internal", "partner", "public"]),
    st.sampled_from([None, "EU", "NO", "DE"]),
)
def test_the_contexts_that_are_proposed_are_allowed_and_none_is_nearer(
    rows: list[set[int]], uses: list[set[str]], use: str, audience: str, place: str | None
) -> None:
    policies = [
        policy(
            rule(gte=0.5),
            id=f"p{number}",
            sharing=_once(sorted(chosen)),
            uses={"allow": sorted(allowed), "deny": ["selling"]},
        )
        for number, (chosen, allowed) in enumerate(zip(rows, uses, strict=False))
    ]
    asked = inquiry(
        *policies, evidence=[measured(value=0.7)], context=Context(use, audience, place)
    )
    assume(asked.decided().outcome != "allow")

    found = alternatives(asked)

    allowed = [one for one in contexts(asked) if asked.under(one).decided().outcome == "allow"]
    assert {one.context for one in found} <= set(allowed)
    assert bool(found) == bool(allowed)
    assert [len(one.changed) for one in found] == sorted(len(one.changed) for one in found)
    if found:
        fewest = min(_distance(asked.context, one) for one in allowed)
        assert len(found[0].changed) == fewest
        near = {one for one in allowed if _distance(asked.context, one) == fewest}
        assert near <= {one.context for one in found}


def _once(rows: list[int]) -> list[dict[str, Any]]:
    """Rows of the example, one an audience."""
    return list({str(SHARING[row]["audience"]): SHARING[row] for row in rows}.values())


def _distance(one: Context, other: Context) -> int:
    return sum(
        getattr(one, name) != getattr(other, name) for name in ("use", "audience", "jurisdiction")
    )


def test_a_partner_who_is_denied_is_told_of_internal_use_in_the_union() -> None:
    asked = inquiry(
        policy(rule(gte=0.5), sharing=[{"audience": "internal", "jurisdictions": ["EU"]}]),
        evidence=[measured(value=0.7)],
        context=Context("research", "partner", "EU"),
    )

    found = alternatives(asked)

    assert [(one.context, one.changed) for one in found] == [
        (Context("research", "internal", "EU"), ("audience",))
    ]


def test_where_the_evidence_fails_no_context_is_proposed() -> None:
    served = [{"audience": "internal"}, {"audience": "partner"}]
    asked = inquiry(policy(rule(gte=0.9), sharing=served), evidence=[measured(value=0.7)])

    assert alternatives(asked) == []


# Waivers

WAIVERS = {"allowed": ["FID-001"], "maxDuration": "P90D", "approver": "privacy-officer"}


def test_a_waiver_that_the_policy_allows_is_proposed_and_would_be_allowed() -> None:
    asked = inquiry(policy(rule(gte=0.9), waivers=WAIVERS), evidence=[measured(value=0.7)])

    found = excuse(asked, asked.decided())

    assert [(one.rule, one.role, one.until) for one in found.waivers] == [
        ("FID-001", "privacy-officer", "2026-08-02")
    ]
    assert found.outcome == "allow"
    assert found.left == ()


def test_a_rule_that_nobody_may_waive_still_stands_beside_the_waivers() -> None:
    asked = inquiry(
        policy(rule(gte=0.9), rule("sdmetrics.diagnostic", "FID-002", gte=0.9), waivers=WAIVERS),
        evidence=[measured(value=0.7), measured("sdmetrics.diagnostic", 0.8)],
    )

    found = excuse(asked, asked.decided())

    assert [one.rule for one in found.waivers] == ["FID-001"]
    assert found.outcome == "deny"
    assert [finding.rule for finding in found.left] == ["FID-002"]


# The trace


CONDITIONS: list[dict[str, Any]] = [
    {"classification": ["personal"]},
    {"classification": ["special-category"]},
    {"audience": ["internal"], "use": ["research"]},
    {"audience": ["partner"], "modality": ["tabular"]},
    {"source": ["loans-real"], "use": ["teaching"]},
]
some = st.lists(st.sampled_from(CONDITIONS), min_size=1, max_size=2)
terms = st.fixed_dictionaries({}, optional={"all": some, "any": some})


@SEEDED
@given(terms, terms, st.sampled_from([None, "special-category"]))
def test_a_policy_has_a_reason_not_to_govern_exactly_where_it_does_not(
    match: dict[str, Any], exclude: dict[str, Any], raised: str | None
) -> None:
    spec = {"match": match} | ({"exclude": exclude} if exclude else {})
    one = policy(rule(gte=0.5), **spec)
    asked = replace(inquiry(one), subject=replace(TABLE, raised=raised))

    governs = bool(matching([one], asked.subject, asked.context))

    assert bool(unmatched(one, asked)) != governs
    (traced,) = trace(asked, asked.decided())
    assert traced.governs == governs
    assert bool(traced.findings) == governs


def test_the_condition_that_failed_is_named() -> None:
    one = policy(match={"all": [{"modality": ["tabular"]}, {"audience": ["partner", "public"]}]})

    assert unmatched(one, inquiry(one)) == [
        "match.all[1]: audience is internal, not partner or public"
    ]


def test_of_conditions_that_may_each_hold_none_is_named_if_one_does() -> None:
    any_of = [{"audience": ["internal"]}, {"use": ["teaching"]}]
    one = policy(match={"any": any_of, "all": [{"modality": ["text"]}]})
    other = policy(exclude={"any": any_of})

    assert unmatched(one, inquiry(one)) == ["match.all[0]: modality is tabular, not text"]
    assert unmatched(other, inquiry(other)) == ["exclude: audience is internal"]


def test_what_a_policy_leaves_out_is_named() -> None:
    one = policy(exclude={"all": [{"classification": ["personal"]}]})

    assert unmatched(one, inquiry(one)) == ["exclude: classification is personal"]


def test_every_combination_of_words_that_the_policies_name_is_looked_at() -> None:
    one = policy(sharing=[{"audience": "internal", "jurisdictions": ["EU", "US"]}])
    places = (None, "EU", "US")

    assert set(contexts(inquiry(one))) == {
        Context(*words)
        for words in product(
            ("research", "re-identification"), ("internal", "partner", "public"), places
        )
    }
