"""Bundles altered in their structure, and signed again by the log: both verifiers say the same.

What is altered is the record: a key dropped, doubled or renamed, a value exchanged, lists
shuffled. Signed again, so that nothing but the checks stands between the alteration and belief.
"""

import copy
import json
import random
from typing import Any

import pytest
from both import BOTH
from make_golden import SCENES
from scene import LOG

from registry.bundle.format import enveloped
from registry.bundle.read import opened
from registry.log.canonical import canonical

SAMPLE, ALL = 100, 10_000  # all three verifiers are asked 300 times more
JUNK = ["", "x", 0, -1, 2**53 - 1, True, None, [], {}, ["x"], {"x": 1}, "sha256:" + "0" * 64, 1.5]


def golden(name: str) -> dict[str, Any]:
    record: dict[str, Any] = opened(SCENES[name]().bundle(), LOG.verifier).record.model_dump(
        mode="json", exclude_unset=True
    )
    return record


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    found = []
    for key, item in inner:
        found.append((*path, key))
        if isinstance(item, dict | list):
            found += places(item, (*path, key))
    return found


def mutated(record: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    """The record with one thing in it altered."""
    copied = copy.deepcopy(record)
    *above, last = dice.choice(places(copied))
    parent: Any = copied
    for key in above:
        parent = parent[key]
    kind = dice.choice(["drop", "junk", "text", "repeat", "swap"])
    if kind == "drop":
        del parent[last]
    elif kind == "text" and isinstance(parent[last], str) and parent[last]:
        text = parent[last]
        at = dice.randrange(len(text))
        parent[last] = text[:at] + dice.choice('0aZ"{}') + text[at + 1 :]
    elif kind == "repeat" and isinstance(parent, list):
        parent.insert(last, copy.deepcopy(parent[last]))
    elif kind == "swap" and isinstance(parent, list) and len(parent) > 1:
        other = dice.randrange(len(parent))
        parent[last], parent[other] = parent[other], parent[last]
    else:
        parent[last] = dice.choice(JUNK)
    return copied


def signed_again(record: dict[str, Any], watermark: str | None) -> bytes:
    """The record in a bundle, whatever it is by now."""
    import base64
    import zlib

    from registry.bundle.dictionary import DICTIONARY
    from registry.bundle.format import PREDICATE_TYPE, STATEMENT_TYPE

    pack = zlib.compressobj(9, zdict=DICTIONARY)
    body = pack.compress(canonical(record)) + pack.flush()
    about, data = record.get("about"), record.get("dataset")
    label = about.get("dataset") if isinstance(about, dict) else None
    file = data.get("file") if isinstance(data, dict) else None
    statement = {
        "_type": STATEMENT_TYPE,
        "subject": [
            {
                "name": str(label),
                "digest": {"sha256": str(file).removeprefix("sha256:")},
            }
        ],
        "predicateType": PREDICATE_TYPE,
        "predicate": {
            "log": str(LOG.verifier),
            "record": base64.b64encode(body).decode(),
            "watermark": watermark,
        },
    }
    return enveloped(canonical(statement), LOG)


UNREAD = {("policies", "file"), ("source", "columns", "kind"), ("catalogue", "kinds")}
"""What no decision here turns on: file names, and types that the evaluation measured itself."""
SPARE = {"people", "keys", "agreements", "anchors"}
"""Lists of which a part may be dropped, or hold more, with nothing in the bundle being false."""


def changed(record: dict[str, Any], altered: dict[str, Any]) -> bool:
    return json.dumps(record, sort_keys=True) != json.dumps(altered, sort_keys=True)


def run(count: int, seed: int) -> None:
    from registry.bundle.format import WATERMARK

    dice, accepted, unlike = random.Random(seed), [], []
    records = {name: golden(name) for name in SCENES}
    for _ in range(count):
        name = dice.choice(sorted(records))
        altered = mutated(records[name], dice)
        if not changed(records[name], altered):
            continue
        data = signed_again(altered, WATERMARK if name == "demonstration" else None)
        causes = [verify(data) for verify in BOTH.values()]
        if bool(causes[0]) != bool(causes[1]):
            unlike.append((name, difference(records[name], altered), *causes))
        elif not causes[0] and not harmless(records[name], altered):
            accepted.append((name, difference(records[name], altered)))
    assert unlike == [], unlike
    assert accepted == [], accepted


def difference(record: Any, altered: Any, path: tuple[Any, ...] = ()) -> tuple[Any, ...]:
    """The first place where they differ."""
    if type(record) is not type(altered) or not isinstance(record, dict | list):
        return path
    if isinstance(record, dict):
        if record.keys() != altered.keys():
            return path
        keys: Any = record
    else:
        if len(record) != len(altered):
            return path
        keys = range(len(record))
    for key in keys:
        if record[key] != altered[key]:
            return difference(record[key], altered[key], (*path, key))
    return path


def harmless(record: dict[str, Any], altered: dict[str, Any]) -> bool:
    names = tuple(key for key in difference(record, altered) if isinstance(key, str))
    return names in UNREAD or names[0] in SPARE or unordered(record) == unordered(altered)


def unordered(value: Any) -> Any:
    """The value, whatever the order of its lists."""
    if isinstance(value, dict):
        return {key: unordered(inner) for key, inner in value.items()}
    return sorted(map(str, value)) if isinstance(value, list) else value


def test_a_sample_of_altered_records_signed_again_is_refused() -> None:
    run(SAMPLE, seed=1)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10))
def test_ten_thousand_altered_records_signed_again_are_refused(seed: int) -> None:
    run(ALL // 10, seed=100 + seed)
