"""Lies about the ledger and its budgets, signed by the log's own key, each with its cause."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ledgered import BUDGETED, PURE, Ledgered, budgeted, opened
from lies import Lie
from scene import LABEL, LOG, ORIGIN, POLICY, finish

from registry.bundle.format import packed
from registry.bundle.record import Record
from registry.ledger.entry import Entry
from registry.log.canonical import canonical
from registry.log.checkpoint import Checkpoint, sign_checkpoint
from registry.log.merkle import in_memory, inclusion, root

LEDGER: list[Lie] = []
GAUSSIAN = {
    "variant": "approximate",
    "epsilon": 2.0,
    "delta": 1e-8,
    "mechanism": "gaussian",
    "noise": 8.0,
    "sensitivity": 1.0,
    "contributions": 1,
    "privacyUnit": "person",
    "neighbouringRelation": "add-remove",
}


def renyi(epsilon: float, order: float) -> dict[str, Any]:
    """A claim of a Renyi loss at one order."""
    stated = [{"order": order, "epsilon": epsilon}]
    about = {key: PURE[key] for key in ("privacyUnit", "neighbouringRelation")}
    return {"variant": "renyi", "renyi": stated, "mechanism": "other", **about}


def lie(cause: str) -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    def kept(make: Callable[[], bytes]) -> Callable[[], bytes]:
        LEDGER.append(Lie(make.__name__, cause, make))
        return make

    return kept


def carrying(scene: Ledgered, entries: list[Entry]) -> bytes:
    """A bundle with other entries than the log states."""
    texts = [canonical(one.canonical()).decode() for one in entries]
    return scene.bundle(ledger={"entries": texts, "budgets": list(scene.shown.values())})


def renumbered(entries: list[Entry]) -> list[Entry]:
    return [replace(one, number=place) for place, one in enumerate(entries, 1)]


def cheaper(one: Entry, epsilon: float = 0.1) -> Entry:
    return replace(one, guarantee={**(one.guarantee or {}), "epsilon": epsilon})


def released(scene: Ledgered | None = None) -> Ledgered:
    scene = scene or budgeted()
    finish(scene)
    return scene


# --- the entries ---------------------------------------------------------------------------------
@lie("ledger-differs")
def the_last_entry_left_out() -> bytes:
    scene = released()
    return carrying(scene, scene.entries[:-1])


@lie("ledger-differs")
def an_entry_in_the_middle_left_out() -> bytes:
    scene = released()
    return carrying(scene, renumbered(scene.entries[:2] + scene.entries[3:]))


@lie("ledger-differs")
def a_sibling_without_a_guarantee_left_out() -> bytes:
    scene = released()
    return carrying(scene, renumbered([one for one in scene.entries if one.label != "visits@2"]))


@lie("ledger-differs")
def a_sibling_left_out_of_what_the_bundle_states_too() -> bytes:
    scene = released()
    scene.entries = renumbered([one for one in scene.entries if one.label != "visits@2"])
    return scene.bundle()


@lie("ledger-differs")
def a_statement_shorter_than_the_ledger_it_comes_with() -> bytes:
    scene = released()
    scene.lies = {"entries": len(scene.entries) - 1}
    return scene.bundle()


@lie("ledger-differs")
def a_sibling_of_a_lower_epsilon() -> bytes:
    scene = released()
    return carrying(
        scene, [cheaper(one) if one.label == "claims@7" else one for one in scene.entries]
    )


@lie("ledger-differs")
def entries_in_another_order() -> bytes:
    scene = released()
    first, second, *others = scene.entries
    return carrying(scene, renumbered([second, first, *others]))


@lie("ledger-differs")
def an_entry_that_nothing_led_to() -> bytes:
    scene = released()
    more = replace(scene.entries[-1], number=len(scene.entries) + 1)
    return carrying(scene, [*scene.entries, more])


@lie("ledger-differs")
def an_entry_of_an_event_after_the_checkpoint() -> bytes:
    scene = released()
    last = scene.entries[-1]
    more = replace(last, number=last.number + 1, event=len(scene.events) + 2)
    return carrying(scene, [*scene.entries, more])


@lie("ledger-entry")
def an_entry_that_follows_from_an_event_that_adds_none() -> bytes:
    scene = budgeted()
    (added,) = [seq for seq, one in enumerate(scene.events, 1) if b'"source.added"' in one]
    scene.entries[0] = replace(scene.entries[0], event=added)
    return _restated(scene)


@lie("ledger-entry")
def a_sibling_that_follows_from_the_registration_of_the_version() -> bytes:
    scene = budgeted()
    own = scene.entries[-1]
    scene.entries.append(replace(own, number=own.number + 1, label="claims@9"))
    return _restated(scene)


@lie("event-missing")
def a_release_between_the_bundle_and_its_checkpoint() -> bytes:
    """The ledger that the bundle's event states is no longer the one of its checkpoint."""
    scene = released()
    record = scene.record()
    scene.expose("claims@7", "internal")
    scene.log("cem", "release.granted", about="claims@7")
    tree, size = in_memory(scene.events), len(scene.events)
    proofs = [[one.hex() for one in inclusion(seq - 1, size, tree)] for seq in _places(record)]
    kept = zip(record.events, proofs, strict=True)
    note = sign_checkpoint(Checkpoint(ORIGIN, size, root(size, tree)), [LOG])
    events = [{"body": one.body, "proof": proof} for one, proof in kept]
    whole = {**record.model_dump(mode="json"), "events": events, "checkpoint": str(note)}
    return packed(Record.model_validate_json(canonical(whole)), LOG, None)


def _places(record: Record) -> list[int]:
    return [json.loads(one.body)["seq"] for one in record.events]


@lie("ledger-differs")
def a_gap_in_the_numbers() -> bytes:
    scene = budgeted()
    scene.entries = [replace(one, number=one.number + (one.number > 2)) for one in scene.entries]
    return released(scene).bundle()


@lie("ledger-differs")
def a_release_that_states_no_ledger() -> bytes:
    scene = budgeted()
    scene.submit()
    scene.sign("stefan")
    scene.sign("paula")
    scene.approve()
    scene.stating = False
    scene.grant()
    scene.stating = True
    return scene.bundle()


@lie("ledger-differs")
def a_bundle_that_states_no_ledger_and_carries_one() -> bytes:
    scene = released()
    scene.stating = False
    return scene.bundle()


@lie("ledger-missing")
def a_ledger_kept_back() -> bytes:
    scene = opened(POLICY)
    return released(scene).bundle(ledger=None)


@lie("ledger-foreign")
def the_head_of_another_source() -> bytes:
    scene = released()
    scene.lies = {"source": "clinic"}
    return scene.bundle()


@lie("ledger-guarantee")
def the_version_of_a_lower_epsilon_than_its_card() -> bytes:
    scene = budgeted()
    scene.entries[-1] = cheaper(scene.entries[-1])
    return _restated(scene)


@lie("ledger-entry")
def the_release_counted_for_another_audience() -> bytes:
    return _granted_as(lambda one: replace(one, audience="partner"))


@lie("ledger-entry")
def the_release_counted_as_a_sibling() -> bytes:
    return _granted_as(lambda one: replace(one, label="claims@7"))


@lie("ledger-entry")
def a_sibling_exposed_under_a_lower_claim_than_it_was_run_with() -> bytes:
    scene = opened()
    place = [one.kind for one in scene.entries].index("exposure")
    scene.entries[place] = cheaper(scene.entries[place])
    scene.budget(4.0)
    return _restated(scene)


@lie("ledger-entry")
def a_choice_informed_by_a_sibling_that_is_not_counted() -> bytes:
    scene = budgeted()
    scene.asked = replace(scene.asked, chosen_from=("visits@1",))
    scene.submit()
    scene.sign("stefan")
    scene.sign("paula")
    scene.approve()
    scene.asked = replace(scene.asked, chosen_from=())
    scene.grant()
    return scene.bundle()


# --- what they come to ---------------------------------------------------------------------------
@lie("decision-differs")
def a_total_that_says_less_than_the_entries_come_to() -> bytes:
    scene = budgeted()
    scene.submit()
    findings = [{**one} for one in scene.body["findings"]]
    own = next(one for one in findings if one["rule"] == "BUD-002")
    own["observed"], own["margin"] = 3.0, 5.0
    return _submitting(budgeted(), body={"findings": findings})


@lie("not-allowed")
def more_than_the_policy_lets_be_exposed() -> bytes:
    policy = BUDGETED.replace("source.exposed_epsilon, lte: 8", "source.exposed_epsilon, lte: 3")
    scene = opened(policy)
    scene.budget(4.0)
    allowed = scene.decide(evidence=_without(scene, "claims@7"))
    return _submitting(scene, decision=allowed)


@lie("budget-exceeded")
def a_claim_that_was_taken_back_after_it_was_received() -> bytes:
    scene = opened()
    scene.sibling("visits@9", PURE, "internal")
    scene.sibling("visits@9", None)
    scene.budget(8.0)
    return _submitting(scene, decision=scene.decide(evidence=_without(scene, "visits@9")))


@lie("budget-exceeded")
def more_than_the_budget_holds() -> bytes:
    return _pretending(budgeted(3.0), 4.0)


@lie("budget-exceeded")
def a_budget_raised_after_the_release() -> bytes:
    scene = budgeted(3.0)
    _pretending(scene, 4.0)
    scene.events.pop()
    scene.budget(4.0)
    return scene.bundle()


@lie("budget-exceeded")
def more_than_a_renyi_filter_holds() -> bytes:
    scene = opened()
    scene.budget(4.0, 1e-6, method="rdp", order=8)
    return _pretending(scene, 7.0)


@lie("budget-exceeded")
def what_fits_at_another_order_than_the_declared_one() -> bytes:
    scene = opened()
    scene.sibling("tables@1", {**GAUSSIAN, "noise": 1.5}, "internal")
    scene.budget(7.0, 1e-6, method="rdp", order=40)
    scene.budgets[-1]["order"] = 6
    allowed = scene.decide()
    scene.budgets[-1]["order"] = 40
    return _submitting(scene, decision=allowed)


@lie("budget-exceeded")
def an_epsilon_with_a_delta_under_a_renyi_filter() -> bytes:
    scene = opened()
    scene.sibling("tables@1", {**PURE, "variant": "approximate", "delta": 1e-9}, "internal")
    scene.budget(7.0, 1e-6, method="rdp", order=8)
    return _submitting(scene, decision=scene.decide(evidence=_without(scene, "tables@1")))


@lie("budget-exceeded")
def a_renyi_loss_stated_below_the_order_of_the_filter() -> bytes:
    scene = opened()
    scene.sibling("tables@1", renyi(0.1, 4), "internal")
    scene.budget(7.0, 1e-6, method="rdp", order=8)
    return _submitting(scene, decision=scene.decide(evidence=_without(scene, "tables@1")))


@lie("budget-exceeded")
def a_renyi_filter_without_its_order() -> bytes:
    scene = opened()
    scene.budget(7.0, 1e-6, method="rdp", order=None)
    scene.budgets[-1]["order"] = 8
    allowed = scene.decide()
    scene.budgets[-1]["order"] = None
    return _submitting(scene, decision=allowed)


@lie("decision-differs")
def a_total_of_descent_under_a_renyi_filter_that_says_less() -> bytes:
    descent = {**GAUSSIAN, "mechanism": "dp-sgd", "noise": 1.0, "sampling": 0.01, "steps": 100}

    def scene() -> Ledgered:
        found = opened()
        found.sibling("tables@1", descent, "internal")
        found.budget(7.0, 1e-6, method="rdp", order=8)
        return found

    told = scene()
    told.submit()
    findings = [{**one} for one in told.body["findings"]]
    own = next(one for one in findings if one["rule"] == "BUD-002")
    own["observed"], own["margin"] = own["observed"] - 1e-6, own["margin"] + 1e-6
    return _submitting(scene(), body={"findings": findings})


@lie("ledger-differs")
def a_sibling_of_a_lower_renyi_loss() -> bytes:
    scene = opened()
    scene.sibling("tables@1", renyi(0.5, 8), "internal")
    scene.budget(7.0, 1e-6, method="rdp", order=8)
    released(scene)
    less = [
        replace(one, guarantee=renyi(0.1, 8)) if one.label == "tables@1" else one
        for one in scene.entries
    ]
    return carrying(scene, less)


@lie("budget-exceeded")
def a_part_declared_after_it_was_read() -> bytes:
    scene = opened()
    for part in ("north", "south"):
        claim = {**PURE, "epsilon": 3.0, "partition": f"region/{part}"}
        scene.sibling(f"regions-{part}@1", claim, "internal")
    scene.budget(7.0)
    scene.divide("region", "north", "south")
    early = replace(scene.partitions[0], event=1)
    scene.partitions[0] = early
    return _submitting(scene, decision=scene.decide())


def _halved(**divided: Any) -> bytes:
    """Two halves that fit only if the larger alone counts, as the registry that lies has it."""
    scene = opened()
    scene.divide("region", "north", "south", **divided)
    for part in ("north", "south"):
        claim = {**PURE, "epsilon": 3.0, "partition": f"region/{part}"}
        scene.sibling(f"regions-{part}@1", claim, "internal")
    scene.budget(7.0)
    return _submitting(scene, decision=scene.decide())


@lie("budget-exceeded")
def a_partition_that_one_person_declared() -> bytes:
    return _halved(by=("stefan",))


@lie("budget-exceeded")
def a_partition_that_one_person_proposed_and_signed() -> bytes:
    return _halved(by=("paula", "paula"))


@lie("budget-exceeded")
def a_partition_that_was_proposed_with_other_values() -> bytes:
    return _halved(proposed={"values": {"north": ["N"], "south": ["S"]}})


@lie("budget-exceeded")
def a_part_declared_after_a_silent_run_that_claims_it_later() -> bytes:
    scene = opened()
    halves = ("north", "south")
    for part in halves:
        scene.sibling(f"regions-{part}@1", None)
    scene.divide("region", *halves)
    for part in halves:
        claim = {**PURE, "epsilon": 3.0, "partition": f"region/{part}"}
        scene.sibling(f"regions-{part}@1", claim, "internal")
    scene.budget(7.0)
    scene.partitions[0] = replace(scene.partitions[0], event=1)
    return _submitting(scene, decision=scene.decide())


@lie("budget-exceeded")
def a_budget_whose_days_are_over() -> bytes:
    scene = opened()
    scene.budget(4.0, until="2026-04-01")
    return _submitting(scene, decision=scene.decide())


# --- budgets -------------------------------------------------------------------------------------
@lie("budget-one-person")
def a_budget_declared_and_signed_by_one_person() -> bytes:
    scene = opened()
    scene.budget(4.0, 0.0, "stefan", "stefan")
    return released(scene).bundle()


@lie("role-missing")
def a_budget_declared_by_an_engineer() -> bytes:
    scene = opened()
    scene.budget(4.0, 0.0, "ada", "paula")
    return released(scene).bundle()


@lie("budget-differs")
def a_budget_of_more_than_the_log_tells() -> bytes:
    scene = opened()
    scene.budget(4.0, lies={"epsilon": 2.0})
    return released(scene).bundle()


@lie("budget-differs")
def a_budget_signed_at_more_than_was_declared() -> bytes:
    scene = released()
    scene.shown["B-1"]["declaration"] = scene.shown["B-1"]["declaration"].replace(
        '"epsilon":4', '"epsilon":9'
    )
    return scene.bundle()


@lie("budget-differs")
def a_renyi_filter_signed_at_another_order_than_was_declared() -> bytes:
    scene = opened()
    scene.budget(7.0, 1e-6, method="rdp", order=8)
    released(scene)
    scene.shown["B-1"]["declaration"] = scene.shown["B-1"]["declaration"].replace(
        '"order":8', '"order":9'
    )
    return scene.bundle()


@lie("budget-differs")
def a_renyi_filter_proposed_at_another_order() -> bytes:
    scene = opened()
    scene.budget(7.0, 1e-6, method="rdp", order=8, lies={"order": 9})
    return released(scene).bundle()


@lie("budget-differs")
def a_budget_of_another_source() -> bytes:
    scene = opened()
    scene.budget(4.0, source="clinic", lies={"source": "hospital"})
    return released(scene).bundle()


@lie("budget-missing")
def a_budget_in_force_left_out() -> bytes:
    scene = released()
    scene.shown.clear()
    return scene.bundle()


@lie("budget-missing")
def a_budget_that_was_superseded_left_out() -> bytes:
    scene = budgeted(3.0)
    scene.omitted |= {len(scene.events) - 1, len(scene.events)}
    scene.shown.clear()
    scene.budget(4.0)
    return released(scene).bundle()


@lie("signer-unknown")
def a_budget_signed_in_the_name_of_somebody_else() -> bytes:
    scene = opened()
    scene.person("petra")
    scene.budget(4.0, 0.0, "stefan", "paula", lies={"actor": "petra"})
    return released(scene).bundle()


@lie("personal-signature")
def a_budget_under_a_signature_of_something_else() -> bytes:
    scene = opened()
    scene.budget(4.0, lies={"signature": "A" * 86 + "=="})
    return released(scene).bundle()


# --- what the lies share -------------------------------------------------------------------------
def _restated(scene: Ledgered) -> bytes:
    """Everything after, in good order, stating the ledger as it is told here."""
    return released(scene).bundle()


def _granted_as(told: Callable[[Entry], Entry]) -> bytes:
    class Lying(Ledgered):
        def expose(self, label: str, audience: str) -> None:
            super().expose(label, audience)
            if label == LABEL:
                self.entries[-1] = told(self.entries[-1])

    scene = budgeted()
    scene.__class__ = Lying
    return released(scene).bundle()


def _submitting(scene: Ledgered, **options: Any) -> bytes:
    scene.submit(**options)
    scene.sign("stefan")
    scene.sign("paula")
    scene.approve()
    scene.grant()
    return scene.bundle()


def _without(scene: Ledgered, label: str) -> Any:
    kept, entries = scene.entries, [one for one in scene.entries if one.label != label]
    scene.entries = entries
    found = scene.evidence()
    scene.entries = kept
    return found


def _pretending(scene: Ledgered, epsilon: float) -> bytes:
    """Submitted and released as if the budget had been of that epsilon."""
    true = scene.budgets[-1]["epsilon"]
    scene.budgets[-1]["epsilon"] = epsilon
    allowed = scene.decide()
    scene.budgets[-1]["epsilon"] = true
    return _submitting(scene, decision=allowed)
