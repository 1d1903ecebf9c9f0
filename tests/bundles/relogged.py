"""A log with one thing in it altered, and everything that follows from that made anew.

Unlike an altered record, this is what a registry could have written that worked otherwise: chain,
proofs and checkpoint fit, and a changed text is told of everywhere by its new digest.
"""

import json
import random
from typing import Any

from scene import LOG, ORIGIN

from registry.log.canonical import canonical, digest_bytes
from registry.log.chain import GENESIS, leaf_digest
from registry.log.checkpoint import Checkpoint, sign_checkpoint
from registry.log.merkle import consistency, in_memory, inclusion, root

JUNK = ["", "x", 0, -1, True, False, None, [], {}, "2026-04-01", "sha256:" + "0" * 64]
TEXTS = ("cards", "evaluations", "signoffs", "waivers", "deputies", "decision")


def retold(record: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    """The record after one alteration of the log or of a text."""
    copied: dict[str, Any] = json.loads(json.dumps(record))
    if dice.random() < 0.35:
        copied = text_altered(copied, dice)
    else:
        events = [json.loads(one["body"]) for one in copied["events"]]
        event_altered(events, dice)
        copied["events"] = [{"body": json.dumps(one)} for one in events]
    return relogged(copied)


def event_altered(events: list[dict[str, Any]], dice: random.Random) -> None:
    at = dice.randrange(len(events) - 1)
    kind = dice.choice(["drop", "swap", "repeat", "field", "field", "field", "detail", "detail"])
    if kind == "drop":
        del events[at]
    elif kind == "swap":
        other = dice.randrange(len(events) - 1)
        events[at], events[other] = events[other], events[at]
    elif kind == "repeat":
        events.insert(dice.randrange(len(events) - 1), json.loads(json.dumps(events[at])))
    elif kind == "field":
        key = dice.choice(["actor", "at", "fact", "authentication", "dataset", "request"])
        events[at][key] = dice.choice(events)[key]
    else:
        details = events[at]["details"]
        key = dice.choice(sorted(details)) if details else "x"
        others = [one["details"][key] for one in events if key in one["details"]]
        if dice.random() < 0.2:
            details.pop(key, None)
        else:
            details[key] = dice.choice([*others, *JUNK])


def text_altered(record: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    part = dice.choice([one for one in TEXTS if record[one]])
    old = record[part]
    if isinstance(old, list):
        old = dice.choice(old)
    old = old["statement"] if isinstance(old, dict) else old
    value = json.loads(old)
    parent, key = dice.choice(list(leaves(value)))
    same = [inner[name] for inner, name in leaves(value) if name == key]
    parent[key] = dice.choice([*same, *JUNK])
    new = canonical(value).decode()
    return exchanged(record, {old: new})


def leaves(value: Any) -> Any:
    for key in value if isinstance(value, dict) else range(len(value)):
        yield value, key
        if isinstance(value[key], dict | list):
            yield from leaves(value[key])


def exchanged(record: dict[str, Any], texts: dict[str, str]) -> dict[str, Any]:
    """Texts exchanged, and their digests wherever they are told of, texts in turn."""
    for _ in range(6):
        known = held(record)
        whole = json.dumps(record, ensure_ascii=False)
        for old, new in texts.items():
            quoted = (json.dumps(one, ensure_ascii=False) for one in (old, new))
            whole = whole.replace(*quoted)
            whole = whole.replace(digest_bytes(old.encode()), digest_bytes(new.encode()))
        record = json.loads(whole)
        after = held(record)
        texts = {
            old: new
            for old, new in zip(known, after, strict=True)
            if old != new and old not in texts
        }
        if not texts:
            break
    return record


def held(record: dict[str, Any]) -> list[str]:
    found: list[str] = []
    for part in TEXTS:
        value = record[part]
        for one in value if isinstance(value, list) else [value]:
            found.append(one["statement"] if isinstance(one, dict) else one)
    return found


def relogged(record: dict[str, Any]) -> dict[str, Any]:
    """Places, chain, proofs, checkpoint and anchors of the events as they are now."""
    events = [json.loads(one["body"]) for one in record["events"]]
    bodies: list[bytes] = []
    for place, event in enumerate(events, 1):
        event["seq"], event["previous"] = place, leaf_digest(bodies[-1]) if bodies else GENESIS
        if place == len(events):
            event["details"]["events"] = list(range(1, place))
        bodies.append(canonical(event))
    tree, size = in_memory(bodies), len(bodies)
    note = sign_checkpoint(Checkpoint(ORIGIN, size, root(size, tree)), [LOG])
    proofs = [[one.hex() for one in inclusion(at, size, tree)] for at in range(size)]
    anchors = []
    for one in record["anchors"]:
        at = min(int(one["note"].split("\n")[1]), size)
        old = sign_checkpoint(Checkpoint(ORIGIN, at, root(at, tree)), [LOG])
        path = [step.hex() for step in consistency(at, size, tree)]
        anchors.append({**one, "note": str(old), "consistency": path})
    told = [{"body": b.decode(), "proof": p} for b, p in zip(bodies, proofs, strict=True)]
    return {**record, "events": told, "checkpoint": str(note), "anchors": anchors}
