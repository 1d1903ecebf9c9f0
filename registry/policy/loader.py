"""From the bytes of a policy file to a policy that can decide."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from registry import marked_yaml
from registry.marked_yaml import MarkedDocument
from registry.policy.document import ReleasePolicy
from registry.policy.expression import Expression, compiled
from registry.policy.known import BUDGETS, RECKONED, KnownMetric
from registry.policy.params import filled
from registry.policy.rules import Rule
from registry.policy.semantics import problems

__all__ = ["KnownMetric", "Policy", "load_policy"]


@dataclass(frozen=True, eq=False)
class Policy:
    """A policy that loaded. ``digest`` is ``sha256:<hex>`` of the bytes of its file.

    Two are equal only if they are the same object, so that what follows from one can be kept.

    ``lines`` has the line of every rule, and of ``uses``, ``sharing`` and ``review``. ``metrics``
    holds what is known of the metrics that its rules name, ``expressions`` its rules in CEL, by id.
    ``bases`` are the policies it extends, once they are found (see ``registry.policy.extension``).
    """

    document: ReleasePolicy
    digest: str
    lines: Mapping[str, int]
    source: bytes
    name: str = "policy.yaml"
    metrics: Mapping[str, KnownMetric] = field(default_factory=dict)
    expressions: Mapping[str, Expression] = field(default_factory=dict)
    bases: tuple[Policy, ...] = ()

    @property
    def id(self) -> str:
        """The policy's name, the same in all its versions."""
        return self.document.metadata.id

    @property
    def version(self) -> str:
        """The semantic version."""
        return self.document.metadata.version

    @cached_property
    def rules(self) -> tuple[tuple[Policy, Rule], ...]:
        """Every rule that holds under this policy, with the policy that wrote it: its own first,
        then those of its bases that it does not restate.
        """
        held = {rule.id: (self, rule) for rule in self.document.spec.rules}
        for base in self.bases:
            for author, rule in base.rules:
                held.setdefault(rule.id, (author, rule))
        return tuple(held.values())


def load_policy(source: bytes, name: str, metrics: Mapping[str, KnownMetric]) -> Policy:
    """Read a policy file; ``name`` is what errors call it, ``metrics`` the catalogue by id.

    Raises ``InvalidInput`` with the place of everything wrong. The claims of a dataset card, what
    audits of them show, and the budgets of a source are known whatever the catalogue holds. What
    the policy extends is not looked for here.
    """
    marked, unknown = filled(marked_yaml.load(source, name))
    if unknown:
        raise marked_yaml.refusal(marked, unknown)
    document = marked_yaml.validate(ReleasePolicy, marked)
    known = {**metrics, **RECKONED}
    if found := list(problems(document, known)):
        raise marked_yaml.refusal(marked, found)
    expressions = _expressions(document, known)
    checks = [rule.check.reads for rule in document.spec.rules if rule.check]
    named = [*checks, *(metric for one in expressions.values() for metric in one.metrics)]
    return Policy(
        document=document,
        digest=f"sha256:{hashlib.sha256(source).hexdigest()}",
        lines=_lines(document, marked),
        source=source,
        name=name,
        metrics={metric: known[metric] for metric in dict.fromkeys(named)},
        expressions=expressions,
    )


def _expressions(
    document: ReleasePolicy, known: Mapping[str, KnownMetric]
) -> dict[str, Expression]:
    whole = [name for name, metric in known.items() if not metric.scope and name not in BUDGETS]
    return {
        rule.id: compiled(rule.expr, whole, document.spec.params)
        for rule in document.spec.rules
        if rule.expr is not None
    }


def _lines(document: ReleasePolicy, marked: MarkedDocument) -> dict[str, int]:
    paths: dict[str, marked_yaml.Path] = {
        "review": ("metadata", "reviewBy"),
        "uses": ("spec", "uses"),
        "sharing": ("spec", "sharing"),
    }
    for index, rule in enumerate(document.spec.rules):
        paths[rule.id] = ("spec", "rules", index)
    return {key: marked.marks[path].line for key, path in paths.items() if path in marked.marks}
