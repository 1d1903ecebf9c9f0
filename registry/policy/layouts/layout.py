"""The one layout of policy files: comments stay, the meaning stays, the order and spacing settle.

Line feeds alone, two spaces a level, keys in the order of the language, ``{a: b}`` and ``[a, b]``
on one line where they fit and one entry a line where not, at most one empty line in a row. Numbers
and quotes stay as written, but a plain word that readers of YAML 1.1 take for something else
(``NO``, ``on``, a date) is put in quotes.

Why not a round-trip library? Those hang a comment on the token before it, so that a reordered key
leaves its comment behind, and they write numbers anew.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import yaml
from yaml.resolver import Resolver

from registry.errors import InvalidInput
from registry.policy.layouts.order import Place, ordered_keys
from registry.policy.layouts.tree import Branch, Entry, Leaf, Note, comments, tree
from registry.yaml_reader import read

WIDTH: Final = 100
_HEADER: Final = re.compile(r"([|>])([-+0-9]*)")
_ODD_BREAKS: Final = re.compile("[\x85\u2028\u2029]")
_RESOLVER: Final = Resolver()


def formatted(source: bytes, name: str) -> bytes:
    """The file in its one layout. Raises ``InvalidInput`` for what is not readable as YAML, and
    where the layout would lose a comment or change what the file says.
    """
    data, _ = read(source, name)
    text = source.decode().removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if odd := _ODD_BREAKS.search(text):
        raise InvalidInput(
            f"the file breaks lines with the character {ord(odd[0]):#06x}",
            where=name,
            expected="lines that end in a line feed",
        )
    found = tree(text)
    lines = _document(found, data) if isinstance(found, Branch) else text.rstrip().split("\n")
    after = "\n".join(lines).encode() + b"\n"
    _require_same(text, data, after, name)
    return after


def _require_same(text: str, data: object, after: bytes, name: str) -> None:
    try:
        same = _typed(read(after, name)[0]) == _typed(data)
        same = same and _comments(text) == _comments(after.decode())
    except InvalidInput:
        same = False
    if not same:
        raise InvalidInput(
            "this file cannot be laid out anew without changing what it says",
            where=name,
            expected="plain block or flow YAML",
            todo="rewrite its unusual parts by hand; the file was left as it is",
        )


def _typed(data: object) -> str:
    """Data as text that tells 1 from 1.0 and from true, and does not tell the order of keys."""
    return json.dumps(data, sort_keys=True)


def _comments(text: str) -> Counter[str]:
    return Counter(note.text for note in comments(text))


def _document(root: Branch, data: object) -> list[str]:
    head = _head(root)
    apart = False
    if head:
        first = root.entries[0]
        first.lead = first.lead[len(head) :]
        apart = first.lead[0].blank if first.lead else first.blank
        # The empty line belongs to the head, and does not move with the key below it.
        if first.lead:
            first.lead[0] = replace(first.lead[0], blank=False)
        else:
            first.blank = False
    body = list(_block(root, data, 0, ()))
    return [*_said(head, 0, False), *([""] if apart else []), *body]


def _head(root: Branch) -> list[Note]:
    """The notes at the top that speak of the whole file: all before the last empty line."""
    if not root.entries:
        return []
    lead = root.entries[0].lead
    if root.entries[0].blank:
        return lead
    gaps = [index for index, note in enumerate(lead) if note.blank and index]
    return lead[: gaps[-1]] if gaps else lead


def _block(branch: Branch, data: Any, depth: int, place: Place) -> Iterator[str]:
    """The lines of a branch with one entry a line, indented by ``depth`` spaces."""
    gaps = False  # no empty line at the beginning of a block
    for index, entry in _ordered(branch, place):
        below = (*place, _name(entry, index))
        yield from _said(entry.lead, depth, gaps)
        if entry.blank and (gaps or entry.lead):
            yield ""
        yield from _entry(entry, _at(data, entry, index), depth, below)
        gaps = not _ends_in_blanks(entry.value, below)
    yield from _said(branch.tail, depth, gaps)


def _ends_in_blanks(value: Leaf | Branch, place: Place) -> bool:
    """Whether its last lines are empty ones that are part of a text, to which none may be added."""
    if isinstance(value, Leaf):
        return _is_block(value) and (value.value == "\n" or value.value.endswith("\n\n"))
    if value.tail or not value.entries or value.flow:
        return False
    index, last = _ordered(value, place)[-1]
    return _ends_in_blanks(last.value, (*place, _name(last, index)))


def _ordered(branch: Branch, place: Place) -> list[tuple[int, Entry]]:
    entries = list(enumerate(branch.entries))
    order = ordered_keys(place) if branch.keyed else ()
    rank = {key: number for number, key in enumerate(order)}
    return sorted(entries, key=lambda one: rank.get(str(_name(one[1], one[0])), len(rank)))


def _name(entry: Entry, index: int) -> str | int:
    return entry.key.value if entry.key else index


def _at(data: Any, entry: Entry, index: int) -> Any:
    return data[entry.key.value] if entry.key else data[index]


def _said(found: list[Note], depth: int, gaps: bool) -> list[str]:
    lines: list[str] = []
    for note in found:
        if note.blank and (gaps or lines):
            lines.append("")
        lines.append(" " * depth + note.text)
    return lines


def _entry(entry: Entry, data: Any, depth: int, place: Place) -> Iterator[str]:
    mark = "-" if entry.key is None else f"{_key(entry.key)}:"
    start = " " * depth + mark
    trail = f"  {entry.trail.text}" if entry.trail else ""
    if isinstance(entry.value, Leaf):
        yield from _behind(start, _leaf(entry.value, data, depth + 2), trail, entry.value)
        return
    line = _line(entry.value, data, place)
    if line is not None and (not entry.value.entries or len(start) + 1 + len(line) <= WIDTH):
        yield f"{start} {line}{trail}"
    elif entry.key is None:
        yield from _dashed(entry.value, data, depth, place, trail)
    else:
        yield start + trail
        yield from _block(entry.value, data, depth + 2, place)


def _behind(start: str, lines: list[str], trail: str, leaf: Leaf) -> list[str]:
    """A scalar behind its key; the note comes at its end, of a block scalar behind its mark."""
    said = [f"{start} {lines[0]}".rstrip(), *lines[1:]]
    said[0 if _is_block(leaf) else -1] += trail
    return said


def _dashed(value: Branch, data: Any, depth: int, place: Place, trail: str) -> Iterator[str]:
    """A block as an item of a list: its notes, then its first line behind the dash."""
    lines = _block(value, data, depth + 2, place)
    if trail:
        yield " " * depth + trail.strip()
    for line in lines:
        if line.strip() and not line.lstrip().startswith("#"):
            yield " " * depth + "- " + line.lstrip()
            break
        yield (" " * depth + line.strip()).rstrip()
    yield from lines


def _line(value: Leaf | Branch, data: Any, place: Place) -> str | None:
    """A flow on one line; None for what was no flow, or has comments or text of several lines."""
    if isinstance(value, Leaf):
        if _is_block(value) or "\n\n" in re.sub(r"[ \t]", "", value.raw):
            return None
        return " ".join(_leaf(value, data, 0, flow=True)) if "\\\n" not in value.raw else None
    if value.entries and (not value.flow or value.inner):
        return None
    parts: list[str] = []
    for index, entry in _ordered(value, place):
        inner = _line(entry.value, _at(data, entry, index), (*place, _name(entry, index)))
        if inner is None:
            return None
        parts.append(f"{_key(entry.key)}: {inner}" if entry.key else inner)
    return "{" + ", ".join(parts) + "}" if value.keyed else "[" + ", ".join(parts) + "]"


def _key(key: Leaf) -> str:
    return " ".join(_leaf(key, key.value, 0))


def _is_block(leaf: Leaf) -> bool:
    return leaf.style in ("|", ">")


def _leaf(leaf: Leaf, data: object, depth: int, *, flow: bool = False) -> list[str]:
    """The lines of a scalar, the first without its indentation."""
    if _is_block(leaf):
        return _literal(leaf, depth)
    if leaf.style is None and isinstance(data, str) and _misread(leaf.value):
        return [json.dumps(leaf.value, ensure_ascii=False)]
    if not leaf.raw and flow:
        return ["null"]
    first, *rest = leaf.raw.split("\n")
    indented = (" " * depth + line.lstrip(" \t") for line in rest)
    lines = [_bare(line) for line in (first, *indented)]
    return lines if leaf.style else [line.rstrip() for line in lines]


def _bare(line: str) -> str:
    """A line of quoted text without blanks at its end, unless one is escaped."""
    bare = line.rstrip(" \t")
    return line if bare.endswith("\\") else bare


def _misread(word: str) -> bool:
    """Whether a reader of YAML 1.1 takes a plain word for something other than text."""
    if word in ("y", "Y", "n", "N"):
        return True
    tag = _RESOLVER.resolve(yaml.ScalarNode, word, (True, False))  # type: ignore[no-untyped-call]
    return bool(tag != "tag:yaml.org,2002:str")


def _literal(leaf: Leaf, depth: int) -> list[str]:
    """A block scalar, moved to another indentation; its own blanks are part of what it says."""
    header, *lines = leaf.raw.split("\n")
    found = _HEADER.match(header)
    assert found
    cut = _indentation(lines, leaf.value)
    moved = [(" " * depth + line[cut:]) if line[cut:] else "" for line in lines]
    if "+" in found[2] and leaf.value.endswith("\n"):
        moved.pop()
    else:
        while moved and not moved[-1]:
            moved.pop()
    return [found[1] + _chomping(found[2], leaf.value), *moved]


def _chomping(marks: str, value: str) -> str:
    """The marks of a block scalar: ``-``, ``+`` or none as the end of its text demands."""
    digit = "2" if re.search("[0-9]", marks) else ""
    if not value.endswith("\n"):
        return digit + "-"
    return digit + ("+" if value == "\n" or value.endswith("\n\n") else "")


def _indentation(lines: list[str], value: str) -> int:
    """How far the text of a block scalar is indented: its blanks beyond that are its own."""
    first = next((line for line in lines if line.strip()), "")
    said = next((line for line in value.split("\n") if line.strip()), "")
    return (len(first) - len(first.lstrip(" "))) - (len(said) - len(said.lstrip(" ")))
