"""A small policy, a version it governs and evidence that satisfies it, for tests to vary."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from registry.policy.facts import Context, Evidence, Subject
from registry.policy.loader import KnownMetric, Policy, load_policy

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
DIGEST = "sha256:" + "a" * 64

METRICS = {
    one.id: one
    for one in (
        *(
            KnownMetric(name, "", sampled=False)
            for name in (
                "sdmetrics.quality",
                "sdmetrics.column_shapes",
                "sdmetrics.column_pair_trends",
                "sdmetrics.diagnostic",
            )
        ),
        KnownMetric("fidelity.shape", "column", sampled=False),
        KnownMetric("fidelity.trend", "pair", sampled=False),
        *(
            KnownMetric(name, "", sampled=True)
            for name in (
                "utility.tstr.score",
                "utility.trtr.score",
                "utility.tstr.ratio",
                "privacy.exact_match",
                "privacy.exact_match.excess",
                "privacy.singling_out",
                "privacy.linkability",
            )
        ),
        KnownMetric("privacy.inference", "secret", sampled=True),
        KnownMetric("privacy.inference.advantage", "secret", sampled=True),
    )
}

SUBJECT = Subject(
    dataset="loans",
    version=3,
    content_digest=DIGEST,
    rows=1000,
    columns=("age", "income", "region"),
    source="loans-real",
    source_confirmed=True,
    classification="personal",
    modality="tabular",
)
CONTEXT = Context(use="research", audience="internal", jurisdiction=None)

DOCUMENT: dict[str, Any] = {
    "apiVersion": "registry/v1",
    "kind": "ReleasePolicy",
    "metadata": {"id": "example", "version": "1.0.0", "owners": ["privacy-office"]},
    "spec": {
        "match": {},
        "uses": {"allow": ["research"], "deny": ["re-identification"]},
        "sharing": [{"audience": "internal"}],
        "evidence": {"maxAge": "P30D", "holdout": "required"},
        "rules": [
            {
                "id": "FID-001",
                "title": "The data resembles the real data",
                "check": {"metric": "sdmetrics.quality", "gte": 0.9},
                "severity": "medium",
            }
        ],
        "approvals": {"quorum": [{"role": "steward", "min": 2}], "validFor": "P180D"},
    },
}


def rule(metric: str = "sdmetrics.quality", id: str = "FID-001", **check: Any) -> dict[str, Any]:
    extra = {key: check.pop(key) for key in ("onMissingEvidence", "remediation") if key in check}
    return {
        "id": id,
        "title": f"{metric} is as it should be",
        "check": {"metric": metric, **check},
        "severity": "high",
        **extra,
    }


def document(*rules: dict[str, Any], id: str = "example", **spec: Any) -> dict[str, Any]:
    """The example with other rules, another id, or other parts of its ``spec``."""
    changed = copy.deepcopy(DOCUMENT)
    changed["metadata"]["id"] = id
    changed["spec"].update(spec)
    if rules:
        changed["spec"]["rules"] = list(rules)
    return changed


def source(content: dict[str, Any]) -> bytes:
    """JSON is YAML."""
    return json.dumps(content).encode()


def policy(*rules: dict[str, Any], id: str = "example", **spec: Any) -> Policy:
    return load_policy(source(document(*rules, id=id, **spec)), f"{id}.yaml", METRICS)


def measured(
    metric: str = "sdmetrics.quality", value: float | None = 0.95, *scope: str, **changes: Any
) -> Evidence:
    """A fresh measurement of the example's version, with an interval of no width."""
    facts: dict[str, Any] = {
        "id": "sha256:" + "e" * 64,
        "metric": metric,
        "scope": scope,
        "status": "measured",
        "value": value,
        "low": value,
        "high": value,
        "n": 1000,
        "measured_at": NOW - timedelta(days=1),
        "holdout": True,
        "dataset_digest": DIGEST,
        "cause": None,
    }
    return Evidence(**{**facts, **changes})


def claimed(metric: str, value: float) -> Evidence:
    """A claim of the version's card: no age, no holdout, no interval."""
    card = {"id": "sha256:" + "c" * 64, "measured_at": None, "holdout": None, "n": None}
    return measured(metric, value, low=None, high=None, **card)
