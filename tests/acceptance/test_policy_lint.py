"""``registry policy lint`` and ``fmt`` as a person meets them."""

import json
import stat
from pathlib import Path

import pytest
from acceptance.cli import run

from registry.policy.loader import load_policy
from registry.workflow.metrics import known_metrics

POLICIES = Path(__file__).parents[2] / "policies"
SOUND = """\
apiVersion: registry/v1
kind: ReleasePolicy
metadata: {id: example, version: 1.0.0, owners: [legal], reviewBy: "2099-12-31"}
spec:
  match: {}
  params: {limit: 0.2}
  uses: {allow: [research], deny: [re-identification]}
  sharing:
    - {audience: internal}
  evidence: {maxAge: P30D, holdout: required}
  rules:
    # The only rule.
    - id: PRV-001
      title: Records cannot be linked
      check: {metric: privacy.linkability, bound: upper, lte: "${params.limit}"}
      severity: medium
      rationale: A convention.
  approvals: {quorum: [{role: steward, min: 2}], validFor: P180D}
"""
CASES = """\
apiVersion: registry/v1
kind: PolicyTest
policy: example
cases:
  - name: linkable
    use: research
    audience: internal
    with: [{metric: privacy.linkability, value: 0.3}]
    expect: {decision: deny, findings: {PRV-001: fail}}
"""


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    (tmp_path / "example_test.yaml").write_text(CASES)
    path = tmp_path / "example.yaml"
    path.write_text(SOUND)
    return path


def test_a_sound_policy_passes_and_nothing_is_printed(sound: Path) -> None:
    ran = run("policy", "lint", str(sound), "--fail-on", "info")
    assert (ran.code, ran.out) == (0, "")


@pytest.mark.parametrize(
    ("fail_on", "code"), [("error", 0), ("warning", 1), ("info", 1), ("never", 0)]
)
def test_findings_fail_from_the_severity_on_that_is_asked_for(
    sound: Path, fail_on: str, code: int
) -> None:
    sound.write_text(SOUND.replace("      rationale: A convention.\n", ""))
    ran = run("policy", "lint", str(sound), "--fail-on", fail_on, "--format", "json")
    (found,) = json.loads(ran.out)
    assert ran.code == code
    assert found["id"] == "POL-101"
    assert found["place"] == f"{sound}:13:7"
    assert found["where"] == "spec.rules[0]"


def test_a_policy_without_tests_is_found_and_q_prints_ids_only(sound: Path) -> None:
    (sound.parent / "example_test.yaml").unlink()
    ran = run("policy", "lint", str(sound), "-q")
    assert (ran.code, ran.out) == (1, "POL-706\n")


def test_fix_ends_what_has_no_effect_and_keeps_the_rest_byte_for_byte(sound: Path) -> None:
    sound.write_text(SOUND.replace("{limit: 0.2}", "{spare: 1.0, limit: 0.2}"))
    sound.chmod(0o640)
    ran = run("policy", "lint", str(sound), "--fix")
    assert ran.code == 0
    assert "fixed" in ran.err
    assert sound.read_text() == SOUND
    assert stat.S_IMODE(sound.stat().st_mode) == 0o640
    assert sorted(one.name for one in sound.parent.iterdir()) == [
        "example.yaml",
        "example_test.yaml",
    ]


def test_fix_does_not_touch_what_would_change_a_decision(sound: Path) -> None:
    twice = SOUND.replace("  approvals:", COPY + "  approvals:")
    sound.write_text(twice)
    ran = run("policy", "lint", str(sound), "--fix", "-q")
    assert "POL-401" in ran.out.split()
    assert sound.read_text() == twice


COPY = """\
    - id: PRV-002
      title: The same again
      check: {metric: privacy.linkability, bound: upper, lte: 0.3}
      rationale: A convention.
"""


def test_fix_drops_a_rule_that_a_base_says_already(sound: Path) -> None:
    base = SOUND.replace("ReleasePolicy", "PolicyBase").replace("  match: {}\n", "")
    (sound.parent / "base.yaml").write_text(base.replace("id: example", "id: base"))
    child = SOUND.replace("  match: {}", "  extends: [{id: base, version: ^1}]\n  match: {}")
    other = COPY.replace("linkability", "singling_out").replace("0.3", "0.25")
    bare = child.replace("    # The only rule.\n", "")
    sound.write_text(bare.replace("  approvals:", other + "  approvals:"))

    ran = run("policy", "lint", str(sound), "--fix", "--fail-on", "error")

    after = load_policy(sound.read_bytes(), "example.yaml", known_metrics())
    assert ran.code == 0
    assert [rule.id for rule in after.document.spec.rules] == ["PRV-002"]
    assert after.document.spec.params == {}


def test_rules_are_listed_and_explained() -> None:
    listed = json.loads(run("policy", "lint", "--rules", "--format", "json").out)
    assert len(listed) >= 30
    for rule in listed:
        told = json.loads(run("policy", "lint", "--explain", rule["id"], "--format", "json").out)
        assert told["example"]
    assert run("policy", "lint", "--explain", "point-estimate").code == 0


def test_wrong_usage_says_what_is_right() -> None:
    unknown = run("policy", "lint", "--explain", "POL-10")
    assert (unknown.code, unknown.out) == (2, "")
    assert "POL-10" in unknown.err and "--rules" in unknown.err
    assert run("policy", "lint").code == 2


def test_a_policy_that_does_not_load_is_refused(sound: Path) -> None:
    sound.write_text(SOUND.replace("linkability", "linkabilty"))
    ran = run("policy", "lint", str(sound))
    assert ran.code == 2
    assert "privacy.linkability" in ran.err


def test_nothing_that_ships_has_an_error() -> None:
    assert run("policy", "lint", str(POLICIES), "--fail-on", "error").code == 0


def test_what_ships_is_in_its_layout() -> None:
    ran = run("policy", "fmt", "--check", str(POLICIES))
    assert (ran.code, ran.out) == (0, "")


def test_fmt_checks_shows_and_writes(sound: Path) -> None:
    untidy = SOUND.replace("{audience: internal}", "{ audience:  internal }   # us")
    sound.write_text(untidy)
    sound.chmod(0o600)

    checked = run("policy", "fmt", str(sound), "--check")
    assert (checked.code, checked.out.split()[-1]) == (1, str(sound))
    shown = run("policy", "fmt", str(sound), "--diff")
    assert shown.code == 0
    assert "-    - { audience:  internal }   # us\n+    - {audience: internal}  # us\n" in shown.out
    assert sound.read_text() == untidy

    assert run("policy", "fmt", str(sound)).code == 0
    assert sound.read_text() == SOUND.replace("{audience: internal}", "{audience: internal}  # us")
    assert stat.S_IMODE(sound.stat().st_mode) == 0o600
    again = run("policy", "fmt", str(sound), "--check", "--diff")
    assert (again.code, again.out) == (0, "")


def test_fmt_writes_nothing_if_a_file_cannot_be_read(sound: Path) -> None:
    untidy = SOUND.replace("{audience: internal}", "{ audience: internal }")
    sound.write_text(untidy)
    (sound.parent / "worse.yaml").write_text("a: &x 1\n")
    ran = run("policy", "fmt", str(sound.parent))
    assert ran.code == 2
    assert "worse.yaml:1:4" in ran.err
    assert sound.read_text() == untidy


def test_fmt_follows_a_link_and_leaves_it_one(sound: Path) -> None:
    link = sound.parent / "link.yaml"
    link.symlink_to(sound)
    sound.write_text(SOUND + "\n\n")
    assert run("policy", "fmt", str(link)).code == 0
    assert link.is_symlink()
    assert sound.read_text() == SOUND
