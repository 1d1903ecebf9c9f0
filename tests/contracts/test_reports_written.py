"""The set of reports in one folder: whole or not at all, linked, logged, gathered once."""

import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest
from world import World

from registry.errors import InvalidInput
from registry.reports.rendering.render import FORMATS
from registry.workflow.context import Context
from registry.workflow.reports import kinds
from registry.workflow.reports.everything import every_document, write_all
from registry.workflow.reports.written import reports_written


def printing_from(home: Context, templates: Path) -> Context:
    return replace(home, settings=replace(home.settings, templates=templates))


def test_every_document_is_there_in_every_format_and_the_index_leads_to_each(
    world: World, tmp_path: Path
) -> None:
    index = write_all(world.home, [world.label], tmp_path / "set")

    links = {unquote(found) for found in re.findall(r'href="([^"]+)"', index.read_text())}
    files = {path.name for path in (tmp_path / "set").iterdir()}
    assert links == files - {"index.html"}
    for kind in kinds.OF_A_VERSION:
        assert {f"{world.label}-{kind}.{format}" for format in FORMATS} <= files


def test_what_was_written_is_listed_from_the_log(world: World, tmp_path: Path) -> None:
    write_all(world.home, [world.label], tmp_path / "set")

    found = list(reports_written(world.home))

    listed = {(one["about"], one["kind"], one["format"]) for one in found}
    assert (world.label, "quality", "pdf") in listed
    assert len(found) == len(list((tmp_path / "set").iterdir())) - 1


def test_a_template_that_fails_leaves_the_folder_and_the_log_as_they_were(
    world: World, tmp_path: Path
) -> None:
    own, output = tmp_path / "own", tmp_path / "set"
    own.mkdir()
    output.mkdir()
    (output / "index.html").write_text("as it was")
    (own / "document.typ.j2").write_text("= A title\n#nobody(1)")

    with pytest.raises(InvalidInput) as refused:
        write_all(printing_from(world.home, own), [world.label], output)

    assert str(refused.value.where).startswith(f"{own / 'document.typ.j2'}:2")
    assert refused.value.exit_code == 2
    assert [(one.name, one.read_text()) for one in output.iterdir()] == [
        ("index.html", "as it was")
    ]
    assert list(reports_written(world.home)) == []


def test_the_companys_templates_print_the_set(world: World, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "document.md.j2").write_text("ours: {{ document.kind }}")

    write_all(printing_from(world.home, own), [world.label], tmp_path / "set")

    assert (tmp_path / "set" / f"{world.label}-quality.md").read_text() == "ours: quality"


def test_a_folder_that_cannot_be_written_is_one_clear_error(world: World, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(InvalidInput, match="cannot be written"):
        write_all(world.home, [world.label], tmp_path / "file")

    assert (tmp_path / "file").read_text() == "in the way"
    assert list(reports_written(world.home)) == []


def test_facts_are_gathered_once_for_all_formats(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    quality = kinds.OF_A_VERSION["quality"]
    counted = {
        **kinds.OF_A_VERSION,
        "quality": lambda *asked: (made.append("quality"), quality(*asked))[1],
    }
    monkeypatch.setattr("registry.workflow.reports.everything.OF_A_VERSION", counted)

    write_all(world.home, [world.label], tmp_path / "set")

    assert made == ["quality"]


def test_several_versions_have_one_page_and_each_policy_stands_there_once(world: World) -> None:
    groups = every_document(world.home, [world.label, world.register(4)])

    every = [(one.kind, one.label) for found in groups.values() for one in found]
    assert len(every) == len(set(every))
    assert [kind for kind, _ in every].count("quality") == 2
