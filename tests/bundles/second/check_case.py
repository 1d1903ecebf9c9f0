"""Checks on the case: version, card, source, policies, evidence, decision, statements."""

import math
from itertools import pairwise

from second.engine import moment
from second.strict import digest

CLOSING = [f"request.{how}" for how in ("rejected", "returned", "voided", "lapsed", "withdrawn")]


def order(story):
    if len(story.asked("request.submitted")) > 1 or len(story.asked("release.granted")) > 1:
        yield "order"
    source = story.record["source"]["name"]
    added = [one for one in story.told("source.added") if one["details"]["source"] == source]
    if len(story.made("dataset.registered")) > 1 or len(added) > 1:
        yield "order"
    steps = [
        [story.registered],
        [story.submitted],
        story.approvals,
        [story.approved],
        [story.granted],
    ]
    places = [one["seq"] for step in steps for one in step if one is not None]
    if places != sorted(places):
        yield "order"


def closed(story):
    if story.asked(*CLOSING, before=story.end):
        yield "request-closed"
    if story.granted and story.approved is None:
        yield "approval-missing"


def dataset(story):
    record, details = story.record, story.registered["details"]
    named = {"name": story.label, "digest": {"sha256": record["dataset"]["file"][7:]}}
    if story.subject != named:
        yield "dataset-differs"
    if any(details[key] != record["dataset"][key] for key in ("file", "content")):
        yield "dataset-differs"
    if details["source"] != record["source"]["name"]:
        yield "source-differs"
    if story.file is not None and digest(story.file) != record["dataset"]["file"]:
        yield "data-differs"


def cards(story):
    told = story.made("dataset.registered", "dataset.amended")
    if story.cards.keys() != {one["details"]["card"] for one in told}:
        yield "card-differs"
    for before, after in pairwise(told):
        if after["details"].get("was") != before["details"]["card"]:
            yield "card-differs"
    changed = [one for one in told if story.submitted["seq"] < one["seq"]]
    if story.end and any(one["seq"] < story.end["seq"] for one in changed):
        yield "card-differs"
    name, _ = story.card(story.submitted)
    if name != story.record["dataset"]["card"]:
        yield "card-differs"
    for card in story.cards.values():
        if (card["name"], card["source"]) != (
            story.label.partition("@")[0],
            story.record["source"]["name"],
        ):
            yield "card-differs"


def source(story):
    name = story.record["source"]["name"]
    for event in story.told("source.confirmed"):
        if event["details"]["source"] != name:
            continue
        if event["details"]["classification"] != story.added["details"]["classification"]:
            yield "source-differs"
        if event["seq"] < story.added["seq"]:
            yield "order"
    gone = [
        one
        for one in story.told("source.withdrawn", before=story.end)
        if one["details"]["source"] == name
    ]
    if gone or story.made("dataset.withdrawn", before=story.end):
        yield "source-withdrawn"


def policies(story):
    told = {
        (one["details"]["policy"], one["details"]["version"]): one["details"]["digest"]
        for one in story.told("policy.published")
    }
    for one in story.policies.values():
        if told.get(one.reference[:2], one.digest) != one.digest or not one.says_so():
            yield "policy-differs"


def policies_there(story):
    for event in filter(None, (*story.moments, story.approved)):
        story.published(event)
    yield from ()


def evidence(story):
    told = story.made("dataset.evaluated")
    for name, facts in story.evaluations.items():
        same = [one for one in told if one["details"]["evaluation"] == name]
        if not any(one["details"]["admissible"] == facts["admissible"] for one in same):
            yield "evidence-altered"
        if facts["synthetic"] != story.record["dataset"]["content"]:
            yield "evidence-foreign"
        if any(facts[key] != story.added["details"][key] for key in ("training", "holdout")):
            yield "evidence-foreign"
    for one in told:
        if one["details"]["admissible"] and one["details"]["evaluation"] not in story.evaluations:
            yield "evidence-missing"


def request(story):
    asked = story.submitted["details"]["decision"]
    for event in filter(None, (*story.moments, story.approved)):
        if (event["dataset"], event["details"].get("decision")) != (story.label, asked):
            yield "request-differs"
    if story.body["digest"] != asked:
        yield "request-differs"


def allowed(story):
    for event in story.moments:
        if story.decide(event).outcome != "allow":
            yield "not-allowed"


def decided(story):
    for event in story.moments:
        if story.decide(event).digest() != event["details"]["decision"]:
            yield "decision-differs"


def recorded(story):
    if digest(story.record["decision"]) != story.submitted["details"].get("body"):
        yield "decision-differs"
    if _terms(story.decide(story.submitted)) != {
        key: one for key, one in story.body.items() if key not in ("digest", "findings")
    }:
        yield "decision-differs"


def findings(story):
    found = [_finding(one) for one in story.decide(story.submitted).findings]
    kept = [
        {key: one[key] for key in found[0]} | {"expected": one["expected"]}
        for one in story.body["findings"]
    ]
    for one, other in zip(found, kept, strict=False):
        if one["expected"] is None:  # words of the registry's own
            one["expected"] = other["expected"]
    budgets = [one.budget for one in story.decide(story.submitted).findings]
    if len(found) != len(kept) or not all(map(_alike, found, kept, budgets)):
        yield "decision-differs"


def _alike(found, kept, budget):
    """The same, but for the last digits of what a budget comes to."""
    if not budget:
        return found == kept
    numbers = ("observed", "margin")
    rest = [{k: v for k, v in one.items() if k not in numbers} for one in (found, kept)]
    return rest[0] == rest[1] and all(_near(found[key], kept[key]) for key in numbers)


def _near(one, other):
    if one is None or other is None:
        return one is other
    if isinstance(other, str):
        return other in ("inf", "-inf") and one == float(other)
    if type(other) not in (int, float):
        return False
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-13)


def _told(policy):
    return policy.told if policy else None


def _refs(references):
    return [dict(zip(("id", "version", "digest"), one, strict=True)) for one in references]


def _terms(decision):
    return {
        "outcome": decision.outcome,
        "policies": [one.told for one in decision.policies],
        "bases": _refs(decision.bases),
        "waivers": decision.waivers,
        "quorum": decision.quorum,
        "separation": sorted(decision.separation),
        "validForDays": decision.valid_for,
        "expiresAfterDays": decision.expires_after,
        "signatures": "required" if decision.signatures else "optional",
        "agreements": decision.agreements,
    }


def _finding(one):
    return {
        "rule": one.rule,
        "policy": _told(one.policy),
        "origin": _told(one.origin),
        "outcome": one.outcome,
        "verdict": one.verdict,
        "level": one.level,
        "severity": one.severity,
        "scope": list(one.scope),
        "observed": one.observed,
        "margin": one.margin,
        "evidence_id": one.evidence,
        "waiver": one.waiver,
        "expected": one.expected,
    }


def statements(story):
    for event in story.approvals:
        said, details = story.statement(event), event["details"]
        if said is None:
            yield "statement-differs"
            continue
        decision = story.decide(event)
        told = {
            "request": story.request,
            "dataset": {
                "label": story.label,
                **{key: story.record["dataset"][key] for key in ("content", "file", "card")},
            },
            "context": story.context,
            "policies": [one.told for one in decision.policies],
            **({"waivers": decision.waivers} if decision.waivers else {}),
            "evidence": sorted({one.evidence for one in decision.findings if one.evidence}),
            "decision": {
                "digest": decision.digest(),
                "outcome": decision.outcome,
                "body": digest(story.record["decision"]),
            },
            "role": details["role"],
            "meaning": "approve",
            "authentication": event["authentication"],
        }
        if any(said.get(key) != one for key, one in told.items()):
            yield "statement-differs"
        if bool(decision.waivers) != ("waivers" in said):
            yield "statement-differs"
        if said.get("chosenFrom", []) != story.submitted["details"].get("chosenFrom", []):
            yield "statement-differs"
        if moment(said["at"]) > moment(event["at"]):
            yield "statement-differs"


CASE = (
    order,
    closed,
    dataset,
    cards,
    source,
    policies,
    policies_there,
    evidence,
    request,
    allowed,
    decided,
    recorded,
    findings,
    statements,
)
