"""Budgets: declared beforehand by two people, charged with every release, and never overdrawn."""

import json
from dataclasses import replace
from datetime import timedelta
from math import inf
from typing import Any

import pytest
from conftest import real_table
from contracts.budgeting import (
    LIMIT,
    PARTNER,
    PUBLIC,
    RESEARCH,
    SILENT,
    asked,
    budget,
    ledger,
    lenient,
    released,
    spent,
)
from pydantic import ValidationError
from sqlmodel import select
from world import CARD, INTERNAL, World

from registry.card import read_card
from registry.errors import Conflict, InvalidInput, NotPermitted, PolicyDenied, Undecided
from registry.policy.facts import Context as Wanted
from registry.records import Budget, Meaning
from registry.reports.rendering.render import render
from registry.store import events
from registry.store.database import reading
from registry.workflow.amend import amend
from registry.workflow.budgets.account import account_of, standing
from registry.workflow.budgets.declare import declare
from registry.workflow.budgets.listing import budgets
from registry.workflow.budgets.plan import hypothetical, plan
from registry.workflow.budgets.show import show
from registry.workflow.budgets.sign import sign
from registry.workflow.check import check
from registry.workflow.checked import Checked
from registry.workflow.evidence_file import EvidenceFile, addressed
from registry.workflow.explain import explain
from registry.workflow.export_evidence import export_evidence
from registry.workflow.find import source_named
from registry.workflow.offline import Files, check_offline
from registry.workflow.query import Question, query
from registry.workflow.register import register
from registry.workflow.release import Terms, release
from registry.workflow.reports.report import report
from registry.workflow.review import review
from registry.workflow.sign import sign as sign_request
from registry.workflow.submit import submit
from registry.workflow.verify import verify


def test_what_fits_only_singly_is_refused_from_check_to_release(world: World) -> None:
    other = world.register(4)
    budget(world)
    requests = [world.submit(world.label), world.submit(other)]
    for request in requests:
        world.approve(request)
    release(world.by("carla"), requests[0], Terms("Pricing team"))

    with pytest.raises(PolicyDenied, match="more than the epsilon 3") as caught:
        release(world.by("carla"), requests[1], Terms("Pricing team"))
    with pytest.raises(PolicyDenied, match="more than the epsilon 3"):
        submit(world.by("ada"), other, INTERNAL)

    assert caught.value.exit_code == 1
    decided = check(world.home, other, INTERNAL)
    (rule,) = (one for one in decided.findings if one.rule == "registry.budget")
    assert (decided.outcome, rule.observed) == ("deny", "exceeded")
    assert rule.message == (
        "epsilon 4 and delta 2e-06 of internal, more than the epsilon 3 and delta 1e-05 of B-1"
    )
    assert [one["kind"] for one in ledger(world)] == ["run", "run", "exposure"]
    assert review(world.home, requests[1])["state"] == "voided"
    verify(world.home)


def test_an_open_request_is_void_only_where_an_outcome_changes(world: World) -> None:
    lenient(world, "{budget: source.budget_used, lte: 1}")
    budget(world, epsilon=10.0)
    other, third = world.register(4), world.register(5)
    waiting = world.submit(world.label)
    world.approve(waiting, "stefan")

    released(world, other)
    world.approve(waiting, "paula")

    assert review(world.home, waiting)["state"] == "approved"
    sign(world.by("paula"), declare(world.by("stefan"), asked(epsilon=5.0)).budget)
    released(world, third, wanted=RESEARCH)
    with pytest.raises(PolicyDenied, match="epsilon 6"):
        release(world.by("carla"), waiting, Terms("Pricing team"))


def test_the_same_version_again_to_the_same_audience_costs_nothing(world: World) -> None:
    budget(world, epsilon=2.0)
    released(world, world.label)
    before = spent(world)

    released(world, world.label, to="Reserving team", wanted=RESEARCH)

    assert spent(world) == before == 2.0
    assert [one["kind"] for one in ledger(world)] == ["run", "exposure", "exposure"]


def test_a_release_without_a_guarantee_is_named_and_leaves_no_room(world: World) -> None:
    lenient(world)
    data = world.folder / "silent.csv"
    real_table(8).to_csv(data, index=False)
    silent = register(world.by("ada"), data, read_card(SILENT.encode(), "card.yaml")).label
    released(world, silent)
    budget(world)

    found = check(world.home, world.label, INTERNAL)

    assert found.outcome == "deny"
    assert spent(world) == "inf"
    (rule,) = (one for one in found.findings if one.rule == "registry.budget")
    assert f"nothing bounds the loss by {silent}" in rule.message
    assert check(world.home, world.label, PARTNER).outcome == "allow"


def test_what_led_to_the_choice_is_charged_shown_and_signed(world: World) -> None:
    other = world.register(4)
    budget(world)
    with pytest.raises(PolicyDenied, match="epsilon 4"):
        submit(world.by("ada"), world.label, Wanted(*_words(INTERNAL), (other,)))
    assert check(world.home, world.label, Wanted(*_words(INTERNAL), (other,))).outcome == "deny"
    with reading(world.home.engine) as session:
        told = json.loads([one.body for one in events.stored(session)][-1])
    assert (told["fact"], told["details"]["chosenFrom"]) == ("decision.made", [other])
    sign(world.by("paula"), declare(world.by("stefan"), asked(epsilon=4.0)).budget)

    request = world.submit(world.label, Wanted(*_words(INTERNAL), (other,)))
    shown = review(world.home, request)
    world.approve(request)
    release(world.by("carla"), request, Terms("Pricing team"))

    assert shown["chosenFrom"] == [other]
    assert spent(world) == 4.0
    assert [(one["kind"], one["version"]) for one in ledger(world)][2:] == [
        ("exposure", world.label),
        ("informed", other),
    ]
    verify(world.home)


def _words(wanted: Wanted) -> tuple[str, str, str | None]:
    return wanted.use, wanted.audience, wanted.jurisdiction


@pytest.mark.parametrize(
    ("chosen", "said"),
    [(("claims@9",), "no version"), (("claims@1",), "named already"), (("other@1",), "no dataset")],
)
def test_a_choice_names_other_versions_of_the_source(
    world: World, chosen: tuple[str, ...], said: str
) -> None:
    with pytest.raises(InvalidInput, match=said):
        submit(world.by("ada"), world.label, Wanted(*_words(INTERNAL), chosen))


def test_what_is_public_reaches_everybody(world: World) -> None:
    world.publish_edited(
        "2.0.0", "agreement: DUA-1, expiresAfter: P30D}", "}\n    - {audience: public}"
    )
    budget(world, epsilon=2.0)
    released(world, world.label)
    other = world.register(4)

    assert check(world.home, other, PARTNER).outcome == "allow"
    assert check(world.home, other, PUBLIC).outcome == "deny"
    assert check(world.home, world.label, PUBLIC).outcome == "allow"


def test_a_budget_needs_two_people_each_in_a_role(world: World) -> None:
    for name in ("ada", "carla", "amir", "admin"):
        with pytest.raises(NotPermitted, match="may not declare budget"):
            declare(world.by(name), asked())
    label = declare(world.by("stefan"), asked()).budget
    other = world.register(4)
    released(world, world.label)

    assert check(world.home, other, INTERNAL).outcome == "allow", "one person binds nobody"
    with pytest.raises(NotPermitted, match="stefan declared B-1"):
        sign(world.by("stefan"), label)
    with pytest.raises(NotPermitted):
        sign(world.by("ada"), label)
    sign(world.by("stella"), label)
    assert check(world.home, other, INTERNAL).outcome == "deny"
    with pytest.raises(Conflict, match="signed already"):
        sign(world.by("paula"), label)
    facts = [one["fact"] for one in query(world.home, Question())]
    assert (facts.count("budget.proposed"), facts.count("budget.declared")) == (1, 1)
    verify(world.home)


def test_a_change_is_a_new_declaration_that_supersedes(world: World) -> None:
    budget(world)
    second = declare(world.by("stefan"), asked(epsilon=5.0)).budget
    third = declare(world.by("paula"), asked(epsilon=6.0)).budget
    with pytest.raises(InvalidInput, match="needs a reason"):
        declare(world.by("stefan"), asked(reason=" "))

    sign(world.by("stella"), third)

    with pytest.raises(Conflict, match="B-3 came into force after B-2 was declared"):
        sign(world.by("stella"), second)
    with pytest.raises(Conflict, match="is per person under add-remove"):
        declare(world.by("stefan"), asked(unit="record"))
    states = {row["budget"]: row["state"] for row in budgets(world.home, every=True)}
    assert states == {"B-1": "superseded", "B-2": "void", "B-3": "in force"}
    assert [row["budget"] for row in budgets(world.home)] == ["B-3"]
    verify(world.home)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"epsilon": -1.0}, "epsilon is -1"),
        ({"epsilon": 0.0}, "epsilon is 0"),
        ({"epsilon": inf}, "epsilon is inf"),
        ({"epsilon": float("nan")}, "epsilon is nan"),
        ({"delta": 1.0}, "delta is 1"),
        ({"delta": float("nan")}, "delta is nan"),
        ({"delta": -1e-9}, "delta is -1e-09"),
        ({"delta": 0.0, "method": "zcdp"}, "no epsilon at delta 0"),
        ({"unit": "patient"}, "unknown privacy unit"),
        ({"relation": "swap"}, "unknown neighbouring relation"),
        ({"method": "pld"}, "unknown method"),
        ({"audience": "partners"}, "unknown audience"),
        ({"source": "hospitl"}, "there is no source"),
        ({"first": "soon"}, "is no day"),
        ({"last": "2020-01-01"}, "in the past"),
        ({"first": "2027-02-01", "last": "2027-01-01"}, "is before"),
    ],
)
def test_a_budget_that_bounds_nothing_is_refused(
    world: World, changes: dict[str, object], said: str
) -> None:
    with pytest.raises(InvalidInput, match=said):
        declare(world.by("stefan"), asked(**changes))

    assert budgets(world.home, every=True) == []


def test_a_delta_that_lets_a_record_out_whole_is_warned_of(world: World) -> None:
    (warning,) = declare(world.by("stefan"), asked(delta=0.05)).warnings

    assert "at least 1/n" in warning


def test_outside_its_days_a_budget_lets_nothing_new_out(world: World) -> None:
    today = world.home.clock().date()
    budget(world, first=today.isoformat(), last=(today + timedelta(days=5)).isoformat())
    released(world, world.label)
    other = world.register(4, epsilon="0.5")
    world.home.clock.advance(days=6)  # type: ignore[attr-defined]

    decided = check(world.home, other, INTERNAL)

    assert decided.outcome == "undecided"
    assert "B-1 ended on" in str([one.message for one in decided.findings])
    assert check(world.home, world.label, INTERNAL).outcome == "allow", "it is there already"


def test_unlike_units_are_not_added_and_both_are_named(world: World) -> None:
    budget(world, unit="record", epsilon=9.0)

    with pytest.raises(Undecided, match="claims@1 is per person under add-remove, B-1 per record"):
        submit(world.by("ada"), world.label, INTERNAL)

    assert [one["kind"] for one in ledger(world)] == ["run"]


def test_without_a_budget_a_policy_that_reads_one_is_undecided_and_says_how(world: World) -> None:
    lenient(world, "{budget: source.exposed_epsilon, lte: 3.0}")

    with pytest.raises(Undecided, match="no budget in force for this audience"):
        submit(world.by("ada"), world.label, INTERNAL)
    budget(world)

    (rule,) = (
        one for one in check(world.home, world.label, INTERNAL).findings if one.rule == "DP-001"
    )
    assert (rule.outcome, rule.observed, rule.margin) == ("pass", 2.0, 1.0)


def test_no_amendment_lowers_what_was_spent(world: World) -> None:
    budget(world)
    released(world, world.label)
    smaller = read_card((CARD % {"epsilon": "0.5"}).encode(), "card.yaml")
    amend(world.by("ada"), world.label, smaller, "epsilon was misread")

    assert spent(world) == 2.0
    larger = read_card((CARD % {"epsilon": "2.5"}).encode(), "card.yaml")
    amend(world.by("ada"), world.label, larger, "binning was forgotten")
    assert spent(world) == 2.5
    assert [one["epsilon"] for one in ledger(world)] == [2.0, 2.0, 0.5, 2.5]
    verify(world.home)


def test_what_adds_to_the_ledger_states_it(world: World) -> None:
    released(world, world.label)

    stated = [
        (one["fact"], one["details"]["ledger"]["entries"])  # type: ignore[index]
        for one in query(world.home, Question())
        if "ledger" in one["details"]  # type: ignore[operator]
    ]

    assert stated == [("dataset.registered", 1), ("release.granted", 2)]


def test_a_plan_says_what_fits_and_what_remains(world: World) -> None:
    with pytest.raises(Undecided, match="no budget in force"):
        plan(world.home, "hospital", 1.0)
    budget(world)
    budget(world, audience="partner", method="zcdp", epsilon=2.0, delta=1e-4)
    released(world, world.label)

    internal, partner = plan(world.home, "hospital", 0.5, 1e-6)

    assert (internal.fits, internal.epsilon, internal.remaining) == (True, 2.5, 0.5)
    assert partner.fits
    assert 0 < partner.remaining < 2
    assert [one.fits for one in plan(world.home, "hospital", partner.remaining, 0.0, "partner")]
    assert not plan(world.home, "hospital", 1.5, 0.0, "internal")[0].fits
    with pytest.raises(InvalidInput, match="epsilon is nan"):
        plan(world.home, "hospital", float("nan"))


@pytest.mark.parametrize("epsilon", [0.25, 0.3, 0.5])
def test_under_a_zcdp_filter_what_remains_fits_and_a_little_more_does_not(
    world: World, epsilon: float
) -> None:
    # The search for what remains tries 0.5, which is planned and fits once and not twice.
    budget(world, audience="partner", method="zcdp", epsilon=2.0, delta=1e-3)

    (planned,) = plan(world.home, "hospital", epsilon, 0.0, "partner")

    with reading(world.home.engine) as session:
        account = account_of(session, source_named(session, "hospital"))
        (declared,) = session.exec(select(Budget))
        used = []
        for more in (planned.remaining, planned.remaining + 1e-6):
            new = [
                replace(hypothetical(account, declared, one, 0.0, ""), content_digest=name)
                for name, one in (("first", epsilon), ("second", more))
            ]
            used.append(standing(account, declared, world.home.clock(), new).used or 0.0)
    assert planned.fits
    assert used[0] <= 1 < used[1]


def test_an_approval_that_the_budget_no_longer_bears_is_void(world: World) -> None:
    other = world.register(4)
    waiting = world.submit(other)
    budget(world)
    released(world, world.label)

    with pytest.raises(PolicyDenied, match="void, and nothing was signed"):
        sign_request(world.by("stefan"), waiting, Meaning.APPROVE)


def test_the_evidence_of_a_version_carries_what_every_budget_would_come_to(world: World) -> None:
    budget(world)
    budget(world, audience="partner", epsilon=1.0)

    file = export_evidence(world.home, world.label)
    again = EvidenceFile.model_validate_json(file.model_dump_json(by_alias=True))

    used = {
        one.audience: one.value for one in again.measurements if one.metric == "source.budget_used"
    }
    # What goes to the public reaches partners too, and their budget would not bear it.
    assert used == {"internal": pytest.approx(2 / 3), "partner": 2.0, "public": 2.0}
    assert {one.audience for one in addressed(again, "partner").measurements} == {"partner"}
    assert [one.metric for one in addressed(again, "public").measurements] == ["source.budget_used"]


def _from_files(world: World, epsilon: str) -> Checked:
    """What a check decides under the shipped demand for a holdout, from what was written before."""
    world.publish_edited("2.0.0", LIMIT, "{budget: source.budget_used, lte: 1}")
    (world.folder / "policies").mkdir()
    for name, text in (
        ("evidence.json", export_evidence(world.home, world.label).model_dump_json(by_alias=True)),
        ("card.yaml", CARD % {"epsilon": epsilon}),
        ("policies/p.yaml", (world.folder / "policy-2.0.0.yaml").read_text()),
    ):
        (world.folder / name).write_text(text)
    files = Files(*(world.folder / name for name in ("card.yaml", "evidence.json", "policies")))
    later = world.home.clock() + timedelta(days=400)
    return check_offline(files, INTERNAL, later, "not known")


def test_a_rule_on_a_budget_is_decided_from_files_as_in_the_registry(world: World) -> None:
    budget(world)

    found = _from_files(world, "2.0")

    assert found.decision.outcome == "allow"
    assert found.decision.digest == check(world.home, world.label, INTERNAL).digest
    (note,) = (one for one in found.notes if "reckoned" in one)
    assert "source.budget_used 0.666667" in note
    assert f"reckoned at {world.home.clock().isoformat()}" in note


def test_figures_of_a_budget_hold_for_no_other_claim(world: World) -> None:
    budget(world)

    found = _from_files(world, "2.5")

    assert found.decision.outcome == "undecided"
    assert "another guarantee than the card" in str(found.decision.findings)


@pytest.mark.parametrize(
    "changes",
    [{"holdout": True}, {"measuredAt": "2026-01-01T00:00:00Z"}, {"claim": None}],
)
def test_a_figure_of_a_budget_says_for_what_and_when_and_nothing_else(
    world: World, changes: dict[str, object]
) -> None:
    budget(world)
    file = json.loads(export_evidence(world.home, world.label).model_dump_json(by_alias=True))
    file["measurements"][-1] |= changes

    with pytest.raises(ValidationError, match="reckonedAt and claim beside a budget"):
        EvidenceFile.model_validate_json(json.dumps(file))


def test_an_explanation_holds_each_audience_against_its_own_budget(world: World) -> None:
    other = world.register(4)
    budget(world)
    budget(world, audience="partner", epsilon=1.0)
    released(world, world.label)

    found = explain(world.home, other, INTERNAL)
    budget(world, audience="partner", epsilon=2.0)
    after = explain(world.home, other, INTERNAL)

    assert found.decision.outcome == "deny"
    assert [one.context.audience for one in found.alternatives or []] == []
    assert {one.context.audience for one in after.alternatives or []} == {"partner"}


def test_a_declaration_repeated_under_its_key_is_made_once(world: World) -> None:
    keyed = replace(world.by("stefan"), key="8d1f")

    first, again = declare(keyed, asked()), declare(keyed, asked())
    with pytest.raises(Conflict, match="used for another command"):
        declare(keyed, asked(epsilon=4.0))

    assert first == again
    assert len(budgets(world.home)) == 1


def test_the_next_as_large_is_denied_by_the_policy_itself_and_does_not_fit_a_plan(
    world: World,
) -> None:
    lenient(world, "{budget: source.budget_used, lte: 1}")
    budget(world, epsilon=3.0)
    released(world, world.label)
    following = world.register(4)

    found = check(world.home, following, INTERNAL)
    (planned,) = plan(world.home, "hospital", 2.0, 1e-6, "internal")

    own = [one for one in found.findings if one.policy and one.observed == 4 / 3]
    assert [one.outcome for one in own] == ["fail"]
    assert (found.outcome, planned.fits, planned.remaining) == ("deny", False, 1.0)


def test_a_budget_that_is_over_promises_nothing(world: World) -> None:
    today = world.home.clock().date()
    budget(world, epsilon=5.0, last=(today + timedelta(days=5)).isoformat())
    released(world, world.label)
    world.home.clock.advance(days=6)  # type: ignore[attr-defined]

    (planned,) = plan(world.home, "hospital", 0.5)
    found: Any = show(world.home, "hospital", "internal")["budgets"]

    assert (planned.fits, planned.remaining, found[0]["remaining"]) == (False, 0.0, 0.0)
    for why in (planned.why, found[0]["why"]):
        assert "nothing is left until another is declared" in why
    text = render(report(world.home, world.label, "quality"), "md").decode()
    assert "nothing is left until another is declared" in text
    assert "one more release" not in text


def test_a_budget_to_come_is_signed_on_its_first_day_and_the_one_before_binds(
    world: World,
) -> None:
    today = world.home.clock().date()
    budget(world)
    first, last = (today + timedelta(days=each) for each in (5, 6))
    days = {"first": first.isoformat(), "last": last.isoformat()}
    label = declare(world.by("stefan"), asked(epsilon=4.0, **days)).budget

    with pytest.raises(Conflict, match=f"B-2 begins on {first}"):
        sign(world.by("paula"), label)
    assert check(world.home, world.label, INTERNAL).outcome == "allow"

    world.home.clock.advance(days=5)  # type: ignore[attr-defined]
    assert sign(world.by("paula"), label).state == "in force"
    late = declare(world.by("stefan"), asked(**days)).budget
    world.home.clock.advance(days=2)  # type: ignore[attr-defined]
    with pytest.raises(Conflict, match=f"B-3 ended on {last}"):
        sign(world.by("paula"), late)


def test_a_filter_is_declared_before_the_first_exposure(world: World) -> None:
    label = declare(world.by("stefan"), asked(method="zcdp")).budget
    released(world, world.label)

    with pytest.raises(Conflict, match="claims@1 reached internal before the zCDP filter"):
        sign(world.by("paula"), label)
    with pytest.raises(Conflict, match="claims@1 reached internal before the zCDP filter"):
        declare(world.by("stefan"), asked(method="zcdp"))
    assert budget(world, audience="partner", method="zcdp") == "B-2"


@pytest.mark.parametrize("other", ["privacyUnit: record", "neighbouringRelation: replace-one"])
def test_what_was_received_keeps_its_unit_and_relation(world: World, other: str) -> None:
    budget(world, epsilon=30.0)
    key = other.partition(":")[0]
    plain = CARD % {"epsilon": "2.0"}
    changed = "\n".join(f"  {other}" if key in one else one for one in plain.splitlines())
    card = read_card(changed.encode(), "card.yaml")
    released(world, world.label)

    with pytest.raises(Conflict, match="could not be added up"):
        amend(world.by("ada"), world.label, card, "a typo")
    amend(world.by("ada"), world.label, read_card(SILENT.encode(), "card.yaml"), "nothing said")
    with pytest.raises(Conflict, match="could not be added up"):
        amend(world.by("ada"), world.label, card, "a typo")

    assert check(world.home, world.register(7), INTERNAL).outcome == "allow"
    amend(world.by("ada"), world.register(8), card, "a typo, and nobody has it")
