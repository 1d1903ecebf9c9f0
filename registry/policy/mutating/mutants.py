"""Mutants of a policy: weakened copies that its cases should notice.

A mutant that is no policy any more (one person could approve, a base would be loosened) is refused
when it is loaded and needs no case. One that provably decides as the original does cannot be
noticed. The rest count.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from pydantic import ValidationError
from pydantic_core import to_json

from registry import marked_yaml
from registry.marked_yaml import MarkedDocument
from registry.policy.comparing.changes import demands
from registry.policy.document import ReleasePolicy
from registry.policy.expression import ExpressionError, compiled
from registry.policy.known import RECKONED
from registry.policy.loader import Policy
from registry.policy.mutating.meaning import meaning
from registry.policy.mutating.mutations import Weaker, mutations
from registry.policy.mutating.rule_mutations import GONE, Edit
from registry.policy.params import filled
from registry.policy.semantics import problems

Kind = Literal["counts", "refused", "equivalent"]


@dataclass(frozen=True)
class Mutant:
    """A weakened copy of a policy: ``what`` was changed on which ``line``.

    ``changed`` is the copy; None where it is refused when it is loaded.
    """

    policy: str
    line: int
    what: str
    kind: Kind
    changed: Policy | None


def mutants(policy: Policy) -> Iterator[Mutant]:
    """Every mutant of a policy, in the order of its file. Its bases stay as they are."""
    marked, _ = filled(marked_yaml.load(policy.source, policy.name))
    data: Any = marked.data
    means = meaning(policy)
    for weaker in mutations(data):
        changed = _changed(policy, data, weaker.edits)
        yield Mutant(
            policy=policy.id,
            line=_line(marked, weaker),
            what=weaker.what,
            kind=_kind(changed, means),
            changed=changed,
        )


def _kind(changed: Policy | None, means: object) -> Kind:
    if changed is None:
        return "refused"
    return "equivalent" if meaning(changed) == means else "counts"


def _line(marked: MarkedDocument, weaker: Weaker) -> int:
    return marked.marks[marked.nearest(weaker.path)].line


def _changed(policy: Policy, data: Mapping[str, Any], edits: tuple[Edit, ...]) -> Policy | None:
    try:
        document = ReleasePolicy.model_validate_json(to_json(_edited(data, edits)))
    except ValidationError:
        return None
    if any(problems(document, {**policy.metrics, **RECKONED})):
        return None
    kept = {base.id for base in document.spec.extends}
    bases = tuple(base for base in policy.bases if base.id in kept)
    changed = replace(policy, document=document, bases=bases)
    if any(change.direction == "loosened" for base in bases for change in demands(base, changed)):
        return None
    return _with_expressions(policy, changed)


def _with_expressions(policy: Policy, changed: Policy) -> Policy | None:
    """The expressions of the rules that are left, compiled anew where their text changed."""
    found = {}
    for rule in changed.document.spec.rules:
        old = policy.expressions.get(rule.id)
        if rule.expr is None or old is None:
            continue
        try:
            same = rule.expr == old.text
            found[rule.id] = old if same else compiled(rule.expr, old.metrics, old.params)
        except ExpressionError:
            return None
    return replace(changed, expressions=found)


def _edited(data: Mapping[str, Any], edits: tuple[Edit, ...]) -> Any:
    changed: Any = copy.deepcopy(data)
    for path, value in edits:
        inside = changed
        for part in path[:-1]:
            inside = inside.setdefault(part, {}) if isinstance(inside, dict) else inside[part]
        if value is GONE:
            del inside[path[-1]]
        else:
            inside[path[-1]] = value
    return changed
