"""``/api/v1/datasets/NAME@V/check`` and ``explanation``: what the policies say."""

from __future__ import annotations

from typing import Annotated, Any, Literal, cast

from fastapi import Query
from typing_extensions import TypedDict

from registry.policy.facts import Context as Wanted
from registry.web.api.callers import Body, Changer
from registry.web.api.decisions import Bound, DecisionShown, FindingShown, PolicyShown
from registry.web.api.routing import router as noun
from registry.web.api.shown import shown
from registry.web.api.words import Asked, Name, Version
from registry.web.visitor import Person
from registry.workflow.check import checked
from registry.workflow.explain import explain

router = noun("decisions")


class Question(Body):
    """For which use and for whom; ``chosen_from`` are versions whose results were compared."""

    use: Name
    audience: Name
    jurisdiction: Name | None = None
    chosen_from: tuple[Name, ...] = ()

    def wanted(self) -> Wanted:
        """The same, as policies read it."""
        return Wanted(self.use, self.audience, self.jurisdiction, self.chosen_from)


class Place(TypedDict):
    """A use, an audience and where."""

    use: str
    audience: str
    jurisdiction: str | None
    chosen_from: list[str]


class Checked(TypedDict):
    """One decision, and why each waiver in it was granted."""

    label: str
    wanted: Place
    decision: DecisionShown
    excuses: dict[str, str]


class Traced(TypedDict):
    """One policy; ``reasons`` say why it does not govern."""

    policy: PolicyShown
    governs: bool
    reasons: list[str]
    findings: list[FindingShown]


class Need(TypedDict):
    """What one finding needs to pass, or the obstacle to it."""

    finding: FindingShown
    bound: str | None
    number: Bound | None
    terms: list[str]
    obstacle: str | None


class Supposed(TypedDict):
    """A measurement as it would have to be."""

    id: str
    metric: str
    scope: list[str]
    status: str
    value: Bound | None
    low: Bound | None
    high: Bound | None
    n: int | None
    measured_at: str | None
    holdout: bool | None
    dataset_digest: str
    cause: str | None


class Remedy(TypedDict):
    """The nearest evidence, and what would be decided on it."""

    needs: list[Need]
    evidence: list[Supposed]
    outcome: Literal["allow", "deny", "undecided"]
    left: list[FindingShown]


class Alternative(TypedDict):
    """Another context in which the same evidence is allowed."""

    context: Place
    changed: list[str]


class Offer(TypedDict):
    """A waiver that a policy would accept."""

    policy: PolicyShown
    rule: str
    role: str
    until: str


class Excuse(TypedDict):
    """What could be waived, and what would be decided then."""

    waivers: list[Offer]
    outcome: Literal["allow", "deny", "undecided"]
    left: list[FindingShown]


class Explained(TypedDict):
    """A decision with its trace; the rest is null where it is allowed itself."""

    decision: DecisionShown
    policies: list[Traced]
    remedy: Remedy | None
    alternatives: list[Alternative] | None
    excuse: Excuse | None


@router.post("/datasets/{version}/check")
def check(caller: Changer, version: Version, body: Question) -> Checked:
    """Decide by the policies in effect. That it was asked is recorded; the outcome is data."""
    found = checked(caller.context, version, body.wanted())
    answer: dict[str, Any] = {
        "label": found.label,
        "wanted": shown(found.wanted),
        "decision": shown(found.decision),
        "excuses": dict(found.excuses),
    }
    return cast("Checked", answer)


@router.get("/datasets/{version}/explanation")
def explanation(
    visitor: Person,
    version: Version,
    use: Annotated[Name, Query()],
    audience: Annotated[Name, Query()],
    jurisdiction: Asked = None,
) -> Explained:
    """Why a version is allowed or not, by every rule, and what is nearest that would be."""
    found = explain(visitor.context, version, Wanted(use, audience, jurisdiction))
    return cast("Explained", shown(found))
