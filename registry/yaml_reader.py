"""Turn the bytes of a YAML file into plain data and the place of every key and list item.

Scalars follow the YAML 1.2 core schema (https://yaml.org/spec/1.2.2/#103-core-schema), so that
``NO`` is Norway, ``on`` is a word, ``1e-6`` is a number and a date stays text. Whatever lets one
document say two things (anchors, aliases, tags, merge keys, duplicate keys) is refused. Parsing
events come from PyYAML; its own resolver, which speaks YAML 1.1, is never asked.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn

import yaml

from registry.errors import InvalidInput

MAX_BYTES: Final = 1 << 20
MAX_DEPTH: Final = 32
MAX_NODES: Final = 50_000
MAX_INTEGER: Final = (
    1 << 53
) - 1  # the largest that JSON carries exactly, RFC 8785 section 3.2.2.3

Path = tuple[str | int, ...]

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_UNPRINTABLE: Final = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
# They let a reviewer read another policy than the machine does: Boucher and Anderson, "Trojan
# Source", 2021. The marks of single words written from right to left (U+200E, U+200F) may stay.
_REORDERING: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
_BREAK: Final = re.compile("\r\n|[\n\r\x85\u2028\u2029]")  # what the parser counts as lines
_INTEGER: Final = re.compile(r"[-+]?[0-9]+")
_OCTAL_OR_HEX: Final = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS: Final[dict[str, object]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **{
        sign + word: float(sign + "inf")
        for sign in ("", "+", "-")
        for word in (".inf", ".Inf", ".INF")
    },
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
}


@dataclass(frozen=True)
class Mark:
    """A place in a file: line and column, both counted from 1."""

    line: int
    column: int


def read(source: bytes, name: str) -> tuple[object, dict[Path, Mark]]:
    """The one document of a file and its marks; ``name`` is what errors call the file."""
    reader = _Reader(name)
    text = _text(source, name)
    try:
        data = reader.document(yaml.parse(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        place = error.problem_mark or error.context_mark
        reader.refuse(f"not readable as YAML: {_fault(error)}", place, _remedy(error, text))
    if data is None:
        reader.refuse("the file is empty", None, "one YAML document")
    return data, reader.marks


def _fault(error: yaml.MarkedYAMLError) -> str:
    """What the parser met, and where the thing it was in the midst of begins."""
    place, begin = error.problem_mark, error.context_mark
    elsewhere = error.context and place and begin and begin.line != place.line
    begun = f"that begins on line {begin.line + 1}" if elsewhere and begin else None
    return " ".join(part for part in (error.context, begun, error.problem) if part)


def _remedy(error: yaml.MarkedYAMLError, text: str) -> str:
    """What to write instead; a tab is the one fault that nobody can see."""
    place = error.problem_mark
    line = _BREAK.split(text)[place.line :][:1] if place else []
    before = line[0][: place.column + 1] if line and place else ""
    tab = before.strip(" ").startswith("\t")
    return "spaces in place of the tab" if tab else "one well-formed YAML document"


def shown(value: object) -> str:
    """A value in at most 60 characters, with nothing a terminal would act on."""
    if isinstance(value, Mapping):
        return f"a mapping of {len(value)}"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    text = "nothing" if value is None else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _bare(text: str) -> str:
    """Text as ``shown``, without quotes."""
    return shown(text)[1:-1]


def _text(source: bytes, name: str) -> str:
    """The file as text: bounded, UTF-8, printable."""
    if len(source) > MAX_BYTES:
        raise InvalidInput(
            f"the file has {len(source)} bytes", where=name, expected="at most 1 MiB"
        )
    try:
        text = source.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        mark = _mark_after(source[: error.start].decode())
        raise InvalidInput(
            f"byte {source[error.start]:#04x} is not UTF-8",
            where=f"{name}:{mark.line}:{mark.column}",
            expected="text in UTF-8",
            todo="save the file as UTF-8",
        ) from None
    if odd := _UNPRINTABLE.search(text):
        mark = _mark_after(text[: odd.start()])
        raise InvalidInput(
            f"character {ord(odd[0]):#06x} is not printable",
            where=f"{name}:{mark.line}:{mark.column}",
            expected="printable text",
        )
    if odd := _REORDERING.search(text):
        mark = _mark_after(text[: odd.start()])
        raise InvalidInput(
            f"character {ord(odd[0]):#06x} hides the order in which the text is read",
            where=f"{name}:{mark.line}:{mark.column}",
            expected=f"text without it, or \\u{ord(odd[0]):04x} in double quotes",
        )
    return text


def _mark_after(text: str) -> Mark:
    lines = _BREAK.split(text)
    return Mark(len(lines), len(lines[-1]) + 1)


@dataclass
class _Reader:
    """Turns parsing events into data and marks, refusing what the format leaves out."""

    name: str
    marks: dict[Path, Mark] = field(default_factory=dict)
    nodes: int = 0

    def document(self, events: Iterator[Any]) -> object:
        """The only document of a stream."""
        data: object = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                self._start(event)
            elif isinstance(event, yaml.NodeEvent):
                data = self._node(event, events, ())
        return data

    def refuse(self, what: str, mark: Any, expected: str, todo: str | None = None) -> NoReturn:
        """Raise ``InvalidInput`` at a mark of the parser, which counts from 0."""
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        where = f"{self.name}:{line}:{column}"
        raise InvalidInput(what, where=where, expected=expected, todo=todo)

    def _start(self, event: Any) -> None:
        if event.version not in (None, (1, 2)):
            self.refuse("another YAML version is declared", event.start_mark, "YAML 1.2")
        if self.marks:
            self.refuse("a second document begins here", event.start_mark, "one document a file")

    def _node(self, event: Any, events: Iterator[Any], path: Path) -> object:
        self._check(event, path)
        self.marks.setdefault(path, Mark(event.start_mark.line + 1, event.start_mark.column + 1))
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(events, path)
        return self._mapping(events, path)

    def _check(self, event: Any, path: Path) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self.refuse("the file is too large", event.start_mark, f"at most {MAX_NODES} nodes")
        if len(path) > MAX_DEPTH:
            self.refuse("too deeply nested", event.start_mark, f"at most {MAX_DEPTH} levels")
        if isinstance(event, yaml.AliasEvent):
            self.refuse(f"alias {_bare(f'*{event.anchor}')}", event.start_mark, "the value itself")
        if event.anchor is not None:
            self.refuse(
                f"anchor {_bare(f'&{event.anchor}')}", event.start_mark, "a value without an anchor"
            )
        if event.tag is not None:
            self.refuse(f"tag {_bare(event.tag)}", event.start_mark, "a value without a tag")

    def _sequence(self, events: Iterator[Any], path: Path) -> list[object]:
        items: list[object] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            items.append(self._node(event, events, (*path, len(items))))
        return items

    def _mapping(self, events: Iterator[Any], path: Path) -> dict[str, object]:
        data: dict[str, object] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key = self._key(event, data, path)
            self.marks[*path, key] = Mark(event.start_mark.line + 1, event.start_mark.column + 1)
            data[key] = self._node(next(events), events, (*path, key))
        return data

    def _key(self, event: Any, data: Mapping[str, object], path: Path) -> str:
        self._check(event, path)
        key = self._scalar(event) if isinstance(event, yaml.ScalarEvent) else None
        if not isinstance(key, str):
            self.refuse("this key is not text", event.start_mark, "text; put it in quotes")
        if key == "<<" and event.implicit[0]:
            self.refuse("merge key <<", event.start_mark, "the keys themselves")
        if key in data:
            first = self.marks[*path, key]
            expected = f"each key once; it stands on line {first.line} already"
            self.refuse(f"duplicate key {shown(key)}", event.start_mark, expected)
        return key

    def _scalar(self, event: Any) -> object:
        """YAML 1.2 core schema; a quoted or block scalar is always text."""
        text: str = event.value
        if not event.implicit[0]:
            return text
        if text in _WORDS:
            return _WORDS[text]
        if _INTEGER.fullmatch(text) or _OCTAL_OR_HEX.fullmatch(text):
            return self._integer(text, event)
        if not _FLOAT.fullmatch(text):
            return text
        if not math.isfinite(number := float(text)):
            self.refuse(f"{shown(text)} is too large", event.start_mark, "a number below 1.8e308")
        return number

    def _integer(self, text: str, event: Any) -> int:
        base = {"0o": 8, "0x": 16}.get(text[:2], 10)
        number = int(text, base) if len(text) <= 32 else MAX_INTEGER + 1
        if abs(number) > MAX_INTEGER:
            expected = f"at most {MAX_INTEGER} either way; quote it if it is a name"
            self.refuse(f"{shown(text)} is too large", event.start_mark, expected)
        return number
