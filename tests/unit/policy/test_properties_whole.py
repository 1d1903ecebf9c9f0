"""What holds of every decision over the whole language: expressions, parameters, waivers, levels,
bases, conditions and budgets, on evidence that is odd, missing, or there several times.

Decisions are ordered from loose to tight: allow, undecided, deny. Seeded: the same cases each run.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import Phase, assume, find, given, settings
from hypothesis import strategies as st

from registry.errors import InvalidInput
from registry.policy.comparing.changes import difference
from registry.policy.engine import Decision, decide
from registry.policy.extension import resolved
from registry.policy.facts import Context, Evidence, Waiver
from registry.policy.loader import Policy, load_policy
from tests.unit.policy.examples import (
    DIGEST,
    METRICS,
    NOW,
    SUBJECT,
    claimed,
    document,
    measured,
    source,
)

TIGHTNESS = {"allow": 0, "undecided": 1, "deny": 2}
SEEDED = settings(derandomize=True, max_examples=100, deadline=None)
TODAY = NOW.date().isoformat()
TOMORROW = (NOW.date() + timedelta(days=1)).isoformat()
TABLE = replace(SUBJECT, columns=("a", "b"))
EXPRESSIONS = (
    "privacy.linkability <= params.most",
    "!(privacy.linkability > 0.5)",
    "sdmetrics.quality >= 0.5 || request.use == 'research'",
    "// the attacker's gain\nprivacy.linkability < 0.9 || request.audience == 'internal'",
    "sdmetrics.quality - privacy.linkability >= 0.0",
    "dataset.columns.all(c, size(c) < 9) && source.classification != 'public'",
    "dataset.rows / (dataset.rows - 1000) > 0 || sdmetrics.quality > 0.1",
    "params.uses.contains(request.use)",
)
PARAMS = {"most": 0.5, "uses": "research"}
CHECKS: tuple[dict[str, Any], ...] = (
    {"metric": "privacy.linkability", "lte": "${params.most}", "bound": "upper"},
    {"metric": "privacy.linkability", "lt": 0.75, "minN": 500},
    {"metric": "sdmetrics.quality", "gte": 0.5, "maxAge": "P5D"},
    {"metric": "sdmetrics.quality", "gt": 0.25, "holdout": "optional"},
    {"metric": "fidelity.shape", "forEach": "column", "gte": 0.5},
    {"metric": "dp.epsilon", "lte": 1.0},
    {"budget": "source.exposed_epsilon", "lte": 1.0},
)
CONDITIONS: tuple[dict[str, Any], ...] = (
    {"classification": ["personal"]},
    {"classification": ["special-category"]},
    {"audience": ["internal"], "use": ["research"]},
    {"modality": ["image"]},
    {"source": ["loans-real"]},
)
PLACES = (
    ("privacy.linkability", ()),
    ("sdmetrics.quality", ()),
    ("fidelity.shape", ("a",)),
    ("fidelity.shape", ("b",)),
)


def _maybe(draw: st.DrawFn, **choices: Sequence[Any]) -> dict[str, Any]:
    """Each key with one of its values, or left out."""
    return {
        key: draw(st.sampled_from(values)) for key, values in choices.items() if draw(st.booleans())
    }


@st.composite
def rules(draw: st.DrawFn, name: str) -> dict[str, Any]:
    said: dict[str, Any]
    if draw(st.booleans()):
        said = {"expr": draw(st.sampled_from(EXPRESSIONS)), "message": "only {dataset.rows} rows"}
    else:
        said = {"check": copy.deepcopy(draw(st.sampled_from(CHECKS)))}
    levels = ["audit", "warn", "enforce", "enforce", "enforce"]
    more = _maybe(draw, enforcement=levels, onMissingEvidence=["deny", "undecided"])
    return {"id": name, **said, **more}


@st.composite
def ramps(draw: st.DrawFn) -> dict[str, Any]:
    default = draw(st.sampled_from(["enforce", "enforce", "warn", "audit"]))
    if default == "enforce":
        return {"default": default}
    day = draw(st.sampled_from([TODAY, TOMORROW]))
    return {"default": default, "ramp": [{"from": day, "level": "enforce"}]}


@st.composite
def policies(draw: st.DrawFn, name: str) -> dict[str, Any]:
    count = draw(st.integers(1, 3))
    conditions = st.lists(st.sampled_from(CONDITIONS), min_size=1, max_size=2)
    written = [draw(rules(f"R-{number}")) for number in range(count)]
    match = {key: draw(conditions) for key in ("all", "any") if draw(st.integers(0, 3)) == 0}
    content = document(
        *written,
        id=name,
        match=match,
        enforcement=draw(ramps()),
        onMissingEvidence=draw(st.sampled_from(["undecided", "deny"])),
        params=dict(PARAMS),
        evidence={"maxAge": "P30D", "holdout": draw(st.sampled_from(["required", "optional"]))},
    )
    if draw(st.integers(0, 3)) == 0:
        content["spec"]["exclude"] = {"any": draw(conditions)}
    if draw(st.booleans()):
        allowed = draw(st.lists(st.sampled_from(["R-0", "R-1"][:count]), min_size=1, unique=True))
        terms = {"allowed": allowed, "maxDuration": "P30D", "approver": "privacy-officer"}
        content["spec"]["waivers"] = terms
    return content


ODD: tuple[dict[str, Any], ...] = (
    {"value": math.nan},
    {"value": math.inf, "high": math.inf},
    {"high": math.nan, "low": math.nan},
    {"low": None, "high": None},
    {"status": "not-measurable"},
    {"measured_at": NOW + timedelta(days=1)},
    {"measured_at": NOW - timedelta(days=31)},
    {"measured_at": None},
    {"n": None},
    {"holdout": False},
    {"dataset_digest": "sha256:" + "b" * 64},
)


@st.composite
def facts(draw: st.DrawFn, again: bool) -> tuple[Evidence, ...]:
    """Measurements, mostly of the middle, where most rules pass; ``again``: some several times."""
    odd = draw(st.booleans())
    found = []
    for metric, scope in PLACES:
        for number in range(draw(st.integers(1, 3 if again else 1))):
            value = draw(st.sampled_from([0.5] * 12 + [0.0, 1.0]))
            one = measured(metric, value, *scope, id=f"sha256:{metric}{scope}{number}")
            found.append(
                replace(one, **draw(st.sampled_from([{}] * 12 + list(ODD if odd else ()))))
            )
    found.append(claimed("dp.epsilon", draw(st.sampled_from([1.0, 1.0, 2.0, math.nan]))))
    spent = claimed("source.exposed_epsilon", draw(st.sampled_from([1.0, 1.0, 2.0, math.inf])))
    return (*found, replace(spent, id="sha256:ledger"))


@st.composite
def waivers(draw: st.DrawFn) -> Waiver:
    """One that counts, or with one thing wrong with it."""
    sound = Waiver(
        "W-1", "p0", "1.0.0", "R-0", DIGEST, "privacy-officer", "someone",
        NOW - timedelta(days=1), TOMORROW,
    )  # fmt: skip
    return replace(sound, **draw(st.sampled_from([{}, {}, {}, *WRONG])))


WRONG: tuple[dict[str, Any], ...] = (
    {"policy_id": "p9"},
    {"policy_version": "2.0.0"},
    {"policy_version": "0.9.0"},
    {"policy_version": ""},
    {"rule": "R-9"},
    {"dataset_digest": "sha256:" + "b" * 64},
    {"role": "steward"},
    {"until": "2026-05-03"},
    {"until": "2026-6-1"},
    {"until": "2026-06-01T00:00:00+00:00"},
    {"until": "2099-01-01"},
    {"until": "never"},
    {"until": ""},
    {"granted_at": NOW + timedelta(seconds=1)},
    {"granted_at": NOW.replace(tzinfo=None)},
    {"granted_at": NOW - timedelta(days=60)},
)


@dataclass(frozen=True)
class Case:
    contents: tuple[dict[str, Any], ...]
    evidence: tuple[Evidence, ...]
    waivers: tuple[Waiver, ...]

    def policies(self) -> list[Policy]:
        return [load_policy(source(one), "p.yaml", METRICS) for one in self.contents]

    def decide(self, context: Context | None = None, **changes: Any) -> Decision:
        asked = context or Context("research", "internal", None)
        subject = replace(TABLE, **changes)
        return decide(self.policies(), subject, asked, self.evidence, NOW, self.waivers)


@st.composite
def cases(draw: st.DrawFn, again: bool = False) -> Case:
    count = draw(st.integers(1, 2))
    contents = tuple(draw(policies(f"p{number}")) for number in range(count))
    return Case(contents, draw(facts(again)), tuple(draw(st.lists(waivers(), max_size=2))))


def loosens(before: Decision, after: Decision) -> bool:
    return TIGHTNESS[after.outcome] < TIGHTNESS[before.outcome]


def allows(before: Decision, after: Decision) -> bool:
    """Whether what was not allowed is now. What failed may have nothing to read any more."""
    return before.outcome != "allow" and after.outcome == "allow"


def edited(case: Case, *path: Any, value: Any) -> Case:
    contents = copy.deepcopy(case.contents)
    place: Any = contents
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
    return replace(case, contents=contents)


@pytest.mark.parametrize("kind", ["allow", "undecided", "deny", "waived", "expression", "error"])
def test_the_cases_reach_what_the_properties_speak_of(kind: str) -> None:
    """Without this they could hold of nothing."""

    def reached(case: Case) -> bool:
        decision = case.decide()
        outcomes = {one.outcome for one in decision.findings}
        passed = any(one.check is None and one.rule[:2] == "R-" for one in decision.findings)
        return (
            kind in outcomes
            or kind == decision.outcome
            or (kind == "expression" and decision.outcome == "allow" and passed)
        )

    seeded = settings(
        derandomize=True, database=None, max_examples=2000, deadline=None, phases=[Phase.generate]
    )
    find(cases(), reached, settings=seeded)


@SEEDED
@given(cases(again=True), rules("R-9"), st.data())
def test_adding_a_rule_never_loosens(
    case: Case, added: dict[str, Any], data: st.DataObject
) -> None:
    where = data.draw(st.integers(0, len(case.contents) - 1))
    written = [*case.contents[where]["spec"]["rules"], added]

    assert not loosens(case.decide(), edited(case, where, "spec", "rules", value=written).decide())


@SEEDED
@given(cases(again=True), policies("p7"))
def test_adding_a_policy_never_loosens_once_one_governs(case: Case, added: dict[str, Any]) -> None:
    before = case.decide()
    assume(before.policies)

    assert not loosens(before, replace(case, contents=(*case.contents, added)).decide())


@SEEDED
@given(cases())
def test_dropping_a_measurement_or_a_claim_never_allows(case: Case) -> None:
    before = case.decide().outcome
    for place in range(len(case.evidence)):
        left = case.evidence[:place] + case.evidence[place + 1 :]
        after = replace(case, evidence=left).decide().outcome
        assert before == "allow" or after != "allow"


@SEEDED
@given(cases(), st.data())
def test_measuring_again_never_loosens(case: Case, data: st.DataObject) -> None:
    """Of several measurements the worst counts, under a check and in an expression alike."""
    figures = [one for one in case.evidence if (one.metric, one.scope) in PLACES]
    # Where there was nothing to read before, something may well turn out better.
    assume(all(replace(one, id="") == _sound(one) for one in figures))
    one = data.draw(st.sampled_from(figures))
    value = data.draw(st.sampled_from([0.0, 0.25, 0.5, 1.0, math.nan]))
    again = replace(one, id="sha256:again", value=value, low=value, high=value)

    assert not loosens(case.decide(), replace(case, evidence=(*case.evidence, again)).decide())


def _sound(one: Evidence) -> Evidence:
    return measured(one.metric, one.value, *one.scope, id="")


TIGHTER: tuple[tuple[tuple[Any, ...], Any], ...] = (
    (("params", "most"), 0.25),
    (("onMissingEvidence",), "deny"),
    (("enforcement",), {"default": "enforce"}),
    (("uses", "allow"), ["software-testing"]),
    (("sharing",), [{"audience": "internal", "jurisdictions": ["EU"]}]),
    (("sharing",), [{"audience": "internal", "effect": "deny"}]),
)


@SEEDED
@given(cases(again=True), st.sampled_from(TIGHTER), st.data())
def test_tightening_a_term_never_loosens(
    case: Case, change: tuple[tuple[Any, ...], Any], data: st.DataObject
) -> None:
    path, value = change
    where = data.draw(st.integers(0, len(case.contents) - 1))

    after = edited(case, where, "spec", *path, value=value)

    assert not loosens(case.decide(), after.decide())


EVIDENCE_EDITS: tuple[tuple[tuple[Any, ...], Any], ...] = (
    (("evidence", "maxAge"), "P1D"),
    (("evidence", "holdout"), "required"),
)
RULE_EDITS: tuple[tuple[str, Any], ...] = (
    ("bound", None),
    ("minN", 2000),
    ("maxAge", "P1D"),
    ("holdout", "required"),
)


@SEEDED
@given(cases(), st.sampled_from(RULE_EDITS), st.data())
def test_asking_more_of_the_evidence_of_a_check_never_allows(
    case: Case, change: tuple[str, Any], data: st.DataObject
) -> None:
    key, value = change
    number = data.draw(st.integers(0, len(case.contents[0]["spec"]["rules"]) - 1))
    check = case.contents[0]["spec"]["rules"][number].get("check")
    assume(check and "metric" in check)
    if key == "bound":
        value = "upper" if {"lt", "lte"} & check.keys() else "lower"
    after = edited(case, 0, "spec", "rules", number, "check", key, value=value)

    assert not allows(case.decide(), after.decide())


@SEEDED
@given(cases(), st.sampled_from(EVIDENCE_EDITS))
def test_asking_more_of_all_evidence_never_allows(
    case: Case, change: tuple[tuple[Any, ...], Any]
) -> None:
    """Of one measurement a place. Where several stand, one that failed may count no longer."""
    path, value = change

    assert not allows(case.decide(), edited(case, 0, "spec", *path, value=value).decide())


@SEEDED
@given(cases(), st.sampled_from(["allowed", "unsigned"]))
def test_without_its_waivers_a_request_is_never_freer(case: Case, way: str) -> None:
    if way == "unsigned":
        after = replace(case, waivers=())
    else:
        contents = copy.deepcopy(case.contents)
        for one in contents:
            one["spec"].pop("waivers", None)
        after = replace(case, contents=contents)

    assert not loosens(case.decide(), after.decide())


@SEEDED
@given(cases(), st.sampled_from(WRONG))
def test_a_waiver_that_is_wrong_in_one_thing_changes_nothing(
    case: Case, wrong: dict[str, Any]
) -> None:
    sound = Waiver(
        "W-7", "p0", "1.0.0", "R-0", DIGEST, "privacy-officer", "someone",
        NOW - timedelta(days=1), TOMORROW,
    )  # fmt: skip
    without = replace(case, waivers=()).decide()

    assert replace(case, waivers=(replace(sound, **wrong),)).decide() == without


@SEEDED
@given(cases(), st.lists(waivers(), min_size=1, max_size=3))
def test_a_waiver_touches_its_rule_and_no_other(case: Case, given: list[Waiver]) -> None:
    before = replace(case, waivers=()).decide()
    after = replace(case, waivers=tuple(given)).decide()

    named = {(one.policy_id, one.rule) for one in given}
    for old, new in zip(before.findings, after.findings, strict=True):
        if (old.policy.id if old.policy else "", old.rule) in named:
            assert new.verdict == old.verdict
        else:
            assert new == old


@SEEDED
@given(cases(again=True), st.randoms(use_true_random=False))
def test_order_never_matters(case: Case, random: Any) -> None:
    def shuffled(items: Sequence[Any]) -> list[Any]:
        return list(random.sample(list(items), len(items)))

    def reordered(one: Policy) -> Policy:
        # The same digest: what is compared is the reading of a policy, not the bytes of its file.
        spec = one.document.spec
        spec = spec.model_copy(update={"rules": tuple(shuffled(spec.rules))})
        return replace(one, document=one.document.model_copy(update={"spec": spec}))

    asked = Context("research", "internal", None)
    given = [reordered(one) for one in shuffled(case.policies())]
    again = decide(given, TABLE, asked, shuffled(case.evidence), NOW, shuffled(case.waivers))

    before = case.decide()
    assert (again.outcome, again.digest) == (before.outcome, before.digest)
    assert sorted(map(repr, again.findings)) == sorted(map(repr, before.findings))


@SEEDED
@given(cases(again=True))
def test_the_same_facts_give_the_same_decision(case: Case) -> None:
    assert repr(case.decide()) == repr(case.decide())


@SEEDED
@given(cases(), st.sampled_from(["confidential", "special-category"]))
def test_a_card_that_raises_the_classification_never_loosens(case: Case, raised: str) -> None:
    before = case.decide()
    assume(before.policies)

    assert not loosens(before, case.decide(raised=raised))


@SEEDED
@given(cases(again=True))
def test_nothing_passes_without_every_figure_it_names(case: Case) -> None:
    for finding in case.decide().findings:
        rule = finding.rule
        if finding.verdict != "pass" or finding.check or not rule.startswith("R-"):
            continue
        policy = next(
            one for one in case.policies() if finding.policy and one.id == finding.policy.id
        )
        for metric in policy.expressions[rule].metrics:
            figures = [one for one in case.evidence if one.metric == metric]
            assert any(
                one.status == "measured" and one.value is not None and math.isfinite(one.value)
                for one in figures
                if one.dataset_digest == DIGEST
            )


def _children(content: dict[str, Any], data: st.DataObject) -> dict[str, Any]:
    """A policy that extends another, with anything changed, tighter or looser."""
    child = copy.deepcopy(content)
    child["metadata"]["id"] = "child"
    child["spec"]["extends"] = [{"id": content["metadata"]["id"], "version": "1.0.0"}]
    kept = [one for one in child["spec"]["rules"] if data.draw(st.booleans())]
    child["spec"]["rules"] = [
        *kept,
        *([data.draw(rules("R-1"))] if data.draw(st.booleans()) else []),
    ]
    held = [one["id"] for one in child["spec"]["rules"]]
    assume(len(held) == len(set(held)))
    if not child["spec"]["rules"]:
        del child["spec"]["rules"]
    for path, value in data.draw(st.lists(st.sampled_from(EDITS), max_size=2)):
        place = child["spec"]
        for part in path[:-1]:
            place = place[part]
        place[path[-1]] = value
    return child


EDITS: tuple[tuple[tuple[Any, ...], Any], ...] = (
    *TIGHTER,
    *EVIDENCE_EDITS,
    (("params", "most"), 0.75),
    (("onMissingEvidence",), "undecided"),
    (("enforcement",), {"default": "audit", "ramp": [{"from": TODAY, "level": "enforce"}]}),
    (("enforcement",), {"default": "warn"}),
    (("evidence", "maxAge"), "P60D"),
    (("evidence", "holdout"), "optional"),
    (("waivers",), {"allowed": ["R-0"], "maxDuration": "P90D", "approver": "steward"}),
)


def _related(data: st.DataObject) -> tuple[Policy, Policy]:
    content = data.draw(policies("p0"))
    base = load_policy(source(content), "base.yaml", METRICS)
    try:
        child = load_policy(source(_children(content, data)), "child.yaml", METRICS)
        return base, resolved([child], [base])[0]
    except InvalidInput:
        assume(False)
        raise


@SEEDED
@given(st.data(), facts(again=False))
def test_a_policy_that_loads_is_never_looser_than_its_base(
    data: st.DataObject, evidence: tuple[Evidence, ...]
) -> None:
    """Whatever it restates, drops, or excuses: refused, or at least as tight on every day."""
    base, child = _related(data)
    for days in (0, 1, 40):
        now, asked = NOW + timedelta(days=days), Context("research", "internal", None)
        fresh = [
            replace(one, measured_at=one.measured_at + timedelta(days=days))
            if one.measured_at
            else one
            for one in evidence
        ]
        before = decide([base], TABLE, asked, fresh, now)
        after = decide([child], TABLE, asked, fresh, now)
        if before.policies and after.policies:
            assert not allows(before, after)


@SEEDED
@given(policies("p0"), st.sampled_from(EDITS), facts(again=False), st.data())
def test_a_version_that_allows_more_is_told_to_be_looser(
    content: dict[str, Any],
    edit: tuple[tuple[Any, ...], Any],
    evidence: tuple[Evidence, ...],
    data: st.DataObject,
) -> None:
    path, value = edit
    changed = copy.deepcopy(content)
    place = changed["spec"]
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
    try:
        old, new = (load_policy(source(one), "p.yaml", METRICS) for one in (content, changed))
    except InvalidInput:
        assume(False)
        raise
    asked = Context("research", "internal", None)
    given = data.draw(st.lists(waivers(), max_size=2))
    before, after = (decide([one], TABLE, asked, evidence, NOW, given) for one in (old, new))

    if allows(before, after):
        assert difference(old, new).bump == "major"
