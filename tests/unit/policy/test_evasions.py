"""Ways to a release without its evidence, each of which is closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from registry.errors import InvalidInput
from registry.policy.comparing.changes import difference
from registry.policy.comparing.versions import precedence
from registry.policy.decision import Decision
from registry.policy.engine import decide
from registry.policy.extension import resolved
from registry.policy.facts import Evidence, Subject, Waiver
from registry.policy.loader import Policy, load_policy
from tests.unit.policy.examples import (
    CONTEXT,
    DIGEST,
    METRICS,
    NOW,
    SUBJECT,
    document,
    measured,
    policy,
    rule,
    source,
)

LINKABILITY = "privacy.linkability"


def expression(text: str, **spec: Any) -> Policy:
    return policy({"id": "X-001", "expr": text}, **spec)


def asked(one: Policy, *evidence: Evidence, subject: Subject = SUBJECT) -> Decision:
    return decide([one], subject, CONTEXT, evidence, NOW)


@pytest.mark.parametrize(
    "text",
    [
        "// the attacker's gain\nprivacy.linkability < 0.1 || request.audience == 'internal'",
        "privacy // of whom?\n  .linkability < 0.1 || true",
        '// """\nprivacy.linkability < 0.1 || request.use == \'x\' || true // """',
        "request.use == r'\\d' || privacy.linkability < 0.1 || request.audience == 'internal'",
        "request.use == r'''it's''' || privacy.linkability < 0.1 || true",
        "request.use == 'a//b' || privacy.linkability < 0.1 || true",
    ],
)
def test_a_metric_is_found_beside_comments_and_quotes(text: str) -> None:
    one = expression(text)

    assert one.expressions["X-001"].metrics == (LINKABILITY,)
    assert asked(one).outcome == "undecided"
    assert asked(one, measured(LINKABILITY, 0.05)).outcome == "allow"


def test_a_name_that_hides_from_the_reader_does_not_load() -> None:
    with pytest.raises(InvalidInput, match=r"privacy\.linkability is not written plainly"):
        expression("privacy.`linkability` < 0.1 || true")


@pytest.mark.parametrize("order", [1, -1])
def test_measuring_until_an_expression_fits_gains_nothing(order: int) -> None:
    figures = [measured(LINKABILITY, 0.5, id="a"), measured(LINKABILITY, 0.05, id="b")][::order]

    assert asked(expression("privacy.linkability < 0.1"), *figures).outcome == "deny"
    assert asked(expression("privacy.linkability > 0.1"), *figures).outcome == "deny"
    assert asked(expression("privacy.linkability < 0.6"), *figures).outcome == "allow"


def test_a_figure_that_could_not_be_measured_leaves_an_expression_open() -> None:
    gap = measured(LINKABILITY, None, id="a", status="not-measurable", cause="too few")
    figures = (gap, measured(LINKABILITY, 0.5, id="b"))

    assert asked(expression("privacy.linkability < 0.6"), *figures).outcome == "undecided"
    assert asked(expression("privacy.linkability < 0.1"), *figures).outcome == "deny"


def test_more_measurements_than_can_be_tried_deny() -> None:
    both = [
        measured(metric, number / 1000, id=f"{metric}{number}")
        for metric in (LINKABILITY, "sdmetrics.quality")
        for number in range(101)
    ]
    one = expression("privacy.linkability + sdmetrics.quality >= 0.0")

    (found,) = (each for each in asked(one, *both).findings if each.rule == "X-001")

    assert (found.outcome, "more than 10000" in found.message) == ("error", True)


def test_a_card_that_raises_the_classification_shakes_off_no_expression() -> None:
    one = expression("source.classification != 'personal' || privacy.linkability < 0.1")
    raised = replace(SUBJECT, raised="special-category")

    assert asked(one, measured(LINKABILITY, 0.5), subject=raised).outcome == "deny"


@pytest.mark.parametrize(
    ("columns", "text"),
    [
        (("a\udc80",), "dataset.columns.exists(c, c == 'x') || true"),
        (
            tuple(map(str, range(300))),
            "dataset.columns.all(a, dataset.columns.all(b, a != b || true))",
        ),
    ],
)
def test_an_expression_that_breaks_the_engine_denies(columns: tuple[str, ...], text: str) -> None:
    found = asked(expression(text), subject=replace(SUBJECT, columns=columns))

    assert (found.outcome, found.findings[-1].outcome) == ("deny", "error")


@pytest.mark.parametrize(
    ("check", "value", "low", "high"),
    [
        ({"lt": 0.5, "bound": "upper"}, 0.6, 0.1, 0.2),
        ({"gt": 0.5, "bound": "lower"}, 0.4, 0.6, 0.9),
    ],
)
def test_an_interval_beside_its_estimate_is_no_better_than_the_estimate(
    check: dict[str, Any], value: float, low: float, high: float
) -> None:
    figure = measured(LINKABILITY, value, low=low, high=high)

    assert asked(policy(rule(LINKABILITY, "A-1", **check)), figure).outcome == "deny"


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        (
            "params.x / params.y < params.z",
            {"x": 1, "y": 2, "z": 1},
            {"x": 1.0, "y": 2.0, "z": 1.0},
        ),
        ("params.x.contains(request.use)", {"x": "audit"}, {"x": "audit research"}),
        ("params.x // the limit's name\n == request.use", {"x": "audit"}, {"x": "research"}),
    ],
)
def test_other_parameters_of_an_expression_take_a_major_version(
    text: str, old: dict[str, Any], new: dict[str, Any]
) -> None:
    before, after = (expression(text, params=params) for params in (old, new))

    assert difference(before, after).bump == "major"


def waiver(version: str, **changes: Any) -> Waiver:
    day = (NOW.date() + timedelta(days=1)).isoformat()
    facts = {"policy_version": version, "granted_at": NOW - timedelta(days=1), "until": day}
    fixed = {
        "id": "W-1",
        "policy_id": "example",
        "rule": "FID-001",
        "dataset_digest": DIGEST,
        "role": "privacy-officer",
        "approver": "someone",
    }
    return Waiver(**{**fixed, **facts, **changes})


def excused(one: Policy, given: Waiver) -> str:
    return decide([one], SUBJECT, CONTEXT, [measured(value=0.1)], NOW, [given]).outcome


@pytest.mark.parametrize(
    ("version", "outcome"),
    [("1.0.0", "allow"), ("1.7.2", "allow"), ("2.0.0", "deny"), ("0.9.0", "deny"), ("x", "deny")],
)
def test_a_waiver_excuses_what_its_signer_read(version: str, outcome: str) -> None:
    """Under the same id another major version may demand another thing."""
    terms = {"allowed": ["FID-001"], "maxDuration": "P30D", "approver": "privacy-officer"}

    assert excused(policy(waivers=terms), waiver(version)) == outcome


@pytest.mark.parametrize("until", ["2026-05-30T00:00:00+00:00", "2026-5-30", "9999-99-99", ""])
def test_an_end_that_is_no_day_excuses_nothing(until: str) -> None:
    terms = {"allowed": ["FID-001"], "maxDuration": "P30D", "approver": "privacy-officer"}

    assert excused(policy(waivers=terms), waiver("1.0.0", until=until)) == "deny"


def extending(base_due: str) -> Policy:
    content = document(id="base")
    content["metadata"]["reviewBy"] = base_due
    child = document(id="child", extends=[{"id": "base", "version": "^1"}])
    base, one = (load_policy(source(text), "policy.yaml", METRICS) for text in (content, child))
    return resolved([one], [base])[0]


@pytest.mark.parametrize(("due", "outcome"), [("2026-05-04", "allow"), ("2026-05-03", "undecided")])
def test_the_review_of_a_base_is_awaited_by_who_extends_it(due: str, outcome: str) -> None:
    found = asked(extending(due), measured())

    assert found.outcome == outcome
    overdue = [one.scope for one in found.findings if one.rule == "review"]
    assert overdue == ([("base",)] if outcome == "undecided" else [])


@pytest.mark.parametrize(
    ("old", "new", "bump"),
    [
        ("2026-12-31", None, "major"),
        (None, "2026-12-31", "minor"),
        ("2026-12-31", "2026-06-30", "minor"),
        ("2026-12-31", "2027-12-31", "patch"),
    ],
)
def test_only_to_drop_the_review_takes_a_major_version(
    old: str | None, new: str | None, bump: str
) -> None:
    def dated(day: str | None) -> Policy:
        content = document()
        if day:
            content["metadata"]["reviewBy"] = day
        return load_policy(source(content), "policy.yaml", METRICS)

    assert difference(dated(old), dated(new)).bump == bump


def test_versions_before_a_release_rise_by_number() -> None:
    rising = ["1.0.0-1", "1.0.0-9", "1.0.0-10", "1.0.0-alpha", "1.0.0-alpha.2", "1.0.0-alpha.10"]

    assert sorted([*rising, "1.0.0"], key=precedence) == [*rising, "1.0.0"]


def two_bases(first: float, second: float) -> tuple[Policy, list[Policy]]:
    contents = [
        document(rule(gte=first), id="a"),
        document(rule(gte=second), id="b"),
        document(id="c", extends=[{"id": name, "version": "^1"} for name in ("a", "b")]),
    ]
    del contents[2]["spec"]["rules"]
    *bases, child = (load_policy(source(one), "policy.yaml", METRICS) for one in contents)
    return child, bases


def test_of_two_bases_with_one_rule_the_tighter_holds_or_nothing_does() -> None:
    child, bases = two_bases(0.9, 0.5)
    assert asked(resolved([child], bases)[0], measured(value=0.7)).outcome == "deny"

    child, bases = two_bases(0.5, 0.9)
    with pytest.raises(InvalidInput, match="loosens b"):
        resolved([child], bases)
