"""Checks on the ledger of the source and on its budgets."""

from datetime import datetime
from itertools import pairwise

from second.engine import moment
from second.ledger import Account, Plan, amount, chained, plan_named
from second.strict import digest

STATING = ("dataset.registered", "dataset.amended", "release.granted", "bundle.created")
MAY = {"steward", "privacy-officer"}


def _stating(story):
    return [one for one in story.made(*STATING) if one["details"].get("ledger") is not None]


def there(story):
    if story.ledger is None and _stating(story):
        yield "ledger-missing"


def stated(story):
    if story.ledger is None:
        return
    heads, places = chained(story.entries), [one["event"] for one in story.entries]
    if any(one["number"] != place for place, one in enumerate(story.entries, 1)):
        yield "ledger-differs"
    if places != sorted(places):
        yield "ledger-differs"
    events = _stating(story)
    for event in events:
        told = event["details"]["ledger"]
        length = len([place for place in places if place <= event["seq"]])
        if told.get("source") != story.record["source"]["name"]:
            yield "ledger-foreign"
        elif told.get("entries") != length or told.get("head") != heads[length]:
            yield "ledger-differs"
    if story.events[-1] not in events:
        yield "ledger-differs"
    late = story.granted is not None and any(one["seq"] < story.granted["seq"] for one in events)
    if late and story.granted not in events:
        yield "ledger-differs"


ADDS = {
    "run": {"dataset.registered", "dataset.amended"},
    "exposure": {"release.granted"},
    "informed": {"release.granted"},
}


def added(story):
    """An entry is of an event that the bundle does not show, or of one that adds it."""
    there = {event["seq"]: event for event in story.events}
    for one in story.entries:
        if one["event"] > max(there):
            yield "ledger-differs"
        event = there.get(one["event"])
        if event is None:
            continue
        named = one["kind"] == "informed" or event["dataset"] == one["label"]
        if event["fact"] not in ADDS[one["kind"]] or not named:
            yield "ledger-entry"


def counted(story):
    """What was exposed is what was run; the parts are those of the claim."""
    for place, one in enumerate(story.entries):
        claim = one["guarantee"] or {}
        if any(one[key] != claim.get(key) for key in ("partition", "batch")):
            yield "ledger-guarantee"
        if one["kind"] == "run":
            continue
        runs = [
            other
            for other in story.entries[:place]
            if (other["kind"], other["label"]) == ("run", one["label"])
        ]
        if not runs or any(runs[-1][key] != one[key] for key in ("content_digest", "guarantee")):
            yield "ledger-entry"


def own(story):
    """The version by its cards, and its release."""
    if story.ledger is None:
        return
    told = [
        (event["seq"], story.cards[event["details"]["card"]].get("guarantee"))
        for event in story.made("dataset.registered", "dataset.amended")
    ]
    claims = told[:1] + [after for before, after in pairwise(told) if before[1] != after[1]]
    runs = [one for one in story.entries if one["kind"] == "run" and one["label"] == story.label]
    if [one["event"] for one in runs] != [seq for seq, _ in claims]:
        yield "ledger-entry"
    elif [one["guarantee"] for one in runs] != [claim for _, claim in claims]:
        yield "ledger-guarantee"
    if {one["content_digest"] for one in runs} - {story.record["dataset"]["content"]}:
        yield "ledger-entry"


def given(story):
    if story.ledger is None or story.granted is None:
        return
    asked = story.submitted["details"]
    wanted = {("exposure", story.label): 1}
    for label in asked.get("chosenFrom", []):
        wanted["informed", label] = wanted.get(("informed", label), 0) + 1
    for one in story.entries:
        if one["kind"] == "run" or one["event"] != story.granted["seq"]:
            continue
        key = (one["kind"], one["label"])
        wanted[key] = wanted.get(key, 0) - 1
        if one["audience"] != asked["audience"]:
            yield "ledger-entry"
    if any(wanted.values()):
        yield "ledger-entry"


def _halves(story, budget):
    facts = {"declaration": "budget.proposed", "signature": "budget.declared"}
    for part, fact in facts.items():
        told = [
            one
            for one in story.told(fact)
            if one["details"].get("statement") == digest(budget[part])
        ]
        yield story.said(budget[part]), told[0] if told else None


def signed(story):
    for budget in story.budgets:
        (declared, proposal), (signed_, signing) = _halves(story, budget)
        if None in (proposal, signing) or signing["seq"] < proposal["seq"]:
            yield "budget-differs"
            continue
        for said, event, meaning in (
            (declared, proposal, "declare"),
            (signed_, signing, "sign"),
        ):
            yield from _half(story, budget, said, event, meaning)
        if declared["budget"] != signed_["budget"] or signed_["label"] != budget["id"]:
            yield "budget-differs"
        if signed_["declaration"] != digest(budget["declaration"]):
            yield "budget-differs"
        people = [story.names(one["actor"]) or {one["actor"]} for one in (proposal, signing)]
        if people[0] & people[1]:
            yield "budget-one-person"


def _half(story, budget, said, event, meaning):
    told, terms = event["details"], said["budget"]
    if any(key in told and told[key] != value for key, value in terms.items()):
        yield "budget-differs"
    if terms["source"] != story.record["source"]["name"] or told["budget"] != budget["id"]:
        yield "budget-differs"
    same = {"role": told["role"], "meaning": meaning, "authentication": event["authentication"]}
    if any(said[key] != value for key, value in same.items()):
        yield "budget-differs"
    if moment(said["at"]) > moment(event["at"]):
        yield "budget-differs"
    if said["signer"] not in story.names(event["actor"]):
        yield "signer-unknown"
    if told["role"] not in MAY & story.roles(event["actor"], event):
        yield "role-missing"


def divided(story):
    if story.ledger is None:
        return
    facts = [f"{what}.{how}" for what in ("partition", "batch") for how in ("proposed", "declared")]
    for event in [one for fact in facts for one in story.of_source(fact)]:
        if not MAY & story.roles(event["actor"], event):
            yield "role-missing"


def _plan(told):
    """Whether what was declared is a plan, as far as one can see without composing it."""
    runs = [run["guarantee"] for run in told["runs"] for _ in run["places"]]
    places = [place for run in told["runs"] for place in run["places"]]
    kinds = {(run.get("privacyUnit"), run.get("neighbouringRelation")) for run in runs}
    epsilon, delta = amount(told, "epsilon"), amount(told, "delta")
    if None in (epsilon, delta) or epsilon < 0 or not 0 < delta < 1:
        return False
    fixed = all(run.get("adaptive") is False for run in runs)
    return fixed and len(kinds) == 1 and len(places) == len({*places})


def _of_two(story, event):
    """Whether the same plan was put forward before, by somebody else."""
    same = {key: event["details"][key] for key in ("batch", "epsilon", "delta", "library", "runs")}
    return any(
        one["seq"] < event["seq"]
        and same == {key: one["details"].get(key) for key in same}
        and not story.persons(one) & story.persons(event)
        for one in story.of_source("batch.proposed")
    )


def batched(story):
    """Plans are plans, declared once; the runs came later, as planned, one at each place."""
    if story.ledger is None:
        return
    declared = story.of_source("batch.declared")
    plans = [Plan(one) for one in declared]
    if len({plan.name for plan in plans}) < len(plans):
        yield "ledger-batch"
    if not all(_plan(one["details"]) and _of_two(story, one) for one in declared):
        yield "ledger-batch"
    runs = [one for one in story.entries if one["kind"] == "run"]
    for place, one in enumerate(runs):
        plan = plan_named(one, plans)
        if plan is None:
            continue
        before = [other for other in runs[:place] if other["batch"] == one["batch"]]
        born = min(o["event"] for o in runs if o["content_digest"] == one["content_digest"])
        if plan.event["seq"] >= born or not plan.holds(one):
            yield "ledger-batch"
        if before and before[0]["content_digest"] != one["content_digest"]:
            yield "ledger-batch"
    for card in story.cards.values():
        plan = plan_named({"batch": (card.get("guarantee") or {}).get("batch")}, plans)
        if plan is not None and not _later(card["generator"].get("madeAt"), plan):
            yield "ledger-batch"


def _later(made, plan):
    try:
        return datetime.fromisoformat(made or "") >= moment(plan.event["at"])
    except (TypeError, ValueError):  # no time, or one without a zone
        return False


def followed(story):
    """Every budget that the release reaches comes after the one it says it supersedes."""
    if story.ledger is None:
        return
    before = {}
    for event in story.of_source("budget.declared"):
        told = event["details"]
        if story.submitted["details"]["audience"] not in (told["audience"], "public"):
            continue
        if told["supersedes"] != before.get(told["audience"]):
            yield "budget-missing"
        before[told["audience"]] = told["budget"]


def within(story):
    if story.ledger is None:
        return
    for event in story.moments:
        if any(one is None or one > 1 for one in Account(story, event).used().values()):
            yield "budget-exceeded"


LEDGER = (there, stated, added, counted, own, given, batched, signed, divided, followed, within)
