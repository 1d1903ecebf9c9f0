"""Reads JSON that people and pipelines hand over, and refuses what two readers may read unlike.

A duplicate key, NaN and an infinity have no one meaning in JSON (RFC 8259, section 4 and 6), so
none of them is read; every error names the file and the path in it.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError

from registry.errors import InvalidInput
from registry.marked_yaml import Mark, MarkedDocument, shown, spelled, validate
from registry.marked_yaml import Path as Place

MAX_BYTES: Final = 20 * 1024 * 1024

M = TypeVar("M", bound=BaseModel)


def read_json(path: Path, noun: str, model: type[M]) -> M:
    """The model in a JSON file; raises `InvalidInput` with the place of everything wrong."""
    source = _bytes(path, noun)
    data = _parsed(source, path.name)
    try:
        # From the bytes again: in pydantic's strict mode only JSON lets a list become a tuple.
        return model.model_validate_json(source)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        if first["type"] == "json_invalid":  # such as half of a surrogate pair, which is no text
            what = f"not readable as JSON: {first['msg']}"
            raise InvalidInput(what, where=path.name, expected="JSON in UTF-8") from None
        document = _Paths(path.name, data, dict.fromkeys(_paths(data), Mark(1, 1)))
        return validate(model, document)


class _Paths(MarkedDocument):
    """A document whose places are paths: JSON by machines often is one long line."""

    def where(self, path: Place) -> str:
        """``evidence.json: measurements[3].value``."""
        return f"{self.name}: {spelled(self.nearest(path))}"


class _Twice(dict[str, Any]):
    """An object in which a key stands twice."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key


def _bytes(path: Path, noun: str) -> bytes:
    try:
        with path.open("rb") as file:
            source = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InvalidInput(
            f"the {noun} cannot be read: {error.strerror}",
            where=str(path),
            expected=f"a JSON file with the {noun}",
        ) from error
    if len(source) > MAX_BYTES:
        raise InvalidInput(f"the {noun} is too large", where=str(path), expected="at most 20 MiB")
    return source


def _parsed(source: bytes, name: str) -> object:
    twice: list[str] = []
    try:
        data: object = json.loads(
            source.decode(),
            object_pairs_hook=lambda pairs: _object(pairs, twice),
            parse_constant=_no_constant,
        )
    except json.JSONDecodeError as error:
        raise InvalidInput(
            f"not readable as JSON: {error.msg}",
            where=f"{name}:{error.lineno}:{error.colno}",
            expected="one JSON document",
        ) from None
    except RecursionError:
        raise InvalidInput("too deeply nested", where=name, expected="a few levels") from None
    except ValueError as error:  # no UTF-8, NaN, or a number of thousands of digits
        raise InvalidInput(f"not readable as JSON: {error}", where=name) from None
    if twice:
        _refuse_twice(data, name)
    return data


def _refuse_twice(data: object, name: str) -> NoReturn:
    path, found = next((path, one) for path, one in _values(data) if isinstance(one, _Twice))
    raise InvalidInput(
        f"duplicate key {shown(found.key)}",
        where=f"{name}: {spelled(path)}",
        expected="each key once",
    )


def _object(pairs: list[tuple[str, Any]], twice: list[str]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    ((key, _),) = Counter(key for key, _ in pairs).most_common(1)
    twice.append(key)
    return _Twice(key)


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number of JSON; what could not be measured has no value")


def _paths(data: object) -> Iterator[Place]:
    return (path for path, _ in _values(data))


def _values(data: object, path: Place = ()) -> Iterator[tuple[Place, object]]:
    yield path, data
    if isinstance(data, Mapping):
        for key, inner in data.items():
            yield from _values(inner, (*path, key))
    elif isinstance(data, list):
        for index, inner in enumerate(data):
            yield from _values(inner, (*path, index))
