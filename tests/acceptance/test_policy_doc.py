"""``registry policy doc`` and ``policy schema``: the policies for people, and for their editors."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import pytest
from acceptance.cli import run
from jsonschema import Draft202012Validator

from registry.policy import wording
from registry.reports.rendering.environment import plain
from registry.workflow.policy_files import policy_files, read_policies

POLICIES = Path(__file__).parents[2] / "policies"
SHIPPED = policy_files([POLICIES])
HOSTILE = """\
apiVersion: registry/v1
kind: ReleasePolicy
metadata:
  id: hostile
  version: 1.0.0
  title: "<script>alert(1)</script>"
  owners: ["<img src=x onerror=alert(1)>", "\\u202Ekcatta"]
spec:
  match: {all: [{source: ["[x](javascript:alert(1))"]}]}
  uses: {allow: [research]}
  sharing: [{audience: partner, agreement: "a | b"}]
  rules:
    - id: A-1
      title: "# **not** a heading"
      check: {metric: dp.epsilon, lte: 3}
  approvals: {quorum: [{role: steward, min: 2}], validFor: P30D}
"""


@pytest.mark.parametrize("form", ["md", "html"])
@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_rule_and_every_threshold_of_a_shipped_policy_is_in_its_document(
    path: Path, form: str
) -> None:
    ran = run("policy", "doc", str(path), "--format", form)

    assert ran.code == 0, ran.err
    page = unescape(ran.out)
    (policy,) = read_policies([path])
    assert policy.digest in page
    assert policy.rules
    for _, rule in policy.rules:
        row = next(line for line in page.splitlines() if re.search(rf"\b{rule.id}\b", line))
        assert rule.check is None or wording.expected(rule.check) in row
        for said in (rule.rationale, rule.remediation):
            assert said is None or _words(said if form == "html" else plain(said)) in _words(page)
    for use in (*policy.document.spec.uses.allow, *policy.document.spec.uses.deny):
        assert use.replace("-", " ").replace("re ident", "re-ident") in page


def _words(text: str) -> str:
    return " ".join(unescape(text).split())


def test_a_folder_becomes_a_folder_of_documents(tmp_path: Path) -> None:
    ran = run("policy", "doc", str(POLICIES), "--format", "html", "-o", str(tmp_path / "out"))

    assert ran.code == 0, ran.err
    written = sorted((tmp_path / "out").iterdir())
    assert [Path(line) for line in sorted(ran.out.splitlines())] == written
    assert len(written) == len(SHIPPED) > 1
    assert f"wrote {len(written)} documents" in ran.err
    assert all(page.read_text().startswith("<!doctype html>") for page in written)


def test_one_policy_goes_to_the_file_that_is_named(tmp_path: Path) -> None:
    ran = run("policy", "doc", str(SHIPPED[0]), "-o", str(tmp_path / "policy.md"))

    assert (ran.code, ran.out) == (0, f"{tmp_path / 'policy.md'}\n")
    printed = run("policy", "doc", str(SHIPPED[0]))
    assert (tmp_path / "policy.md").read_text() == printed.out
    assert printed.err == ""


def test_hostile_names_are_text(tmp_path: Path) -> None:
    path = tmp_path / "hostile.yaml"
    path.write_text(HOSTILE)

    page = run("policy", "doc", str(path), "--format", "html").out
    text = run("policy", "doc", str(path)).out

    assert "<script" not in page and "<img" not in page and "\u202e" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<" not in text and "**not**" not in text and "\u202e" not in text
    assert not re.search(r"(?<!\\)\]\(", text)
    assert "a \\| b" in text


def test_an_older_version_gives_the_list_of_changes(tmp_path: Path) -> None:
    (tmp_path / "old.yaml").write_text(HOSTILE)
    changed = HOSTILE.replace("lte: 3", "lte: 2").replace("1.0.0", "1.1.0")
    (tmp_path / "new.yaml").write_text(changed)

    ran = run("policy", "doc", str(tmp_path / "new.yaml"), "--against", str(tmp_path / "old.yaml"))

    assert ran.code == 0, ran.err
    assert "Against hostile 1.0.0" in ran.out
    assert "1 change, 0 loosening, 1 tightening" in ran.out
    assert "lte 3 became lte 2" in ran.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((str(POLICIES), "--format", "html"), "pages cannot be printed as one"),
        ((str(SHIPPED[0]), "--against", str(SHIPPED[-1])), "none of the policies"),
        ((str(SHIPPED[0]), "--against", str(POLICIES)), "a folder is no policy"),
        ((str(POLICIES / "nowhere.yaml"),), "cannot be read"),
        ((str(SHIPPED[0]), str(SHIPPED[0]), "-o", "out"), "the same id"),
        ((str(SHIPPED[0]), "-o", "/dev/null/policy.md"), "cannot be written"),
    ],
    ids=range(6),
)
def test_what_cannot_be_documented_is_wrong_usage(arguments: tuple[str, ...], said: str) -> None:
    ran = run("policy", "doc", *arguments)

    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_the_schema_is_printed_or_written_and_knows_every_shipped_policy(tmp_path: Path) -> None:
    printed = run("policy", "schema")
    written = run("policy", "schema", "-o", str(tmp_path / "made" / "policy.schema.json"))

    assert printed.code == written.code == 0
    assert (tmp_path / "made" / "policy.schema.json").read_text() == printed.out
    schema = json.loads(printed.out)
    Draft202012Validator.check_schema(schema)
    assert "privacy.mia.auc" in schema["$defs"]["Check"]["properties"]["metric"]["enum"]


def test_the_help_says_how_an_editor_finds_the_schema() -> None:
    said = " ".join(run("policy", "schema", "--help").out.split())

    assert "# yaml-language-server: $schema=./release-policy.schema.json" in said
