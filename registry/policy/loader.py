"""From the bytes of a policy file to a policy that can decide."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from registry import marked_yaml
from registry.marked_yaml import MarkedDocument
from registry.policy.document import ReleasePolicy
from registry.policy.semantics import CLAIMS, KnownMetric, problems

__all__ = ["KnownMetric", "Policy", "load_policy"]


@dataclass(frozen=True)
class Policy:
    """A policy that loaded. ``digest`` is ``sha256:<hex>`` of the bytes of its file.

    ``lines`` has the line of every rule, and of ``uses``, ``sharing`` and ``review``. ``metrics``
    holds what is known of the metrics that its rules name.
    """

    document: ReleasePolicy
    digest: str
    lines: Mapping[str, int]
    source: bytes
    metrics: Mapping[str, KnownMetric] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The policy's name, the same in all its versions."""
        return self.document.metadata.id

    @property
    def version(self) -> str:
        """The semantic version."""
        return self.document.metadata.version


def load_policy(source: bytes, name: str, metrics: Mapping[str, KnownMetric]) -> Policy:
    """Read a policy file; ``name`` is what errors call it, ``metrics`` the catalogue by id.

    Raises ``InvalidInput`` with the place of everything wrong. The claims of a dataset card,
    ``dp.epsilon`` and ``dp.delta``, are known whatever the catalogue holds.
    """
    marked = marked_yaml.load(source, name)
    document = marked_yaml.validate(ReleasePolicy, marked)
    known = {**metrics, **CLAIMS}
    if found := list(problems(document, known)):
        raise marked_yaml.refusal(marked, found)
    digest = f"sha256:{hashlib.sha256(source).hexdigest()}"
    named = {rule.check.metric: known[rule.check.metric] for rule in document.spec.rules}
    return Policy(document, digest, _lines(document, marked), source, named)


def _lines(document: ReleasePolicy, marked: MarkedDocument) -> dict[str, int]:
    paths: dict[str, marked_yaml.Path] = {
        "review": ("metadata", "reviewBy"),
        "uses": ("spec", "uses"),
        "sharing": ("spec", "sharing"),
    }
    for index, rule in enumerate(document.spec.rules):
        paths[rule.id] = ("spec", "rules", index)
    return {key: marked.marks[path].line for key, path in paths.items() if path in marked.marks}
