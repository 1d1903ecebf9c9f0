"""The quality report, opened in a browser as its readers open it: from a file, with no network."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from registry.reports.facts import VersionFacts
from registry.reports.quality import quality
from registry.reports.rendering.render import render
from tests.unit.reports.example import quality_facts

api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

WIDTHS = (390, 1200)
# Relative luminance and contrast as in WCAG 2.2; backgrounds are found up the tree.
CONTRAST = """() => {
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = numbers(getComputedStyle(at).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const ratio = (element) => {
    const style = getComputedStyle(element);
    const ink = light(numbers(element.closest("svg") ? style.fill : style.color));
    const paper = light(ground(element));
    return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
  };
  return [...document.body.querySelectorAll("*")]
    .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
    .filter((e) => !["STYLE", "title", "desc"].includes(e.tagName))
    .map((e) => [ratio(e), e.tagName + ": " + e.textContent.trim().slice(0, 40)])
    .filter(([found]) => found < 4.5);
}"""


@pytest.fixture
def page_file(tmp_path: Path) -> Path:
    return written(replace(quality_facts(), local_mode=True), tmp_path / "report.html")


def written(facts: VersionFacts, path: Path) -> Path:
    path.write_bytes(render(quality(facts), "html"))
    return path


def test_the_page_makes_no_request_and_logs_no_error(
    chromium: api.Browser, page_file: Path
) -> None:
    page = chromium.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))

    page.goto(page_file.as_uri(), wait_until="networkidle")
    for fold in page.locator("summary").all():
        fold.click()

    assert asked == [page_file.as_uri()]
    assert said == []


@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_fits_its_window(chromium: api.Browser, page_file: Path, width: int) -> None:
    page = chromium.new_page(viewport={"width": width, "height": 900})
    page.goto(page_file.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_the_contrast_that_wcag_aa_asks_for(
    chromium: api.Browser, page_file: Path, scheme: str
) -> None:
    page = chromium.new_page(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(page_file.as_uri())
    assert page.evaluate(CONTRAST) == []


def test_the_first_tab_stop_skips_to_the_verdict(chromium: api.Browser, page_file: Path) -> None:
    page = chromium.new_page()
    page.goto(page_file.as_uri())
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#verdict"


def test_folded_rows_are_printed(chromium: api.Browser, tmp_path: Path) -> None:
    facts = quality_facts()
    many = tuple(facts.decisions[0].findings[0]._replace(rule=f"R-{n:03}") for n in range(30))
    long = replace(facts, decisions=(replace(facts.decisions[0], findings=many),))
    path = written(long, tmp_path / "long.html")
    page = chromium.new_page()
    page.goto(path.as_uri())
    row = page.get_by_text("R-029")
    assert not row.is_visible()

    page.emulate_media(media="print")

    assert row.is_visible()
