"""PROV-N, the notation for people (W3C recommendation, 2013)."""

from __future__ import annotations

from typing import Final

from registry.exchange.facts import Record
from registry.exchange.prov.prov_json import NAMES
from registry.exchange.prov.statements import Statement, Value, statements
from registry.exchange.text import NAMESPACE, known

_ESCAPES: Final = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def prov_n(record: Record) -> str:
    """The record as one PROV-N document, a statement a line."""
    lines = "".join(f"  {_line(one)}\n" for one in statements(record))
    return f"document\n  prefix reg <{NAMESPACE}#>\n\n{lines}endDocument\n"


def _line(one: Statement) -> str:
    parts = [*([one.name] if one.name else []), *(end or "-" for end in one.ends)]
    told = ", ".join(f"{key}={_value(key, value)}" for key, value in one.attributes.items())
    return f"{one.kind}({', '.join([*parts, f'[{told}]'] if told else parts)})"


def _value(key: str, value: Value) -> str:
    if key == NAMES:
        return f"'{value}'"
    if isinstance(value, bool):
        return f'"{str(value).lower()}" %% xsd:boolean'
    if isinstance(value, float):
        return f'"{value!r}" %% xsd:double'
    if isinstance(value, int):
        return str(value)
    return f'"{str(known(value)).translate(_ESCAPES)}"'
