"""Checks on waivers, the release, its agreement, how long everything holds, and the watermark."""

from datetime import timedelta

from second.engine import day, moment, passed, waivable
from second.strict import digest


def waivers_there(story):
    for name in story.body["waivers"]:
        grants = story.grants(name)
        if not grants or any(grants[0]["seq"] > one["seq"] for one in story.moments):
            yield "waiver-missing"


def waivers_say(story):
    for name in story.body["waivers"]:
        for event in story.grants(name):
            said, details = story.statement(event), event["details"]
            policy = {"id": details["policy"], "version": details["version"]}
            about = {"label": story.label, "content": story.record["dataset"]["content"]}
            if any(said[key] != details[key] for key in ("rule", "until", "role")):
                yield "waiver-differs"
            if said["meaning"] != "waive" or moment(said["at"]) > moment(event["at"]):
                yield "waiver-differs"
            if any(said["policy"][key] != one for key, one in policy.items()):
                yield "waiver-differs"
            if any(said["dataset"][key] != one for key, one in about.items()):
                yield "waiver-differs"


def waivers_hold(story):
    for name in story.body["waivers"]:
        for event in story.grants(name):
            until, said = event["details"]["until"], event["details"]["statement"]
            for one in story.moments:
                if passed(until, moment(one["at"])):
                    yield "waiver-expired"
                if story.ended("waiver.ended", "waiver", name, said, one):
                    yield "waiver-ended"


def waivers_allowed(story):
    policies = {one.id: one for one in story.decide(story.submitted).policies}
    for name in story.body["waivers"]:
        for event in story.grants(name):
            details = event["details"]
            given = {**details, "at": event["at"], "signed": "signature" in details}
            policy = policies.get(details["policy"])
            if policy is None or not waivable(policy, given):
                yield "waiver-not-allowed"
            who = event["actor"]
            made = story.authors(event) | story.hands(story.moments[-1])
            if who in made or story.generated(who):
                yield "waiver-author"


def release(story):
    if story.granted is None:
        return
    details, now = story.granted["details"], moment(story.granted["at"])
    same = {
        "use": story.submitted["details"]["use"],
        "file": story.record["dataset"]["file"],
        "decision": story.submitted["details"]["decision"],
    }
    if any(details[key] != one for key, one in same.items()):
        yield "release-differs"
    if passed(details["expires"], now):
        yield "release-expired-at-grant"
    longest, last = story.decide(story.granted).expires_after, day(details["expires"])
    if longest is not None and (last is None or last > (now + timedelta(days=longest)).date()):
        yield "release-too-long"


def agreement(story):
    if story.granted is None:
        return
    details, now = story.granted["details"], moment(story.granted["at"])
    demanded = story.decide(story.granted).agreements
    if any(one != details["agreement"] for one in demanded):
        yield "agreement-missing"
    if details["agreement"] is None:
        return
    fitting = [
        one
        for one in story.told("agreement.added", before=story.granted)
        if one["details"]["agreement"] == details["agreement"]
        and one["details"]["digest"] == details["agreementDigest"]
    ]
    if not fitting or not _binds(story, fitting[-1], details, now):
        yield "agreement-differs"


def _binds(story, added, details, now):
    told = added["details"]
    first, until, last = day(told["from"]), day(told["until"]), day(details["expires"])
    if None in (first, until, last) or not first <= now.date() <= until or last > until:
        return False
    names = {one["id"] for one in story.record["agreements"] if one["digest"] == told["digest"]}
    known = {one["id"] for one in story.record["agreements"]}
    for one in story.told("agreement.ended", before=story.granted):
        ended = one["details"]
        if one["seq"] < added["seq"]:  # an earlier recording of the same document
            continue
        # An end of something that the record does not name may be the end of this one.
        if ended["agreement"] in names or ended["agreement"] not in known:
            return False
        if ended.get("digest") == told["digest"]:
            return False
    return bool(names) and details["recipient"] in told["parties"]


def lapsed(story):
    if story.granted is None:
        return
    valid, now = story.decide(story.granted).valid_for, moment(story.granted["at"])
    for one in filter(None, (*story.approvals, story.approved)):
        if valid is not None and now > moment(one["at"]) + timedelta(days=valid):
            yield "approval-lapsed"


def watermark(story):
    for one in filter(None, (*story.moments, story.approved, story.registered)):
        if one["authentication"].startswith(("unauthenticated", "none")) and not story.watermark:
            yield "watermark-missing"


RELEASE = (
    waivers_there,
    waivers_say,
    waivers_hold,
    waivers_allowed,
    release,
    agreement,
    lapsed,
    watermark,
)
__all__ = ["RELEASE", "digest"]
