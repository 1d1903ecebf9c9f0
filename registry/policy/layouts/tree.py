"""A YAML file as a tree that keeps its comments: what stands where, and which note belongs to it.

A comment on a line of its own belongs to what follows it, or ends the block that it is indented
like; one behind a value belongs to that value. So a comment travels with what it speaks of.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml


@dataclass(frozen=True)
class Note:
    """A comment: ``own`` if it has a line to itself, ``blank`` if an empty line comes before."""

    text: str
    index: int
    line: int
    column: int
    own: bool
    blank: bool


@dataclass
class Leaf:
    """A scalar as it is written (``raw``) and read (``value``); ``style`` is None where plain."""

    raw: str
    value: str
    style: str | None


@dataclass
class Branch:
    """A mapping, or a list where ``keyed`` is false; ``inner`` tells of comments inside a flow."""

    keyed: bool
    flow: bool
    entries: list[Entry] = field(default_factory=list)
    tail: list[Note] = field(default_factory=list)
    inner: bool = False


@dataclass
class Entry:
    """One key with its value, or one item, and the notes that belong to it."""

    key: Leaf | None
    value: Leaf | Branch
    lead: list[Note]
    blank: bool
    trail: Note | None = None


def tree(text: str) -> Branch | Leaf:
    """The only node of a document that was read before and has neither anchor nor tag."""
    root: Any = yaml.compose(text, Loader=yaml.BaseLoader)
    found = _Reading(text, root)
    whole = found.node(root, len(text), -1)
    rest = found.take(len(text) + 1)
    if isinstance(whole, Branch):
        whole.tail += rest
    return whole


def comments(text: str) -> list[Note]:
    """Every comment of a document, in its order."""
    return notes(text, yaml.compose(text, Loader=yaml.BaseLoader))


def notes(text: str, root: Any) -> list[Note]:
    """Every comment: it begins at the first ``#`` of a line that is in no scalar."""
    spans = sorted(_spans(text, root))
    starts = [start for start, _ in spans]
    kept = _kept_lines(text, root)
    found: list[Note] = []
    lines = text.split("\n")
    offset = 0
    for number, line in enumerate(lines):
        for match in re.finditer("#", line):
            place = offset + match.start()
            nearest = bisect_right(starts, place) - 1
            if nearest >= 0 and place < spans[nearest][1]:
                continue
            own = not line[: match.start()].strip()
            blank = own and _blank_before(lines, number, kept)
            written = line[match.start() :].rstrip()
            found.append(Note(written, place, number, match.start(), own, blank))
            break
        offset += len(line) + 1
    return found


def _spans(text: str, node: Any) -> Iterator[tuple[int, int]]:
    """Where the letters of scalars stand; the first line of a block scalar is none of them."""
    if isinstance(node, yaml.ScalarNode):
        start, end = node.start_mark.index, node.end_mark.index
        if node.style in ("|", ">"):
            start = text.find("\n", start)
        if start < end:
            yield start, end
        return
    for child in _children(node):
        yield from _spans(text, child)


def _children(node: Any) -> Iterator[Any]:
    for child in node.value:
        if isinstance(child, tuple):
            yield from child
        else:
            yield child


def _kept_lines(text: str, node: Any) -> set[int]:
    """The lines at the end of block scalars that keep their empty lines (``|+``)."""
    if isinstance(node, yaml.ScalarNode):
        header = text[node.start_mark.index :].partition("\n")[0]
        keeps = node.style in ("|", ">") and "+" in header.partition("#")[0]
        return set(range(node.start_mark.line, node.end_mark.line)) if keeps else set()
    return set().union(*(_kept_lines(text, child) for child in _children(node)))


def _blank_before(lines: list[str], number: int, kept: set[int]) -> bool:
    return number > 0 and not lines[number - 1].strip() and number - 1 not in kept


class _Reading:
    """Walks the nodes in the order of the file and hands every note to what it belongs to."""

    def __init__(self, text: str, root: Any) -> None:
        self.text = text
        self.lines = text.split("\n")
        self.kept = _kept_lines(text, root)
        self.notes = notes(text, root)
        self.next = 0

    def node(self, node: Any, limit: int, around: int) -> Leaf | Branch:
        """A node; ``limit`` is where what follows begins, ``around`` the column of its block."""
        if isinstance(node, yaml.ScalarNode):
            raw = self.text[node.start_mark.index : node.end_mark.index]
            return Leaf(raw, node.value, node.style)
        return self._branch(node, limit, around)

    def take(self, before: int) -> list[Note]:
        """The notes not handed out yet that stand before a place."""
        found = self.next
        while self.next < len(self.notes) and self.notes[self.next].index < before:
            self.next += 1
        return self.notes[found : self.next]

    def _branch(self, node: Any, limit: int, around: int) -> Branch:
        keyed, flow = isinstance(node, yaml.MappingNode), bool(node.flow_style)
        branch = Branch(keyed, flow)
        pairs = node.value if keyed else [(None, item) for item in node.value]
        first = self.next
        starts = [(key or value).start_mark.index for key, value in pairs]
        ends = [*starts[1:], node.end_mark.index if flow else limit]
        for (key, value), end in zip(pairs, ends[: len(pairs)], strict=True):
            branch.entries.append(self._entry(key, value, end, node.start_mark.column))
        branch.tail = self._tail(node, limit, around)
        branch.inner = flow and any(
            node.start_mark.index < note.index < node.end_mark.index
            for note in self.notes[first : self.next]
        )
        return branch

    def _entry(self, key: Any, value: Any, end: int, column: int) -> Entry:
        start = (key or value).start_mark
        lead = self.take(start.index)
        blank = self._apart(start, keyed=bool(key))
        name = self.node(key, end, column) if key else None
        assert name is None or isinstance(name, Leaf)
        entry = Entry(name, Leaf("", "", None), lead, blank)
        if key:
            entry.trail = self._behind(key.start_mark.line, self._begins(value, end))
        entry.value = self.node(value, end, column)
        if entry.trail is None and self._closes(value):
            entry.trail = self._behind(self._last_line(value), end)
        return entry

    def _apart(self, start: Any, *, keyed: bool) -> bool:
        """Whether an entry begins its line, and an empty line comes before."""
        before = self.lines[start.line][: start.column].strip()
        begins = not before or (not keyed and not before.strip("- "))
        return begins and _blank_before(self.lines, start.line, self.kept)

    def _begins(self, value: Any, end: int) -> int:
        """Where a value's first letter stands; a block scalar's first line may have a note."""
        if isinstance(value, yaml.ScalarNode) and value.style in ("|", ">"):
            return end
        return int(value.start_mark.index)

    def _closes(self, value: Any) -> bool:
        return isinstance(value, yaml.ScalarNode) or bool(value.flow_style)

    def _last_line(self, value: Any) -> int:
        block = isinstance(value, yaml.ScalarNode) and value.style in ("|", ">")
        return int(value.start_mark.line if block else value.end_mark.line)

    def _behind(self, line: int, before: int) -> Note | None:
        """The note behind what ends on a line."""
        if self.next >= len(self.notes):
            return None
        note = self.notes[self.next]
        if note.own or note.line != line or note.index >= before:
            return None
        self.next += 1
        return note

    def _tail(self, node: Any, limit: int, around: int) -> list[Note]:
        """The notes that end a block: inside its braces, or on lines indented as it is."""
        if node.flow_style:
            # An empty one has no line to put them on; they go to what follows.
            return self.take(node.end_mark.index) if node.value else []
        column = max(node.start_mark.column, around + 1)
        found = self.next
        while self.next < len(self.notes):
            note = self.notes[self.next]
            if note.index >= limit or not note.own or note.column < column:
                break
            self.next += 1
        return self.notes[found : self.next]
