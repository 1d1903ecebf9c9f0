"""The parts of a partition: each a set of values of one column, and no value in two of them."""

import unicodedata
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation

from registry.errors import InvalidInput

Values = Mapping[str, list[str]]
"""What every part holds, by its name, in the order in which the parts were named."""
_WHOLE = "record"


def divided(parts: Iterable[str], numeric: bool) -> Values:
    """The parts as they are typed, "NAME" (which is its value too) or "NAME=VALUE", each read.

    Raises `InvalidInput` for fewer than two, a bad name, and a value in two parts or twice: values
    that read as one number (in a column that is ``numeric``), or differ in case, spaces or
    composition alone, are one value.
    """
    found: dict[str, list[str]] = {}
    holders: dict[object, str] = {}
    for text in parts:
        name, equals, value = text.partition("=")
        value = value if equals else name
        require_name(name)
        require_name(value)
        _require_apart(holders.get(key := _same(value, numeric)), name, value)
        holders[key] = name
        found.setdefault(name, []).append(value)
    if len(found) < 2:
        raise InvalidInput("a partition has two parts at least", todo="name each with --part")
    return found


def unchecked(column: str, unit: str) -> str:
    """What nobody but those who sign it can know: the registry holds no rows."""
    read = "nor that a run read only the part that its card names"
    if unit == _WHOLE:
        return f"not checked, for the registry holds no rows: {read.removeprefix('nor ')}"
    return (
        f"not checked, for the registry holds no rows: that {column} is the same in all records of "
        f"one {unit}, {read}"
    )


def _require_apart(other: str | None, name: str, value: str) -> None:
    """``other`` is the part that has the value already."""
    if other == name:
        raise InvalidInput(f"the part {name!r} has {value!r} twice", expected="each value once")
    if other is not None:
        raise InvalidInput(
            f"the value {value!r} is in the part {other!r} and in {name!r}",
            expected="parts that share no value",
        )


def _same(value: str, numeric: bool) -> object:
    """What two spellings of one value have in common."""
    text = unicodedata.normalize("NFKC", value).strip().casefold()
    if numeric:
        try:
            return Decimal(text)
        except InvalidOperation:
            return text
    return text


def require_name(name: str) -> None:
    """Raise `InvalidInput` for what names nothing that a person could read."""
    if not name.strip() or not name.isprintable() or len(name) > 100:
        raise InvalidInput(
            f"{name!r} is no name of a partition or a part, and no value",
            expected="NAME, or NAME=VALUE for each of its values",
        )
