"""Takes out of a policy file what a finding shows to be of no use, and nothing around it.

Only where that is plain: what would take a comment with it, or leave one that speaks of nothing, is
left to people. Whether the policy still means the same is for the caller to see.
"""

from __future__ import annotations

from typing import Any

import yaml

from registry.policy.layouts.tree import comments
from registry.policy.lints.lint import Lint
from registry.yaml_reader import Path


def without(source: bytes, finding: Lint) -> bytes | None:
    """The file without the entry at the place of a finding; None where that is not plain."""
    text = source.decode()
    if "\r" in text or text.startswith("\ufeff"):
        return None
    root: Any = yaml.compose(text, Loader=yaml.BaseLoader)
    parents = _parents(root, finding.where)
    # The last entry takes its key with it: `params: {}` says nothing.
    where = finding.where
    while len(parents) > 1 and len(parents[-1].value) == 1:
        parents, where = parents[:-1], where[:-1]
    if len(parents) <= 1:
        return None
    cut = _span(text, parents[-1], where[-1])
    if cut is None or _touches_comment(text, *cut):
        return None
    return (text[: cut[0]] + text[cut[1] :]).encode()


def _parents(root: Any, path: Path) -> list[Any]:
    """The collections on the way to a path, the document's first."""
    found = [root]
    for part in path[:-1]:
        found.append(_inner(found[-1], part))
    return found


def _inner(node: Any, part: str | int) -> Any:
    if isinstance(part, int):
        return node.value[part]
    return next(value for key, value in node.value if key.value == part)


def _span(text: str, parent: Any, part: str | int) -> tuple[int, int] | None:
    """From where to where an entry stands, with its comma or its lines."""
    pairs = [one if isinstance(one, tuple) else (one, one) for one in parent.value]
    at = (
        part
        if isinstance(part, int)
        else next(index for index, (key, _) in enumerate(pairs) if key.value == part)
    )
    first, last = pairs[at]
    if parent.flow_style:
        return _of_flow(pairs, at)
    return _of_block(text, first, last)


def _of_flow(pairs: list[Any], at: int) -> tuple[int, int]:
    if at:
        return pairs[at - 1][1].end_mark.index, pairs[at][1].end_mark.index
    return pairs[0][0].start_mark.index, pairs[1][0].start_mark.index


def _of_block(text: str, first: Any, last: Any) -> tuple[int, int] | None:
    """Whole lines; None where the entry shares its first line with another."""
    start = text.rfind("\n", 0, first.start_mark.index) + 1
    before = text[start : first.start_mark.index]
    if before.strip() not in ("", "-"):
        return None
    if before.strip() == "-" and first is not last:
        return None  # the first key of an item stands behind the item's dash
    written = text[: last.end_mark.index].rstrip()
    end = text.find("\n", len(written))
    return start, len(text) if end < 0 else end + 1


def _touches_comment(text: str, start: int, end: int) -> bool:
    """Whether a comment is in a span, or on the line above it that may speak of it."""
    above = text.count("\n", 0, start) - 1
    alone = text.rfind("\n", 0, start) + 1 == start
    return any(
        start <= note.index < end or (alone and note.own and note.line == above)
        for note in comments(text)
    )
