"""A band says how a result stands to its threshold, and never by what figure."""

from __future__ import annotations

from typing import Any

import pytest

from registry.policy.engine import Finding, PolicyRef
from registry.policy.rules import Check
from registry.reports.bands import Band, band, banded

POLICY = PolicyRef("house", "1.0.0", "sha256:" + "c" * 64)


def check(**threshold: float) -> Check:
    return Check.model_validate({"metric": "privacy.linkability", **threshold})


def finding(observed: float | None, asked: Check, **changes: Any) -> Finding:
    """What the engine finds of a figure under a rule."""
    limit, upward = asked.threshold, asked.upward
    margin = None if observed is None else (observed - limit) * (1 if upward else -1)
    facts: dict[str, Any] = {
        "rule": "R-1",
        "title": "A rule",
        "policy": POLICY,
        "origin": None,
        "line": 1,
        "verdict": "missing" if margin is None else "pass" if margin >= 0 else "fail",
        "level": "enforce",
        "severity": "high",
        "scope": (),
        "observed": observed,
        "expected": "as asked",
        "margin": margin,
        "evidence_id": None,
        "said": "",
    }
    facts |= changes
    return Finding(**{"outcome": facts["verdict"], **facts})


@pytest.mark.parametrize(
    ("threshold", "observed", "expected"),
    [
        ({"lte": 0.33}, 0.0, "meets with room"),
        ({"lte": 0.33}, 0.165, "meets with room"),
        ({"lte": 0.33}, 0.166, "meets"),
        ({"lte": 0.33}, 0.33, "meets"),
        ({"lte": 0.33}, 0.331, "does not meet"),
        ({"gte": 0.7}, 0.69, "does not meet"),
        ({"gte": 0.7}, 0.84, "meets"),
        ({"gte": 0.7}, 0.86, "meets with room"),
        ({"gte": 5.0}, 9.0, "meets"),
        ({"gte": 5.0}, 10.0, "meets with room"),
        ({"lte": 0.0}, 0.0, "meets"),
        ({"lte": 0.33}, None, "not evaluated"),
    ],
)
def test_half_of_what_the_threshold_leaves_is_room(
    threshold: dict[str, float], observed: float | None, expected: Band
) -> None:
    rule = check(**threshold)

    assert band(finding(observed, rule), rule) == expected


@pytest.mark.parametrize("verdict", ["missing", "error", "fail"])
def test_what_has_no_figure_was_not_evaluated_even_where_the_policy_denies_it(
    verdict: str,
) -> None:
    rule = check(lte=0.33)

    assert band(finding(None, rule, verdict=verdict), rule) == "not evaluated"


def test_a_rule_that_reads_no_metric_never_has_room() -> None:
    assert band(finding(0.0, check(lte=9.0)), None) == "meets"


def test_rules_set_close_together_on_one_metric_do_not_fence_its_figure_in() -> None:
    rules = {f"R-{at}": check(lte=at / 100) for at in range(1, 100)}
    checks = {(POLICY.digest, name): one for name, one in rules.items()}

    def told(observed: float) -> set[str]:
        found = [finding(observed, one, rule=name) for name, one in rules.items()]
        return {one.band for one in banded(found, checks, {})}

    assert told(0.42) == told(0.43) == told(0.9) == {"does not meet"}
    assert len(banded([], checks, {})) == 0


def test_a_metric_has_the_band_of_its_least_scope_and_no_figure_unless_disclosed() -> None:
    rule = check(lte=0.33)
    checks = {(POLICY.digest, "R-1"): rule}
    found = [finding(value, rule, scope=(name,)) for name, value in (("a", 0.01), ("b", 0.31))]

    (hidden,) = banded(found, checks, {"privacy.linkability": "Linkability risk"})
    (shown,) = banded(found, checks, {}, disclosed=True)

    assert (hidden.name, hidden.band, hidden.places) == ("Linkability risk", "meets", 2)
    assert hidden.figure is None
    assert shown.figure == "0.31, as asked"


def test_what_is_waived_keeps_the_band_of_what_was_found() -> None:
    rule = check(lte=0.33)
    one = finding(0.5, rule, outcome="waived", waiver="W-3")

    (found,) = banded([one], {(POLICY.digest, "R-1"): rule}, {})

    assert (found.band, found.waived) == ("does not meet", ("W-3",))
