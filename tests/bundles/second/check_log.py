"""Checks on the log: proofs, order, chain, completeness, anchors."""

from itertools import pairwise

from second.strict import Refused, checkpoint, consistent, decoded, digest, included, leaf


def key(story):
    origin, _, _ = checkpoint(story.record["checkpoint"], story.key, "checkpoint")
    if origin != story.key[0]:
        yield "checkpoint"


def proofs(story):
    _, size, root = checkpoint(story.record["checkpoint"], story.key, "checkpoint")
    for one, event in zip(story.record["events"], story.events, strict=True):
        path = [bytes.fromhex(step) for step in one["proof"]]
        if not included(event["seq"] - 1, size, leaf(one["body"].encode()), path, root):
            yield "proof"
    if [event["seq"] for event in story.events][-1:] != [size]:
        yield "event-missing"


def rising(story):
    places = [one["seq"] for one in story.events]
    if any(after <= before for before, after in pairwise(places)):
        yield "order"


def chain(story):
    bodies = {
        event["seq"]: one["body"]
        for one, event in zip(story.record["events"], story.events, strict=True)
    }
    for event in story.events:
        before = event["seq"] - 1
        if before == 0 and event["previous"] != "0" * 64:
            yield "chain"
        if before in bodies and event["previous"] != leaf(bodies[before].encode()).hex():
            yield "chain"


def listed(story):
    if not story.events:
        yield "event-missing"
        return
    last = story.events[-1]
    about = ("bundle.created", story.label, story.request)
    others = [one["seq"] for one in story.events[:-1]]
    named = (last["fact"], last["dataset"], last["request"])
    if named != about or last["details"]["events"] != others:
        yield "event-missing"


def needed(story):
    there = (story.registered, story.added, story.submitted, story.approved)
    if None in there:
        yield "event-missing"
    if story.record["about"]["release"] is not None and story.granted is None:
        yield "event-missing"
    # A release that the log knows must not be kept quiet either.
    if story.record["about"]["release"] is None and story.granted is not None:
        yield "event-missing"


def _missing(texts, events):
    told = {one["details"].get("statement") for one in events}
    return any(digest(one) not in told for one in texts)


def counterparts(story):
    record = story.record
    signed = story.asked("request.signed", "signoff.retracted")
    waived = [one["statement"] for one in record["waivers"]]
    named = [one["statement"] for one in record["deputies"]]
    if _missing(record["signoffs"], signed) or _missing(waived, story.made("waiver.granted")):
        yield "event-missing"
    if _missing(named, story.told("deputy.named")):
        yield "event-missing"
    published = {
        (one["details"]["policy"], one["details"]["version"])
        for one in story.told("policy.published")
    }
    if any(one.reference[:2] not in published for one in story.policies.values()):
        yield "event-missing"
    told = {one["details"]["evaluation"] for one in story.made("dataset.evaluated")}
    if any(one not in told for one in story.evaluations):
        yield "evidence-altered"
    agreed = {one["details"]["digest"] for one in story.told("agreement.added")}
    if any(one["digest"] not in agreed for one in record["agreements"]):
        yield "event-missing"


def once(story):
    """What has a name has it once: one of two would hide the other."""
    record = story.record
    named = dict.fromkeys(("catalogue", "waivers", "deputies", "agreements", "keys"), "id")
    whole = dict.fromkeys(("cards", "evaluations", "signoffs"))
    for part, name in {**named, **whole, "people": "pseudonym", "policies": "source"}.items():
        names = [one[name] if name else one for one in record[part]]
        if len(set(names)) != len(names):
            yield "malformed"
    if len({one["id"] for one in story.budgets}) != len(story.budgets):
        yield "malformed"


def anchored(story):
    _, size, root = checkpoint(story.record["checkpoint"], story.key, "checkpoint")
    roots = {size: root}
    for one in story.record["anchors"]:
        who, at, old = checkpoint(one["note"], story.key, "anchor")
        path = [bytes.fromhex(step) for step in one["consistency"]]
        if who != story.key[0] or not consistent(at, size, old, root, path):
            yield "anchor"
        if one["token"] is not None:
            decoded(one["token"], "a token")
        roots.setdefault(at, old)
    for note in story.outside:
        if note.partition("\n")[0] != story.key[0]:
            yield "anchor-foreign"
            continue
        who, at, old = checkpoint(note, story.key, "anchor")
        if at in roots and roots[at] != old:
            yield "anchor"


SIGNED = ("waiver.granted", "deputy.named", "budget.proposed", "budget.declared")


def signatures(story):
    """Personal signatures, and the keys that made them, wherever somebody signed."""
    for event in (*story.approvals, *story.told(*SIGNED)):
        details = event["details"]
        if "key" not in details and "signature" not in details:
            continue
        text = story.texts.get(details.get("statement"))
        if text is None:
            if event in story.approvals:
                yield "statement-differs"
            continue
        yield from _signature(story, event, text)


def _signature(story, event, text):
    from second.check_people import key_problems
    from second.strict import holds

    identity = event["details"].get("key")
    public = story.public(identity)
    yield from key_problems(story, event, identity, public)
    if public is None:
        return
    try:
        value = decoded(event["details"].get("signature"), "a signature", 64)
    except Refused:
        yield "personal-signature"
        return
    if not holds(public, value, text.encode()):
        yield "personal-signature"


LOG = (key, proofs, rising, chain, listed, needed, counterparts, once, anchored, signatures)
