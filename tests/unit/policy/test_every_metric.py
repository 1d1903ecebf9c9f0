"""Every metric of the catalogue can be demanded by a rule, and its bound decides."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from evaluators.catalogue import CATALOGUE, MetricInfo
from registry.policy.engine import decide
from registry.policy.loader import Policy, load_policy
from registry.policy.matching import scopes
from registry.workflow.metrics import known_metrics
from tests.unit.policy.examples import CONTEXT, NOW, SUBJECT, document, measured, rule, source

METRICS = known_metrics()
KINDS = {"age": "numeric", "income": "numeric", "region": "categorical", "note": "identifier"}
WHOLE = replace(
    SUBJECT,
    columns=(*SUBJECT.columns, "note"),
    kinds=KINDS,
    subgroups=("region",),
    constraints=("age <= income",),
)
MEASURED = [info for info in CATALOGUE.values() if info.evaluator]
PRIVACY = [info for info in MEASURED if info.family == "privacy" and info.direction == "lower"]


def demanding(info: MetricInfo, **check: Any) -> Policy:
    ranged = {"forEach": info.scope} if info.scope else {}
    return load_policy(source(document(rule(info.id, **ranged, **check))), "p.yaml", METRICS)


def outcome(policy: Policy, info: MetricInfo, **changes: Any) -> str:
    places = scopes(METRICS[info.id], WHOLE)
    evidence = [
        measured(
            info.id,
            changes.get("value", 0.01),
            *place,
            **{k: v for k, v in changes.items() if k != "value"},
        )
        for place in places
    ]
    assert evidence
    return decide([policy], WHOLE, CONTEXT, evidence, NOW).outcome


@pytest.mark.parametrize("info", PRIVACY, ids=lambda info: info.id)
def test_the_upper_bound_of_every_privacy_metric_decides(info: MetricInfo) -> None:
    policy = demanding(info, bound="upper", lte=0.05)

    assert outcome(policy, info, low=0.0, high=0.04) == "allow"
    high = outcome(policy, info, low=0.0, high=0.06)
    assert high == (
        "deny" if info.sampled else "allow"
    )  # of an exact metric the bound is the value
    assert outcome(policy, info, value=0.06, low=0.06, high=0.06) == "deny"


@pytest.mark.parametrize("info", MEASURED, ids=lambda info: info.id)
def test_a_metric_that_was_not_measurable_decides_nothing(info: MetricInfo) -> None:
    policy = demanding(info, gte=0.0)

    gap = {"value": None, "low": None, "high": None, "status": "not-measurable", "cause": "none"}
    assert outcome(policy, info, **gap) == "undecided"


@pytest.mark.parametrize("info", MEASURED, ids=lambda info: info.id)
def test_a_metric_that_was_not_measured_decides_nothing(info: MetricInfo) -> None:
    policy = demanding(info, gte=0.0)

    assert decide([policy], WHOLE, CONTEXT, [], NOW).outcome == "undecided"


def test_an_excluded_column_is_not_asked_for_its_shape() -> None:
    found = scopes(METRICS["fidelity.shape"], WHOLE)

    assert found == [("age",), ("income",), ("region",)]


def test_a_column_of_unknown_type_is_asked_for() -> None:
    unknown = replace(WHOLE, kinds={})

    assert ("note",) in scopes(METRICS["fidelity.shape"], unknown)
