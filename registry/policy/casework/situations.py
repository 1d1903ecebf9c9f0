"""From a written case to what the engine is asked: subject, context, evidence, waivers, time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from registry.policy.casework.cases import TODAY, Case, Measured, Situation, Waived, instant
from registry.policy.facts import Context, Evidence, Subject, Waiver
from registry.policy.known import RECKONED, KnownMetric
from registry.policy.loader import Policy
from registry.policy.matching import scopes
from registry.policy.rules import Check

HERE: Final = "sha256:" + "a" * 64
ELSEWHERE: Final = "sha256:" + "b" * 64
_EVALUATION: Final = "sha256:" + "e" * 64
_COLUMNS: Final = ("age", "income", "region")
Scope = tuple[str, ...]
Table = dict[tuple[str, Scope], list[Evidence]]
"""Evidence by metric and scope, of which a case replaces and removes some."""
Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Question:
    """What the engine is asked, but for the policies."""

    subject: Subject
    context: Context
    evidence: tuple[Evidence, ...]
    waivers: tuple[Waiver, ...]
    now: datetime


def question(
    policy: Policy, given: Situation, case: Case, metrics: Mapping[str, KnownMetric]
) -> Question:
    """What a case asks of a policy. It is put together from the policy as it stands: a changed one
    is asked the very same.
    """
    facts = {**_stated(given), **_stated(case)}
    subject, now = _subject(facts), instant(facts.get("now", TODAY))
    return Question(
        subject=subject,
        context=Context(
            use=facts["use"],
            audience=facts["audience"],
            jurisdiction=facts.get("jurisdiction") or None,
        ),
        evidence=tuple(_evidence(policy, given, case, metrics, subject, now)),
        waivers=tuple(_waivers(policy, facts, now)),
        now=now,
    )


def subject_of(given: Situation, case: Situation) -> Subject:
    """The version that a case asks about."""
    return _subject({**_stated(given), **_stated(case)})


def _stated(part: Situation) -> dict[str, Any]:
    return {name: getattr(part, name) for name in part.model_fields_set}


def _subject(facts: Facts) -> Subject:
    return Subject(
        dataset="example",
        version=1,
        content_digest=HERE,
        rows=facts.get("rows", 1000),
        columns=facts.get("columns", _COLUMNS),
        source=facts.get("source", "example-source"),
        source_confirmed=facts.get("confirmed", True),
        classification=facts.get("classification", "personal"),
        modality=facts.get("modality", "tabular"),
        raised=facts.get("raised"),
        kinds=facts.get("kinds", {}),
        subgroups=facts.get("subgroups", ()),
        constraints=facts.get("constraints", ()),
    )


def _evidence(
    policy: Policy,
    given: Situation,
    case: Situation,
    metrics: Mapping[str, KnownMetric],
    subject: Subject,
    now: datetime,
) -> Iterator[Evidence]:
    passing = passing_evidence(policy, subject, now)
    layers = [case] if case.evidence else [given, case]
    table: Table = {} if layers[0].evidence == "none" else {k: [v] for k, v in passing.items()}
    for layer in layers:
        fresh: Table = {}
        for one in layer.with_:
            for scope in _scopes(one, metrics[one.metric], subject):
                key = one.metric, scope
                fresh.setdefault(key, []).append(_measured(one, scope, passing.get(key), now))
        table |= fresh
        for key in [one for one in table if named(one) & set(layer.without)]:
            del table[key]
    for several in table.values():
        yield from several


def named(key: tuple[str, Scope]) -> set[str]:
    """What ``without`` may call a measurement: ``fidelity.shape``, ``fidelity.shape[age]``."""
    metric, scope = key
    return {metric, f"{metric}[{', '.join(scope)}]"}


def _scopes(one: Measured, metric: KnownMetric, subject: Subject) -> list[Scope]:
    return scopes(metric, subject) if one.scope is None else [one.scope]


def _measured(one: Measured, scope: Scope, usual: Evidence | None, now: datetime) -> Evidence:
    base = usual or evidence_of(one.metric, scope, 0.0, 1000, now)
    value = base.value if one.value is None else one.value
    gone = one.status != "measured"
    aged = base.measured_at if one.age is None else now - timedelta(days=one.age)
    return Evidence(
        id=base.id,
        metric=one.metric,
        scope=scope,
        status=one.status,
        value=None if gone else value,
        low=None if gone else value if one.low is None else one.low,
        high=None if gone else value if one.high is None else one.high,
        n=base.n if one.n is None else one.n,
        measured_at=aged,
        holdout=base.holdout if one.holdout is None else one.holdout,
        dataset_digest=ELSEWHERE if one.elsewhere else HERE,
        cause=one.cause,
    )


def passing_evidence(
    policy: Policy, subject: Subject, now: datetime
) -> dict[tuple[str, Scope], Evidence]:
    """For every check of a policy and every scope, a measurement well within its threshold.

    The metrics of an expression are not among them: what it makes of a number only it knows.
    """
    found: dict[tuple[str, Scope], Evidence] = {}
    for metric, checks in _checks(policy):
        value = comfortable(checks)
        count = max(1000, *(2 * (one.min_n or 0) for one in checks))
        for scope in scopes(metric, subject):
            found[metric.id, scope] = evidence_of(metric.id, scope, value, count, now)
    return found


def _checks(policy: Policy) -> Iterable[tuple[KnownMetric, Sequence[Check]]]:
    found: dict[str, tuple[KnownMetric, list[Check]]] = {}
    for author, rule in policy.rules:
        if rule.check:
            metric = author.metrics[rule.check.reads]
            found.setdefault(metric.id, (metric, []))[1].append(rule.check)
    return found.values()


def comfortable(checks: Sequence[Check]) -> float:
    """A number well within the thresholds of all checks, where they leave room for one."""
    floor = max((one.threshold for one in checks if one.upward), default=None)
    ceiling = min((one.threshold for one in checks if not one.upward), default=None)
    if floor is not None and ceiling is not None:
        return (floor + ceiling) / 2
    if floor is not None:
        return (floor + 1) / 2 if floor < 1 else floor * 1.5
    assert ceiling is not None
    return ceiling / 2 if ceiling > 0 else ceiling - 1


def evidence_of(metric: str, scope: Scope, value: float, n: int, now: datetime) -> Evidence:
    """A measurement of yesterday with an interval of no width; a claim has no age and no count."""
    reckoned = metric in RECKONED
    return Evidence(
        id=_EVALUATION,
        metric=metric,
        scope=scope,
        status="measured",
        value=value,
        low=value,
        high=value,
        n=None if reckoned else n,
        measured_at=None if reckoned else now - timedelta(days=1),
        holdout=None if reckoned else True,
        dataset_digest=HERE,
        cause=None,
    )


def _waivers(policy: Policy, facts: Facts, now: datetime) -> Iterator[Waiver]:
    if facts.get("waive_all"):
        for _, rule in policy.rules:
            yield _waiver(policy, Waived(rule=rule.id), now)
    for one in facts.get("waivers", ()):
        yield _waiver(policy, one, now)


def _waiver(policy: Policy, one: Waived, now: datetime) -> Waiver:
    terms = policy.document.spec.waivers
    granted = now - timedelta(days=one.age)
    return Waiver(
        id=f"W-{one.rule}",
        policy_id=policy.id,
        policy_version=policy.version,
        rule=one.rule,
        dataset_digest=ELSEWHERE if one.elsewhere else HERE,
        role=one.role or (terms.approver if terms else "privacy-officer"),
        approver="example-approver",
        granted_at=granted,
        until=(granted + timedelta(days=one.days)).date().isoformat(),
    )
