"""A closed batch is declared before its runs, and charged once to whoever receives any of them."""

from dataclasses import replace
from math import log, log1p

import pytest
from clocks import SettableClock
from conftest import real_table
from contracts.batching import NOISY, card, declared, given, plan, proposed, run
from contracts.budgeting import SILENT, budget, ledger, released, spent
from contracts.test_bundle import causes, create
from contracts.test_partitions import divided
from sqlalchemy import text
from world import INTERNAL, World

from registry.bundle.verify import verified
from registry.card import read_card
from registry.clock import stamp
from registry.errors import Conflict, IntegrityFailure, InvalidInput, NotPermitted, PolicyDenied
from registry.log.canonical import digest_bytes
from registry.workflow.amend import amend
from registry.workflow.budgets.batch import Asked, batch
from registry.workflow.budgets.plan_batch import plan_batch
from registry.workflow.budgets.plans import batches
from registry.workflow.budgets.show import show
from registry.workflow.budgets.sign_batch import sign_batch
from registry.workflow.check import check
from registry.workflow.register import register
from registry.workflow.release import Terms, release
from registry.workflow.verify import verify

COMES_TO = pytest.approx(2.54870, abs=5e-6)


def test_twenty_planned_gaussians_are_charged_once_to_an_audience(world: World) -> None:
    found = declared(world)
    budget(world, epsilon=3.0)
    first = given(world, 30, "1")
    after_one = spent(world)
    for place in range(2, 5):
        given(world, 30 + place, str(place))

    assert (found.epsilon, found.delta) == (COMES_TO, 1e-6)
    assert found.sum_of_epsilons == 12.0
    assert found.runs[::19] == ("wave/1", "wave/20")
    assert after_one == spent(world) == found.epsilon
    (row,) = [one for one in ledger(world) if one["version"] == first and one["kind"] == "run"]
    assert (row["counted as"], row["batch"]) == ("batch", "wave/1")
    assert "the batch wave counts once, with epsilon 2.5487" in row["why"]
    verify(world.home)


def test_what_is_beside_the_batch_adds_up_with_it_and_is_denied_where_it_does_not_fit(
    world: World,
) -> None:
    declared(world)
    budget(world, epsilon=4.0)
    given(world, 31, "1")
    other = world.register(40, epsilon="2.0")

    decision = check(world.home, other, INTERNAL)

    assert decision.outcome == "deny"
    (said,) = [one.message for one in decision.findings if one.rule == "registry.budget"]
    assert "epsilon 4.5487" in said and "the batch wave counts once" in said
    assert check(world.home, run(world, 32, "wave/2"), INTERNAL).outcome == "allow"


def test_two_releases_that_fit_only_singly_never_both_pass(world: World) -> None:
    declared(world)
    other, member = world.label, run(world, 33, "wave/1")
    requests = [world.submit(one) for one in (other, member)]
    for one in requests:
        world.approve(one)
    budget(world, epsilon=3.0)

    release(world.by("carla"), requests[1], Terms("Pricing team"))
    with pytest.raises(PolicyDenied):
        release(world.by("carla"), requests[0], Terms("Pricing team"))

    assert spent(world) == COMES_TO
    verify(world.home)


def test_runs_that_informed_the_choice_are_the_same_charge(world: World) -> None:
    declared(world)
    budget(world, epsilon=3.0)
    others = tuple(run(world, 50 + place, f"wave/{place}") for place in range(1, 4))
    chosen = run(world, 60, "wave/4")

    released(world, chosen, wanted=replace(INTERNAL, chosen_from=others))

    assert spent(world) == COMES_TO
    assert [one["kind"] for one in ledger(world)].count("informed") == 3


def test_each_audience_is_charged_by_itself(world: World) -> None:
    declared(world)
    world.agree("DUA-1", "University")
    given(world, 34, "1")
    request = world.submit(run(world, 35, "wave/2"), replace(INTERNAL, audience="partner"))
    world.approve(request)
    release(world.by("carla"), request, Terms("University", agreement="DUA-1"))
    budget(world, epsilon=3.0)
    budget(world, epsilon=3.0, audience="partner")

    assert spent(world) == spent(world, "partner") == COMES_TO
    (row,) = show(world.home, "hospital")["batches"]  # type: ignore[misc]
    assert row["charged to"] == ["internal", "partner"]  # type: ignore[index]
    assert (row["runs"], row["made"]) == (20, 2)  # type: ignore[index]


def test_a_renyi_filter_counts_them_one_by_one_as_if_no_plan_were_there(world: World) -> None:
    declared(world)
    budget(world, epsilon=3.0, delta=1e-6, method="rdp", order=8.0)
    before = {one.audience: one for one in plan_batch(world.home, "hospital", "wave", "internal")}
    given(world, 64, "1")
    one = spent(world)
    given(world, 65, "2")

    cost = 8 / (2 * 8.0**2)
    told = log1p(-1 / 8) - (log(1e-6) + log(8)) / 7
    assert (one, spent(world)) == (pytest.approx(cost + told), pytest.approx(2 * cost + told))
    assert before["internal"].epsilon == pytest.approx(20 * cost + told)
    (row,) = show(world.home, "hospital")["batches"]  # type: ignore[misc]
    assert row["charged to"] == []  # type: ignore[index]
    verify(world.home)


def test_a_run_of_a_batch_reads_no_part(world: World) -> None:
    declared(world)
    divided(world)

    with pytest.raises(InvalidInput, match="partition is 'region/north', and None was planned"):
        run(world, 66, "wave/1", f"{NOISY}, partition: region/north")


def test_a_zcdp_filter_counts_them_one_by_one(world: World) -> None:
    declared(world)
    budget(world, epsilon=3.0, delta=1e-5, method="zcdp")
    given(world, 36, "1")
    one = spent(world)
    given(world, 37, "2")

    assert isinstance(one, float) and isinstance(two := spent(world), float)
    assert one < two < 1.5
    assert show(world.home, "hospital")["batches"][0]["charged to"] == []  # type: ignore[index]


def test_a_plan_says_what_the_whole_batch_would_come_to(world: World) -> None:
    declared(world)
    budget(world, epsilon=3.0)
    given(world, 38, "1")

    (found,) = plan_batch(world.home, "hospital", "wave")

    assert found.fits and found.epsilon == spent(world) == COMES_TO
    assert found.remaining == pytest.approx(3.0 - 2.54870, abs=5e-6)
    assert "the batch wave counts once" in found.why
    with pytest.raises(InvalidInput, match="hospital has no batch 'waves'"):
        plan_batch(world.home, "hospital", "waves")


def test_a_plan_under_a_filter_adds_the_runs_that_are_not_there_yet(world: World) -> None:
    declared(world)
    budget(world, epsilon=3.0, delta=1e-5, method="zcdp")
    (before,) = plan_batch(world.home, "hospital", "wave")
    given(world, 39, "1")
    (after,) = plan_batch(world.home, "hospital", "wave", "internal")

    assert before.epsilon == after.epsilon
    assert before.epsilon is not None and before.epsilon > 2.5


def test_a_bundle_carries_the_plan_and_both_verifiers_hold_the_run_to_it(world: World) -> None:
    declared(world, count=3)
    budget(world, epsilon=3.0)
    given(world, 62, "2")
    label = given(world, 63, "1")

    made = create(world, label)

    assert (made.problems, causes(world, made.path)) == ((), (frozenset(), set()))
    opened = verified(made.path.read_bytes()).opened
    assert opened is not None
    bodies = [one.body for one in opened.record.events]
    for fact in ("batch.proposed", "batch.declared"):
        assert len([one for one in bodies if f'"fact":"{fact}"' in one]) == 1


# --- what is no run of it ------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("guarantee", "said"),
    [
        (NOISY.replace("noise: 8.0", "noise: 9.0"), "noise is 9, and 8 was planned"),
        (NOISY.replace("epsilon: 0.6", "epsilon: 0.7"), "epsilon is 0.7, and 0.6 was planned"),
        (NOISY.replace(", adaptive: false", ""), "adaptive is None, and False was planned"),
        (NOISY + ", steps: 1", "steps is 1, and None was planned"),
    ],
)
def test_a_run_that_is_not_as_planned_is_refused(world: World, guarantee: str, said: str) -> None:
    declared(world)

    with pytest.raises(InvalidInput, match=said):
        run(world, 41, "wave/1", guarantee)
    assert len(ledger(world)) == 1


def test_a_place_is_taken_by_the_first_content_in_it(world: World) -> None:
    declared(world)
    label = run(world, 42, "wave/1")

    with pytest.raises(Conflict, match=f"the place wave/1 is taken by {label}"):
        run(world, 43, "wave/1")
    assert run(world, 43, "wave/2") != label


@pytest.mark.parametrize("named", ["wave", "wave/21", "waves/1"])
def test_a_place_that_nobody_declared_is_refused(world: World, named: str) -> None:
    with pytest.raises(InvalidInput, match="no place in a declared batch"):
        run(world, 44, "wave/1")
    declared(world)

    with pytest.raises(InvalidInput, match=f"names '{named}', which is no place"):
        run(world, 44, named)


def test_a_run_that_was_made_before_the_plan_is_refused(world: World) -> None:
    declared(world)

    with pytest.raises(Conflict, match="made at 2020-01-01T00:00:00Z, and the batch wave was decl"):
        run(world, 45, "wave/1", made="2020-01-01T00:00:00Z")
    for made in (None, "in March", "2099-01-01T00:00:00"):
        with pytest.raises(InvalidInput, match="says nowhere when its run was made"):
            run(world, 45, "wave/1", made=made)


def test_a_version_from_before_the_plan_cannot_join_it_by_an_amended_card(world: World) -> None:
    early = run(world, 46, None)
    declared(world)
    later = run(world, 47, None)
    made = "2099-01-01T00:00:00Z"
    said = read_card(card("wave/1", made).encode(), "card.yaml")

    with pytest.raises(Conflict, match=f"{early} was registered before the batch wave"):
        amend(world.by("ada"), early, said, "a better place")
    amend(world.by("ada"), later, said, "it is of the batch")
    budget(world, epsilon=9.0)
    released(world, later)

    # What it claimed before stands beside: no amendment lowers a total.
    assert spent(world) == pytest.approx(2.54870 + 0.6, abs=5e-6)
    verify(world.home)


def test_a_silent_version_from_before_the_plan_cannot_join_it_either(world: World) -> None:
    data = world.folder / "silent.csv"
    real_table(48).to_csv(data, index=False)
    label = register(world.by("ada"), data, read_card(SILENT.encode(), "card.yaml")).label
    declared(world)

    with pytest.raises(Conflict, match="was registered before the batch"):
        said = read_card(card("wave/1", "2099-01-01T00:00:00Z").encode(), "card.yaml")
        amend(world.by("ada"), label, said, "said now")


def test_leaving_a_batch_lowers_nothing(world: World) -> None:
    declared(world)
    budget(world, epsilon=9.0)
    label = given(world, 49, "1")
    said = read_card(card(None, "2099-01-01T00:00:00Z").encode(), "card.yaml")

    with pytest.raises(InvalidInput, match=r"from epsilon 2\.5487 and delta 1e-06 to 3.1487"):
        amend(world.by("ada"), label, said, "of no batch any more")
    amend(world.by("ada"), label, said, "of no batch any more", weakens=True)

    assert spent(world) == pytest.approx(2.54870 + 0.6, abs=5e-6)


# --- declaring -----------------------------------------------------------------------------------
def test_a_batch_is_declared_once_by_a_steward_or_privacy_officer(world: World) -> None:
    with pytest.raises(NotPermitted):
        declared(world, by="ada")
    declared(world)

    with pytest.raises(Conflict, match="has a batch 'wave' already"):
        declared(world, by="paula", count=3)
    assert declared(world, by="paula", name="next", count=3).epsilon < 1.0


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"delta": "0"}, "delta"),
        ({"delta": "1"}, "delta"),
        ({"count": 0}, "at least 1 of them"),
        ({"guarantee": NOISY.replace("noise: 8.0, ", "")}, "gaussian without noise"),
        ({"guarantee": NOISY.replace("gaussian", "other")}, "loss distributions need its mech"),
        ({"guarantee": NOISY.replace("adaptive: false", "adaptive: true")}, "adaptive: false"),
        ({"guarantee": NOISY + ", batch: wave/1"}, "names no batch"),
        ({"guarantee": NOISY + ", partition: a/b"}, "names no partition"),
    ],
)
def test_a_plan_of_which_nothing_follows_is_refused(changes: dict[str, object], said: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        plan(**changes)  # type: ignore[arg-type]
    assert said in str(refused.value)


def test_runs_of_two_units_or_relations_or_twice_at_a_place_make_no_plan() -> None:
    for old, new in (("add-remove", "replace-one"), ("person", "household")):
        other = NOISY.replace(old, new)
        with pytest.raises(InvalidInput, match="one privacy unit and one neighbouring relation"):
            plan(f'{NOISY}}}\n  - places: ["x"]\n    guarantee: {{{other}')
    with pytest.raises(InvalidInput, match="'1' is there twice"):
        plan(f'{NOISY}}}\n  - places: ["1"]\n    guarantee: {{{NOISY}')


def test_a_run_that_claims_less_than_it_costs_is_planned_by_nobody(world: World) -> None:
    sampled = NOISY.replace("gaussian", "dp-sgd").replace("noise: 8.0", "noise: 1.0")

    with pytest.raises(InvalidInput, match="the guarantee planned at 1 claims too little"):
        declared(world, guarantee=sampled + ", sampling: 0.1, steps: 1000")


@pytest.mark.parametrize(("name", "reason"), [("a/b", "r"), (" ", "r"), ("a\n", "r"), ("a", " ")])
def test_a_batch_without_a_name_or_a_reason_is_refused(
    world: World, name: str, reason: str
) -> None:
    with pytest.raises(InvalidInput, match=r"no name of a batch|needs a reason"):
        batch(world.by("stefan"), Asked("hospital", name, plan(count=1), reason))


# --- two people ---------------------------------------------------------------------------------
def test_a_batch_holds_for_nothing_before_a_second_person_signed_it(
    world: World, clock: SettableClock
) -> None:
    found = proposed(world)
    budget(world, epsilon=3.0)
    early = run(world, 70, None)

    with pytest.raises(InvalidInput, match="no place in a declared batch"):
        run(world, 71, "wave/1")
    with pytest.raises(NotPermitted, match="stefan declared BATCH-1"):
        sign_batch(world.by("stefan"), found.batch)
    with pytest.raises(NotPermitted):
        sign_batch(world.by("ada"), found.batch)
    assert (found.state, batches(world.home)[0]["state"]) == ("proposed", "proposed")
    made = stamp(world.home.clock())
    clock.advance(hours=1)

    assert sign_batch(world.by("paula"), found.batch).state == "in force"
    with pytest.raises(Conflict, match="BATCH-1 is signed already"):
        sign_batch(world.by("paula"), found.batch)
    (row,) = batches(world.home, "hospital")
    assert (row["state"], row["declared_by"], row["signed_by"]) == ("in force", "stefan", "paula")
    with pytest.raises(Conflict, match="the batch wave was declared at"):
        run(world, 71, "wave/1", made=made)
    with pytest.raises(Conflict, match=f"{early} was registered before the batch wave"):
        run(world, 70, "wave/1")
    given(world, 71, "1")
    verify(world.home)


def test_what_is_signed_of_a_batch_is_what_was_declared(world: World) -> None:
    found = proposed(world)
    with world.home.engine.begin() as connection:
        connection.execute(text("UPDATE source_batch SET epsilon = 0.1"))

    with pytest.raises(IntegrityFailure, match="BATCH-1 is not what was signed"):
        sign_batch(world.by("paula"), found.batch)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE batch_signature SET event_seq = 1 WHERE meaning = 'sign'",
        "DELETE FROM batch_signature WHERE meaning = 'sign'",
        "DELETE FROM batch_signature WHERE meaning = 'declare'",
        "DELETE FROM batch_signature",
        "UPDATE batch_signature SET role = 'admin' WHERE meaning = 'sign'",
        "UPDATE batch_signature SET account_id = account_id + 1 WHERE meaning = 'sign'",
    ],
)
def test_the_gate_believes_no_batch_whose_signatures_were_edited(
    world: World, statement: str
) -> None:
    declared(world)
    budget(world)
    run(world, 72, "wave/1")
    with world.home.engine.begin() as connection:
        connection.execute(text(statement))

    with pytest.raises(IntegrityFailure, match="BATCH-1"):
        check(world.home, world.label, INTERNAL)
    with pytest.raises(IntegrityFailure):
        verify(world.home)


def test_a_plan_that_was_written_anew_is_not_the_one_the_log_tells(world: World) -> None:
    declared(world)
    budget(world)
    with world.home.engine.begin() as connection:
        connection.execute(text("UPDATE source_batch SET delta = 0.5"))
        for key, body in connection.execute(text("SELECT id, statement FROM batch_signature")):
            forged = bytes(body).replace(b'"delta":0.000001', b'"delta":0.5')
            assert forged != bytes(body)
            connection.execute(
                text(
                    "UPDATE batch_signature SET statement = :body, statement_digest = :digest "
                    "WHERE id = :id"
                ),
                {"body": forged, "digest": digest_bytes(forged), "id": key},
            )

    with pytest.raises(IntegrityFailure, match="BATCH-1 of hospital is not signed as the log tel"):
        check(world.home, world.label, INTERNAL)


# --- as it is recorded ---------------------------------------------------------------------------
@pytest.mark.parametrize(
    "change",
    [
        "epsilon = 0.1",
        "delta = 1e-9",
        "library = '9'",
        "runs = '[]'",
        "runs = 'junk'",
        "reason = 'none'",
        "name = 'waves'",
    ],
)
def test_neither_the_gate_nor_an_audit_believes_a_batch_that_was_edited(
    world: World, change: str
) -> None:
    declared(world)
    budget(world)
    run(world, 61, "wave/1")
    with world.home.engine.begin() as connection:
        connection.execute(text(f"UPDATE source_batch SET {change}"))

    with pytest.raises(IntegrityFailure, match="BATCH-1 is not what was signed"):
        check(world.home, world.label, INTERNAL)
    with pytest.raises(IntegrityFailure, match="batch BATCH-1: it is not what its statement says"):
        verify(world.home)


def test_neither_the_gate_nor_an_audit_overlooks_a_batch_that_is_gone(world: World) -> None:
    declared(world)
    budget(world)
    given(world, 63, "1")
    with world.home.engine.begin() as connection:
        connection.execute(text("DELETE FROM batch_signature"))
        connection.execute(text("DELETE FROM source_batch"))

    with pytest.raises(IntegrityFailure, match="BATCH-1 of hospital is not signed as the log tel"):
        check(world.home, world.label, INTERNAL)
    with pytest.raises(IntegrityFailure, match=r"batch of event .*: the log records it and it is"):
        verify(world.home)
