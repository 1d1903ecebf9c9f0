"""Ways to weaken one rule: its comparison, its threshold, what it asks of the evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from registry.marked_yaml import Path
from registry.policy.rules import COMPARISONS

GONE: Final = object()
"""In place of a value: the key, or the item of the list, is taken out."""
Edit = tuple[Path, object]
Weakened = tuple[Path, str, tuple[Edit, ...]]

_STRICTNESS: Final = {"lt": "lte", "lte": "lt", "gt": "gte", "gte": "gt"}
_REVERSED: Final = {"lt": "gt", "lte": "gte", "gt": "lt", "gte": "lte"}
_OTHER_BOUND: Final = {"lower": "upper", "upper": "lower"}
_WIDER: Final = (("a little", 0.01), ("a lot", 0.5))
_DEMANDS: Final = {
    "bound": "the value is compared, not the bound",
    "minN": "no minimum n",
    "maxAge": "no maxAge of its own",
}
_STRINGS_OR_OPERATORS: Final = re.compile(
    r"""(?P<text>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|(?P<op><=|>=|==|!=|&&|\|\||<|>)"""
)
_SWAPPED: Final = {
    "<=": "<",
    "<": "<=",
    ">=": ">",
    ">": ">=",
    "==": "!=",
    "!=": "==",
    "&&": "||",
    "||": "&&",
}


def rule_mutations(rules: Sequence[dict[str, Any]]) -> Iterator[Weakened]:
    """Every way to weaken each rule, in the order of the document."""
    for index, rule in enumerate(rules):
        path: Path = ("spec", "rules", index)
        yield path, f"{rule['id']} is gone", ((path, GONE),)
        for where, what, edits in _one(rule, path):
            yield where, f"{rule['id']}: {what}", edits


def _one(rule: dict[str, Any], path: Path) -> Iterator[Weakened]:
    if "check" in rule:
        yield from _comparison(rule["check"], (*path, "check"))
        yield from _threshold(rule["check"], (*path, "check"))
        yield from _demands(rule["check"], (*path, "check"))
    else:
        yield from _expression(rule["expr"], (*path, "expr"))
    if rule.get("onMissingEvidence") == "deny":
        here: Path = (*path, "onMissingEvidence")
        yield here, "onMissingEvidence deny became undecided", ((here, "undecided"),)
    if rule.get("enforcement", "enforce") == "enforce":
        here = (*path, "enforcement")
        yield here, "enforce became warn", ((here, "warn"),)


def _comparison(check: dict[str, Any], path: Path) -> Iterator[Weakened]:
    old = _compared(check)
    for table in (_STRICTNESS, _REVERSED):
        new = table[old]
        edits: list[Edit] = [((*path, old), GONE), ((*path, new), check[old])]
        if table is _REVERSED and "bound" in check:
            # With the bound as it was the policy would not load: doubt would pass.
            edits.append(((*path, "bound"), _OTHER_BOUND[check["bound"]]))
        yield (*path, old), f"{old} became {new}", tuple(edits)


def _threshold(check: dict[str, Any], path: Path) -> Iterator[Weakened]:
    name = _compared(check)
    old = float(check[name])
    for how, share in _WIDER:
        room = abs(old) * share or share
        new = old + room if name in ("lt", "lte") else old - room
        what = f"{name} {old:g} became {new:g}, {how} wider"
        yield (*path, name), what, (((*path, name), new),)


def _demands(check: dict[str, Any], path: Path) -> Iterator[Weakened]:
    for key, what in _DEMANDS.items():
        if key in check:
            yield (*path, key), what, (((*path, key), GONE),)
    if check.get("holdout") == "required":
        yield (*path, "holdout"), "no holdout", (((*path, "holdout"), "optional"),)


def _expression(text: str, path: Path) -> Iterator[Weakened]:
    yield path, "the expression is negated", ((path, f"!({text})"),)
    for found in _STRINGS_OR_OPERATORS.finditer(text):
        operator = found["op"]
        if operator:
            swapped = text[: found.start()] + _SWAPPED[operator] + text[found.end() :]
            yield path, f"{operator} became {_SWAPPED[operator]}", ((path, swapped),)


def _compared(check: dict[str, Any]) -> str:
    return next(name for name in COMPARISONS if name in check)
