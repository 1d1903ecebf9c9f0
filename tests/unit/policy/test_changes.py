"""What a changed policy is said to tighten and loosen, and what a policy may make of its base."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import permutations, product
from typing import Any

import pytest
from hypothesis import assume, find, given, settings
from hypothesis import strategies as st

from registry.errors import InvalidInput
from registry.policy.answers.demanded import raised, revision
from registry.policy.comparing.changes import difference
from registry.policy.comparing.shift import Change
from registry.policy.comparing.versions import bump
from registry.policy.engine import decide
from registry.policy.extension import resolved
from registry.policy.facts import Context, Evidence
from registry.policy.loader import Policy, load_policy
from tests.unit.policy.examples import (
    METRICS,
    NOW,
    SUBJECT,
    document,
    measured,
    rule,
    source,
)

Document = dict[str, Any]
MISSING: Any = object()
UNCHANGED: Any = object()

QUALITY = rule(gte=0.8, minN=100, maxAge="P30D")
LINKING = rule("privacy.linkability", "PRV-001", bound="upper", lte=0.2)
WAIVERS = {"allowed": ["PRV-001"], "maxDuration": "P30D", "approver": "privacy-officer"}
PARTNER = {
    "audience": "partner",
    "jurisdictions": ["EU"],
    "agreement": "DUA",
    "expiresAfter": "P90D",
}
EXPRESSION = {"id": "X-001", "expr": "sdmetrics.quality >= params.least"}


def base_document() -> Document:
    """A policy that says a little of everything."""
    return document(
        QUALITY,
        LINKING,
        EXPRESSION,
        params={"least": 0.75},
        enforcement={"default": "warn", "ramp": [{"from": "2026-06-01", "level": "enforce"}]},
        sharing=[{"audience": "internal"}, PARTNER],
        approvals={
            "quorum": [{"role": "steward", "min": 2}],
            "separation": ["author", "evaluator"],
            "validFor": "P180D",
            "authorWindow": "P30D",
        },
        waivers=WAIVERS,
    )


def loaded(content: Document) -> Policy:
    return load_policy(source(content), "example.yaml", METRICS)


def edited(content: Document, path: str, value: Any) -> Document:
    """A copy with ``value`` at a dotted path; without what is there for MISSING."""
    changed = copy.deepcopy(content)
    inner: Any = changed
    if value is UNCHANGED:
        return changed
    *way, last = (int(part) if part.isdigit() else part for part in path.split("."))
    for part in way:
        inner = inner[part]
    if value is MISSING:
        del inner[last]
    else:
        inner[last] = value
    return changed


def changed(path: str, old: Any, new: Any) -> tuple[Change, ...]:
    """The changes from ``old`` to ``new`` at one place."""
    before, after = (loaded(edited(base_document(), path, value)) for value in (old, new))
    return difference(before, after).changes


CHECK = "spec.rules.0.check"
PLACES: list[tuple[str, str, Any, Any]] = [
    # where it is said, the path in the file, the looser value, the tighter one
    ("enforcement", "spec.enforcement.default", "audit", "warn"),
    ("enforcement", "spec.enforcement.ramp.0.from", "2026-07-01", "2026-06-01"),
    ("onMissingEvidence", "spec.onMissingEvidence", "undecided", "deny"),
    ("uses.allow", "spec.uses.allow", ["research", "teaching"], ["research"]),
    ("sharing", "spec.sharing", [{"audience": "internal"}, PARTNER], [{"audience": "internal"}]),
    ("sharing.partner.jurisdictions", "spec.sharing.1.jurisdictions", ["EEA"], ["EU"]),
    ("sharing.partner.jurisdictions", "spec.sharing.1.jurisdictions", MISSING, ["EU"]),
    ("sharing.partner.agreement", "spec.sharing.1.agreement", MISSING, "DUA"),
    ("sharing.partner.expiresAfter", "spec.sharing.1.expiresAfter", "P90D", "P30D"),
    ("sharing.partner.expiresAfter", "spec.sharing.1.expiresAfter", MISSING, "P90D"),
    ("evidence.maxAge", "spec.evidence.maxAge", MISSING, "P30D"),
    ("evidence.holdout", "spec.evidence.holdout", "optional", "required"),
    ("rules", "spec.rules", [QUALITY, LINKING], [QUALITY, LINKING, EXPRESSION]),
    ("rules.FID-001.check.gte", f"{CHECK}.gte", 0.8, 0.9),
    ("rules.PRV-001.check.lte", "spec.rules.1.check.lte", 0.3, 0.2),
    ("rules.PRV-001.check.bound", "spec.rules.1.check.bound", MISSING, "upper"),
    ("rules.FID-001.check.minN", f"{CHECK}.minN", MISSING, 100),
    ("rules.FID-001.check.holdout", f"{CHECK}.holdout", "optional", "required"),
    ("rules.FID-001.check.maxAge", f"{CHECK}.maxAge", "P30D", "P7D"),
    ("rules.FID-001.enforcement", "spec.rules.0.enforcement", "audit", "warn"),
    ("rules.FID-001.enforcement", "spec.rules.0.enforcement", "warn", "enforce"),
    ("rules.FID-001.onMissingEvidence", "spec.rules.0.onMissingEvidence", "undecided", "deny"),
    ("approvals.quorum.steward", "spec.approvals.quorum.0.min", 2, 3),
    ("approvals.separation", "spec.approvals.separation", ["author"], ["author", "evaluator"]),
    ("approvals.validFor", "spec.approvals.validFor", "P180D", "P90D"),
    ("approvals.authorWindow", "spec.approvals.authorWindow", MISSING, "P30D"),
    ("approvals.signatures", "spec.approvals.signatures", "optional", "required"),
    ("waivers.allowed", "spec.waivers.allowed", ["PRV-001", "FID-001"], ["PRV-001"]),
    ("waivers.maxDuration", "spec.waivers.maxDuration", "P30D", "P7D"),
]


def is_there(path: str, value: Any) -> bool:
    """Whether there is nothing to take away at a path."""
    inner: Any = base_document()
    *way, last = (int(part) if part.isdigit() else part for part in path.split("."))
    for part in way:
        inner = inner[part]
    return not (value is MISSING and last not in inner)


@pytest.mark.parametrize(("where", "path", "looser", "tighter"), PLACES)
def test_a_change_is_told_with_its_place_and_direction(
    where: str, path: str, looser: Any, tighter: Any
) -> None:
    assert is_there(path, looser)
    assert is_there(path, tighter)

    # Each country is a change of its own.
    assert {(one.direction, one.where) for one in changed(path, looser, tighter)} == {
        ("tightened", where)
    }
    assert {(one.direction, one.where) for one in changed(path, tighter, looser)} == {
        ("loosened", where)
    }


def test_the_strict_of_two_equal_thresholds_is_the_tighter() -> None:
    lax, strict = (
        {"metric": "sdmetrics.quality", "gte": 0.8},
        {
            "metric": "sdmetrics.quality",
            "gt": 0.8,
        },
    )

    assert [one.direction for one in changed(CHECK, lax, strict)] == ["tightened"]
    assert [one.direction for one in changed(CHECK, strict, lax)] == ["loosened"]


@pytest.mark.parametrize(
    ("path", "old", "new", "where"),
    [
        ("spec.match", {}, {"all": [{"audience": ["partner"]}]}, "match"),
        ("spec.exclude", {"all": [{"use": ["a"]}]}, {"all": [{"use": ["b"]}]}, "exclude"),
        ("spec.sharing.1.agreement", "DUA", "DUA-2", "sharing.partner.agreement"),
        ("spec.waivers.approver", "privacy-officer", "steward", "waivers.approver"),
        (
            CHECK,
            {"metric": "sdmetrics.quality", "gte": 0.8},
            {"metric": "sdmetrics.diagnostic", "gte": 0.8},
            "rules.FID-001.check",
        ),
        (
            CHECK,
            {"metric": "sdmetrics.quality", "gte": 0.8},
            {"metric": "sdmetrics.quality", "lte": 0.8},
            "rules.FID-001.check",
        ),
        (
            "spec.rules.2.expr",
            "sdmetrics.quality >= 0.5",
            "sdmetrics.quality >= 0.6",
            "rules.X-001",
        ),
        ("spec.rules.2", EXPRESSION, rule(id="X-001", gte=0.5), "rules.X-001"),
        pytest.param("spec.params", {"least": 0.9}, {"least": 0.5}, "rules.X-001.expr"),
    ],
)
def test_what_cannot_be_compared_counts_as_loosened_either_way(
    path: str, old: Any, new: Any, where: str
) -> None:
    assert {(one.direction, one.where) for one in changed(path, old, new)} >= {("loosened", where)}
    assert {(one.direction, one.where) for one in changed(path, new, old)} >= {("loosened", where)}


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("metadata.title", "one", "two"),
        ("metadata.owners", ["a"], ["b"]),
        ("spec.uses.deny", ["re-identification"], ["re-identification", "selling"]),
        ("spec.rules.0.title", "one", "two"),
        ("spec.rules.0.remediation", "one", "two"),
        ("spec.rules.0.severity", "low", "high"),
        ("spec.params", {"least": 0.75}, {"least": 0.75, "spare": 1}),
    ],
)
def test_what_decides_nothing_is_a_change_of_text(path: str, old: Any, new: Any) -> None:
    assert [one.direction for one in changed(path, old, new)] == ["text"]


def test_a_policy_of_places_serves_more_without_them_although_all_are_named() -> None:
    """A request that names no place is served by a row without any, and by no other."""
    from registry.policy.jurisdictions import COUNTRIES

    found = changed("spec.sharing.1.jurisdictions", sorted(COUNTRIES), MISSING)

    assert [one.direction for one in found] == ["loosened"]


def test_a_new_rule_that_may_be_waived_loosens_nothing() -> None:
    before = edited(base_document(), "spec.rules", [QUALITY, LINKING])
    after = edited(base_document(), "spec.waivers.allowed", ["PRV-001", "X-001"])

    assert {one.direction for one in difference(loaded(before), loaded(after)).changes} == {
        "tightened"
    }


def test_the_same_policy_has_no_changes() -> None:
    found = difference(loaded(base_document()), loaded(base_document()))

    assert found.changes == ()
    assert found.bump == "none"


# Versions


def with_version(content: Document, version: str) -> Policy:
    return loaded(edited(content, "metadata.version", version))


TIGHTER = edited(base_document(), f"{CHECK}.gte", 0.9)
LOOSER = edited(base_document(), f"{CHECK}.gte", 0.7)
RETOLD = edited(base_document(), "spec.rules.0.title", "anew")


@pytest.mark.parametrize(
    ("content", "version", "demanded", "suffices", "least"),
    [
        (LOOSER, "1.3.0", "major", False, "2.0.0"),
        (LOOSER, "2.0.0", "major", True, "2.0.0"),
        (TIGHTER, "1.2.4", "minor", False, "1.3.0"),
        (TIGHTER, "1.3.0", "minor", True, "1.3.0"),
        (TIGHTER, "2.0.0", "minor", True, "1.3.0"),
        (TIGHTER, "1.1.9", "minor", False, "1.3.0"),
        (RETOLD, "1.2.3", "patch", False, "1.2.4"),
        (RETOLD, "1.2.4", "patch", True, "1.2.4"),
        (base_document(), "1.2.3", "none", True, "1.2.3"),
    ],
)
def test_a_version_suffices_if_it_rises_as_the_changes_demand(
    content: Document, version: str, demanded: str, suffices: bool, least: str
) -> None:
    found = revision(with_version(base_document(), "1.2.3"), with_version(content, version))

    assert (found.demanded, found.suffices, found.least) == (demanded, suffices, least)


def test_other_bytes_that_say_the_same_need_a_new_version() -> None:
    content = source(edited(base_document(), "metadata.version", "1.2.3"))
    before, after = (
        load_policy(text, "example.yaml", METRICS) for text in (content, content + b"\n# checked")
    )

    found = revision(before, after)

    assert [one.what for one in found.changes] == ["comments or layout changed"]
    assert (found.demanded, found.suffices) == ("patch", False)


@pytest.mark.parametrize("by", ["patch", "minor", "major"])
def test_a_raised_version_is_raised_by_so_much(by: Any) -> None:
    assert bump("1.2.3", raised("1.2.3", by)) == by


# A change that loosens nothing allows nothing more

EDITS: list[tuple[str, list[Any]]] = [
    ("spec.enforcement.default", ["audit", "warn", "enforce"]),
    ("spec.enforcement.ramp", [[{"from": "2026-05-04", "level": "enforce"}], MISSING]),
    ("spec.onMissingEvidence", ["deny", "undecided"]),
    ("spec.uses.allow", [["research"], ["research", "teaching"], ["teaching"]]),
    ("spec.sharing.1.jurisdictions", [["EU"], ["EEA"], ["DE"], MISSING]),
    ("spec.sharing.1.agreement", ["DUA", "DUA-2", MISSING]),
    ("spec.evidence.maxAge", ["P30D", "P7D", MISSING]),
    ("spec.evidence.holdout", ["required", "optional"]),
    (f"{CHECK}.gte", [0.5, 0.8, 0.9]),
    (f"{CHECK}.minN", [50, 100, 2000, MISSING]),
    (f"{CHECK}.maxAge", ["P7D", "P30D", "P90D", MISSING]),
    (f"{CHECK}.holdout", ["required", "optional"]),
    (CHECK, [{"metric": "sdmetrics.quality", one: 0.8} for one in ("gt", "gte", "lt")]),
    (CHECK, [{"metric": "sdmetrics.diagnostic", "gte": 0.8}]),
    ("spec.rules.0.enforcement", ["audit", "warn", "enforce"]),
    ("spec.rules.0.onMissingEvidence", ["deny", "undecided"]),
    ("spec.rules.1.check.bound", ["upper", MISSING]),
    ("spec.rules.1.check.lte", [0.1, 0.2, 0.3]),
    ("spec.rules.2.expr", ["sdmetrics.quality >= 0.6", "sdmetrics.quality >= params.least"]),
    ("spec.rules", [[QUALITY, LINKING], [LINKING], [LINKING, EXPRESSION]]),
    ("spec.match", [{}, {"all": [{"audience": ["internal"]}]}]),
    ("spec.exclude", [{"all": [{"audience": ["partner"]}]}]),
]


@st.composite
def pairs(draw: st.DrawFn, start: Document) -> tuple[Policy, Policy]:
    """Two policies that differ in one place or two, where each has a value of its own."""
    before = after = start
    for path, values in draw(st.lists(st.sampled_from(EDITS), min_size=1, max_size=2)):
        first, second = (draw(st.sampled_from([*values, UNCHANGED])) for _ in range(2))
        try:
            before, after = edited(before, path, first), edited(after, path, second)
        except (KeyError, IndexError):
            assume(False)
    try:
        return loaded(before), loaded(after)
    except InvalidInput:
        assume(False)
        raise


GOOD = {"sdmetrics.quality": 0.85, "sdmetrics.diagnostic": 0.85, "privacy.linkability": 0.15}
ODD: list[dict[str, Any]] = [
    {"value": 0.5, "low": 0.5, "high": 0.5},
    {"value": 0.8, "low": 0.8, "high": 0.8},
    {"value": 0.95, "low": 0.9, "high": 1.0},
    {"low": 0.0, "high": 1.0},
    {"n": None},
    {"n": 60},
    {"measured_at": NOW - timedelta(days=20)},
    {"measured_at": NOW - timedelta(days=60)},
    {"holdout": False},
    {"status": "not-measurable"},
]


def facts() -> Iterator[list[Evidence]]:
    """One measurement of each thing that is good, with one thing odd about one, or without it."""
    good = {metric: measured(metric, value) for metric, value in GOOD.items()}
    yield list(good.values())
    for metric in good:
        others = [one for name, one in good.items() if name != metric]
        yield others
        yield from ([replace(good[metric], **change), *others] for change in ODD)


FACTS = list(facts())
CONTEXTS = [
    Context("research", "internal", None),
    Context("teaching", "internal", None),
    Context("research", "partner", None),
    Context("research", "partner", "DE"),
    Context("research", "partner", "NO"),
]
ENFORCED = edited(base_document(), "spec.enforcement", {"default": "enforce"})


def turned(before: Policy, after: Policy) -> set[str]:
    """Which ways decisions turn: ``allowed`` that were not, ``refused`` that were allowed."""
    found = set()
    for context, evidence in product(CONTEXTS, FACTS):
        one, other = (
            decide([policy], SUBJECT, context, evidence, NOW).outcome == "allow"
            for policy in (before, after)
        )
        found |= {"allowed"} if other and not one else {"refused"} if one and not other else set()
    return found


@settings(derandomize=True, max_examples=100, deadline=None)
@given(pairs(ENFORCED))
def test_what_loosens_nothing_allows_nothing_that_was_not_allowed(
    two: tuple[Policy, Policy],
) -> None:
    assume(not difference(*two).of("loosened"))

    assert "allowed" not in turned(*two)


@pytest.mark.parametrize(("path", "values"), EDITS)
def test_no_single_place_allows_more_without_being_told_as_loosened(
    path: str, values: list[Any]
) -> None:
    policies = [one for value in [*values, UNCHANGED] if (one := _with(path, value))]

    for before, after in permutations(policies, 2):
        if not difference(before, after).of("loosened"):
            assert "allowed" not in turned(before, after)


def _with(path: str, value: Any) -> Policy | None:
    """The example with a value at a path, if that is a policy."""
    try:
        return loaded(edited(ENFORCED, path, value))
    except (KeyError, IndexError, InvalidInput):
        return None


@pytest.mark.parametrize("way", ["allowed", "refused"])
def test_the_edits_turn_decisions_both_ways(way: str) -> None:
    """Without this the property above could hold of nothing."""
    find(
        pairs(ENFORCED),
        lambda two: way in turned(*two),
        settings=settings(derandomize=True, database=None, max_examples=500, deadline=None),
    )


# Bases


def of(id: str, version: str = "1.0.0", *rules: Document, extends: Any = (), **spec: Any) -> Policy:
    content = edited(document(*rules, id=id, **spec), "metadata.version", version)
    if extends:
        content["spec"]["extends"] = [{"id": name, "version": span} for name, span in extends]
        if not rules:
            del content["spec"]["rules"]
    return load_policy(source(content), f"{id}.yaml", METRICS)


def test_a_policy_holds_the_rules_of_its_base_beside_its_own() -> None:
    base = of("base", "1.0.0", QUALITY)
    child = of("child", "1.0.0", LINKING, extends=[("base", "1.0.0")])

    (whole,) = resolved([child], [base])

    assert [(author.id, one.id) for author, one in whole.rules] == [
        ("child", "PRV-001"),
        ("base", "FID-001"),
    ]


LOOSER_CHILDREN: list[tuple[str, Callable[[], Policy]]] = [
    (
        "rules.FID-001.check.gte",
        lambda: of("child", "1.0.0", rule(gte=0.7), extends=[("base", "^1")]),
    ),
    (
        "uses.allow",
        lambda: of(
            "child", extends=[("base", "^1")], uses={"allow": ["research", "ads"], "deny": []}
        ),
    ),
    (
        "evidence.holdout",
        lambda: of("child", extends=[("base", "^1")], evidence={"holdout": "optional"}),
    ),
    (
        "approvals.quorum.steward",
        lambda: of(
            "child",
            extends=[("base", "^1")],
            approvals={"quorum": [{"role": "privacy-officer", "min": 2}], "validFor": "P90D"},
        ),
    ),
    (
        "enforcement",
        lambda: of("child", extends=[("base", "^1")], enforcement={"default": "warn"}),
    ),
]


@pytest.mark.parametrize(("where", "child"), LOOSER_CHILDREN)
def test_a_policy_that_loosens_its_base_is_refused_with_the_place(
    where: str, child: Callable[[], Policy]
) -> None:
    base = of("base", "1.0.0", rule(gte=0.8))

    with pytest.raises(InvalidInput) as refused:
        resolved([child()], [base])

    assert "child.yaml loosens base 1.0.0" in refused.value.what
    assert f"- {where}: " in refused.value.what


def test_a_policy_may_ask_more_than_its_base() -> None:
    base = of("base", "1.0.0", rule(gte=0.8))
    child = of("child", "1.0.0", rule(gte=0.9), extends=[("base", "^1")])

    (whole,) = resolved([child], [base])

    assert [(author.id, one.check.threshold) for author, one in whole.rules if one.check] == [
        ("child", 0.9)
    ]


def test_a_parameter_of_its_own_does_not_loosen_an_expression_of_the_base() -> None:
    base = of("base", "1.0.0", EXPRESSION, params={"least": 0.9})
    child = of("child", "1.0.0", EXPRESSION, extends=[("base", "^1")], params={"least": 0.1})

    with pytest.raises(InvalidInput, match=r"rules\.X-001"):
        resolved([child], [base])


@pytest.mark.parametrize(
    ("span", "found"),
    [("^3", "3.10.0"), ("^3.2", "3.10.0"), ("3.2.0", "3.2.0"), ("^2", "2.9.9")],
)
def test_of_the_versions_in_a_range_the_newest_is_taken(span: str, found: str) -> None:
    versions = ["2.9.9", "3.0.0", "3.2.0", "3.10.0", "3.11.0-rc.1", "4.0.0"]
    library = [of("base", version, QUALITY) for version in versions]

    (whole,) = resolved([of("child", extends=[("base", span)])], library)

    assert [base.version for base in whole.bases] == [found]


def test_a_base_that_is_not_there_is_refused_with_the_versions_that_are() -> None:
    with pytest.raises(InvalidInput, match="extends base \\^4") as refused:
        resolved([of("child", extends=[("base", "^4")])], [of("base", "3.0.0", QUALITY)])

    assert refused.value.expected == "one of the versions 3.0.0"


def test_policies_that_extend_each_other_are_refused() -> None:
    one = of("one", extends=[("two", "^1")])
    two = of("two", extends=[("three", "^1")])
    three = of("three", extends=[("one", "^1")])

    with pytest.raises(InvalidInput, match="one -> two -> three -> one"):
        resolved([one], [one, two, three])


def test_a_newer_base_shows_in_the_difference_of_what_extends_it() -> None:
    child = of("child", extends=[("base", "^1")])
    (before,) = resolved([child], [of("base", "1.0.0", rule(gte=0.8))])
    (after,) = resolved([child], [of("base", "1.1.0", rule(gte=0.9))])

    assert [(one.direction, one.where) for one in difference(before, after).changes] == [
        ("tightened", "rules.FID-001.check.gte")
    ]
