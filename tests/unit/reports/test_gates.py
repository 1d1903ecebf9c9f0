"""The gates of Markdown and Typst, for any text at all."""

from __future__ import annotations

import re
from html import unescape

import typst
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from registry.reports.rendering.environment import environment, literal, plain, present
from registry.reports.rendering.typesetting import REACHING

MARKS = st.sampled_from(
    ["#", "$", "`", '"', "\\", "[", "]", "*", "_", "<", ">", "@", "=", "|", "{{", "}}", "//", "/*"]
)
WORDS = st.sampled_from(["import", "include", "eval", "std", "read", "u{69}", "https:", "\n", " "])
TEXT = st.lists(st.one_of(st.text(max_size=8), MARKS, WORDS), max_size=12).map("".join)
READER = MarkdownIt("commonmark").enable("table")


def in_typst(text: str) -> str:
    """The characters one by one, as Typst makes them without a string."""
    codes = "".join(f"{ord(one)}, " for one in text)
    return f'({codes}).map(str.from-unicode).sum(default: "")'


@settings(max_examples=60, deadline=None)
@given(TEXT)
def test_typst_reads_a_literal_as_the_same_characters(text: str) -> None:
    shown = str(present(text)).replace("\r\n", "\n")
    source = f"#assert.eq({literal(shown)}, {in_typst(shown)})"

    assert typst.compile(source.encode(), format="svg")


@given(TEXT)
def test_no_text_can_reach_a_file_or_the_network_from_typst(text: str) -> None:
    assert REACHING.search(literal(text)) is None


@settings(max_examples=60, deadline=None)
@given(TEXT)
def test_typst_content_of_any_text_is_that_text(text: str) -> None:
    shown = str(present(text)).replace("\r\n", "\n")
    printed = environment("typ").from_string("{{ value }}").render(value=shown)

    assert typst.compile(f"#assert.eq([{printed}].text, {in_typst(shown)})".encode(), format="svg")


@given(TEXT)
def test_markdown_reads_any_text_as_one_paragraph_of_the_same_words(text: str) -> None:
    page = READER.render(plain(text))
    wanted = " ".join(str(present(text)).split())

    assert set(re.findall(r"</?(\w+)", page)) <= {"p"}
    assert " ".join(unescape(re.sub(r"</?p>", "", page)).split()) == wanted


@given(TEXT)
def test_markdown_keeps_any_text_within_its_cell(text: str) -> None:
    page = READER.render(f"| a | b |\n| --- | --- |\n| {plain(text)} | end |\n")

    assert page.count("<td>") == 2
    assert set(re.findall(r"</?(\w+)", page)) == {"table", "thead", "tbody", "tr", "th", "td"}
    assert "<td>end</td>" in page
