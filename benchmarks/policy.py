"""How long a decision takes, alone and beside Rego and Cedar. ``python -m benchmarks.policy``.

First 50 rules over 500 measurements: 40 rules of the whole table and ten over each of 46 columns,
so that there are 500 findings, none of which can be skipped. Then 20 rules on 20 metrics in one
process side by side: ours with intervals, age, holdout, margins and a digest of what was decided;
Rego (``regopy``) and Cedar (``cedarpy``, parsed once, with its schema) with the comparisons alone,
and every rule that fails named. Each is handed its own kind of input, made beforehand. Medians of
runs in turn; all three must find the same rules.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import median

import cedarpy
import regopy

from registry.policy.engine import decide
from registry.policy.facts import Context, Evidence, Subject
from registry.policy.loader import KnownMetric, Policy, load_policy

NOW = datetime(2026, 5, 4, tzinfo=UTC)
DIGEST = "sha256:" + "a" * 64
RULES, COLUMNS, FAILING = 20, 46, (3, 17)
RUNS, TURNS = 50, 40
CONTEXT = Context("research", "internal", None)


def policy(rules: list[dict[str, object]], metrics: list[KnownMetric]) -> Policy:
    document = {
        "apiVersion": "registry/v1",
        "kind": "ReleasePolicy",
        "metadata": {"id": "bench", "version": "1.0.0", "owners": ["bench"]},
        "spec": {
            "match": {},
            "uses": {"allow": ["research"]},
            "sharing": [{"audience": "internal"}],
            "evidence": {"maxAge": "P30D", "holdout": "required"},
            "rules": rules,
            "approvals": {"quorum": [{"role": "steward", "min": 2}], "validFor": "P180D"},
        },
    }
    known = {metric.id: metric for metric in metrics}
    return load_policy(json.dumps(document).encode(), "bench.yaml", known)


def rule(place: int, metric: str, **check: object) -> dict[str, object]:
    return {
        "id": f"R-{place}",
        "title": f"Rule {place}",
        "check": {"metric": metric, "gte": 0.5, **check},
        "severity": "high",
    }


def measured(metric: str, value: float, *scope: str) -> Evidence:
    return Evidence(
        id="sha256:" + "e" * 64,
        metric=metric,
        scope=scope,
        status="measured",
        value=value,
        low=value - 0.01,
        high=value + 0.01,
        n=1000,
        measured_at=datetime(2026, 5, 1, tzinfo=UTC),
        holdout=True,
        dataset_digest=DIGEST,
        cause=None,
    )


def subject(columns: int) -> Subject:
    return Subject(
        dataset="bench",
        version=1,
        content_digest=DIGEST,
        rows=1000,
        columns=tuple(f"c{place}" for place in range(columns)),
        source="real",
        source_confirmed=True,
        classification="personal",
        modality="tabular",
    )


def large() -> Callable[[], object]:
    """50 rules, 500 measurements, 500 findings of rules."""
    whole = [KnownMetric(f"m{place}", "", sampled=True) for place in range(40)]
    each = [KnownMetric(f"s{place}", "column", sampled=False) for place in range(10)]
    rules = [rule(place, one.id, bound="lower") for place, one in enumerate(whole)]
    rules += [rule(40 + place, one.id, forEach="column") for place, one in enumerate(each)]
    by, about = policy(rules, [*whole, *each]), subject(COLUMNS)
    evidence = [measured(one.id, 0.9) for one in whole]
    evidence += [measured(one.id, 0.9, column) for one in each for column in about.columns]
    assert len(evidence) == 500

    def run() -> object:
        found = decide([by], about, CONTEXT, evidence, NOW)
        assert found.outcome == "allow"
        return found

    return run


def values() -> dict[str, float]:
    return {f"m{place}": 0.4 if place in FAILING else 0.9 for place in range(RULES)}


def ours() -> Callable[[], set[str]]:
    known = [KnownMetric(name, "", sampled=True) for name in values()]
    by = policy([rule(place, one.id, bound="lower") for place, one in enumerate(known)], known)
    about = subject(5)
    evidence = [measured(name, value) for name, value in values().items()]

    def run() -> set[str]:
        found = decide([by], about, CONTEXT, evidence, NOW)
        return {one.rule for one in found.findings if one.outcome == "fail"}

    return run


def rego() -> Callable[[], set[str]]:
    rules = "\n".join(
        f'deny contains "R-{place}" if input.m{place} < 0.5' for place in range(RULES)
    )
    engine = regopy.Interpreter()
    engine.add_module("bench", f"package bench\nimport rego.v1\n{rules}\n")
    bundle, given = engine.build("data.bench.deny"), values()

    def run() -> set[str]:
        engine.set_input(given)
        answer = json.loads(str(engine.query_bundle(bundle)))
        return set(answer["expressions"][0])

    return run


def cedar() -> Callable[[], set[str]]:
    """Cedar has no floating point: its numbers are the ten-thousandths."""
    forbids = "\n".join(
        f'@id("R-{place}") forbid(principal, action, resource) when {{ context.m{place} < 5000 }};'
        for place in range(RULES)
    )
    fields = ", ".join(f'"m{place}": Long' for place in range(RULES))
    schema = cedarpy.Schema.from_str(
        "entity User; entity Data; action release appliesTo "
        f"{{ principal: [User], resource: [Data], context: {{ {fields} }} }};"
    )
    policies = cedarpy.PolicySet.from_str("permit(principal, action, resource);\n" + forbids)
    entities = cedarpy.Entities.from_json_str("[]")
    request = {
        "principal": 'User::"ci"',
        "action": 'Action::"release"',
        "resource": 'Data::"bench"',
        "context": {name: round(value * 10_000) for name, value in values().items()},
    }

    def run() -> set[str]:
        answer = cedarpy.is_authorized(request, policies, entities, schema)
        return set(answer.diagnostics.id_annotations_by_reason.values())

    return run


def timed(contestants: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Median seconds of one call; the contestants take turns, so that all meet the same noise."""
    found: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(TURNS):
        for name, run in contestants.items():
            for _ in range(RUNS):
                started = time.perf_counter()
                run()
                found[name].append(time.perf_counter() - started)
    return {name: median(seconds) for name, seconds in found.items()}


def main() -> int:
    alone = timed({"decide": large()})["decide"] * 1e3
    print(f"50 rules over 500 measurements: {alone:.3f} ms (under 1)")
    contestants = {"ours": ours(), "rego": rego(), "cedar": cedar()}
    expected = {f"R-{place}" for place in FAILING}
    for name, run in contestants.items():
        if run() != expected:
            print(f"{name} found {run()} and not {expected}")
            return 1
    seconds = timed(contestants)  # type: ignore[arg-type]
    for name, taken in seconds.items():
        ratio = taken / seconds["ours"]
        print(f"20 rules, {name:5} {taken * 1e6:8.1f} microseconds, {ratio:6.2f} times ours")
    slower = [name for name in ("rego", "cedar") if seconds[name] < seconds["ours"]]
    for name in slower:
        print(f"slower than {name}")
    return 1 if slower or alone >= 1 else 0


if __name__ == "__main__":
    sys.exit(main())
