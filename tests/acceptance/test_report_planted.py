"""No report shows a value that one person alone has: the whole story, every document, every format.

A number, a date and a category that stand in one row of the real table, and in no other table.
"""

from __future__ import annotations

import io
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from acceptance.cli import Desk, build_registry
from conftest import real_table
from pypdf import PdfReader
from world import CARD

from registry.reports.rendering.render import FORMATS
from registry.workflow.reports.kinds import OF_A_VERSION

pytestmark = pytest.mark.slow
TABLES = ("--real", "planted.csv", "--holdout", "planted-holdout.csv")
PLANTED = {"cost": 734951.37, "age": 70211, "seen": "1907-03-29", "plan": "zyxwvut"}
HELD_OUT = {"cost": 618273.59, "age": 80933, "seen": "1911-11-23", "plan": "qponmlk"}
# However a figure may be written: rounded, grouped, shortened, or as a power of ten.
SHOWN = (
    r"73495[12]", r"73[45][, \u202f]?(?:951|952)?\b(?=[, ]|k)", r"7\.3[45]\d*[eE]\+?0?5",
    r"61827[34]", r"618[, \u202f]27[34]", r"6\.18\d*[eE]\+?0?5",
    r"70[, \u202f]?211\b", r"7\.02\d*[eE]\+?0?4", r"80[, \u202f]?933\b", r"8\.09\d*[eE]\+?0?4",
    r"1907", r"1911-11", r"zyxwvut", r"qponmlk",
)  # fmt: skip


def table(seed: int, planted: dict[str, object]) -> pd.DataFrame:
    """The made-up table with a date, and what is planted in one of its rows."""
    made, rng = real_table(seed, rows=400), np.random.default_rng(seed)
    days = pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 900, len(made)), "D")
    made["seen"] = days.strftime("%Y-%m-%d")
    for column, value in planted.items():
        made.loc[7, column] = value
    return made


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> dict[str, str]:
    """What can be read in each file of the full set, after the whole story."""
    folder = tmp_path_factory.mktemp("planted")
    desk = Desk(build_registry(folder, sqlite_template))
    for name, seed, planted in (("", 11, PLANTED), ("-holdout", 12, HELD_OUT), ("-made", 13, {})):
        table(seed, planted).to_csv(folder / f"planted{name}.csv", index=False)
    card = CARD.replace("name: claims", "name: visits").replace("hospital", "ward")
    desk.write("card.yaml", card % {"epsilon": "2.0"})
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for command in (
            ("sources", "add", "ward", *TABLES, "--classification", "personal"),
            ("register", "planted-made.csv", "--card", "card.yaml"),
            ("evaluate", "visits@1", *TABLES),
            ("submit", "visits@1", "--use", "research", "--audience", "internal"),
        ):
            ran = desk.run(*command, by="ada")
            assert ran.code == 0, ran.err
            if command[0] == "sources":
                assert desk.run("sources", "confirm", "ward", by="stefan").code == 0
        ran = desk.run("report", "visits@1", "--all", "-o", "set")
        assert ran.code == 0, ran.err
    return {path.name: readable(path) for path in (folder / "set").iterdir()}


def readable(path: Path) -> str:
    """The text of a file; coordinates of pictures and digests are no words."""
    if path.suffix == ".pdf":
        pages = PdfReader(io.BytesIO(path.read_bytes())).pages
        text = "\n".join(page.extract_text().replace("\u200b", "") for page in pages)
    else:
        text = path.read_text(encoding="utf-8")
    text = re.sub(r"<style>.*?</style>|<(?:[^>\"']|\"[^\"]*\"|'[^']*')*>", " ", text, flags=re.S)
    return re.sub(r"[0-9a-f\n]{64,}|\d\d:\d\d:\d\d", " ", text)


def test_the_set_is_whole_and_speaks_of_the_planted_columns(texts: dict[str, str]) -> None:
    for kind in OF_A_VERSION:
        for format in FORMATS:
            assert len(texts[f"visits@1-{kind}.{format}"]) > 1000
    assert all(column in texts["visits@1-quality.md"] for column in PLANTED)
    assert "Distributions: not evaluated" not in texts["visits@1-quality.md"]


@pytest.mark.parametrize("pattern", SHOWN)
def test_what_one_person_alone_has_is_in_no_document(texts: dict[str, str], pattern: str) -> None:
    found = {
        name: [text[max(0, one.start() - 40) : one.end() + 40] for one in hits]
        for name, text in texts.items()
        if (hits := list(re.finditer(pattern, text)))
    }
    assert found == {}


def test_each_pattern_would_find_what_was_planted() -> None:
    written = "734951 734,951 7.35e+05 618273 618,273 6.18e+05 70211 7.02e4 80,933 8.09e+04"
    for pattern in SHOWN:
        assert re.search(pattern, f"{written} 1907 1911-11-23 zyxwvut qponmlk "), pattern
