"""The Jinja2 environments of the reports: sandboxed, nothing undefined, all escaped.

Every value that a template prints passes one gate, so no template can forget to escape, and none
can ask not to: there is no filter that lets a value through as it is. In HTML that gate is Jinja's
autoescape; in Markdown and Typst it is `plain` and `quoted`, installed as the environment's
``finalize``. None prints ``None``: a blank is how missing evidence comes to look harmless.

A company's own template sees a `Document` and nothing else, and runs in Jinja's sandbox: it can
change how a report looks, and cannot reach a file, the network or the store.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final, Literal

from jinja2 import ChoiceLoader, FileSystemLoader, PrefixLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from registry.errors import InvalidInput
from registry.reports.rendering import figures, typesetting
from registry.resources import folder

Form = Literal["html", "md", "typ"]
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

# CommonMark section 2.4: any ASCII punctuation may be escaped; these are the ones that act inside
# a line or a table cell. "<", ">" and "&" become entities, which also stops raw HTML.
_INLINE = re.compile(r"([\\`*_\[\]|~$])")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
# Section 4 and 5: what would start a heading, a rule or a list if it stood first on a line.
_MARKER = re.compile(r"^([#+=-]+)(?=\s|$)")
_ORDERED = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")
# GitHub turns bare addresses into links; an escaped colon or dot stays text.
_ADDRESS = re.compile(r"(?i)(?:(\w):(?=//))|(?:\b(www)\.)")

# What acts on a reader without being seen: controls, and the marks that reorder or hide text
# (Boucher and Anderson, "Trojan Source", 2021).
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)


@cache
def environment(form: Form, own: Path | None = None) -> ImmutableSandboxedEnvironment:
    """The environment of a format; templates in the folder ``own`` stand before shipped ones.

    A shipped one that was replaced stays there as "shipped/<name>", to be extended.
    """
    shipped = FileSystemLoader(folder("templates"))
    before = [FileSystemLoader(own)] if own else []
    made = ImmutableSandboxedEnvironment(
        loader=ChoiceLoader([*before, shipped, PrefixLoader({"shipped": shipped})]),
        undefined=StrictUndefined,
        # In every format: what a macro has printed is then known from what it was given.
        autoescape=True,
        finalize=_GATES[form],
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    for name in _WAYS_AROUND:
        del made.filters[name]
    made.filters.update(literal=literal, indented=indented)
    made.filters.update(widths=typesetting.widths, drawn_width=figures.drawn_width)
    made.globals.update(drawn_alone=figures.drawn_alone)
    return made


def present(value: object) -> object:
    """``value`` with nothing unseen in it; raises `InvalidInput` for ``None``."""
    if value is None:
        raise InvalidInput(
            "a report was about to print nothing where a value belongs",
            expected="a value, or words that say why there is none",
            todo="give the view a value: see registry/reports",
        )
    if isinstance(value, Markup):
        return Markup(_UNSEEN.sub(REPLACEMENT, value))
    return _UNSEEN.sub(REPLACEMENT, value) if isinstance(value, str) else value


def plain(value: object) -> str:
    """``value`` as Markdown that reads as the same characters: one line, no markup, no HTML."""
    text = " ".join(str(present(value)).split())
    text = _INLINE.sub(r"\\\1", text).translate(_ENTITIES)
    text = _ADDRESS.sub(lambda m: rf"{m[1]}\:" if m[1] else rf"{m[2]}\.", text)
    return _ORDERED.sub(r"\1\\\2", _MARKER.sub(r"\\\1", text))


def indented(value: object) -> Markup:
    """``value`` as Markdown's indented code, which nothing in it can end (CommonMark 4.4)."""
    lines = str(present(value)).splitlines()
    return Markup("\n".join(f"    {line}" for line in lines))


def literal(value: object) -> Markup:
    """``value`` as a string of Typst's language, whatever is in it."""
    text = str(present(value)).replace("\\", "\\\\").replace('"', '\\"')
    return Markup('"' + typesetting.disarmed(text) + '"')


def _in_markdown(value: object) -> Markup:
    return value if isinstance(value, Markup) else Markup(plain(value))


def _in_typst(value: object) -> Markup:
    """As content that reads as the same characters."""
    return value if isinstance(value, Markup) else Markup("#" + literal(value) + ";")


_GATES: Final = {"html": present, "md": _in_markdown, "typ": _in_typst}
# Jinja's own filters whose result counts as printed before: they would pass a gate unread.
_WAYS_AROUND: Final = ("safe", "e", "escape", "forceescape", "tojson", "urlize", "xmlattr")
