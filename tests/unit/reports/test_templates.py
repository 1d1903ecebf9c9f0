"""Templates of one's own: what they may do, and how what is wrong with one is told."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from registry.errors import Conflict, InvalidInput
from registry.reports.document import Document, Figure, Section
from registry.reports.rendering import samples
from registry.reports.rendering.guide import guide
from registry.reports.rendering.plain import as_json
from registry.reports.rendering.render import render
from registry.workflow.templates import check
from registry.workflow.templates.check import Checked, check_templates
from registry.workflow.templates.export import export_templates
from registry.workflow.templates.names import shipped_names


@pytest.fixture
def one_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    """The check with a sample of one kind, for one is enough to fail on."""
    monkeypatch.setattr(check, "sample_kinds", lambda: ("quality",))


def checked(folder: Path, name: str, text: str) -> Checked:
    (folder / name).write_text(text)
    return check_templates(folder)


def test_what_is_exported_replaces_everything_and_has_no_fault(tmp_path: Path) -> None:
    made = export_templates(tmp_path / "own")

    found = check_templates(tmp_path / "own")

    assert found.faults == ()
    assert found.replaces == shipped_names()
    assert {path.name for path in made} == {*shipped_names(), "README.md"}


def test_nothing_is_exported_over_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "report.css").write_text("mine")

    with pytest.raises(Conflict, match="there already"):
        export_templates(tmp_path)

    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("report.css", "mine")]


def test_the_guide_describes_every_field_that_a_template_is_handed() -> None:
    text = guide(["quality"])

    for kind in (Document, Section, Figure):
        said = text[text.index(f"## {kind.__name__}") :]
        assert (kind.__doc__ or "").splitlines()[0] in said
        for each in fields(kind):
            assert f"- `{each.name}`: `{each.type}`" in said.split("\n## ")[0]


@pytest.mark.parametrize(
    ("name", "text", "line", "said"),
    [
        ("document.html.j2", "<p>\n{% if %}", 2, "syntax: Expected an expression"),
        ("document.html.j2", "\n\n{{ documnet.title }}", 3, "'documnet' is undefined"),
        ("document.html.j2", "\n{{ document.titel }}", 2, "has no attribute 'titel'"),
        ("document.md.j2", "{{ document.section('nowhere') }}", 1, "print nothing"),
        ("document.md.j2", "\n{% include 'gone.md.j2' %}", 2, "there is no template gone.md.j2"),
        ("document.md.j2", "{{ document.title | safe }}", 1, "No filter named 'safe'"),
        ("document.md.j2", "{{ 1 / 0 }}", 1, "ZeroDivisionError"),
        ("document.html.j2", "{{ document.__class__.__mro__ }}", 1, "SecurityError"),
        ("document.html.j2", "{% for i in range(9999999) %}{% endfor %}", 1, "OverflowError"),
        ("_blocks.typ.j2", "{% macro show(block, style) %}\n#panic(1)\n{% endmacro %}", 2, "panic"),
        ("document.typ.j2", "= A title\n#nobody(1)", 2, "unknown variable: nobody"),
        ("document.typ.j2", "\n#(1 + )", 2, "expected expression"),
        ("document.typ.j2", '\n#read("/etc/passwd")', 2, "file not found"),
        ("document.typ.j2", '#import "@preview/cetz:0.3.0"', 1, "'import' could reach"),
        ("document.typ.j2", '" #include "@preview/cetz:0.3.0" "', 1, "'include' could reach"),
        ("document.typ.j2", '#{ let x = "@pre" + "view/a:1.0.0"; import x }', 1, "'import' could"),
        ("document.typ.j2", '#dictionary(std).at("ev" + "al")("1")', 1, "'std' could reach"),
        ("document.html.j2", "<p>\n<img src='https://example.org/a.png'>", 2, "would ask for"),
        ("document.html.j2", "\n<script>alert(1)</script>", 2, "would ask for something or run"),
        ("document.html.j2", "<style>@import 'a.css';</style>", 1, "would ask for something"),
        ("index.html.j2", "\n{{ index.groups[99].label }}", 2, "has no element 99"),
        ("quality.html.j2", "{% if %}", 1, "Expected an expression"),
        ("letterhead.html.j2", "<p>us</p>", 1, "it replaces no shipped template"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("one_kind")
def test_a_fault_is_told_with_its_file_and_line(
    tmp_path: Path, name: str, text: str, line: int, said: str
) -> None:
    found = checked(tmp_path, name, text).faults

    assert said in found[0].what
    assert found[0].where.split(" ")[0] == f"{tmp_path / name}:{line}"


def test_a_template_can_extend_the_one_it_replaces_and_include_more(tmp_path: Path) -> None:
    (tmp_path / "letterhead.html.j2").write_text("<p>Example Insurance</p>")
    (tmp_path / "document.html.j2").write_text(
        '{% extends "shipped/document.html.j2" %}'
        '{% block header %}{% include "letterhead.html.j2" %}{{ super() }}{% endblock %}'
    )
    document = samples.sample("quality")

    page = render(document, "html", tmp_path).decode()

    assert check_templates(tmp_path).faults == ()
    assert "<p>Example Insurance</p>" in page and document.title in page
    assert "Example Insurance" not in render(document, "html").decode()


def test_a_template_of_one_kind_prints_that_kind_alone(tmp_path: Path) -> None:
    (tmp_path / "quality.md.j2").write_text("{{ document.section('verdict').title }}")

    assert render(samples.sample("quality"), "md", tmp_path) == b"Verdict"
    assert check_templates(tmp_path).replaces == ("quality.md.j2",)


def test_a_folder_that_is_not_there_is_no_reason_to_print_from_the_shipped_ones(
    tmp_path: Path,
) -> None:
    with pytest.raises(InvalidInput, match="the folder of templates is not there"):
        render(samples.sample("quality"), "html", tmp_path / "nowhere")


@pytest.mark.parametrize("kind", samples.sample_kinds())
def test_a_sample_reads_back_as_the_document_it_is(kind: str) -> None:
    document = samples.sample(kind)
    path = Path(__file__).parents[3] / "templates" / "samples" / f"{kind}.json"

    assert document.kind == kind
    assert as_json(document) == path.read_text(encoding="utf-8")
