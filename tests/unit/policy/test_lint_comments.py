"""Comments that allow findings, and fixes that leave comments and everything else in place."""

from __future__ import annotations

import pytest

from registry.policy.lints.fix import without
from registry.policy.lints.lint import lint
from registry.policy.loader import Policy, load_policy
from registry.workflow.metrics import known_metrics
from tests.unit.policy.examples import NOW

METRICS = known_metrics()
TEXT = """\
apiVersion: registry/v1
kind: ReleasePolicy
metadata: {id: example, version: 1.0.0, owners: [legal, legal], reviewBy: "2026-12-31"}
spec:
  match: {}
  params:
    limit: 0.2
    spare: 0.3
    kept: 0.4  # for later
  uses: {allow: [research], deny: [re-identification]}
  sharing:
    - {audience: internal, jurisdictions: [EU, DE, "NO", "NO"]}
  evidence: {maxAge: P30D, holdout: required}
  rules:
    - id: PRV-001 RULE
      title: Records cannot be linked
      check: {metric: privacy.linkability, bound: upper, lte: "${params.limit}"}
      rationale: "# lint: allow POL-703 this is no comment"
  approvals: {quorum: [{role: steward, min: 2}], validFor: P180D}
"""


def written(rule_note: str = "", before: str = "") -> Policy:
    text = TEXT.replace(" RULE", rule_note).replace("    - id: PRV", f"{before}    - id: PRV")
    text = text.replace("      rationale", "      severity: critical\n      rationale")
    return load_policy(text.encode(), "example.yaml", METRICS)


def places(one: Policy) -> list[tuple[int, str]]:
    return [(found.line, found.id) for found in lint(one, tested=True, now=NOW)]


def test_findings_come_in_the_order_of_the_file_with_their_lines() -> None:
    assert places(written()) == [
        (3, "POL-705"),
        (8, "POL-703"),
        (9, "POL-703"),
        (12, "POL-609"),
        (12, "POL-609"),
        (15, "POL-103"),
        (15, "POL-104"),
    ]


@pytest.mark.parametrize(
    ("behind", "before"),
    [
        ("  # lint: allow POL-103, POL-104 known to all", ""),
        ("", "    # lint: allow POL-103, POL-104: known to all\n"),
        ("", "    # lint: allow POL-103 known\n    # lint: allow POL-104 known\n    # why\n"),
    ],
)
def test_a_comment_with_a_reason_allows_findings(behind: str, before: str) -> None:
    found = [name for _, name in places(written(behind, before))]
    assert found == ["POL-705", "POL-703", "POL-703", "POL-609", "POL-609"]


def test_a_comment_without_a_reason_allows_nothing_and_is_found() -> None:
    found = [name for _, name in places(written("  # lint: allow POL-103"))]
    assert found[-3:] == ["POL-901", "POL-103", "POL-104"]


def test_a_comment_on_an_unknown_or_absent_finding_is_found() -> None:
    found = [name for _, name in places(written("  # lint: allow POL-999, POL-101 why not"))]
    assert found[-4:] == ["POL-902", "POL-903", "POL-103", "POL-104"]


def test_a_comment_elsewhere_allows_nothing() -> None:
    text = written().source.decode() + "# lint: allow POL-104 not here\n"
    found = lint(load_policy(text.encode(), "example.yaml", METRICS), tested=True, now=NOW)
    assert [one.id for one in found][-3:] == ["POL-103", "POL-104", "POL-903"]


def fixed(one: Policy, line: int, which: int = 0) -> bytes | None:
    found = [each for each in lint(one, tested=True, now=NOW) if each.line == line]
    return without(one.source, found[which])


def test_a_fix_takes_out_the_entry_and_touches_nothing_else() -> None:
    text = written().source
    assert fixed(written(), 8) == text.replace(b"    spare: 0.3\n", b"")
    assert fixed(written(), 3) == text.replace(b"[legal, legal]", b"[legal]")
    assert fixed(written(), 12) == text.replace(b"EU, DE,", b"EU,")
    assert fixed(written(), 12, 1) == text.replace(b', "NO"]', b"]")


def test_a_fix_that_would_take_a_comment_along_is_left_to_people() -> None:
    assert fixed(written(), 9) is None


def test_the_last_entry_takes_its_key_along() -> None:
    text = written().source.replace(b"    spare: 0.3\n    kept: 0.4  # for later\n", b"")
    text = text.replace(b'"${params.limit}"', b"0.2")
    one = load_policy(text, "example.yaml", METRICS)
    assert fixed(one, 7) == text.replace(b"  params:\n    limit: 0.2\n", b"")
