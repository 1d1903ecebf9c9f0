"""``/api/v1/policy-work``: policies that are not in effect: are they sound, and what would change.

Nothing is recorded or kept. What a policy extends is sent along, or is in effect.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, cast

from fastapi import Form, UploadFile
from typing_extensions import TypedDict

from registry.errors import InvalidInput
from registry.policy.answers.flips import Moved
from registry.policy.facts import Context as Wanted
from registry.web.api.callers import Changer
from registry.web.api.decisions import Bound
from registry.web.api.routing import router as noun
from registry.web.api.shown import shown
from registry.web.api.uploads import received
from registry.web.api.words import Name
from registry.workflow.impact import Turned, impact
from registry.workflow.policy_diff import policy_diff
from registry.workflow.policy_files import is_test, read_policies
from registry.workflow.policy_lint import lint_row, policy_lint
from registry.workflow.policy_test import policy_test

router = noun("policy work")
Field = Annotated[Name | None, Form()]


class Valid(TypedDict):
    """A policy that loads."""

    policy: str
    version: str
    rules: int
    digest: str
    file: str


class Hazard(TypedDict):
    """What a lint remarks."""

    id: str
    severity: str
    place: str
    message: str


class Case(TypedDict):
    """A case of a policy, and what did not come out as it expects."""

    policy: str
    name: str
    line: int | None
    passed: bool
    detail: list[str]


class Change(TypedDict):
    """One thing that a new version loosens, tightens or words differently."""

    where: str
    direction: str
    what: str


class Compared(TypedDict):
    """Two versions of a policy; ``suffices`` is whether the version rose by what is demanded."""

    policy: str
    before: str
    before_digest: str
    after: str
    after_digest: str
    changes: list[Change]
    demanded: str
    made: str
    suffices: bool
    least: str | None


class Rule(TypedDict):
    """One rule that decides otherwise; a margin below 0 is what is lacking."""

    policy: str
    rule: str
    scope: list[str]
    before: str | None
    after: str | None
    margin_before: Bound | None
    margin_after: Bound | None


class Turn(TypedDict):
    """One version that would be decided otherwise."""

    version: str
    use: str
    audience: str
    jurisdiction: str | None
    before: str
    after: str
    rules: list[Rule]


class Impacted(TypedDict):
    """What changed policies would do to every registered version."""

    policies: list[str]
    versions: int
    unasked: int
    decisions: int
    newly_refused: int
    turned: list[Turn]


@router.post("/policy-work/validation")
def validate(caller: Changer, files: list[UploadFile]) -> list[Valid]:
    """Whether policies load; what is wrong is named with file, line and column."""
    with received(caller.visitor.desk, *files) as paths:
        return [
            {
                "policy": one.id,
                "version": one.version,
                "rules": len(one.rules),
                "digest": one.digest,
                "file": one.name,
            }
            for one in read_policies(_policies(paths))
        ]


@router.post("/policy-work/lint")
def lint(caller: Changer, files: list[UploadFile]) -> list[Hazard]:
    """Hazards in policies that load: rules that protect nobody, or explain nothing."""
    with received(caller.visitor.desk, *files) as paths:
        found = policy_lint(_policies(paths), now=caller.context.clock()).findings
        rows = [lint_row(one) for one in found]
        return [
            {
                "id": str(row["id"]),
                "severity": str(row["severity"]),
                "place": str(row["place"]).removeprefix(f"{paths[0].parent}/"),
                "message": str(row["message"]),
            }
            for row in rows
        ]


@router.post("/policy-work/test")
def test(caller: Changer, files: list[UploadFile]) -> list[Case]:
    """Run the cases beside policies."""
    with received(caller.visitor.desk, *files) as paths:
        return [
            {
                "policy": one.policy,
                "name": one.case.name,
                "line": one.case.line,
                "passed": one.passed,
                "detail": [str(each) for each in one.mismatches],
            }
            for one in policy_test(paths).results
        ]


@router.post("/policy-work/diff")
def diff(caller: Changer, file: UploadFile, policy: Annotated[Name, Form()]) -> Compared:
    """What a changed policy tightens and loosens, against the one in effect."""
    if "/" in policy or "." in policy:
        raise InvalidInput(f"{policy!r} is no policy", expected="the id of one in effect")
    with received(caller.visitor.desk, file) as (path,):
        found = policy_diff(policy, path, None, lambda: caller.context)
        return {
            "policy": found.after.id,
            "before": found.before.version,
            "before_digest": found.before.digest,
            "after": found.after.version,
            "after_digest": found.after.digest,
            "changes": [
                {"where": one.where, "direction": one.direction, "what": one.what}
                for one in found.changes
            ],
            "demanded": found.demanded,
            "made": found.made,
            "suffices": found.suffices,
            "least": found.least,
        }


@router.post("/policy-work/impact")
def would_change(
    caller: Changer,
    files: list[UploadFile],
    use: Field = None,
    audience: Field = None,
    jurisdiction: Field = None,
) -> Impacted:
    """Replay the evidence of every version: who is allowed or denied by changed policies."""
    wanted = _wanted(use, audience, jurisdiction)
    with received(caller.visitor.desk, *files) as paths:
        found = impact(caller.context, _policies(paths), None, wanted)
    return {
        "policies": list(found.given),
        "versions": found.versions,
        "unasked": found.unasked,
        "decisions": found.decisions,
        "newly_refused": found.newly_refused,
        "turned": [_turn(one) for one in found.turned],
    }


def _wanted(use: str | None, audience: str | None, jurisdiction: str | None) -> Wanted | None:
    if use is not None and audience is not None:
        return Wanted(use, audience, jurisdiction)
    if (use, audience, jurisdiction) == (None, None, None):
        return None
    raise InvalidInput("half a context was given", expected="use and audience, or neither")


def _policies(paths: list[Path]) -> list[Path]:
    return [path for path in paths if not is_test(path)]


def _turn(one: Turned) -> Turn:
    return {
        "version": one.label,
        "use": one.context.use,
        "audience": one.context.audience,
        "jurisdiction": one.context.jurisdiction,
        "before": one.flip.before,
        "after": one.flip.after,
        "rules": [_rule(moved) for moved in one.flip.rules],
    }


def _rule(moved: Moved) -> Rule:
    before, after = moved.before, moved.after
    return cast(
        "Rule",
        shown(
            {
                "policy": moved.policy,
                "rule": moved.rule,
                "scope": list(moved.scope),
                "before": before.outcome if before else None,
                "after": after.outcome if after else None,
                "margin_before": before.margin if before else None,
                "margin_after": after.margin if after else None,
            }
        ),
    )
