"""Sound policies at random: every part of the language, each left out or in by chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from registry.policy import jurisdictions
from registry.policy.known import BUDGETS, CLAIMS, KnownMetric
from registry.policy.semantics import APPROVERS
from registry.policy.vocabulary import CLASSIFICATIONS, MODALITIES

Mapped = dict[str, Any]
USES = ("model-development", "software-testing", "research", "teaching", "re-identification")
AUDIENCES = ("internal", "partner", "public")
TEXTS = (
    "Every column keeps its shape",
    "Données",
    "a: b # c",
    "NO",
    "1.0",
    "'",
    "{x} | <b>",
    "\n ok",
)
EXPRESSIONS = (
    "dataset.rows >= 1000",
    "request.audience != 'partner' || dataset.rows >= params.rows",
    "dp.epsilon <= params.limit && dp.delta < 1e-6",
    "size(dataset.columns) > 2 && source.classification == 'personal'",
    "privacy.linkability < 0.2 ? true : dataset.version > 1",
    "dataset.columns.all(name, name != '')",
)
COUNTRIES = sorted(jurisdictions.known())


def policy(random: Random, metrics: Mapping[str, KnownMetric]) -> Mapped:
    """A policy that loads."""
    base = random.random() < 0.15
    rules = [_rule(random, metrics, number) for number in range(random.randrange(1, 6))]
    spec: Mapped = {
        **({} if base else {"match": _match(random)}),
        **({} if base or random.random() < 0.7 else {"exclude": {"any": [_condition(random)]}}),
        "uses": _uses(random),
        "sharing": _sharing(random),
        "rules": rules,
        "approvals": _approvals(random),
        "params": {"limit": random.choice((3.0, 1, 0.5)), "rows": 1000, "age": "P9D"},
        **_maybe(random, "extends", lambda: [{"id": "org-baseline", "version": "^3.1"}]),
        **_maybe(random, "enforcement", lambda: _enforcement(random)),
        **_maybe(random, "onMissingEvidence", lambda: random.choice(("undecided", "deny"))),
        **_maybe(random, "evidence", lambda: {"maxAge": _days(random), "holdout": "optional"}),
        **_maybe(random, "waivers", lambda: _waivers(random, rules)),
    }
    parts = list(spec.items())
    random.shuffle(parts)
    kind = "PolicyBase" if base else "ReleasePolicy"
    head = {"apiVersion": "registry/v1", "kind": kind, "metadata": _metadata(random)}
    return {**head, "spec": dict(parts)}


def _maybe(random: Random, key: str, make: Any) -> Mapped:
    return {key: make()} if random.random() < 0.4 else {}


def _some(random: Random, words: Sequence[str], least: int = 1) -> list[str]:
    return random.sample(list(words), random.randrange(least, min(len(words), 4) + 1))


def _days(random: Random) -> str:
    return f"P{random.choice((1, 30, 365, 36500))}D"


def _metadata(random: Random) -> Mapped:
    return {
        "id": random.choice(("health-partner", "a", "policy-2")),
        "version": random.choice(("1.0.0", "0.1.2-rc.1", "2.10.3+build")),
        "owners": ["privacy-office", random.choice(TEXTS)],
        **_maybe(random, "title", lambda: random.choice(TEXTS)),
        **_maybe(random, "description", lambda: random.choice(TEXTS)),
        **_maybe(random, "reviewBy", lambda: "2027-03-31"),
    }


def _match(random: Random) -> Mapped:
    return {
        **_maybe(random, "all", lambda: [_condition(random)]),
        **_maybe(random, "any", lambda: [_condition(random), _condition(random)]),
    }


def _condition(random: Random) -> Mapped:
    fields = {
        "classification": CLASSIFICATIONS,
        "modality": MODALITIES,
        "audience": AUDIENCES,
        "source": TEXTS,
        "use": USES,
    }
    return {key: _some(random, fields[key]) for key in _some(random, list(fields))}


def _uses(random: Random) -> Mapped:
    split = random.randrange(len(USES))
    return {"allow": list(USES[:split]), **_maybe(random, "deny", lambda: list(USES[split:]))}


def _sharing(random: Random) -> list[Mapped]:
    return [
        {"audience": audience, "effect": "deny"}
        if random.random() < 0.2
        else {
            "audience": audience,
            **_maybe(random, "jurisdictions", lambda: _some(random, COUNTRIES)),
            **_maybe(random, "agreement", lambda: random.choice(TEXTS)),
            **_maybe(random, "expiresAfter", lambda: _days(random)),
        }
        for audience in _some(random, AUDIENCES)
    ]


def _enforcement(random: Random) -> Mapped:
    steps = [{"from": "2026-12-01", "level": "warn"}, {"from": "2027-01-01", "level": "enforce"}]
    return {"default": "audit", **_maybe(random, "ramp", lambda: steps[: random.randrange(1, 3)])}


def _approvals(random: Random) -> Mapped:
    quorum = [
        {"role": role, "min": random.randrange(2, 4)} for role in _some(random, sorted(APPROVERS))
    ]
    apart = ("author", "evaluator", "policy-author")
    return {
        "quorum": quorum,
        "validFor": _days(random),
        **_maybe(random, "separation", lambda: _some(random, apart, 0)),
        **_maybe(random, "authorWindow", lambda: _days(random)),
        **_maybe(random, "signatures", lambda: random.choice(["optional", "required"])),
    }


def _waivers(random: Random, rules: list[Mapped]) -> Mapped:
    return {
        "allowed": [rules[0]["id"]],
        "maxDuration": _days(random),
        "approver": random.choice(sorted(APPROVERS)),
    }


def _rule(random: Random, metrics: Mapping[str, KnownMetric], number: int) -> Mapped:
    demand: Mapped = {"check": _check(random, metrics)}
    if random.random() < 0.2:
        demand = {"expr": random.choice(EXPRESSIONS)}
        demand |= _maybe(random, "message", lambda: "only {dataset.rows}, not {params.rows}")
    return {
        "id": f"FID-{number:03}",
        **demand,
        **_maybe(random, "title", lambda: random.choice(TEXTS)),
        **_maybe(random, "severity", lambda: random.choice(("low", "medium", "high", "critical"))),
        **_maybe(random, "enforcement", lambda: random.choice(("audit", "warn", "enforce"))),
        **_maybe(random, "onMissingEvidence", lambda: "deny"),
        **_maybe(random, "rationale", lambda: random.choice(TEXTS)),
        **_maybe(random, "references", lambda: [{"scheme": "GDPR", "clause": "recital-26"}]),
        **_maybe(random, "remediation", lambda: random.choice(TEXTS)),
    }


def _check(random: Random, metrics: Mapping[str, KnownMetric]) -> Mapped:
    if random.random() < 0.15:
        return {
            "budget": random.choice(list(BUDGETS)),
            "lte": random.choice((1, "${params.limit}")),
        }
    metric = random.choice([*metrics.values(), *CLAIMS.values()])
    comparison = random.choice(("lt", "lte", "gt", "gte"))
    cautious = "upper" if comparison in ("lt", "lte") else "lower"
    return {
        "metric": metric.id,
        comparison: random.choice((0.9, 1, -1e-6, "${params.limit}")),
        **({"forEach": metric.scope} if metric.scope else {}),
        **_maybe(random, "bound", lambda: cautious),
        **_maybe(random, "minN", lambda: random.choice((1, 1000, "${params.rows}"))),
        **_maybe(random, "holdout", lambda: random.choice(("required", "optional"))),
        **_maybe(random, "maxAge", lambda: random.choice(("P30D", "${params.age}"))),
    }
