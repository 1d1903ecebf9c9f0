"""What policies decide."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from registry.policy.engine import Decision, Finding, PolicyRef, decide
from registry.policy.facts import Context, Evidence
from registry.policy.loader import Policy
from tests.unit.policy.examples import (
    CONTEXT,
    NOW,
    SUBJECT,
    claimed,
    measured,
    policy,
    rule,
)


def decision(
    *evidence: Evidence, by: Policy | None = None, context: Context = CONTEXT, **subject: Any
) -> Decision:
    return decide([by or policy()], replace(SUBJECT, **subject), context, evidence, NOW)


def finding(found: Decision, rule_id: str, scope: tuple[str, ...] = ()) -> Finding:
    (one,) = (one for one in found.findings if (one.rule, one.scope) == (rule_id, scope))
    return one


def test_evidence_that_meets_every_rule_allows() -> None:
    found = decision(measured(value=0.95))

    assert found.outcome == "allow"
    assert {one.outcome for one in found.findings} == {"pass"}


def test_evidence_that_fails_a_rule_denies_and_says_by_how_much() -> None:
    found = decision(measured(value=0.81))

    failed = finding(found, "FID-001")
    assert found.outcome == "deny"
    assert failed.outcome == "fail"
    assert failed.observed == 0.81
    assert failed.expected == "at least 0.9"
    assert failed.margin == pytest.approx(-0.09)
    assert failed.evidence_id == measured().id
    assert failed.line == 1
    assert failed.policy == found.policies[0]


def test_evidence_that_is_absent_leaves_it_undecided() -> None:
    found = decision()

    assert found.outcome == "undecided"
    assert finding(found, "FID-001").outcome == "missing"
    assert "was not measured" in finding(found, "FID-001").message


@pytest.mark.parametrize(
    ("comparison", "at_threshold"),
    [("lt", "fail"), ("lte", "pass"), ("gt", "fail"), ("gte", "pass")],
)
def test_the_threshold_itself_passes_only_where_the_rule_says_so(
    comparison: str, at_threshold: str
) -> None:
    by = policy(rule(**{comparison: 0.5}))
    better = 1e-12 if comparison in ("gt", "gte") else -1e-12

    def outcome(value: float) -> str:
        return finding(decision(measured(value=value), by=by), "FID-001").outcome

    assert outcome(0.5) == at_threshold
    assert outcome(0.5 + better) == "pass"
    assert outcome(0.5 - better) == "fail"


def test_no_policy_at_all_denies() -> None:
    found = decide([], SUBJECT, CONTEXT, [measured()], NOW)

    assert found.outcome == "deny"
    assert finding(found, "registry.policy-matches").outcome == "fail"
    assert (found.policies, found.quorum, found.valid_for_days) == ((), {}, None)


@pytest.mark.parametrize(
    "condition", [{"classification": ["public"]}, {"modality": ["text"]}, {"audience": ["partner"]}]
)
def test_no_policy_that_matches_denies(condition: dict[str, list[str]]) -> None:
    other = policy(match={"all": [{"modality": ["tabular"]}, condition]})

    assert decision(measured(), by=other).outcome == "deny"
    assert decision(measured(), by=other).policies == ()


def test_a_policy_governs_what_meets_all_its_conditions() -> None:
    condition = {"classification": ["public", "personal"], "audience": ["internal"]}

    found = decision(measured(), by=policy(match={"all": [condition, {"modality": ["tabular"]}]}))

    assert found.outcome == "allow"


def test_a_policy_leaves_alone_what_meets_all_its_exclusions() -> None:
    both = {"all": [{"classification": ["personal"]}, {"audience": ["internal"]}]}
    one = {"all": [{"classification": ["personal"]}, {"audience": ["public"]}]}

    assert decision(measured(), by=policy(exclude=both)).policies == ()
    assert decision(measured(), by=policy(exclude=one)).outcome == "allow"


def test_deny_wins_and_undecided_beats_allow() -> None:
    allows = policy(id="allows")
    denies = policy(rule(gte=0.99), id="denies")
    waits = policy(rule("sdmetrics.diagnostic", gte=0.9), id="waits")
    facts = [measured(value=0.95)]

    def outcome(*policies: Policy) -> str:
        return decide(policies, SUBJECT, CONTEXT, facts, NOW).outcome

    assert outcome(allows) == "allow"
    assert outcome(allows, waits) == "undecided"
    assert outcome(allows, waits, denies) == "deny"


def test_an_unconfirmed_source_leaves_it_undecided() -> None:
    found = decision(measured(), source_confirmed=False)

    assert found.outcome == "undecided"
    assert finding(found, "registry.source-confirmed").outcome == "missing"


@pytest.mark.parametrize("use", ["re-identification", "publication", "", "Research"])
def test_a_use_that_is_denied_or_not_allowed_denies(use: str) -> None:
    found = decision(measured(), context=replace(CONTEXT, use=use))

    assert found.outcome == "deny"
    assert finding(found, "uses").outcome == "fail"


def test_a_use_in_both_lists_is_denied() -> None:
    """The loader refuses such a policy; the engine does not rely on it."""
    by = policy()
    uses = by.document.spec.uses.model_copy(update={"deny": ("research",)})
    spec = by.document.spec.model_copy(update={"uses": uses})
    by = replace(by, document=by.document.model_copy(update={"spec": spec}))

    assert decision(measured(), by=by).outcome == "deny"


@pytest.mark.parametrize("audience", ["partner", "public", "Acme Ltd"])
def test_an_audience_without_terms_or_with_a_denial_denies(audience: str) -> None:
    by = policy(sharing=[{"audience": "internal"}, {"audience": "public", "effect": "deny"}])

    found = decision(measured(), by=by, context=replace(CONTEXT, audience=audience))

    assert found.outcome == "deny"
    assert finding(found, "sharing").outcome == "fail"


@pytest.mark.parametrize(
    ("jurisdiction", "outcome"),
    [
        ("DE", "allow"),
        ("NO", "allow"),
        ("EU", "allow"),
        ("CH", "deny"),
        ("EEA", "deny"),
        (None, "undecided"),
        ("", "undecided"),
    ],
)
def test_the_place_must_lie_within_those_permitted(jurisdiction: str | None, outcome: str) -> None:
    by = policy(sharing=[{"audience": "internal", "jurisdictions": ["EU", "NO"]}])

    found = decision(measured(), by=by, context=replace(CONTEXT, jurisdiction=jurisdiction))

    assert found.outcome == outcome


def test_a_missing_place_is_no_missing_evidence() -> None:
    by = policy(
        sharing=[{"audience": "internal", "jurisdictions": ["EU"]}], onMissingEvidence="deny"
    )

    assert decision(measured(), by=by).outcome == "undecided"


UNUSABLE = {
    "not a number": measured(value=math.nan),
    "infinite": measured(value=math.inf),
    "no value": measured(value=None),
    "not measurable": measured(status="not-measurable", cause="constant column"),
    "of an unknown status": measured(status="ok"),
    "of another version": measured(dataset_digest="sha256:" + "b" * 64),
    "without a holdout": measured(holdout=False),
    "stale": measured(measured_at=NOW - timedelta(days=30, seconds=1)),
    "of unknown age": measured(measured_at=None),
    "of a naive time": measured(measured_at=datetime(2026, 5, 4, 11)),
    "from the future": measured(measured_at=NOW + timedelta(seconds=1)),
    "of another scope": measured("sdmetrics.quality", 0.95, "age"),
    "of another metric": measured("sdmetrics.diagnostic", 0.95),
}


@pytest.mark.parametrize("unusable", UNUSABLE.values(), ids=UNUSABLE.keys())
@pytest.mark.parametrize("check", [{"gte": -1e9}, {"lte": 1e9}], ids=["gte", "lte"])
def test_unusable_evidence_never_passes(unusable: Evidence, check: dict[str, float]) -> None:
    lenient = policy(rule(**check))
    strict = policy(rule(**check), onMissingEvidence="deny")

    assert decision(unusable, by=lenient).outcome == "undecided"
    assert decision(unusable, by=strict).outcome == "deny"
    assert finding(decision(unusable, by=strict), "FID-001").observed is None


def test_a_rule_overrides_what_its_policy_does_about_missing_evidence() -> None:
    denies = policy(rule(gte=0.9, onMissingEvidence="deny"))
    waits = policy(rule(gte=0.9, onMissingEvidence="undecided"), onMissingEvidence="deny")

    assert decision(by=denies).outcome == "deny"
    assert decision(by=waits).outcome == "undecided"


def test_evidence_of_the_greatest_age_counts() -> None:
    assert decision(measured(measured_at=NOW - timedelta(days=30))).outcome == "allow"


def test_evidence_without_a_holdout_counts_where_none_is_required_or_none_applies() -> None:
    optional = policy(evidence={"holdout": "optional"})

    assert decision(measured(holdout=False), by=optional).outcome == "allow"
    assert decision(measured(holdout=None)).outcome == "allow"


def test_without_a_greatest_age_old_evidence_counts() -> None:
    ancient = measured(measured_at=NOW - timedelta(days=4000))

    assert decision(ancient, by=policy(evidence={"holdout": "required"})).outcome == "allow"


@pytest.mark.parametrize(
    ("n", "outcome"), [(1000, "allow"), (999, "undecided"), (None, "undecided")]
)
def test_a_minimum_n_must_be_reached(n: int | None, outcome: str) -> None:
    by = policy(rule(gte=0.9, minN=1000))

    assert decision(measured(n=n), by=by).outcome == outcome


@pytest.mark.parametrize(
    ("bound", "comparison", "low", "high", "outcome"),
    [
        ("lower", "gte", 0.51, 0.99, "allow"),
        ("lower", "gte", 0.49, 0.99, "deny"),
        ("upper", "lte", 0.01, 0.49, "allow"),
        ("upper", "lte", 0.01, 0.51, "deny"),
        ("upper", "lte", 0.01, None, "undecided"),
        ("upper", "lte", 0.01, math.nan, "undecided"),
        ("upper", "lte", 0.01, -math.inf, "undecided"),
        ("lower", "gte", math.inf, 0.99, "undecided"),
    ],
)
def test_a_bound_of_the_interval_is_compared_in_place_of_the_value(
    bound: str, comparison: str, low: float, high: float | None, outcome: str
) -> None:
    by = policy(rule("privacy.linkability", bound=bound, **{comparison: 0.5}))

    found = decision(measured("privacy.linkability", 0.5, low=low, high=high), by=by)

    assert found.outcome == outcome


def test_a_bound_around_no_number_bounds_nothing() -> None:
    by = policy(rule("privacy.linkability", bound="upper", lte=0.5))

    found = decision(measured("privacy.linkability", math.nan, low=0.1, high=0.2), by=by)

    assert found.outcome == "undecided"


def test_of_an_exact_metric_the_bound_is_the_value() -> None:
    by = policy(rule(bound="lower", gte=0.9))

    assert decision(measured(value=0.9, low=None, high=None), by=by).outcome == "allow"
    assert decision(measured(value=0.8, low=0.95, high=1.0), by=by).outcome == "deny"


def test_a_claim_has_no_age_and_needs_no_holdout() -> None:
    by = policy(rule("dp.epsilon", bound="upper", lte=3))

    assert decision(claimed("dp.epsilon", 3), by=by).outcome == "allow"
    assert decision(claimed("dp.epsilon", 3.1), by=by).outcome == "deny"
    assert decision(claimed("dp.epsilon", math.inf), by=by).outcome == "undecided"


def test_a_rule_for_each_column_ranges_over_the_schema_and_not_the_measurements() -> None:
    by = policy(rule("fidelity.shape", forEach="column", gte=0.9))
    shapes = [measured("fidelity.shape", 0.95, column) for column in ("age", "income")]

    found = decision(*shapes, measured("fidelity.shape", 0.1, "elsewhere"), by=by)

    assert found.outcome == "undecided"
    assert finding(found, "FID-001", ("region",)).outcome == "missing"
    assert [one.scope for one in found.findings if one.rule == "FID-001"] == [
        ("age",),
        ("income",),
        ("region",),
    ]


def test_a_rule_for_each_secret_takes_every_column_as_one() -> None:
    by = policy(rule("privacy.inference", forEach="secret", bound="upper", lte=0.1))
    risks = [measured("privacy.inference", 0.05, column) for column in SUBJECT.columns]

    assert decision(*risks, by=by).outcome == "allow"
    assert decision(*risks[1:], by=by).outcome == "undecided"


def test_a_rule_for_each_pair_takes_all_pairs_in_the_order_of_the_schema() -> None:
    by = policy(rule("fidelity.trend", forEach="pair", gte=0.9))
    pairs = [("age", "income"), ("age", "region"), ("income", "region")]
    trends = [measured("fidelity.trend", 0.95, *pair) for pair in pairs]

    found = decision(*trends, by=by)

    assert found.outcome == "allow"
    assert [one.scope for one in found.findings if one.rule == "FID-001"] == pairs
    assert decision(*trends[:2], by=by).outcome == "undecided"
    reversed_pair = measured("fidelity.trend", 0.95, "region", "income")
    assert decision(*trends[:2], reversed_pair, by=by).outcome == "undecided"


@pytest.mark.parametrize(
    ("metric", "each", "columns"),
    [("fidelity.shape", "column", ()), ("fidelity.trend", "pair", ("age",))],
)
def test_a_rule_with_nothing_to_range_over_is_no_pass(
    metric: str, each: str, columns: tuple[str, ...]
) -> None:
    by = policy(rule(metric, forEach=each, gte=0.9))

    found = decision(by=by, columns=columns)

    assert found.outcome == "undecided"
    assert "nothing to range over" in finding(found, "FID-001").message


def test_of_several_measurements_the_worst_counts() -> None:
    better = measured(value=0.99, id="sha256:1")
    worse = measured(value=0.91, id="sha256:2")
    failing = measured(value=0.5, id="sha256:3")

    assert finding(decision(better, worse), "FID-001").evidence_id == "sha256:2"
    assert decision(better, worse).outcome == "allow"
    assert decision(better, failing, worse).outcome == "deny"


def test_a_not_measurable_run_beside_a_passing_one_leaves_it_undecided() -> None:
    passing = measured(value=0.99, id="sha256:1")
    crashed = measured(status="not-measurable", value=None, cause="timed out", id="sha256:2")
    failing = measured(value=0.5, id="sha256:3")

    assert decision(passing, crashed).outcome == "undecided"
    assert "timed out" in finding(decision(passing, crashed), "FID-001").message
    assert decision(passing, crashed, failing).outcome == "deny"


@pytest.mark.parametrize(
    "pair",
    [
        [measured(value=0.95, id="sha256:1"), measured(value=0.95, id="sha256:2")],
        [measured(value=0.5, id="sha256:1"), measured(value=0.6, id="sha256:1")],
        [measured(status="no", id="sha256:1"), measured(status="no", id="sha256:2")],
        [measured(status="no", cause="x"), measured(status="no", cause="y")],
        [measured(holdout=False, id="sha256:1"), measured(measured_at=None, id="sha256:2")],
        [measured(holdout=False), measured(measured_at=None)],
    ],
)
def test_measurements_that_tie_decide_alike_in_any_order(pair: list[Evidence]) -> None:
    assert decision(*pair) == decision(*reversed(pair))


@pytest.mark.parametrize(
    "change",
    [
        {"dataset_digest": "sha256:" + "b" * 64},
        {"measured_at": NOW - timedelta(days=31)},
        {"holdout": False},
    ],
)
def test_evidence_that_does_not_count_does_not_stand_in_the_way(change: dict[str, Any]) -> None:
    aside = replace(measured(value=0.1, id="sha256:1"), **change)

    assert decision(aside, measured(value=0.95)).outcome == "allow"


@pytest.mark.parametrize(
    ("review_by", "outcome"), [("2026-05-04", "allow"), ("2026-05-03", "undecided")]
)
def test_a_policy_past_its_review_does_not_allow(review_by: str, outcome: str) -> None:
    by = policy()
    metadata = by.document.metadata.model_copy(update={"review_by": review_by})
    by = replace(by, document=by.document.model_copy(update={"metadata": metadata}))

    assert decision(measured(), by=by).outcome == outcome


def test_of_all_terms_the_strictest_hold() -> None:
    first = policy(
        id="first",
        sharing=[{"audience": "internal", "agreement": "DUA-2", "expiresAfter": "P90D"}],
        approvals={
            "quorum": [{"role": "steward", "min": 2}],
            "separation": ["author"],
            "validFor": "P60D",
        },
    )
    second = policy(
        id="second",
        sharing=[
            {"audience": "internal", "agreement": "DUA-1", "expiresAfter": "P365D"},
            {"audience": "partner", "agreement": "DUA-9", "expiresAfter": "P1D"},
        ],
        approvals={
            "quorum": [{"role": "steward", "min": 1}, {"role": "privacy-officer", "min": 1}],
            "separation": ["evaluator"],
            "validFor": "P180D",
        },
    )

    found = decide([second, first], SUBJECT, CONTEXT, [measured()], NOW)

    assert found.quorum == {"privacy-officer": 1, "steward": 2}
    assert found.separation == {"author", "evaluator"}
    assert (found.valid_for_days, found.expires_after_days) == (60, 90)
    assert found.agreements == ("DUA-1", "DUA-2")
    assert found.policies == (
        PolicyRef("first", "1.0.0", first.digest),
        PolicyRef("second", "1.0.0", second.digest),
    )


def test_the_same_policy_twice_is_one() -> None:
    twice = decide([policy(), policy()], SUBJECT, CONTEXT, [measured()], NOW)

    assert twice == decision(measured())


def test_a_second_signer_gets_the_same_digest_a_day_later() -> None:
    today = decision(measured())
    tomorrow = decide([policy()], SUBJECT, CONTEXT, [measured()], NOW + timedelta(days=1))

    assert tomorrow.digest == today.digest
    assert today.digest.startswith("sha256:")
    assert len(today.digest) == 71


def test_the_digest_changes_when_evidence_goes_stale_and_with_it_the_outcome() -> None:
    later = decide([policy()], SUBJECT, CONTEXT, [measured()], NOW + timedelta(days=60))

    assert later.outcome == "undecided"
    assert later.digest != decision(measured()).digest


def test_the_digest_changes_with_everything_that_was_decided_on() -> None:
    base = decision(measured())
    others = [
        decision(measured(), rows=999),
        decision(measured(), classification="public"),
        decision(measured(), context=replace(CONTEXT, jurisdiction="DE")),
        decision(measured(), by=policy(rule(gte=0.91))),
        decision(measured(id="sha256:other")),
        decision(measured(value=0.96)),
    ]

    assert len({base.digest, *(other.digest for other in others)}) == 7


def test_the_digest_leaves_out_evidence_that_no_rule_reads() -> None:
    base = decision(measured())

    unread = measured("privacy.linkability", 0.1, id="sha256:unread")
    foreign = measured(dataset_digest="sha256:" + "b" * 64, id="sha256:foreign")

    assert decision(measured(), unread, foreign).digest == base.digest


def test_a_time_without_an_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="offset"):
        decide([policy()], SUBJECT, CONTEXT, [measured()], NOW.replace(tzinfo=None))
