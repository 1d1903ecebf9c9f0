"""The Jinja2 environments of the reports: shipped templates only, nothing undefined, all escaped.

Every value that a template prints passes one gate, so no template can forget to escape. In HTML
that gate is Jinja's autoescape; in Markdown it is `plain`, installed as the environment's
``finalize``. Neither prints ``None``: a blank is how missing evidence comes to look harmless.
"""

from __future__ import annotations

import re
from typing import Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from registry.errors import InvalidInput
from registry.reports import numbers
from registry.resources import folder

Format = Literal["html", "md"]
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


def environment(form: Format) -> Environment:
    """The environment for HTML or Markdown, over the shipped ``templates`` folder."""
    made = Environment(
        loader=FileSystemLoader(folder("templates")),
        undefined=StrictUndefined,
        autoescape=form == "html",
        finalize=present if form == "html" else plain,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters.update(moment=numbers.moment, count=numbers.count, words=numbers.words)
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
