"""Policy documents at random, from the same seed the same: sound ones, damaged ones, and noise.

A document begins as a policy that a grammar wrote. Most are then damaged, as data (keys gone,
values of another type, odd scalars, deep nesting) or as text (broken YAML, odd bytes). Hypothesis
is not used, for it writes a hundred such documents a second, and this writes thousands.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from random import Random
from typing import Any

import yaml

from registry.policy.known import KnownMetric
from tests.fuzz.policies import policy

RAW = "@@raw@@"
ODD_SCALARS = (
    *(".nan", ".inf", "-.inf", "1e999", "1e-6", "-0", "0x1F", "0o17", "9007199254740993", "1_000"),
    *("~", "", "null", "true", "NO", "on", "2027-02-30", "12:30", "'${params.limit}'", "P0D"),
    *("!!str x", "!!python/object:os.system x", "&a x", "*a", "<<", "? x", "|", ">-", "%x", "@x"),
    *('"\\u202e"', '"\\0"', '"\\x1b[2J"', '"\\ud800"', '"\\ufeff"', '"\\U0001F30D"', "'", '"', "`"),
    *("[", "]", "{", "}", "[]", "{}", "- x", "a: b", "#", "\t", "\ufeff", "\x07", "\u2028", "---"),
)
ODD_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 2**53, 10**30, 0.0, -0.5, 1e308, "", " ", "x", "\n", "é"),
    *([], {}, [[]], [{}], {"": None}, {"a": {"b": [1, "two", None]}}, ["x", "x"], [None], [1.5]),
    *("${params.limit}", "${params.nothing}", "P30D", "2027-03-31", "EU", "steward", "FID-001"),
    *("x" * 5_000, "{dataset.rows}", "dataset.rows > 0", "^1", "1.0.0", "column", "\u2003"),
)
ODD_BYTES = (
    b"\x00",
    b"\xff",
    b"\xc0\xaf",
    b"\xed\xa0\x80",
    b"\r",
    b"\t",
    b"\x85",
    b"\xe2\x80\xae",
    b"\xc2\x85",
    b"\xe2\x80\xa8",
)
SYNTAX = (
    "\n",
    "  ",
    "- ",
    ": ",
    ", ",
    "[",
    "]",
    "{",
    "}",
    "'",
    '"',
    "#",
    "&a ",
    "*a",
    "!t ",
    "|\n",
)


def document(random: Random, metrics: Mapping[str, KnownMetric]) -> bytes:
    """One document: 30 in 100 as the grammar wrote it, 50 damaged as data, 17 as text, 3 noise."""
    kind = random.random()
    if kind < 0.03:
        return random.randbytes(random.randrange(200))
    data: Any = policy(random, metrics)
    if kind < 0.53:
        for _ in range(random.choice((1, 1, 1, 2, 3, 8))):
            data = _damaged(random, data)
    text = _written(random, data)
    return _broken(random, text) if kind >= 0.83 else text.encode("utf-8", "surrogatepass")


def _damaged(random: Random, data: Any) -> Any:
    """The data with one change, at a place where a walk from its root happens to end."""
    if not isinstance(data, dict | list) or not data or random.random() < 0.04:
        return random.choice(_CHANGES)(random, data)
    if random.random() < 0.15:
        return _regrouped(random, data)
    key = random.choice(list(data) if isinstance(data, dict) else range(len(data)))
    data[key] = _damaged(random, data[key])
    return data


def _regrouped(random: Random, data: Any) -> Any:
    """A mapping or a list with something gone, added, doubled, or under another name."""
    change = random.randrange(4)
    if isinstance(data, list):
        place = random.randrange(len(data))
        if change == 0:
            del data[place]
        else:
            data.insert(place, deepcopy(data[place]) if change < 3 else _odd(random))
        return data
    key = random.choice(list(data))
    if change in (0, 2):
        value = data.pop(key)
        if change == 2:
            data[random.choice((key.upper(), key + "s", key[:-1], "min_n"))] = value
    else:
        data[random.choice(("extra", "default", "metadata", "minN", ""))] = _odd(random)
    return data


def _odd(random: Random) -> Any:
    return deepcopy(random.choice(ODD_VALUES))


def _deep(random: Random, value: Any) -> Any:
    for _ in range(random.choice((3, 28, 40, 60))):
        value = [value] if random.random() < 0.5 else {"a": value}
    return value


_CHANGES: tuple[Callable[[Random, Any], Any], ...] = (
    lambda random, _: _odd(random),
    lambda random, _: _odd(random),
    lambda random, _: f"{RAW}{random.randrange(len(ODD_SCALARS))}{RAW}",
    lambda random, value: [value],
    lambda random, value: str(value),
    lambda random, value: _cut(random, value),
    lambda random, value: _deep(random, value),
    lambda random, value: (
        value * random.choice((-1, 0.5, 2, 1000)) if isinstance(value, int | float) else value
    ),
)


def _cut(random: Random, value: Any) -> Any:
    """A word misspelt."""
    if not isinstance(value, str) or not value:
        return value
    place = random.randrange(len(value))
    return value[:place] + random.choice(("", "x", " ", "-", "É", "\n")) + value[place + 1 :]


def _written(random: Random, data: Any) -> str:
    """The data as JSON, or as YAML in flow or in block; marked scalars stand there bare."""
    style = random.randrange(4)
    if style == 0:
        text = json.dumps(data, ensure_ascii=random.random() < 0.5, indent=random.choice((None, 1)))
    else:
        flow = {1: True, 2: False, 3: None}[style]
        dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
        text = yaml.dump(data, Dumper=dumper, default_flow_style=flow, allow_unicode=True)
    if RAW not in text:
        return text
    for index, odd in enumerate(ODD_SCALARS):
        mark = f"{RAW}{index}{RAW}"
        text = text.replace(f'"{mark}"', odd).replace(f"'{mark}'", odd).replace(mark, odd)
    return text


def _broken(random: Random, text: str) -> bytes:
    """The text with a few of its bytes other than they were."""
    source = text.encode("utf-8", "surrogatepass")
    for _ in range(random.choice((1, 1, 2, 5))):
        place, end = sorted(random.randrange(len(source) + 1) for _ in range(2))
        source = random.choice(_BREAKS)(random, source, place, min(end, place + 40))
    return source


_BREAKS: tuple[Callable[[Random, bytes, int, int], bytes], ...] = (
    lambda random, source, place, end: source[:place],
    lambda random, source, place, end: source[:place] + source[end:],
    lambda random, source, place, end: source[:end] + source[place:],
    lambda random, source, place, end: (
        source[:place] + random.choice(SYNTAX).encode() + source[place:]
    ),
    lambda random, source, place, end: (
        source[:place] + random.choice(SYNTAX).encode() + source[place + 1 :]
    ),
    lambda random, source, place, end: (
        source[:place] + random.choice(ODD_SCALARS).encode() + source[place:]
    ),
    lambda random, source, place, end: source[:place] + random.choice(ODD_BYTES) + source[place:],
    lambda random, source, place, end: source[:place] + random.randbytes(1) + source[place + 1 :],
    lambda random, source, place, end: source + b"\n---\n" + source[place:],
    lambda random, source, place, end: (
        source[:place] + random.choice(("[", "{a: ", "- ")).encode() * 3_000 + source[place:]
    ),
)
