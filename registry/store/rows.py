"""Rows as lines of JSON, the same from every database: what a backup holds of a table."""

import base64
import json
import math
from collections.abc import Sequence

from sqlalchemy import Boolean, Column, Float, Integer, LargeBinary, String, Table, TypeDecorator
from sqlmodel import SQLModel

import registry.records  # noqa: F401  # declares the tables
from registry.errors import IntegrityFailure


def tables() -> list[Table]:
    """Every table of the registry, each after those it refers to.

    The log is first: its triggers take no node or checkpoint of events that are not there.
    """
    return sorted(SQLModel.metadata.sorted_tables, key=lambda table: table.name != "event")


def line(values: Sequence[object]) -> bytes:
    """One row, ended by a line feed."""
    cells = [_cell(value) for value in values]
    return json.dumps(cells, separators=(",", ":"), allow_nan=False).encode() + b"\n"


def row(line: bytes, table: Table) -> dict[str, object]:
    """The row of a line. Raises ValueError for one that the table cannot hold."""
    cells = json.loads(line)
    columns = list(table.columns)
    if not isinstance(cells, list) or len(cells) != len(columns):
        raise ValueError(f"a row of {table.name} has {len(columns)} values")
    return {column.name: _value(cell, column) for cell, column in zip(cells, columns, strict=True)}


def typed(value: object, column: "Column[object]") -> object:
    """A value as the driver returned it, in the type of its column (SQLite has no booleans)."""
    kind = type_of(column)
    if value is None or isinstance(value, kind):
        return value
    if kind in (bool, float) and isinstance(value, int | float):
        return kind(value)
    if kind is bytes and isinstance(value, memoryview | bytearray):
        return bytes(value)
    raise IntegrityFailure(
        f"{column.table.name}.{column.name} holds {type(value).__name__}, not {kind.__name__}",
        expected="values of the type that the registry stores",
        todo="find out who wrote to the database; no backup was written",
    )


def _cell(value: object) -> object:
    if isinstance(value, bytes):
        return {"bytes": base64.b64encode(value).decode()}
    if isinstance(value, float) and not math.isfinite(value):
        return {"float": str(value)}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"a backup holds no {type(value).__name__}")


def _value(cell: object, column: "Column[object]") -> object:
    found = _decoded(cell)
    if found is None and column.nullable:
        return None
    if type(found) is not type_of(column):
        raise ValueError(f"{column.table.name}.{column.name} holds no {type(found).__name__}")
    return found


def _decoded(cell: object) -> object:
    if not isinstance(cell, dict):
        return cell
    if set(cell) == {"bytes"}:
        return base64.b64decode(cell["bytes"], validate=True)
    if set(cell) == {"float"}:
        return float(cell["float"])
    raise ValueError("a value is a plain one, bytes or a float")


def type_of(column: "Column[object]") -> type:
    """The Python type of a column's values."""
    found = column.type
    plain = found.impl_instance if isinstance(found, TypeDecorator) else found
    kinds = ((Boolean, bool), (Integer, int), (Float, float), (String, str), (LargeBinary, bytes))
    for kind, python in kinds:
        if isinstance(plain, kind):
            return python
    raise TypeError(f"a backup cannot hold {column.table.name}.{column.name}")
