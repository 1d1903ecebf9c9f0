"""``registry check`` for CI: its outputs, when it fails, and deciding from files alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from acceptance.cli import REGISTRY, Desk, Ran, build_registry
from acceptance.cli import run as run_here
from world import CARD, POLICY

from evaluators.base import Measurement
from evaluators.catalogue import CATALOGUE

CHECK = ("check", "claims@1", "--use", "model-development", "--audience", "internal")
ASKED = CHECK[2:]
SHAPES = """\
    - id: FID-001
      title: Every column keeps its shape
      check: {metric: fidelity.shape, forEach: column, gte: 0.5}
      enforcement: %s
  approvals:"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    return build_registry(tmp_path_factory.mktemp("built"), sqlite_template)


@pytest.fixture
def desk(built: Path, tmp_path: Path) -> Desk:
    return Desk.copied(built, tmp_path / "desk")


@dataclass(frozen=True)
class Checkout:
    """A repository with a card, evidence and policies, and no registry anywhere near."""

    folder: Path

    def check(self, *more: str, asked: tuple[str, ...] = ASKED) -> Ran:
        files = ("--card", "card.yaml", "--evidence", "evidence.json", "--policy-dir", "policies")
        return run_here("check", *files, *asked, *more)

    def evidence(self) -> Any:
        return json.loads((self.folder / "evidence.json").read_text())

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)

    def change(self, **changes: Any) -> None:
        """Change the evidence; None takes a key away."""
        content = {**self.evidence(), **changes}
        kept = {key: value for key, value in content.items() if value is not None}
        self.write("evidence.json", json.dumps(kept))


@pytest.fixture
def checkout(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    """What ``claims@1`` is made of, outside of any registry."""
    folder = tmp_path / "checkout"
    (folder / "policies").mkdir(parents=True)
    monkeypatch.chdir(folder)
    made = Checkout(folder)
    made.write("card.yaml", CARD % {"epsilon": "2.0"})
    made.write("policies/house.yaml", POLICY % {"version": "1.0.0", "limit": "3.0"})
    written = desk.run("datasets", "evidence", "claims@1", "-o", str(folder / "evidence.json"))
    assert written.code == 0, written.err
    return made


def warned(level: str) -> str:
    """The house rules with a second rule, of which nothing was measured."""
    text = POLICY % {"version": "2.0.0", "limit": "3.0"}
    return text.replace("  approvals:", SHAPES % level)


def publish(desk: Desk, text: str) -> None:
    ran = desk.run("policy", "publish", desk.write("house.yaml", text), by="carla")
    assert ran.code == 0, ran.err


# Outputs


def test_a_check_writes_every_output_that_is_asked_for(desk: Desk, tmp_path: Path) -> None:
    wanted = [f"{name}={tmp_path / name}" for name in ("sarif", "junit", "markdown", "json", "csv")]
    options = [part for one in wanted for part in ("-o", one)]

    ran = desk.run(*CHECK, *options, "-o", "github=-")

    assert (ran.code, ran.out) == (0, "")
    assert "ALLOWED" in ran.err
    sarif = json.loads((tmp_path / "sarif").read_text())
    assert [one["id"] for one in sarif["runs"][0]["tool"]["driver"]["rules"]][-1] == (
        "house-rules/DP-001"
    )
    suites = ElementTree.parse(tmp_path / "junit").getroot()
    assert suites.attrib["failures"] == "0"
    assert "house\\-rules" not in (tmp_path / "markdown").read_text()
    assert "ALLOWED" in (tmp_path / "markdown").read_text()
    assert json.loads((tmp_path / "json").read_text())["outcome"] == "allow"
    assert (tmp_path / "csv").read_text().startswith("outcome,rule")


def test_a_finding_names_the_published_file_and_its_line(desk: Desk) -> None:
    publish(desk, (POLICY % {"version": "2.0.0", "limit": "1.0"}))

    ran = desk.run(*CHECK, "--format", "github")

    assert ran.code == 1
    (line,) = ran.out.splitlines()
    number = POLICY.splitlines().index("    - id: DP-001") + 1
    assert line.startswith(f"::error file=house.yaml,line={number},title=house-rules/DP-001")


def test_with_the_policies_of_the_checkout_a_finding_names_the_path_in_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = POLICY % {"version": "2.0.0", "limit": "1.0"}
    publish(desk, text)
    folder = desk.folder / "policies"
    folder.mkdir()
    (folder / "renamed.yaml").write_text(text)
    monkeypatch.chdir(desk.folder)

    same = desk.run(*CHECK, "--format", "github", "--policy-dir", "policies")
    (folder / "renamed.yaml").write_text("# a line more\n" + text)
    other = desk.run(*CHECK, "--format", "github", "--policy-dir", "policies")

    assert "file=policies/renamed.yaml," in same.out
    assert "file=house.yaml," in other.out


def test_an_output_that_cannot_be_written_is_no_success(desk: Desk) -> None:
    ran = desk.run(*CHECK, "-o", f"sarif={desk.path('absent/out.sarif')}")

    assert ran.code == 2
    assert "absent/out.sarif" in ran.err


@pytest.mark.parametrize(
    ("level", "fail_on", "code"),
    [
        ("warn", "error", 0),
        ("warn", "warning", 1),
        ("warn", "never", 0),
        ("audit", "warning", 0),
        ("enforce", "error", 3),
        ("enforce", "warning", 3),
        ("enforce", "never", 0),
    ],
)
def test_what_fails_a_check_is_up_to_the_caller(
    desk: Desk, level: str, fail_on: str, code: int
) -> None:
    publish(desk, warned(level))

    assert desk.run(*CHECK, "--fail-on", fail_on).code == code


def test_a_denial_fails_unless_nothing_is_to(desk: Desk) -> None:
    publish(desk, POLICY % {"version": "2.0.0", "limit": "1.0"})

    codes = [desk.run(*CHECK, "--fail-on", one).code for one in ("error", "warning", "never")]

    assert codes == [1, 1, 0]
    assert desk.run("check", "absent@1", *ASKED, "--fail-on", "never").code == 2


def test_a_waived_finding_is_suppressed_with_the_reason_of_its_waiver(desk: Desk) -> None:
    terms = "  waivers: {allowed: [DP-001], maxDuration: P36500D, approver: privacy-officer}\n"
    text = POLICY % {"version": "2.0.0", "limit": "1.0"}
    publish(desk, text.replace("  approvals:", terms + "  approvals:"))
    signed = desk.run(
        *("waive", "claims@1", "--rule", "DP-001", "--reason", "the next run is under way"),
        *("--owner", "head of claims", "--control", "inside the enclave", "--until", "2090-01-01"),
        by="paula",
    )
    assert signed.code == 0, signed.err

    ran = desk.run(*CHECK, "--format", "sarif")

    assert ran.code == 0
    (result,) = json.loads(ran.out)["runs"][0]["results"]
    (suppression,) = result["suppressions"]
    assert result["ruleId"] == "house-rules/DP-001"
    assert result["level"] == "error"
    assert suppression["justification"] == (
        "waived by W-1 until 2090-01-01: the next run is under way (inside the enclave)"
    )
    assert "<skipped" in desk.run(*CHECK, "--format", "junit").out


# Without a registry


def test_a_check_from_files_is_the_decision_of_the_registry(desk: Desk, checkout: Checkout) -> None:
    there = json.loads(desk.run(*CHECK, "--format", "json").out)

    ran = checkout.check("--format", "json")

    here = json.loads(ran.out)
    assert ran.code == 0
    assert here["digest"] == there["digest"]
    assert here["findings"] == there["findings"]


def test_a_check_from_files_says_plainly_that_it_is_unsigned(checkout: Checkout) -> None:
    table, plain = checkout.check(), checkout.check("--format", "json")

    assert table.err.startswith("UNSIGNED")
    assert plain.err.startswith("UNSIGNED")
    found = json.loads(plain.out)
    assert found["unsigned"] is True
    assert any("could not be compared" in note for note in found["notes"])
    sarif = json.loads(checkout.check("--format", "sarif").out)
    assert sarif["runs"][0]["properties"]["unsigned"] is True
    assert "UNSIGNED" in checkout.check("--format", "markdown").out
    assert "UNSIGNED" in checkout.check("--format", "github").out


def test_a_check_from_files_records_nothing_even_beside_a_registry(
    desk: Desk, checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = desk.recorded()
    monkeypatch.setenv("REGISTRY_FOLDER", str(desk.folder))
    files = ("--card", "card.yaml", "--evidence", "evidence.json", "--policy-dir", "policies")

    ran = desk.run("check", *files, *ASKED, by="nobody")

    assert ran.code == 0
    assert "every policy is the published one" in ran.err
    assert desk.recorded() == before


def test_policies_that_differ_from_the_published_ones_are_named(
    desk: Desk, checkout: Checkout
) -> None:
    listed = desk.run("policies", "list", "--format", "json").out
    checkout.write("published.json", listed)
    known = ("--published", "published.json")

    same = checkout.check(*known)
    checkout.write("policies/house.yaml", POLICY % {"version": "1.0.1", "limit": "2.5"})
    checkout.write(
        "policies/new.yaml",
        (POLICY % {"version": "1.0.0", "limit": "3.0"}).replace("house-rules", "new-rules"),
    )
    differ = checkout.check(*known)
    (checkout.folder / "policies/house.yaml").unlink()
    gone = checkout.check(*known)

    assert "every policy is the published one" in same.err
    assert "house-rules 1.0.1 differs from the published 1.0.0: sha256:" in differ.err
    assert "new-rules 1.0.0 is not published" in differ.err
    assert "house-rules 1.0.0 is published, and not among the policies here" in gone.err


def test_an_unreachable_database_leaves_the_check_and_says_so(
    desk: Desk, checkout: Checkout
) -> None:
    Path(desk.path("registry.db")).unlink()
    files = ("--card", "card.yaml", "--evidence", "evidence.json", "--policy-dir", "policies")

    ran = desk.run("check", *files, *ASKED)

    assert ran.code == 0
    assert "could not be compared with those published" in ran.err
    assert not Path(desk.path("registry.db")).exists()


def test_a_denial_from_files_ends_with_1_and_a_gap_with_3(checkout: Checkout) -> None:
    checkout.write("policies/house.yaml", POLICY % {"version": "1.0.0", "limit": "1.0"})
    denied = checkout.check()
    checkout.write("policies/house.yaml", warned("enforce"))
    undecided = checkout.check()

    assert denied.code == 1
    assert "DP-001 failed" in denied.err
    assert undecided.code == 3
    assert "FID-001 is undecided" in undecided.err


def test_evidence_from_the_evaluators_is_read_as_it_is(checkout: Checkout) -> None:
    """The facts of a measurement stand under ``measurements``; what holds for all stands above."""
    info = CATALOGUE["fidelity.shape"]
    names = [one["name"] for one in checkout.evidence()["columns"]]
    facts = [
        Measurement(
            *(info.id, info.definition, (name,), "measured", 0.9, 0.9, 0.9, "exact", 100),
            *("higher", "share", {"bins": 10}, 2**63, {"numpy": "1.26"}, None, 0.1),
        ).facts()
        for name in names
    ]
    checkout.write("policies/house.yaml", warned("enforce"))
    checkout.change(measurements=facts, holdout=True)
    assert checkout.check().code == 0

    checkout.change(measurements=facts[1:])
    assert checkout.check().code == 3

    checkout.change(measurements=[{**facts[0], "definition": 0}, *facts[1:]])
    older = checkout.check()
    assert older.code == 3
    assert "1 measurements are by another definition" in older.err


def test_evidence_that_says_nothing_of_its_age_or_holdout_meets_no_demand_for_them(
    checkout: Checkout,
) -> None:
    fact = {
        "metric": "sdmetrics.quality",
        "definition": CATALOGUE["sdmetrics.quality"].definition,
        "status": "measured",
        "value": 0.9,
        "low": 0.9,
        "high": 0.9,
        "n": 100,
    }
    text = POLICY % {"version": "1.0.0", "limit": "3.0"}
    rule = "    - {id: FID-001, check: {metric: sdmetrics.quality, gte: 0.5}}\n  approvals:"
    demand = "  evidence: {maxAge: P36500D, holdout: required}\n  rules:"
    text = text.replace("  approvals:", rule).replace("  rules:", demand)
    checkout.write("policies/house.yaml", text)

    def code(**changes: Any) -> int:
        checkout.change(**{"measurements": [fact], "measuredAt": None, "holdout": None, **changes})
        return checkout.check().code

    assert code(measuredAt="2020-01-01T00:00:00Z", holdout=True) == 0
    assert code(measuredAt="2020-01-01T00:00:00Z") == 3
    assert code(holdout=True) == 3
    assert code(measuredAt="2999-01-01T00:00:00Z", holdout=True) == 3


def test_a_source_that_is_not_confirmed_leaves_the_decision_open(checkout: Checkout) -> None:
    source = checkout.evidence()["source"]
    checkout.change(source={**source, "confirmed": False})

    assert checkout.check().code == 3


def test_without_the_source_its_classification_and_modality_must_be_named(
    checkout: Checkout,
) -> None:
    checkout.change(source=None)

    bare = checkout.check()
    half = checkout.check("--classification", "special-category")
    stated = checkout.check("--classification", "special-category", "--modality", "tabular")

    assert (bare.code, half.code, stated.code) == (2, 2, 0)
    assert "--classification with one of" in bare.err
    assert "--modality with one of" in half.err
    assert "as stated, unconfirmed" in stated.err


def test_what_is_stated_must_not_contradict_the_evidence_or_fall_below_the_card(
    checkout: Checkout,
) -> None:
    assert checkout.check("--classification", "public").code == 2
    assert checkout.check("--classification", "pubic").code == 2

    checkout.change(source=None)
    card = CARD % {"epsilon": "2.0"} + "classification: personal\n"
    checkout.write("card.yaml", card)
    ran = checkout.check("--classification", "special-category", "--modality", "tabular")

    assert ran.code == 2
    assert "below its source's" in ran.err
    assert checkout.check("--modality", "tabular").code == 0


def test_a_card_and_evidence_of_different_data_are_refused(checkout: Checkout) -> None:
    checkout.change(dataset="visits")
    assert "the evidence is of the dataset 'visits'" in checkout.check().err

    checkout.change(dataset="claims", source={**checkout.evidence()["source"], "name": "clinic"})
    ran = checkout.check()
    assert ran.code == 2
    assert "the evidence is of the source 'clinic'" in ran.err


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"rows":', '"rowz": 1, "rows":', "the document has the unknown key 'rowz'"),
        ('"rows":', '"rows": 1, "rows":', "duplicate key 'rows'"),
        ('"name": "hospital"', '"name": "x", "name": "hospital"', "evidence.json: source"),
        ('"measurements": []', '"measurements": [NaN]', "NaN is no number of JSON"),
        ('"measurements": []', '"measurements": [{"value": 1e999}]', "measurements[0]"),
        ('"measurements": []', '"measurements": [{"metric": "\\ud800"}]', "not readable as JSON"),
        ('"measurements": []', '"measurements": [' + "[" * 100_000, "too deeply nested"),
        ('"measurements": []', '"measurements": [' + "9" * 5_000 + "]", "not readable as JSON"),
        ('"kind": "Evidence"', '"kind": "Proof"', "kind is 'Proof'"),
        ('"sha256:', '"md5:', "contentDigest"),
        ('"measurements": []', '"measurements": [}', "evidence.json:"),
        ('"rows": 1', '"rows": -1', "rows"),
        ('"rows": 1', '"rows": true', "rows"),
    ],
)
def test_evidence_that_two_readers_may_read_unlike_is_refused(
    checkout: Checkout, old: str, new: str, said: str
) -> None:
    text = json.dumps({**checkout.evidence(), "rows": 1, "measurements": []})
    assert old in text
    checkout.write("evidence.json", text.replace(old, new, 1))

    ran = checkout.check()

    assert ran.code == 2, ran.err
    assert said in ran.err
    assert "unexpected failure" not in ran.err


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"value": None}, "a value, low and high beside the status measured"),
        ({"status": "not-measurable"}, "a cause, and no number"),
        ({"value": "nan"}, "measurements[0].value"),
        ({"measuredAt": "2026-01-01T00:00:00"}, "measurements[0].measuredAt"),
        ({"valeu": 1}, "measurements[0] has the unknown key 'valeu'"),
    ],
)
def test_a_measurement_that_says_two_things_is_refused_with_its_place(
    checkout: Checkout, changes: dict[str, Any], said: str
) -> None:
    fact = {
        "metric": "sdmetrics.quality",
        "definition": CATALOGUE["sdmetrics.quality"].definition,
        "status": "measured",
        "value": 0.9,
        "low": 0.9,
        "high": 0.9,
        "n": 100,
    }
    checkout.change(measurements=[{**fact, **changes}])

    ran = checkout.check()

    assert ran.code == 2
    assert said in ran.err


def test_evidence_without_an_end_is_refused(checkout: Checkout) -> None:
    checkout.write("evidence.json", json.dumps(checkout.evidence()) + " " * (20 * 1024 * 1024))

    ran = checkout.check()

    assert ran.code == 2
    assert "at most 20 MiB" in ran.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", *ASKED),
        ("check", "--card", "card.yaml", *ASKED),
        ("check", "--card", "card.yaml", "--evidence", "evidence.json", *ASKED),
        ("check", "claims@1", "--published", "published.json", *ASKED),
        ("check", "claims@1", "--modality", "tabular", *ASKED),
    ],
    ids=["nothing", "card alone", "no policies", "published", "modality"],
)
def test_half_a_check_is_wrong_usage(checkout: Checkout, arguments: tuple[str, ...]) -> None:
    assert run_here(*arguments).code == 2


def test_a_version_and_files_at_once_are_wrong_usage(checkout: Checkout) -> None:
    ran = checkout.check("claims@1")

    assert ran.code == 2
    assert "one of the two" in ran.err


def test_a_check_from_files_loads_no_database_and_no_tables(checkout: Checkout) -> None:
    code = (
        "import sys\nfrom registry.cli.main import main\n"
        "try:\n    main()\nexcept SystemExit as end:\n"
        "    print('\\n' + ' '.join(sorted({n.split('.')[0] for n in sys.modules})))\n    raise\n"
    )
    files = ("--card", "card.yaml", "--evidence", "evidence.json", "--policy-dir", "policies")
    done = subprocess.run(
        [sys.executable, "-c", code, "check", *files, *ASKED],
        cwd=checkout.folder,
        env={key: text for key, text in os.environ.items() if "REGISTRY" not in key},
        capture_output=True,
        text=True,
        check=False,
    )

    loaded = set(done.stdout.splitlines()[-1].split())
    assert done.returncode == 0, done.stderr
    assert "pydantic" in loaded
    assert loaded & {"sqlmodel", "sqlalchemy", "alembic", "pandas", "numpy", "cel_expr_python"} == (
        set()
    )


def test_the_installed_command_checks_from_files(checkout: Checkout) -> None:
    files = ("--card", "card.yaml", "--evidence", "evidence.json", "--policy-dir", "policies")
    done = subprocess.run(
        [REGISTRY, "check", *files, *ASKED, "-q"],
        cwd=checkout.folder,
        env={key: text for key, text in os.environ.items() if "REGISTRY" not in key},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0
    assert "DP-001" in done.stdout.splitlines()
