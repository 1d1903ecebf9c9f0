"""Run the cases of a policy: what was expected, what came out, and which findings differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from registry import marked_yaml
from registry.policy.casework.case_problems import case_problems
from registry.policy.casework.cases import CaseFile, Expect
from registry.policy.casework.situations import Question, question
from registry.policy.decision import Decision, Finding
from registry.policy.document import Match
from registry.policy.engine import decide
from registry.policy.explain import sentence
from registry.policy.known import RECKONED, KnownMetric
from registry.policy.loader import Policy

_RANK: Final = ("error", "fail", "missing", "waived", "warn", "pass")
ABSENT: Final = "absent"
_TERMS: Final = {
    "quorum": "quorum",
    "separation": "separation",
    "agreements": "agreements",
    "expires_after_days": "expiresAfterDays",
    "valid_for_days": "validForDays",
    "author_window_days": "authorWindowDays",
    "signatures": "signatures",
}


@dataclass(frozen=True)
class Prepared:
    """A case that is ready to be asked, and where it stands."""

    name: str
    file: str
    line: int
    question: Question
    expect: Expect


@dataclass(frozen=True)
class Mismatch:
    """One thing that came out otherwise; ``message`` is what the finding says, if it is one."""

    what: str
    expected: object
    got: object
    message: str = ""

    def __str__(self) -> str:
        said = f" ({self.message})" if self.message else ""
        return f"{self.what}: expected {shown(self.expected)}, got {shown(self.got)}{said}"


@dataclass(frozen=True)
class Result:
    """What a policy made of one case; without mismatches the case passes."""

    policy: str
    case: Prepared
    decision: Decision
    mismatches: tuple[Mismatch, ...]

    @property
    def passed(self) -> bool:
        """Whether everything came out as expected."""
        return not self.mismatches


def prepared(
    file: CaseFile, policy: Policy, metrics: Mapping[str, KnownMetric]
) -> tuple[Prepared, ...]:
    """The cases of a file, ready to be asked; ``metrics`` is the catalogue by id.

    Raises ``InvalidInput`` with the place of every unknown name.
    """
    known = {**metrics, **RECKONED}
    if found := list(case_problems(file, policy, known)):
        raise marked_yaml.refusal(file.marked, found)
    given = file.document.given
    return tuple(
        Prepared(
            name=case.name,
            file=file.marked.name,
            line=file.line(index),
            question=question(policy, given, case, known),
            expect=case.expect,
        )
        for index, case in enumerate(file.document.cases)
    )


def run_cases(policy: Policy, cases: Iterable[Prepared]) -> list[Result]:
    """The results of all cases, in their order; the policy decides alone."""
    asked = askable(policy)
    return [run_case(asked, case) for case in cases]


def run_case(policy: Policy, case: Prepared) -> Result:
    """The result of one case."""
    decision = ask(policy, case.question)
    return Result(policy.id, case, decision, tuple(_mismatches(case.expect, decision)))


def ask(policy: Policy, asked: Question) -> Decision:
    """The decision of one policy alone."""
    return decide([policy], asked.subject, asked.context, asked.evidence, asked.now, asked.waivers)


def askable(policy: Policy) -> Policy:
    """The policy; of a base, which governs nothing by itself, one that governs every request."""
    document = policy.document
    if document.kind != "PolicyBase":
        return policy
    spec = document.spec.model_copy(update={"match": Match()})
    changed = document.model_copy(update={"kind": "ReleasePolicy", "spec": spec})
    return replace(policy, document=changed)


def worst(decision: Decision, rule: str) -> Finding | None:
    """The finding of a rule that weighs most; None where the rule was not asked."""
    found = [one for one in decision.findings if one.rule == rule]
    return min(found, key=lambda one: _RANK.index(one.outcome), default=None)


def _mismatches(expect: Expect, decision: Decision) -> Iterator[Mismatch]:
    stated = expect.model_fields_set
    matched = bool(decision.policies)
    if "matched" in stated and expect.matched != matched:
        yield Mismatch("matched", expect.matched, matched)
    if "decision" in stated and expect.decision != decision.outcome:
        yield Mismatch("decision", expect.decision, decision.outcome, _reasons(decision))
    for rule, outcome in expect.findings.items():
        found = worst(decision, rule)
        outcome_got = found.outcome if found else ABSENT
        if outcome_got != outcome:
            yield Mismatch(rule, outcome, outcome_got, found.message if found else "")
    for name, written in _TERMS.items():
        wanted, got = _plain(getattr(expect, name)), _plain(getattr(decision, name))
        if name in stated and wanted != got:
            yield Mismatch(written, wanted, got)


def _reasons(decision: Decision) -> str:
    return "; ".join(sentence(one) for one in decision.findings if one.blocks)


def _plain(value: object) -> object:
    """A term in one form, whatever the order it was written in."""
    if isinstance(value, Mapping):
        return dict(sorted(value.items()))
    if isinstance(value, tuple | frozenset):
        return sorted(value)
    return value


def shown(value: object) -> str:
    """A term in words."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {number}" for key, number in value.items()) or "nobody"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    if value is None:
        return "none"
    return str(value).lower() if isinstance(value, bool) else str(value)
