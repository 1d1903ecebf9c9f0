"""Every kind of report, opened in Chromium from a file: readable by anybody, and by itself."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from pypdf import PdfReader
from quickstarts import Quickstart

from registry.reports.rendering.samples import sample_kinds

api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
pytestmark = pytest.mark.slow
KINDS = (*sample_kinds(), "index")
EVERY_PAGE = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture(scope="module")
def reports(finished_quickstart: Quickstart) -> Path:
    return finished_quickstart.folder / "reports"


def file_of(reports: Path, kind: str, format: str) -> Path:
    """The page of a kind that says most: that of the last version, or the index of all."""
    if kind == "index":
        return reports / "index.html"
    return max(reports.glob(f"*-{kind}.{format}"), key=lambda path: path.stat().st_size)


@EVERY_PAGE
@pytest.mark.parametrize("look", ["light", "dark", "print"])
def test_axe_finds_nothing_serious(
    chromium: api.Browser, reports: Path, kind: str, look: str
) -> None:
    page = chromium.new_page(color_scheme="dark" if look == "dark" else "light")
    if look == "print":
        page.emulate_media(media="print")
    page.goto(file_of(reports, kind, "html").as_uri())
    for fold in page.locator("summary").all() if look != "print" else []:
        fold.click()

    violations = Axe().run(page).response["violations"]

    grave = [one for one in violations if one["impact"] in ("serious", "critical")]
    assert [(one["id"], one["nodes"][0]["html"][:120]) for one in grave] == []


@EVERY_PAGE
def test_a_page_asks_for_nothing_and_complains_of_nothing(
    chromium: api.Browser, reports: Path, kind: str
) -> None:
    page, asked, said = chromium.new_page(), [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    path = file_of(reports, kind, "html")

    page.goto(path.as_uri(), wait_until="networkidle")

    assert (asked, said) == ([path.as_uri()], [])


@EVERY_PAGE
@pytest.mark.parametrize("width", [390, 1200])
def test_a_page_fits_a_phone_and_a_desk(
    chromium: api.Browser, reports: Path, kind: str, width: int
) -> None:
    page = chromium.new_page(viewport={"width": width, "height": 900})
    page.goto(file_of(reports, kind, "html").as_uri())

    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("kind", sample_kinds())
def test_a_pdf_is_tagged_titled_and_tells_its_pictures_in_words(reports: Path, kind: str) -> None:
    path = file_of(reports, kind, "pdf")
    reader = PdfReader(io.BytesIO(path.read_bytes()))
    root = reader.root_object

    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_object().get_data()
    assert reader.metadata is not None and reader.metadata.title
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    figures = [one for one in elements(root["/StructTreeRoot"]) if one.get("/S") == "/Figure"]
    assert all(str(one.get("/Alt", "")).strip() for one in figures)
    assert len(figures) == file_of(reports, kind, "html").read_text().count("<svg")


def elements(node: object) -> Iterator[dict[str, object]]:
    """Every structure element below a node."""
    found = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(found, list):
        for one in found:
            yield from elements(one)
    elif isinstance(found, dict):
        yield found
        yield from elements(found.get("/K", []))
