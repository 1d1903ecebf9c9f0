"""``registry policy test``: cases beside a policy, and how it ends when they do not hold."""

import json
import time
from pathlib import Path

import pytest
from acceptance.cli import Ran, run

POLICIES = Path(__file__).parents[2] / "policies"
POLICY = """\
apiVersion: registry/v1
kind: ReleasePolicy
metadata: {id: small, version: 1.0.0, owners: [privacy-office]}
spec:
  match: {all: [{audience: [internal]}]}
  uses: {allow: [research]}
  sharing: [{audience: internal}]
  rules:
    - id: FID-001
      check: {metric: sdmetrics.quality, gte: 0.9}
  approvals: {quorum: [{role: steward, min: 2}], validFor: P90D}
"""
CASES = """\
apiVersion: registry/v1
kind: PolicyTest
policy: small
given: {use: research, audience: internal}
cases:
  - name: sound evidence is allowed
    expect: {decision: allow}
  - name: low quality is denied
    with: [{metric: sdmetrics.quality, value: 0.5}]
    expect: {decision: deny, findings: {FID-001: fail}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "small.yaml").write_text(POLICY)
    (tmp_path / "small_test.yaml").write_text(CASES)
    return tmp_path


def ran(*arguments: object) -> Ran:
    return run("policy", "test", *map(str, arguments))


def rows(*arguments: object) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(ran(*arguments, "--format", "json").out)
    return found


def failing(folder: Path) -> Path:
    file = folder / "small_test.yaml"
    file.write_text(CASES.replace("decision: allow", "decision: deny"))
    return file


def test_the_shipped_policies_are_tested_whole_and_fast() -> None:
    began = time.monotonic()
    done = ran(
        *(POLICIES, "--coverage", "--threshold", 100, "--boundaries"),
        *("--mutate", "--mutation-threshold", 90, "--fail-on-empty"),
    )

    assert done.code == 0, done.out + done.err
    assert "coverage: 100 %" in done.err
    assert "mutation score: 100 %" in done.err
    assert " 0 survived" in done.err and "only by generated cases" not in done.err
    assert time.monotonic() - began < 30


@pytest.mark.parametrize("place", [".", "small.yaml", "small_test.yaml"])
def test_a_folder_a_policy_and_its_cases_all_lead_to_the_cases(folder: Path, place: str) -> None:
    done = ran(folder / place)

    assert done.code == 0
    assert "sound evidence is allowed" in done.out
    assert done.err == "cases: 2 pass, 0 fail\n"


def test_a_case_that_fails_says_what_came_out_and_exits_1(folder: Path) -> None:
    failing(folder)

    done = ran(folder)

    assert done.code == 1
    assert "expected deny, got allow" in done.out
    assert "cases: 1 pass, 1 fail" in done.err


def test_run_takes_only_the_cases_whose_name_matches(folder: Path) -> None:
    failing(folder)

    done = ran(folder, "--run", "^low")

    assert (done.code, done.err) == (0, "cases: 1 pass, 0 fail\n")
    assert ran(folder, "--run", "(").code == 2


def test_no_case_is_a_failure_only_when_asked(folder: Path) -> None:
    assert ran(folder, "--run", "nothing").code == 0
    assert ran(folder, "--run", "nothing", "--fail-on-empty").code == 1
    (folder / "small_test.yaml").unlink()
    assert ran(folder, "--fail-on-empty").code == 1


def test_coverage_names_what_no_case_sees_and_exits_1_below_the_threshold(folder: Path) -> None:
    done = ran(folder, "--threshold", 100)

    assert done.code == 1
    assert "no case sees that the policy leaves it alone" in done.out
    assert "coverage: 50 % (2 of 4 rules and branches)" in done.err
    assert ran(folder, "--threshold", 50).code == 0
    assert ran(folder, "--coverage").code == 0


def test_survivors_are_named_with_their_line_and_boundaries_kill_more(folder: Path) -> None:
    written = rows(folder, "--mutate")
    both = rows(folder, "--mutate", "--boundaries")

    (strict,) = [row for row in written if row["name"] == "FID-001: gte became gt"]
    (killed,) = [row for row in both if row["name"] == "FID-001: gte became gt"]
    assert (strict["outcome"], strict["line"]) == ("survived", 10)
    assert killed["outcome"] == "killed"
    assert killed["detail"] == "by the generated case 'FID-001 at 0.9'"
    assert ran(folder, "--mutation-threshold", 100).code == 1
    assert ran(folder, "--mutation-threshold", 10).code == 0


def test_the_table_shows_cases_and_shortcomings_and_quiet_only_their_names(folder: Path) -> None:
    table = ran(folder, "--mutate")
    quiet = ran(folder, "-q")

    assert "survived" in table.out and "killed" not in table.out
    assert quiet.out == "sound evidence is allowed\nlow quality is denied\n"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("policy: small", "policy: smal", ("small_test.yaml:3", "'small'")),
        ("metric: sdmetrics.quality", "metric: sdmetrics.quali", ("small_test.yaml:9", "quality")),
        ("FID-001: fail", "FID-002: fail", ("small_test.yaml:10", "FID-001")),
        ("    expect: {decision: allow}", "    expects: {}", ("small_test.yaml:", "expect")),
    ],
)
def test_a_bad_file_of_cases_exits_2_with_the_place(
    folder: Path, before: str, after: str, expected: tuple[str, ...]
) -> None:
    (folder / "small_test.yaml").write_text(CASES.replace(before, after))

    done = ran(folder)

    assert done.code == 2
    assert done.out == ""
    assert all(text in done.err for text in expected)


def test_a_policy_that_does_not_load_exits_2(folder: Path) -> None:
    (folder / "small.yaml").write_text(POLICY.replace("gte", "gtee"))

    assert ran(folder).code == 2


def test_a_weakened_copy_of_a_shipped_policy_fails_its_cases(tmp_path: Path) -> None:
    for file in POLICIES.glob("*.yaml"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    weak = (POLICIES / "public-release.yaml").read_text().replace("lte: 0.09", "lte: 0.10")
    (tmp_path / "public-release.yaml").write_text(weak)

    done = ran(tmp_path)

    assert done.code == 1
    assert "PRV-002: expected fail, got pass" in done.out
