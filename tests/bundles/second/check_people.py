"""Checks on people: names, roles, deputies, keys, who is kept apart, and the quorum."""

import base64
import hashlib
from collections import Counter
from datetime import timedelta

from second.engine import day, days, governs, moment
from second.policies import APPROVING, in_effect
from second.story import pseudonym
from second.strict import digest


def key_problems(story, event, identity, public):
    """What is wrong with the key of a signature at its place."""
    if public is None or identity != base64.b64encode(hashlib.sha256(public).digest()[:8]).decode():
        yield "key-unknown"
        return
    account, hashed = event["actor"], digest(public)

    def told(*facts, name="key", before=event):
        return [
            one for one in story.told(*facts, before=before) if one["details"].get(name) == identity
        ]

    def own(events):
        return [one for one in events if one["details"]["account"] == account]

    enrolled = [one for one in own(told("key.enrolled")) if one["details"]["public"] == hashed]
    rotated = [one for one in own(told("key.rotated")) if one["details"]["public"] == hashed]
    if not (enrolled and own(told("key.approved"))) and not rotated:
        yield "key-unknown"
    if told("key.revoked", "key.destroyed") or told("key.rotated", name="old"):
        yield "key-revoked"
    for one in told("key.revoked", "key.destroyed", before=None):
        since = one["details"].get("compromised")
        if since is not None and moment(since) <= moment(event["at"]):
            yield "key-revoked"


def names(story):
    for one in story.record["people"]:
        if pseudonym(one) != one["pseudonym"]:
            yield "signer-unknown"
    for event in (*story.approvals, *story.made("waiver.granted")):
        said = story.statement(event)
        if said is None:
            continue
        if said["signer"] not in story.names(event["actor"]):
            yield "signer-unknown"
        principal = event["details"].get("for")
        given = said.get("for")
        if given is not None if principal is None else given not in story.names(principal):
            yield "signer-unknown"


def roles(story):
    for event in story.approvals:
        role = event["details"]["role"]
        who = event["details"].get("for") or event["actor"]
        if role not in APPROVING or role not in story.roles(who, event):
            yield "role-missing"
    for event in story.made("waiver.granted"):
        if event["details"]["role"] not in story.roles(event["actor"], event):
            yield "role-missing"
    source = story.record["source"]["name"]
    confirmed = [
        one for one in story.told("source.confirmed") if one["details"]["source"] == source
    ]
    for events, role in (
        ([story.submitted], "engineer"),
        ([story.granted], "compliance-officer"),
        (story.told("policy.published"), "compliance-officer"),
        (confirmed, "steward"),
    ):
        for event in filter(None, events):
            if role not in story.roles(event["actor"], event):
                yield "role-missing"


def deputised(story, event):
    """Whether the principal had named the actor for that day."""
    principal = event["details"].get("for")
    if principal is None:
        return True
    today = moment(event["at"]).date()
    for entry in story.record["deputies"]:
        said = digest(entry["statement"])
        for one in story.told("deputy.named", before=event):
            details, text = one["details"], story.statement(one)
            if details["statement"] != said or one["actor"] != principal:
                continue
            if text["signer"] not in story.names(principal):
                continue
            if text["deputy"] not in story.names(details["deputy"]):
                continue
            if [text["first"], text["last"]] != [details["first"], details["last"]]:
                continue
            if details["deputy"] != event["actor"]:
                continue
            first, last = day(details["first"]), day(details["last"])
            current = first is not None and last is not None and first <= today <= last
            if current and not story.ended("deputy.ended", "deputy", entry["id"], said, event):
                return True
    return False


def deputies(story):
    if not all(deputised(story, one) for one in story.approvals):
        yield "deputy-unknown"


def signed(story):
    for event in story.approvals:
        if story.decide(event).signatures and "signature" not in event["details"]:
            yield "signature-missing"
    for name in story.body["waivers"]:
        for event in story.grants(name):
            if story.decide(story.submitted).signatures and "signature" not in event["details"]:
                yield "signature-missing"


def _ties(story, account, event):
    if account in story.authors(event):
        yield "author-counted"
    if account in story.evaluators(event):
        yield "evaluator-counted"
    if story.generated(account):
        yield "generator-counted"


def _waived(story, account):
    granters = {one["actor"] for name in story.body["waivers"] for one in story.grants(name)}
    if account in granters:
        yield "waiver-approver-counted"


def _wrote(story, event, account):
    """Whether somebody published the rules of this case lately."""
    decision = story.decide(event)
    if "policy-author" not in decision.separation:
        return
    ids = {one.id for one in decision.policies} | {one[0] for one in decision.bases}
    since = moment(story.registered["at"])
    if decision.window is not None:
        window = timedelta(days=decision.window)
        since = min(since, moment(story.submitted["at"]) - window)
    for one in story.told("policy.published", before=event, actor=account):
        late = moment(one["at"]) >= since or one["seq"] > story.registered["seq"]
        if late and (one["details"]["policy"] in ids or _governed_before(story, one, event)):
            yield "policy-author-counted"


def _governed_before(story, published, event):
    name = published["details"]["policy"]
    older = [one for one in in_effect(story.published(published)) if one.id == name]
    return bool(older) and governs(older[0], story.subject_at(event), story.context)


def separation(story):
    for event in story.approvals:
        for account in story.accounts(event):
            yield from _ties(story, account, event)
            yield from _waived(story, account)
            yield from _wrote(story, event, account)
    if story.granted and list(_ties(story, story.granted["actor"], story.granted)):
        yield "releaser-counted"


def twice(story):
    used = Counter(one for event in story.approvals for one in story.persons(event))
    if any(count > 1 for count in used.values()):
        yield "counted-twice"


def _apart(story, event):
    return not any(
        list(_ties(story, one, event)) + list(_waived(story, one)) + list(_wrote(story, event, one))
        for one in story.accounts(event)
    )


def quorum(story):
    for place in filter(None, (story.approved, story.granted)):
        decision, held, used = story.decide(place), Counter(), set()
        for event in story.approvals:
            who = set(story.persons(event))
            days_ = decision.valid_for
            old = days_ is not None and moment(place["at"]) > moment(event["at"]) + timedelta(days_)
            unsigned = decision.signatures and "signature" not in event["details"]
            if old or unsigned or who & used:
                continue
            if deputised(story, event) and _apart(story, event):
                used |= who
                held[event["details"]["role"]] += 1
        if any(held[role] < least for role, least in decision.quorum.items()):
            yield "quorum-missing"
        if not decision.quorum or len(used) < 2:
            yield "quorum-missing"


PEOPLE = (names, roles, deputies, signed, separation, twice, quorum)
__all__ = ["PEOPLE", "days", "key_problems"]
