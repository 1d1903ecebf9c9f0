"""Plain values as text that means the same to whoever reads it, whatever stands in them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Final

import yaml

from registry.reports.numbers import words
from registry.reports.outside_facts import GuaranteeFacts
from registry.reports.outward import NOT_COVERED, guaranteed
from registry.reports.rendering.environment import plain, present

Body = Mapping[str, object]
NAMESPACE: Final = "urn:synthetic-data-registry:exchange:1"
"""Of everything that the registry adds to a format: docs/exchange.md says what each name means."""
PRODUCER: Final = "urn:synthetic-data-registry"


def json_text(body: object) -> str:
    """``body`` as JSON, what is absent left out."""
    return json.dumps(known(body), ensure_ascii=False, allow_nan=False, indent=2) + "\n"


def json_line(body: object) -> str:
    """The same on one line, for files that have one a record."""
    return json.dumps(known(body), ensure_ascii=False, allow_nan=False) + "\n"


def yaml_text(body: Body) -> str:
    """``body`` as YAML 1.1, in its order; what could be markup or another type is quoted."""
    return yaml.safe_dump(
        known(body), sort_keys=False, allow_unicode=True, width=88, default_flow_style=False
    )


def known(value: object) -> object:
    """``value`` without what is absent or empty, and with nothing unseen in its texts."""
    if isinstance(value, Mapping):
        found = {key: known(inner) for key, inner in value.items()}
        return {key: inner for key, inner in found.items() if not absent(inner)}
    if isinstance(value, list | tuple):
        return [known(inner) for inner in value]
    return present(value) if isinstance(value, str) else value


def absent(value: object) -> bool:
    """Whether there is nothing to say: None, or an empty text, list or mapping; 0 is something."""
    return value is None or (isinstance(value, str | list | tuple | dict) and not value)


def markdown(text: str) -> str:
    """``text`` as Markdown that reads as the same characters, LaTeX and HTML included."""
    return plain(text)


def one_line(text: str) -> str:
    """``text`` with every run of white space as one space."""
    return " ".join(text.split())


def sentences(parts: Iterable[str]) -> str:
    """The parts as one paragraph."""
    return " ".join(part for part in parts if part)


def use(text: str) -> str:
    """A use by its name, such as model-development, or as the makers put it."""
    return text if " " in text else words(text)


def covered(guarantee: GuaranteeFacts | None) -> str:
    """What is guaranteed, and that it covers the generator and not what was measured."""
    return f"{guaranteed(guarantee)} {NOT_COVERED}"
