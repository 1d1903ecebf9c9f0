"""The test cases of a policy, as people write them beside it: ``partner-sharing_test.yaml``.

A case says what is asked and what the policy must answer. What it leaves open comes from ``given``,
and then from defaults that do not depend on the day it is run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from registry import marked_yaml
from registry.marked_yaml import Mark, MarkedDocument, Path
from registry.policy.decision import FindingOutcome, Outcome
from registry.policy.document import Audience, Separation, Signatures
from registry.policy.fields import Name, Part, RuleId, Text
from registry.policy.vocabulary import Classification, Modality

TODAY: Final = "2026-01-01"
"""The day of a case that names none: fixed, so that no case ages."""


def instant(text: str) -> datetime:
    """An instant with its offset, or noon UTC of a day. Raises ``ValueError``."""
    expected = "a day or an instant with its offset: 2026-01-01, 2026-01-01T12:00:00Z"
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(expected) from None
    if len(text) == len(TODAY):
        return found.replace(hour=12, tzinfo=UTC)
    if found.tzinfo is None:
        raise ValueError(expected)
    return found


Moment = Annotated[str, AfterValidator(lambda text: instant(text) and text)]
Texts = tuple[Text, ...]


class Measured(Part):
    """One measurement or claim; what it leaves out is as in evidence that passes.

    Without a ``scope`` it stands for every scope of the metric. ``low`` and ``high`` are the
    ``value`` where they are not given. ``age`` is in days; ``elsewhere`` means on another version.
    """

    metric: Text
    scope: Texts | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: Annotated[int, Field(ge=0)] | None = None
    age: int | None = None
    holdout: bool | None = None
    status: Literal["measured", "not_measurable"] = "measured"
    cause: Text | None = None
    elsewhere: bool = False


class Waived(Part):
    """A waiver, signed ``age`` days ago for ``days`` days, in the role that the policy asks for."""

    rule: RuleId
    role: Text | None = None
    age: int = 0
    days: Annotated[int, Field(ge=0)] = 1
    elsewhere: bool = False


class Situation(Part):
    """What is asked. ``evidence: passing`` measures everything well within its threshold; ``with``
    then replaces measurements and ``without`` removes them, by metric or by ``metric[scope]``.
    """

    rows: Annotated[int, Field(ge=0)] | None = None
    columns: Annotated[Texts, Field(min_length=1)] | None = None
    kinds: dict[str, Text] | None = None
    classification: Classification | None = None
    raised: Classification | None = None
    modality: Modality | None = None
    source: Text | None = None
    confirmed: bool | None = None
    subgroups: Texts | None = None
    constraints: Texts | None = None
    use: Name | None = None
    audience: Audience | None = None
    jurisdiction: str | None = None
    now: Moment | None = None
    evidence: Literal["passing", "none"] | None = None
    with_: Annotated[tuple[Measured, ...], Field(alias="with")] = ()
    without: Texts = ()
    waivers: tuple[Waived, ...] | None = None
    waive_all: bool | None = None


class Expect(BaseModel):
    """What must come out; only what is written is looked at. A limit of ``null`` is none."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", alias_generator=to_camel)

    decision: Outcome = "allow"
    matched: bool = True
    findings: dict[str, FindingOutcome] = {}
    quorum: dict[str, int] = {}
    separation: tuple[Separation, ...] = ()
    agreements: Texts = ()
    expires_after_days: int | None = None
    valid_for_days: int | None = None
    author_window_days: int | None = None
    signatures: Signatures | None = None


class Case(Situation):
    """One request, and what the policy must make of it."""

    name: Text
    expect: Expect


class PolicyTest(Part):
    """All cases of one file."""

    api_version: Literal["registry/v1"]
    kind: Literal["PolicyTest"]
    policy: Name
    given: Situation = Situation()
    cases: tuple[Case, ...]


@dataclass(frozen=True)
class CaseFile:
    """A file of cases that loaded, and where everything stands in it."""

    document: PolicyTest
    marked: MarkedDocument

    def line(self, index: int) -> int:
        """The line on which a case begins."""
        return self.marked.marks["cases", index].line


def load_cases(source: bytes, name: str) -> CaseFile:
    """Read a file of cases; raises ``InvalidInput`` with the place of everything wrong."""
    marked = _listed(marked_yaml.load(source, name))
    document = marked_yaml.validate(PolicyTest, marked)
    _require_content(document, marked)
    return CaseFile(document, marked)


def _require_content(document: PolicyTest, marked: MarkedDocument) -> None:
    """A name tells one case, and a case that expects nothing could not fail."""
    seen: set[str] = set()
    problems = []
    for index, case in enumerate(document.cases):
        path: Path = ("cases", index)
        if case.name in seen:
            what = f"{case.name!r} stands here twice"
            problems.append(marked_yaml.Problem((*path, "name"), what, "each once"))
        if not case.expect.model_fields_set:
            what = f"cases[{index}].expect expects nothing"
            expected = "one of decision, findings, matched, or a term"
            problems.append(marked_yaml.Problem((*path, "expect"), what, expected))
        seen.add(case.name)
    if problems:
        raise marked_yaml.refusal(marked, problems)


def _listed(marked: MarkedDocument) -> MarkedDocument:
    """A list under ``evidence`` is all the evidence there is: ``none``, with the list."""
    data: Any = marked.data
    if not isinstance(data, Mapping):
        return marked
    given, cases = data.get("given"), data.get("cases")
    marks = dict(marked.marks)
    changed: dict[str, Any] = {**data}
    if isinstance(given, Mapping):
        changed["given"] = _split(given, ("given",), marks)
    if isinstance(cases, list):
        changed["cases"] = [_split(one, ("cases", at), marks) for at, one in enumerate(cases)]
    return MarkedDocument(marked.name, changed, marks)


def _split(part: Any, path: Path, marks: dict[Path, Mark]) -> Any:
    if not isinstance(part, Mapping) or not isinstance(part.get("evidence"), list):
        return part
    if "with" in part:
        problem = marked_yaml.Problem(
            (*path, "with"), "a list of evidence, and more with it", "one of evidence, with"
        )
        raise marked_yaml.refusal(MarkedDocument("cases", {}, marks), [problem])
    at, to = (*path, "evidence"), (*path, "with")
    for old in [one for one in marks if one[: len(at)] == at]:
        marks[*to, *old[len(at) :]] = marks[old]
    return {**part, "evidence": "none", "with": part["evidence"]}
