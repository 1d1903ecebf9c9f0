"""Every format says the same: each string of a document, whole, and in the same order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from registry.reports.document import Document
from registry.reports.rendering.render import render
from registry.reports.rendering.samples import sample, sample_kinds
from registry.reports.reworded import reworded
from registry.workflow.reports import kinds
from tests.unit.reports.printing import FORMATS, characters, expected, tags
from tests.unit.reports.reading import strings

# What may stand in a name or a comment, each to be read as these very characters.
HOSTILE = (
    "<script>alert(1)</script>",
    "{{ 7*7 }} {% raw %}",
    '#read("/etc/passwd") #panic() $x$ @ref <label>',
    '=HYPERLINK("http://example.org","x")',
    "**b** _i_ [x](javascript:1) | `c` ~~s~~ \\ &amp; https://example.org",
    "a\u202egnp.exe",
    "# head",
    "- item",
    "合成数据 データ",
)
# pypdf mixes what stands beside these on a line, so that they have a test of their own.
RIGHT_TO_LEFT = ("نص اصطناعي", "נתונים סינתטיים")

EVERY_KIND = pytest.mark.parametrize("kind", sample_kinds())


def spelt(text: str) -> str:
    """As the PDF has it where the machine has no font for East Asian scripts."""
    return "".join(f"[U+{ord(one):04X}]" if "\u2e80" < one < "\ufb00" else one for one in text)


def first_missing(document: Document, format: str) -> str | None:
    """The first string that is not found after the one before it."""
    found, at = characters(document, format, render(document, format)), 0
    for text in strings(document):
        wanted = spelt(expected(text)) if "[U+5408]" in found else expected(text)
        place = found.find(wanted, at)
        if place < 0:
            return f"{text!r} after {found[max(0, at - 60) : at + 120]!r}"
        at = place + len(wanted)
    return None


def test_there_is_a_sample_of_every_kind_there_is() -> None:
    """Made by `python -m tests.make_samples QUICKSTART_FOLDER`."""
    made = {kind for name in dir(kinds) if name.startswith("OF_") for kind in getattr(kinds, name)}
    assert made | {"comparison"} == set(sample_kinds())


@EVERY_KIND
@pytest.mark.parametrize("format", FORMATS)
def test_every_string_is_in_every_format_in_order(kind: str, format: str) -> None:
    assert first_missing(sample(kind), format) is None


@EVERY_KIND
@pytest.mark.parametrize("format", FORMATS)
def test_hostile_text_is_read_as_it_was_written_in_every_format(kind: str, format: str) -> None:
    """Each string is followed by another hostile text, in turn."""
    place = iter(range(100_000))
    document = reworded(sample(kind), lambda text: f"{text} {HOSTILE[next(place) % len(HOSTILE)]}")
    assert first_missing(document, format) is None


@EVERY_KIND
@pytest.mark.parametrize("format", ["html", "md"])
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_adds_no_element_to_a_page(kind: str, format: str, text: str) -> None:
    document = sample(kind)
    before = tags(document, format, render(document, format))
    hostile = reworded(document, lambda said: f"{text} {said}")
    assert tags(hostile, format, render(hostile, format)) == before


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("text", RIGHT_TO_LEFT)
def test_text_from_right_to_left_is_whole_in_every_format(text: str, format: str) -> None:
    document = replace(sample("quality"), lead=text)
    found = characters(document, format, render(document, format))
    assert all(word in found for word in text.split())
