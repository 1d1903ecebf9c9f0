"""The action and the hooks of this repository: they name what exists, and their scripts run."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml
from acceptance.cli import REGISTRY, Ran, build_registry, run
from conftest import real_table
from world import CARD, POLICY

from registry.workflow.evidence_file import EvidenceFile, Measured

ROOT = Path(__file__).resolve().parent.parent.parent
ACTION: Any = yaml.safe_load((ROOT / "action.yml").read_text())
HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
STEPS: dict[str, dict[str, Any]] = {
    step["name"]: step for step in ACTION["runs"]["steps"] if "name" in step
}
CASES = """\
apiVersion: registry/v1
kind: PolicyTest
policy: house-rules
given: {use: research, audience: internal}
cases:
  - name: sound evidence is allowed
    expect: {decision: allow}
"""
BESIDE = {"interval", "direction", "unit", "parameters", "seed", "versions"}
"""Facts of a measurement that no policy reads; they may stand in the file."""
INPUT = re.compile(r"\$\{\{ inputs\.([a-z-]+) \}\}")


def known_options(command: tuple[str, ...]) -> set[str]:
    ran = run(*command, "--help")
    assert ran.code == 0, ran.err
    return set(re.findall(r"(?<!\S)--?[a-z][a-z-]*", ran.out))


def command_of(words: list[str]) -> tuple[str, ...]:
    return tuple(words[:2]) if words[0] == "policy" else tuple(words[:1])


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_every_hook_names_a_command_and_options_that_exist(hook: dict[str, Any]) -> None:
    program, *words = shlex.split(hook["entry"])
    command = command_of(words)
    arguments = [*words[len(command) :], *hook.get("args", [])]

    assert program == "registry"
    assert hook["language"] == "python"
    assert hook["id"] == "-".join(("registry", *command))
    options = {one for one in arguments if one.startswith("-")}
    assert options <= known_options(command)


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_every_hook_passes_the_policies_of_this_repository(
    hook: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "policies").mkdir()
    for file in (ROOT / "policies").glob("*.yaml"):
        (tmp_path / "policies" / file.name).write_bytes(file.read_bytes())
    monkeypatch.chdir(tmp_path)
    names = sorted(str(path) for path in Path("policies").glob("*.yaml"))
    left_out = re.compile(hook.get("exclude", "^$"))
    chosen = [one for one in names if re.search(hook["files"], one) and not left_out.search(one)]

    assert len(chosen) >= 3
    ran = run(*shlex.split(hook["entry"])[1:], *hook.get("args", []), *chosen)
    assert ran.code == 0, ran.out + ran.err


def test_every_option_in_the_action_exists() -> None:
    found = 0
    for step in STEPS.values():
        for line in step["run"].replace("\\\n", " ").splitlines():
            if line.strip().startswith("registry "):
                words = shlex.split(line)[1:]
                command = command_of(words)
                options = {one for one in words if one.startswith("-")}
                assert options <= known_options(command)
                found += 1
    added = re.findall(r"\(--[a-z-]+|(?<=\s)--[a-z-]+", STEPS["Check the dataset"]["run"])
    assert {one.lstrip("(") for one in added} <= known_options(("check",))
    assert found == 4


def test_the_action_uses_every_input_and_no_other() -> None:
    text = (ROOT / "action.yml").read_text()

    used = set(INPUT.findall(text)) | set(re.findall(r"if: inputs\.([a-z-]+)", text))
    assert used == set(ACTION["inputs"])
    assert all("${{" not in step["run"] for step in STEPS.values())


def play(step: str, folder: Path, **inputs: str) -> Ran:
    """Run the script of a step as a composite action does, with inputs as variables."""
    given = {name: one["default"] for name, one in ACTION["inputs"].items()}
    given |= {name.replace("_", "-"): text for name, text in inputs.items()}
    variables = {
        key: INPUT.sub(lambda found: given[found[1]], text)
        for key, text in STEPS[step]["env"].items()
    }
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", STEPS[step]["run"]],
        cwd=folder,
        env={
            "PATH": f"{REGISTRY.parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": os.environ.get("HOME", "."),
            "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
            **variables,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    folder = tmp_path_factory.mktemp("checkout")
    (folder / "policies").mkdir()
    (folder / "policies/house.yaml").write_text(POLICY % {"version": "1.0.0", "limit": "3.0"})
    (folder / "policies/house_test.yaml").write_text(CASES)
    (folder / "card.yaml").write_text(CARD % {"epsilon": "2.0"})
    home = build_registry(tmp_path_factory.mktemp("registry"), sqlite_template)
    evidence = str(folder / "evidence.json")
    ran = run("-C", str(home), "datasets", "evidence", "claims@1", "-o", evidence)
    assert ran.code == 0, ran.err
    return folder


def test_the_steps_on_policies_run_and_leave_their_results(checkout: Path) -> None:
    validated = play("Validate the policies", checkout)
    linted = play("Lint the policies", checkout, lint_fail_on="never")
    tested = play("Test the policies", checkout)

    assert (validated.code, linted.code, tested.code) == (0, 0, 0), linted.err + tested.err
    assert (checkout / "registry-results/lint.sarif").stat().st_size
    assert "registry policy lint" in (checkout / "summary.md").read_text()
    cases = ElementTree.parse(checkout / "registry-results/test.xml").getroot()
    assert cases.attrib["tests"] == "1"


def test_the_step_on_a_dataset_decides_and_leaves_its_results(checkout: Path) -> None:
    asked = {"card": "card.yaml", "evidence": "evidence.json", "use": "model-development"}

    allowed = play("Check the dataset", checkout, audience="internal", **asked)
    denied = play("Check the dataset", checkout, audience="public", jurisdiction="DE", **asked)

    assert allowed.code == 0, allowed.err
    assert "UNSIGNED" in allowed.err
    assert denied.code == 1
    assert "::error file=policies/house.yaml,line=" in denied.out
    assert "UNSIGNED" in (checkout / "summary.md").read_text()
    assert (checkout / "registry-results/check.sarif").stat().st_size
    assert (checkout / "registry-results/check.xml").stat().st_size


def test_an_input_is_data_and_no_script(checkout: Path) -> None:
    ran = play(
        *("Check the dataset", checkout),
        card="card.yaml",
        evidence="evidence.json",
        use='"; touch stolen; echo "$(touch stolen)',
        audience="internal",
    )

    assert ran.code == 2
    assert not (checkout / "stolen").exists()


def test_the_evidence_that_the_page_makes_is_evidence_that_a_check_reads(
    checkout: Path, tmp_path: Path
) -> None:
    page = (ROOT / "docs" / "ci.md").read_text()
    (script,) = re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL)
    for seed, name in enumerate(("train", "holdout", "synthetic"), start=1):
        real_table(seed).to_csv(tmp_path / f"{name}.csv", index=False)
    made = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stderr

    ran = run(
        *("check", "--card", str(checkout / "card.yaml")),
        *(
            "--evidence",
            str(tmp_path / "evidence.json"),
            "--policy-dir",
            str(checkout / "policies"),
        ),
        *("--use", "research", "--audience", "internal"),
        *("--classification", "personal", "--modality", "tabular"),
    )

    assert ran.code == 0, ran.err
    assert "another definition" not in ran.err


def test_every_option_and_key_the_page_names_exists() -> None:
    page = (ROOT / "docs" / "ci.md").read_text()
    options = set(re.findall(r"(?<=[\s`])--[a-z-]+", page))
    keys = {info.alias for info in EvidenceFile.model_fields.values()}
    keys |= {info.alias for info in Measured.model_fields.values()} - BESIDE
    uses = re.findall(r"^      - id: (\S+)", page, flags=re.MULTILINE)

    assert options <= known_options(("check",))
    assert {f"`{key}`" for key in keys} <= set(re.findall(r"`[A-Za-z]+`", page))
    assert uses == [hook["id"] for hook in HOOKS]
