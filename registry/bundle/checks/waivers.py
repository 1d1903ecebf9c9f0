"""Every waiver that counted was granted as it says, allowed, and in force."""

from collections.abc import Mapping
from typing import Any

from registry.bundle.case import Case
from registry.bundle.people import name_of, roles
from registry.bundle.problem import Found, Problem
from registry.bundle.state import LATER_HANDS, ended, hands, policies, subject
from registry.bundle.told import Event
from registry.clock import moment
from registry.policy.expiry import expired
from registry.policy.facts import Waiver
from registry.policy.waiving import objection

TITLE = "waivers in force"


def check(case: Case) -> Found:
    """For the waivers that the decision rests on, at every step."""
    for name in case.decision.get("waivers", []):
        if name not in case.waivers:
            yield Problem("waiver-missing", f"{name} is not there")
            continue
        _, said, granted = case.waivers[name]
        if granted is None:
            yield Problem("waiver-differs", f"no event tells of the statement of {name}")
            continue
        yield from _granted(case, name, said, granted)
        for event in case.moments:
            yield from _in_force(case, name, said, granted, event)


def _granted(case: Case, name: str, said: Mapping[str, Any], granted: Event) -> Found:
    told = {key: granted.details.get(key) for key in ("policy", "version", "rule", "until", "role")}
    stated = {
        "policy": said["policy"]["id"],
        "version": said["policy"]["version"],
        **{key: said[key] for key in ("rule", "until", "role")},
    }
    if told != stated or said["meaning"] != "waive" or granted.dataset != case.label:
        yield Problem("waiver-differs", f"{name} says something else than event {granted.seq}")
    about = {"label": case.label, "content": case.record.dataset.content}
    if said["dataset"] != about or moment(said["at"]) > granted.time:
        yield Problem("waiver-differs", f"{name} is not about this version, or of another time")
    if name_of(case, granted.actor) != said["signer"]:
        yield Problem("signer-unknown", f"who granted {name} is not the actor of its event")
    if said["role"] not in roles(case, granted.actor, granted.seq):
        yield Problem("role-missing", f"{granted.actor} did not hold {said['role']} for {name}")
    made = hands(case, granted.seq, "dataset.registered", *LATER_HANDS)
    if granted.actor in made or name_of(case, granted.actor) in case.makers:
        yield Problem("waiver-author", f"{granted.actor} had a hand in {case.label}")


def _in_force(
    case: Case, name: str, said: Mapping[str, Any], granted: Event, event: Event
) -> Found:
    if granted.seq >= event.seq:
        yield Problem("waiver-missing", f"{name} was not yet granted at event {event.seq}")
    if expired(said["until"], event.time):
        yield Problem(
            "waiver-expired", f"{name} ended on {said['until']}, before event {event.seq}"
        )
    elif why := _objection(case, name, said, granted, event):
        yield Problem("waiver-not-allowed", f"{name}: {why}")
    if ended(case, name, event.seq):
        yield Problem("waiver-ended", f"{name} was ended before event {event.seq}")
    if granted.actor in hands(case, event.seq, *LATER_HANDS):
        yield Problem("waiver-author", f"{granted.actor} had a hand in {case.label}")


def _objection(
    case: Case, name: str, said: Mapping[str, Any], granted: Event, event: Event
) -> str | None:
    """Why the policy that it is of does not let it count."""
    for policy in policies(case, event.seq):
        if policy.id == said["policy"]["id"]:
            waiver = Waiver(
                name,
                policy.id,
                said["policy"]["version"],
                said["rule"],
                said["dataset"]["content"],
                said["role"],
                granted.actor,
                moment(said["at"]),
                said["until"],
                granted.details.get("signature") is not None,
            )
            return objection(policy, subject(case, event.seq).content_digest, waiver, event.time)
    return f"its policy {said['policy']['id']} is not in effect"
