"""``registry templates`` and reports printed from a company's own templates, as their users do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from acceptance.cli import Desk, build_registry, run


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Desk:
    return Desk(build_registry(tmp_path_factory.mktemp("desk"), sqlite_template))


def test_templates_are_exported_once(tmp_path: Path) -> None:
    first = run("templates", "export", str(tmp_path / "own"))
    again = run("templates", "export", str(tmp_path / "own"))

    assert (first.code, again.code, again.out) == (0, 5, "")
    assert str(tmp_path / "own" / "document.html.j2") in first.out.splitlines()
    assert "registry templates check" in first.err
    assert "is there already" in again.err


def test_a_check_says_what_is_replaced_and_exits_2_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "certificate.md.j2").write_text("fine\n{{ documnet }}\n")
    (tmp_path / "logo.html.j2").write_text("us")

    ran = run("templates", "check", str(tmp_path), "--format", "json")

    assert ran.code == 2
    assert "replaces: certificate.md.j2" in ran.err
    found = {one["where"]: one["what"] for one in json.loads(ran.out)}
    assert found[f"{tmp_path / 'logo.html.j2'}:1"].startswith("it replaces no shipped template")
    assert "'documnet' is undefined" in found[f"{tmp_path / 'certificate.md.j2'}:2"]


def test_a_check_without_a_folder_asks_for_one(desk: Desk) -> None:
    ran = desk.run("templates", "check")

    assert ran.code == 2
    assert "no folder of templates is named" in ran.err


def test_a_report_from_a_broken_template_is_one_error_and_no_file(
    desk: Desk, tmp_path: Path
) -> None:
    (tmp_path / "document.html.j2").write_text("<p>\n{% if %}")
    before = desk.recorded()

    ran = desk.run("report", "claims@1", "--templates", str(tmp_path))

    assert (ran.code, ran.out) == (2, "")
    assert ran.err.count("error:") == 1 and "Traceback" not in ran.err
    assert f"where: {tmp_path / 'document.html.j2'}:2" in ran.err
    assert desk.recorded() == before


def test_the_flag_goes_before_the_environment_and_that_before_the_file(
    desk: Desk, tmp_path: Path
) -> None:
    folders = {}
    for name in ("flag", "variable", "file"):
        folders[name] = tmp_path / name
        folders[name].mkdir()
        (folders[name] / "document.md.j2").write_text(name)
    settings = desk.folder / "registry.toml"
    before = settings.read_text()
    settings.write_text(f'templates = "{folders["file"]}"\n{before}')
    printed = ("report", "claims@1", "--format", "md", "-o", str(tmp_path / "made.md"))
    said = []
    for flag, variable in ((True, True), (False, True), (False, False)):
        given = ("--templates", str(folders["flag"])) if flag else ()
        named = {"REGISTRY_TEMPLATES": str(folders["variable"])} if variable else {}
        assert desk.run(*printed, *given, **named).code == 0
        said.append((tmp_path / "made.md").read_text())
    settings.write_text(before)

    assert said == ["flag", "variable", "file"]


def test_a_folder_of_templates_that_is_gone_is_an_error_and_not_the_shipped_look(
    desk: Desk, tmp_path: Path
) -> None:
    ran = desk.run("report", "claims@1", REGISTRY_TEMPLATES=str(tmp_path / "gone"))

    assert ran.code == 2
    assert "the folder of templates is not there" in ran.err


def test_the_whole_set_goes_into_a_folder_and_is_listed(desk: Desk, tmp_path: Path) -> None:
    ran = desk.run("report", "claims@1", "--all", "-o", str(tmp_path / "set"))
    listed = desk.run("reports", "list", "--format", "json")

    assert (ran.code, ran.out) == (0, f"{tmp_path / 'set' / 'index.html'}\n")
    written = [one for one in json.loads(listed.out) if one["kind"] == "card"]
    assert {one["format"] for one in written} == {"html", "pdf", "md", "json"}
    assert desk.run("report", "--all").code == 2
