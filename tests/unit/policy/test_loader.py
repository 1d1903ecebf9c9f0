"""Policies that load, and what is wrong with those that do not."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from typing import Any

import pytest

from registry.errors import InvalidInput
from registry.policy.loader import KnownMetric, load_policy
from tests.unit.policy.examples import METRICS, document, policy, rule, source

YAML = b"""\
apiVersion: registry/v1
kind: ReleasePolicy
metadata:
  id: example
  version: 1.0.0
  owners: [privacy-office]
  reviewBy: "2027-03-31"
spec:
  match: {}
  uses: {allow: [research]}
  sharing:
    - {audience: internal, jurisdictions: [EU, NO]}
  rules:
    - id: FID-001
      title: The data resembles the real data
      check: {metric: sdmetrics.quality, gte: 0.90}
      severity: medium
    - id: FID-002
      title: Every column keeps its shape
      check: {metric: fidelity.shape, forEach: column, gte: 0.90}
      severity: medium
  approvals: {quorum: [{role: steward, min: 2}], validFor: P180D}
"""


def refused(content: bytes) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        load_policy(content, "p.yaml", METRICS)
    return caught.value


def test_a_policy_knows_its_id_version_digest_and_lines() -> None:
    loaded = load_policy(YAML, "p.yaml", METRICS)

    assert (loaded.id, loaded.version) == ("example", "1.0.0")
    assert loaded.digest == "sha256:" + hashlib.sha256(YAML).hexdigest()
    assert loaded.source == YAML
    assert loaded.lines == {"review": 7, "uses": 10, "sharing": 11, "FID-001": 14, "FID-002": 18}


def test_what_is_left_out_takes_the_strictest_default() -> None:
    spec = load_policy(YAML, "p.yaml", METRICS).document.spec

    assert spec.evidence.holdout == "required"
    assert spec.approvals.separation == ("author", "evaluator", "policy-author")
    assert spec.on_missing_evidence == "undecided"
    assert spec.uses.deny == ()


def test_norway_is_a_country_without_quotes() -> None:
    (row,) = load_policy(YAML, "p.yaml", METRICS).document.spec.sharing

    assert row.jurisdictions == ("EU", "NO")


def test_a_loaded_policy_cannot_be_changed() -> None:
    loaded = policy()

    with pytest.raises(ValueError, match="frozen"):
        loaded.document.spec.rules[0].check.gte = 0.0


def test_the_claims_of_a_card_are_known_whatever_the_catalogue_holds() -> None:
    content = source(document(rule("dp.epsilon", lte=3), rule("dp.delta", "DP-2", lte=1e-6)))

    for catalogue in ({}, {"dp.delta": KnownMetric("dp.delta", "", sampled=True)}):
        loaded = load_policy(content, "p.yaml", catalogue)
        assert not any(metric.sampled for metric in loaded.metrics.values())


@pytest.mark.parametrize(
    ("old", "new", "where", "what", "expected"),
    [
        (b"registry/v1", b"registry/v2", "1:1", "'registry/v2'", "'registry/v1'"),
        (b"version: 1.0.0", b"version: 1.0", "5:3", "is 1.0", "quotes"),
        (b"version: 1.0.0", b"version: 1.0.0.0", "5:3", "'1.0.0.0'", "semantic version"),
        (b"id: example", b"id: My Policy", "4:3", "'My Policy'", "hyphens"),
        (b"[privacy-office]", b"[]", "6:3", "a list of 0", "at least 1"),
        (b'"2027-03-31"', b'"31.3.2027"', "7:3", "31.3.2027", "2027-03-31"),
        (b"match: {}", b"match: {any: []}", "9:11", "a list of 0", "at least 1"),
        (b"match: {}", b"match: {some: []}", "9:11", "unknown key 'some'", "all"),
        (b"match: {}", b"match: {all: []}", "9:11", "a list of 0", "at least 1"),
        (b"match: {}", b"match: {all: [{}]}", "9:17", "a mapping of 0", "one of classification"),
        (b"match: {}", b"match: {all: [{audience: [all]}]}", "9:29", "'all'", "'public'"),
        (b"match: {}", b"match:", "9:3", "spec.match is nothing", "a value, or not the key either"),
        (b"match: {}", b"match: {}\n  exclude: {}", "10:3", "a mapping of 0", "one of all, any"),
        (b"match: {}", b"match: {}\n  evidence: {maxAge: '30'}", "10:14", "'30'", "P30D"),
        (b"match: {}", b"match: {}\n  evidence: {maxAge: 30}", "10:14", "is 30", "quotes"),
        (b"match: {}", b"match: {}\n  evidence: {maxAge: }", "10:14", "maxAge is nothing", "value"),
        (b"match: {}", b"match: {}\n  rule: []", "10:3", "unknown key 'rule'", "'rules'"),
        (b"{allow: [research]}", b"{allow: [a], deny: [b, a]}", "10:32", "both allowed", "one"),
        (b"{allow: [research]}", b"{allow: [a, a]}", "10:21", "twice", "once"),
        (b"{audience: internal,", b"{audience: intern,", "12:8", "'intern'", "'internal'"),
        (b"NO]}", b"NO]}\n    - {audience: internal}", "13:8", "twice", "once"),
        (b"NO]}", b"UK]}", "12:48", "unknown jurisdiction 'UK'", "ISO 3166"),
        (b"NO]}", b"NO], effect: deny}", "12:53", "yet has terms", "effect: deny without"),
        (b"id: FID-001", b"id: uses", "14:7", "'uses'", "PRV-001"),
        (b"id: FID-002", b"id: FID-001", "18:7", "'FID-001' stands here twice", "once"),
        (b"sdmetrics.quality", b"sdmetrics.qualty", "16:15", "qualty", "sdmetrics.quality"),
        (b"gte: 0.90}\n      severity: medium\n    -", b"gte: .nan}\n      severity: low\n    -",
         "16:42", "is nan", "finite"),
        (b"quality, gte: 0.90", b"quality, gte: .inf", "16:42", "is inf", "finite"),
        (b"quality, gte: 0.90", b"quality, gte: '0.90'", "16:42", "'0.90'", "a valid number"),
        (b"quality, gte: 0.90", b"quality, gte: true", "16:42", "is True", "a valid number"),
        (b"quality, gte: 0.90", b"quality, gte: 0, lt: 1", "16:7", "mapping", "exactly one of lt"),
        (b"quality, gte: 0.90", b"quality, minN: 5", "16:7", "a mapping", "exactly one of lt"),
        (b"quality, gte: 0.90", b"quality, gte: 1, minN: 0", "16:50", "is 0", "number from 1"),
        (b"quality, gte: 0.90", b"quality, gte: 1, minN: 1.5", "16:50", "is 1.5", "integer"),
        (b"quality, gte: 0.90", b"quality, gte: 1, bound: upper", "16:50", "uncertainty", "lower"),
        (b"quality, gte: 0.90", b"quality, lt: 1, bound: lower", "16:49", "uncertainty", "upper"),
        (b"quality, gte: 0.90", b"quality, forEach: column, gte: 1", "16:42", "once", "no f"),
        (b"forEach: column, ", b"", "20:7", "for each column", "forEach: column"),
        (b"forEach: column", b"forEach: pair", "20:39", "not for each pair", "forEach: column"),
        (b"severity: medium\n    -", b"severity: hihg\n    -", "17:7", "'hihg'", "'high'"),
        (b"role: steward", b"role: stewart", "22:25", "unknown role 'stewart'", "'steward'"),
        (b"role: steward", b"role: engineer", "22:25", "may not approve", "privacy-officer"),
        (b"min: 2", b"min: 0", "22:40", "is 0", "equal to 1"),
        (b"min: 2}", b"min: 2}, {role: steward, min: 2}", "22:50", "twice", "once"),
        (b"P180D", b"6 months", "22:50", "'6 months'", "P30D"),
        (b"P180D", b"P180D, separation: [autor]", "22:80", "'autor'", "'author'"),
    ],
)  # fmt: skip
def test_a_malformed_policy_says_where_what_and_what_was_expected(
    old: bytes, new: bytes, where: str, what: str, expected: str
) -> None:
    assert YAML.count(old) == 1

    error = refused(YAML.replace(old, new))

    assert error.where == f"p.yaml:{where}"
    assert what in error.what
    assert expected in str(error.expected)


def test_problems_of_meaning_are_told_all_at_once() -> None:
    content = YAML.replace(b"id: FID-002", b"id: FID-001").replace(b"role: steward", b"role: admin")

    error = refused(content)

    assert error.what.startswith("p.yaml has 2 problems:")
    assert "p.yaml:18:7: 'FID-001' stands here twice" in error.what
    assert "p.yaml:22:25: the role 'admin' may not approve" in error.what


def _without(content: dict[str, Any], *path: str) -> dict[str, Any]:
    *parents, last = path
    inner = content
    for key in parents:
        inner = inner[key]
    del inner[last]
    return content


@pytest.mark.parametrize(
    "path",
    [
        ("apiVersion",),
        ("kind",),
        ("metadata",),
        ("metadata", "id"),
        ("metadata", "version"),
        ("metadata", "owners"),
        ("spec",),
        ("spec", "match"),
        ("spec", "uses"),
        ("spec", "uses", "allow"),
        ("spec", "sharing"),
        ("spec", "approvals"),
        ("spec", "approvals", "quorum"),
        ("spec", "approvals", "validFor"),
    ],
)
def test_nothing_required_may_be_left_out(path: tuple[str, ...]) -> None:
    error = refused(source(_without(document(), *path)))

    assert f"lacks the key '{path[-1]}'" in error.what


def test_an_empty_policy_is_no_policy() -> None:
    assert refused(source(document(sharing=[]))).expected == "at least 1 of them"
    assert "rules, or a policy that it extends" in str(refused(source(document(rules=[]))))


def test_the_policy_core_loads_no_database_no_data_frames_and_no_evaluators() -> None:
    heavy = "sqlmodel sqlalchemy pandas numpy evaluators typer rich jinja2 registry.store"
    code = (
        "import sys, registry.policy.engine, registry.policy.loader, registry.policy.explain\n"
        f"sys.exit(', '.join(name for name in {heavy.split()!r} if name in sys.modules) or 0)"
    )

    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    assert (result.returncode, result.stderr) == (0, "")


def test_a_quorum_of_one_is_refused_because_nobody_approves_alone() -> None:
    error = refused(YAML.replace(b"min: 2", b"min: 1"))

    assert error.what == "spec.approvals.quorum lets one person approve"
    assert error.expected == "two people or more"
