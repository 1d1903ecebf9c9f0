"""What a lint rule is: what it looks for, why, and an example of what it finds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final, Literal

from registry.marked_yaml import MarkedDocument, Path
from registry.policy.document import Spec
from registry.policy.lints.reachable import Request, kinds_of_request
from registry.policy.loader import Policy
from registry.policy.rules import Rule

Severity = Literal["info", "warning", "error"]
SEVERITIES: Final[tuple[Severity, ...]] = ("info", "warning", "error")
"""From the least to the most."""


@dataclass(frozen=True, eq=False)
class About:
    """What lint rules look at: a policy, the others beside it, and what is known around it.

    ``tested`` says whether a file of test cases stands beside the policy, None where nobody looked;
    ``cases`` are the rules and metrics that its cases name. Without ``now`` no day is judged.
    """

    policy: Policy
    marked: MarkedDocument
    siblings: Sequence[Policy] = ()
    tested: bool | None = None
    cases: Collection[str] | None = None
    now: datetime | None = None

    @property
    def spec(self) -> Spec:
        """The policy's terms."""
        return self.policy.document.spec

    @property
    def written(self) -> list[tuple[Rule, Path]]:
        """The rules of the file itself, with their places."""
        return [(rule, ("spec", "rules", at)) for at, rule in enumerate(self.spec.rules)]

    @cached_property
    def held(self) -> list[tuple[Rule, Path]]:
        """Every rule that holds, those of bases at the place where they are extended."""
        own = {id(rule): path for rule, path in self.written}
        return [(rule, own.get(id(rule), ("spec", "extends"))) for _, rule in self.policy.rules]

    @cached_property
    def requests(self) -> list[Request] | None:
        """One request of each kind that the policy tells apart; None where they are too many."""
        return kinds_of_request(self.policy)

    def raw(self, path: Path) -> Any:
        """What the file itself says at a path, parameters not filled in; None where nothing."""
        data: Any = self.marked.data
        for part in path:
            try:
                data = data[part]
            except (KeyError, IndexError, TypeError):
                return None
        return data


@dataclass(frozen=True)
class Hit:
    """One place that a rule found, and what is so there."""

    path: Path
    message: str


@dataclass(frozen=True)
class LintRule:
    """A rule on policies: ``find`` yields its places, ``example`` shows one, ``remedy`` ends it.

    ``fixable`` says that `--fix` may end it where that is safe.
    """

    id: str
    name: str
    severity: Severity
    find: Callable[[About], Iterator[Hit]]
    why: str
    example: str
    remedy: str
    fixable: bool = False
