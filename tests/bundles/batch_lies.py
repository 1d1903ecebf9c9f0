"""Lies about batches, signed by the log's own key, each with its cause."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from ledger_lies import released
from ledgered import NOISY, Ledgered, batched, placed, sourced
from lies import Lie
from scene import stamp

BATCHES: list[Lie] = []


def lie(cause: str) -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    def kept(make: Callable[[], bytes]) -> Callable[[], bytes]:
        BATCHES.append(Lie(make.__name__, cause, make))
        return make

    return kept


def planned(*runs: dict[str, Any], **lies: Any) -> Ledgered:
    scene = sourced()
    scene.plan(*(runs or (NOISY, NOISY, NOISY)), **lies)
    return scene


def told(scene: Ledgered, **changes: Any) -> bytes:
    """With the version itself at the first place, and a budget in which all of it has room."""
    placed(scene, **changes)
    scene.budget(9.0, 1e-5)
    return released(scene).bundle()


# --- the plan ------------------------------------------------------------------------------------
@lie("ledger-batch")
def a_batch_declared_twice() -> bytes:
    scene = planned()
    scene.plan(NOISY)
    scene.batches.pop()
    return told(scene)


@lie("ledger-batch")
def a_batch_of_two_runs_at_one_place() -> bytes:
    runs = [{"places": ["1", "1"], "guarantee": NOISY}]
    return told(planned(runs=runs))


@lie("ledger-batch")
def a_batch_of_no_runs() -> bytes:
    scene = planned(runs=[])
    scene.sibling("waves@1", None)
    scene.register()
    scene.evaluate()
    scene.budget(9.0, 1e-5)
    return released(scene).bundle()


@lie("ledger-batch")
def a_batch_of_two_units() -> bytes:
    return told(planned(NOISY, {**NOISY, "privacyUnit": "household"}))


@lie("ledger-batch")
def a_batch_under_two_relations() -> bytes:
    return told(planned(NOISY, {**NOISY, "neighbouringRelation": "replace-one"}))


@lie("ledger-batch")
def a_batch_of_which_a_run_waits_for_another() -> bytes:
    return told(planned(NOISY, {**NOISY, "adaptive": True}))


@lie("ledger-batch")
def a_batch_that_does_not_say_it_is_fixed() -> bytes:
    return told(planned(NOISY, {key: one for key, one in NOISY.items() if key != "adaptive"}))


@lie("ledger-batch")
def a_batch_at_a_delta_of_nought() -> bytes:
    return told(planned(delta=0))


@lie("ledger-batch")
def a_batch_of_an_epsilon_below_nought() -> bytes:
    scene = planned(epsilon=-5.0)
    honest = [replace(one, epsilon=0.9) for one in scene.batches]
    placed(scene)
    scene.budget(9.0, 1e-5)
    scene.batches = honest
    return released(scene).bundle()


@lie("role-missing")
def a_batch_declared_by_an_engineer() -> bytes:
    return told(planned(by=("stefan", "ada")))


@lie("role-missing")
def a_batch_proposed_by_an_engineer() -> bytes:
    return told(planned(by=("ada", "paula")))


@lie("ledger-batch")
def a_batch_that_one_person_declared_alone() -> bytes:
    return told(planned(by=("stefan",)))


@lie("ledger-batch")
def a_batch_that_its_proposer_signed() -> bytes:
    return told(planned(by=("stefan", "stefan")))


@lie("ledger-batch")
def a_batch_signed_at_another_epsilon_than_proposed() -> bytes:
    return told(planned(proposed={"epsilon": 9.5}))


@lie("ledger-batch")
def a_batch_signed_with_other_runs_than_proposed() -> bytes:
    return told(planned(proposed={"runs": [{"places": ["1"], "guarantee": NOISY}]}))


# --- its runs ------------------------------------------------------------------------------------
@lie("ledger-batch")
def a_run_that_was_planned_otherwise() -> bytes:
    scene = planned()
    scene.member("waves@1", "2", noise=4)
    return told(scene)


@lie("ledger-batch")
def a_run_of_another_epsilon_than_planned() -> bytes:
    scene = planned()
    scene.member("waves@1", "2", epsilon=0.7)
    return told(scene)


@lie("ledger-batch")
def a_run_that_says_more_than_was_planned() -> bytes:
    scene = planned()
    scene.member("waves@1", "2", steps=1)
    return told(scene)


@lie("ledger-batch")
def a_run_at_a_place_that_is_none() -> bytes:
    scene = planned()
    scene.member("waves@1", "4")
    return told(scene)


@lie("ledger-batch")
def two_runs_at_one_place() -> bytes:
    scene = planned()
    scene.member("waves@1", "2")
    scene.member("waves@2", "2")
    return told(scene)


@lie("ledger-batch")
def a_run_at_the_place_of_the_version() -> bytes:
    scene = planned()
    scene.member("waves@1", "1")
    return told(scene)


@lie("ledger-batch")
def a_run_from_before_the_plan() -> bytes:
    scene = sourced()
    scene.member("waves@1", "2")
    scene.plan(NOISY, NOISY)
    return told(scene)


@lie("ledger-batch")
def a_run_from_before_the_plan_that_joins_it_later() -> bytes:
    scene = sourced()
    scene.sibling("waves@1", None)
    scene.plan(NOISY, NOISY)
    scene.member("waves@1", "2")
    return told(scene)


@lie("ledger-batch")
def a_version_that_was_planned_otherwise() -> bytes:
    return told(planned(), noise=9)


@lie("ledger-batch")
def a_version_made_before_the_plan() -> bytes:
    scene = planned()
    return told(scene, made=stamp(scene.time - timedelta(days=9)))


@lie("ledger-batch")
def a_version_that_does_not_say_when_it_was_made() -> bytes:
    return told(planned(), made="in spring")


@lie("ledger-batch")
def a_version_made_at_a_time_of_no_zone() -> bytes:
    return told(planned(), made="2099-01-01T00:00:00")


# --- what it costs -------------------------------------------------------------------------------
@lie("budget-exceeded")
def a_run_that_costs_itself_alone() -> bytes:
    """As if the first run of a batch cost no more than it claims."""
    scene = planned()
    placed(scene)
    scene.budget(0.8, 1e-5)
    whole, scene.batches = scene.batches, []
    decision = scene.decide()
    scene.batches = whole
    return _submitting(scene, decision)


@lie("budget-exceeded")
def a_batch_that_nobody_declared() -> bytes:
    scene = batched()
    declared = next(one for one in scene.events if b'"batch.declared"' in one)
    scene.omitted.add(scene.events.index(declared) + 1)
    return _submitting(scene, scene.decide())


@lie("budget-exceeded")
def a_batch_that_counts_for_a_run_beside_it() -> bytes:
    """As if what is no run of the batch cost nothing either."""
    scene = batched()
    scene.sibling("waves@9", {**NOISY, "noise": 9}, "internal")
    kept = scene.entries
    scene.entries = [one for one in kept if one.label != "waves@9"]
    decision = scene.decide()
    scene.entries = kept
    return _submitting(scene, decision)


def _submitting(scene: Ledgered, decision: Any) -> bytes:
    scene.submit(decision=decision)
    scene.sign("stefan")
    scene.sign("paula")
    scene.approve()
    scene.grant()
    return scene.bundle()
