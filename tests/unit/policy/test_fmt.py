"""One layout: comments stay with what they speak of, and no file says anything else afterwards."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.errors import InvalidInput
from registry.policy.layouts.layout import WIDTH, formatted
from registry.policy.layouts.tree import comments
from registry.workflow.policy_files import is_test
from registry.yaml_reader import read

POLICIES = [
    path
    for path in sorted((Path(__file__).parents[3] / "policies").glob("*.yaml"))
    if not is_test(path)
]
WORDS = ["a", "NO", "on", "y", "2027-03-31", "1e-6", "1:30", "0.90", "-3", "null", "true", "x#y"]
WORDS += [
    "two words",
    "# hash",
    "a: b",
    "'",
    '"',
    "{x}",
    "[",
    "",
    " blank ",
    "~",
    "=",
    "%",
    "\\",
    "ü",
]
NAMES = [
    "id",
    "kind",
    "apiVersion",
    "metadata",
    "spec",
    "rules",
    "check",
    "gte",
    "metric",
    "on",
    "b",
]
NUMBERS = st.sampled_from(["0.90", "1e-6", "7", "-0.5", "0x1f", "1.", "true", "null", "~"])


def layout(text: str) -> str:
    return formatted(text.encode(), "p.yaml").decode()


def said(text: str) -> str:
    return json.dumps(read(text.encode(), "p.yaml")[0], sort_keys=True)


def remarks(text: str) -> list[str]:
    return sorted(note.text for note in comments(text.replace("\r\n", "\n")))


@st.composite
def scalars(draw: st.DrawFn, *, flow: bool) -> str:
    if draw(st.booleans()):
        return draw(NUMBERS)
    word = draw(st.sampled_from(WORDS))
    style = draw(st.sampled_from(["plain", "single", "double"]))
    plain = word.isalnum() or (not flow and word == "x#y")
    if style == "plain" and plain:
        return word
    return "'" + word.replace("'", "''") + "'" if style == "single" else json.dumps(word)


@st.composite
def flows(draw: st.DrawFn, depth: int) -> str:
    """A flow, perhaps over several lines and with comments."""
    gap = st.sampled_from(["", " ", "  ", "\n ", " # why\n "])
    if depth == 0:
        return draw(scalars(flow=True))
    items = draw(st.lists(flows(depth - 1), max_size=3))
    if draw(st.booleans()):
        keys = draw(st.permutations(NAMES))
        items = [f"{key}: {item}" for key, item in zip(keys, items, strict=False)]
        return "{" + ",".join(draw(gap) + item + draw(gap) for item in items) + draw(gap) + "}"
    return "[" + ",".join(draw(gap) + item + draw(gap) for item in items) + draw(gap) + "]"


@st.composite
def blocks(draw: st.DrawFn, depth: int, column: int) -> list[str]:
    """The lines of a block mapping or list, with notes and empty lines strewn in."""
    keyed = draw(st.booleans()) if depth < 3 else True
    keys = draw(st.permutations(NAMES))[: draw(st.integers(1, 3))]
    lines: list[str] = []
    for key in keys:
        name = draw(st.sampled_from([key, json.dumps(key)]))
        start = " " * column + (f"{name}:" if keyed else "-")
        lines += draw(st.sampled_from([[], [""], ["", "", " " * column + "# own"], ["# far left"]]))
        lines += draw(entries(start, depth, column))
    return lines + draw(st.sampled_from([[], [" " * column + "# the end"], [""]]))


@st.composite
def entries(draw: st.DrawFn, start: str, depth: int, column: int) -> list[str]:
    note = draw(st.sampled_from(["", " # behind", "   #tight"]))
    kind = draw(st.sampled_from(["scalar", "flow", "literal"] + ["block"] * (2 * (depth > 0))))
    inner = column + draw(st.integers(1, 4))
    if kind == "scalar":
        return [f"{start}  {draw(scalars(flow=False))}{note}"]
    if kind == "flow":
        first, *rest = draw(flows(draw(st.integers(1, 3)))).split("\n")
        return [f"{start} {first}", *(" " * inner + line for line in rest)]
    if kind == "block":
        return [start + note, *draw(blocks(depth - 1, inner))]
    mark = draw(st.sampled_from(["|", ">-", "|+", ">", "|-"]))
    body = draw(st.lists(st.sampled_from(["text", "  more", "# no note", "", "end  "]), max_size=4))
    return [f"{start} {mark}{note}", *(" " * inner + line for line in ["first", *body])]


@st.composite
def documents(draw: st.DrawFn) -> str:
    lines = draw(blocks(3, 0))
    text = "\n".join([*draw(st.sampled_from([[], ["# head"], ["# head", ""], ["---"]])), *lines])
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n"]))) + draw(
        st.sampled_from(["", "\n", "\n\n", "\n# foot"])
    )


@settings(max_examples=400, deadline=None, derandomize=True)
@given(documents())
def test_a_layout_keeps_what_is_said_and_remarked_and_is_its_own(text: str) -> None:
    after = layout(text)

    assert said(after) == said(text)
    assert remarks(after) == remarks(text)
    assert layout(after) == after
    assert "\r" not in after
    assert after.endswith("\n")


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_the_policies_that_ship_are_in_the_layout(path: Path) -> None:
    assert formatted(path.read_bytes(), path.name) == path.read_bytes()


def test_keys_come_in_the_order_of_the_language_and_take_their_comments_along() -> None:
    text = (
        "# the file\n\n# what it is\nkind: PolicyBase # a base\napiVersion: registry/v1\n"
        "spec:\n  rules:\n  - check: {gte: 0.9, metric: m}\n    # its name\n    id: A-1\n"
    )
    assert layout(text) == (
        "# the file\n\napiVersion: registry/v1\n# what it is\nkind: PolicyBase  # a base\n"
        "spec:\n  rules:\n    # its name\n    - id: A-1\n      check: {metric: m, gte: 0.9}\n"
    )


def test_unknown_keys_stay_in_their_order_behind_the_known() -> None:
    assert layout("zeta: 1\nkind: a\nalpha: 2\n") == "kind: a\nzeta: 1\nalpha: 2\n"


def test_a_comment_at_the_end_of_a_block_stays_in_it() -> None:
    text = "spec:\n   rules:\n     - id: A-1\n     # - id: A-2\n   # no waivers\nother: 1\n"
    assert layout(text) == (
        "spec:\n  rules:\n    - id: A-1\n    # - id: A-2\n  # no waivers\nother: 1\n"
    )


@pytest.mark.parametrize("word", ["NO", "on", "Yes", "y", "2027-03-31", "1:30", "0b1", "1_000"])
def test_a_word_that_older_readers_misread_gets_quotes(word: str) -> None:
    assert layout(f"a: {word}\nb: [{word}]\n") == f'a: "{word}"\nb: ["{word}"]\n'


@pytest.mark.parametrize("number", ["1e-6", "0.90", "1", "+5", ".5", "0x1f", "true", "null"])
def test_numbers_stay_as_they_are_written(number: str) -> None:
    assert layout(f"a: {number}\n") == f"a: {number}\n"


def test_flows_get_one_spacing_and_stay_on_a_line_while_they_fit() -> None:
    assert layout("a: { x :  1,w: [ 1,2 ] ,\n  z: {}}\n") == "a: {x: 1, w: [1, 2], z: {}}\n"
    long = [f"a-use-with-a-name-{number}" for number in range(6)]
    assert layout(f"a: [{', '.join(long)}]\n") == "a:\n" + "".join(f"  - {one}\n" for one in long)


def test_no_line_of_a_flow_is_longer_than_the_width() -> None:
    text = layout("a: {b: [" + ", ".join(f"use-{number}" for number in range(60)) + "], c: 1}\n")
    assert max(len(line) for line in text.splitlines()) <= WIDTH


def test_empty_lines_shrink_to_one_and_none_begins_a_block() -> None:
    assert layout("a:\n\n  b: 1\n\n\n\n  c: 2\n\n\n") == "a:\n  b: 1\n\n  c: 2\n"


def test_block_text_moves_and_keeps_its_own_blanks() -> None:
    text = "a:\n     b: |2\n            deep\n       flat  \n\n     c: 1\n"
    assert layout(text) == "a:\n  b: |2\n         deep\n    flat  \n\n  c: 1\n"
    assert said(layout(text)) == said(text)


def test_json_is_laid_out_as_yaml() -> None:
    data: dict[str, Any] = {"spec": {"uses": {"allow": ["research"]}}, "kind": "ReleasePolicy"}
    assert layout(json.dumps(data)) == (
        '"kind": "ReleasePolicy"\n"spec": {"uses": {"allow": ["research"]}}\n'
    )


def test_directives_and_document_marks_go() -> None:
    assert layout("%YAML 1.2\n--- # why\na: 1\n...\n") == "# why\na: 1\n"


@pytest.mark.parametrize("text", ["a: &x 1\n", "a: 1\na: 2\n", "a: [1\n", "a: 'x\u2028y'\n"])
def test_what_is_not_plain_yaml_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        layout(text)
    assert "p.yaml" in str(refused.value)
