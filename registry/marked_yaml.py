"""Read YAML that people write and machines decide by, and say where everything stands.

Policies and dataset cards come through here: ``load`` reads the text by YAML 1.2 (see
``registry.yaml_reader``), ``validate`` turns it into a model, and every fault names its line.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from registry.errors import InvalidInput
from registry.yaml_reader import Mark, Path, read, shown

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

__all__ = [
    "Mark",
    "MarkedDocument",
    "Path",
    "Problem",
    "load",
    "refusal",
    "shown",
    "spelled",
    "suggestion",
    "validate",
]

SHOWN_PROBLEMS: Final = 15  # one screen; the rest is counted

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class MarkedDocument:
    """What a YAML file says, and where: ``marks`` has the place of every key and list item."""

    name: str
    data: object
    marks: Mapping[Path, Mark]

    def where(self, path: Path) -> str:
        """``file:line:column`` of a path, or of the nearest parent that exists."""
        mark = self.marks[self.nearest(path)]
        return f"{self.name}:{mark.line}:{mark.column}"

    def nearest(self, path: Path) -> Path:
        """The longest beginning of a path that stands in the file."""
        return next(path[:end] for end in range(len(path), -1, -1) if path[:end] in self.marks)


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a document: the path it concerns, what is so, what should be."""

    path: Path
    what: str
    expected: str


def load(source: bytes, name: str) -> MarkedDocument:
    """Read one YAML document; ``name`` is what errors call the file. Raises ``InvalidInput``."""
    data, marks = read(source, name)
    return MarkedDocument(name, data, marks)


def validate(model: type[M], document: MarkedDocument, prefix: Path = ()) -> M:
    """What stands under ``prefix`` as a model; one ``InvalidInput`` lists every problem."""
    data: Any = document.data
    for part in prefix:
        data = data[part]
    try:
        # JSON mode: in pydantic's strict mode only JSON lets a list become a tuple.
        return model.model_validate_json(json.dumps(data))
    except ValidationError as error:
        details = [one for one in error.errors(include_url=False) if not _consequent(one)]
        problems = [_problem(model, detail, document, prefix) for detail in details]
        raise refusal(document, problems) from None


def refusal(document: MarkedDocument, problems: Sequence[Problem]) -> InvalidInput:
    """One error for all problems, in the order of the file."""
    ordered = sorted(problems, key=lambda problem: _order(document, problem))
    if len(ordered) == 1:
        (only,) = ordered
        return InvalidInput(only.what, where=document.where(only.path), expected=only.expected)
    lines = [
        f"  {document.where(problem.path)}: {problem.what}; expected {problem.expected}"
        for problem in ordered[:SHOWN_PROBLEMS]
    ]
    if len(ordered) > SHOWN_PROBLEMS:
        lines.append(f"  and {len(ordered) - SHOWN_PROBLEMS} more")
    return InvalidInput(
        "\n".join([f"{document.name} has {len(ordered)} problems:", *lines]),
        todo="correct these places and try again",
    )


def spelled(path: Path) -> str:
    """A path as people write it: ``spec.rules[0].check``."""
    text = "".join(
        f"[{part}]" if isinstance(part, int) else f".{part if part.isprintable() else ascii(part)}"
        for part in path
    )
    return text.removeprefix(".") or "the document"


def suggestion(word: str, known: Iterable[str]) -> str:
    """The nearest known word, or all of them where none is near."""
    choices = sorted(known)
    near = difflib.get_close_matches(word, choices, n=1)
    return f"{near[0]!r}, the nearest that is known" if near else f"one of: {', '.join(choices)}"


_EXPECTED: Final = {
    "model_type": "a mapping of keys",
    "model_attributes_type": "a mapping of keys",
    "dict_type": "a mapping of keys",
    "tuple_type": "a list",
    "list_type": "a list",
    "frozen_set_type": "a list",
    "string_type": "text; put it in quotes",
    "float_type": "a valid number, without quotes or a unit",
    "finite_number": "a finite number",
}


def _consequent(detail: ErrorDetails) -> bool:
    """Whether a list is called too short only because its items are wrong, each told by itself."""
    return detail["type"] == "too_short" and len(detail["input"]) >= detail["ctx"]["min_length"]


def _problem(
    model: type[BaseModel], detail: ErrorDetails, document: MarkedDocument, prefix: Path
) -> Problem:
    """A pydantic error in the words of the file."""
    path: Path = (*prefix, *detail["loc"])
    kind = detail["type"]
    if kind == "missing":
        what = f"{spelled(path[:-1])} lacks the key {path[-1]!r}"
        return Problem(path[:-1], what, f"{path[-1]!r}, which is required")
    if kind == "extra_forbidden":
        what = f"{spelled(path[:-1])} has the unknown key {shown(path[-1])}"
        return Problem(path, what, suggestion(str(path[-1]), _keys_at(model, detail["loc"][:-1])))
    if (key := getattr(detail.get("ctx", {}).get("error"), "key", None)) is not None:
        # The fault of one key that the model found when all of them were read.
        return Problem((*path, key), f"{spelled((*path, key))} is nothing", _expected(detail))
    # Where a union was tried, pydantic appends the branch to the path; the file has no such key.
    path = document.nearest(path)
    what = f"{spelled(path)} is {shown(detail['input'])}"
    return Problem(path, what, _expected(detail))


def _expected(detail: ErrorDetails) -> str:
    kind = detail["type"]
    if kind == "too_short":
        return f"at least {detail['ctx']['min_length']} of them"
    said = detail["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    return _EXPECTED.get(kind, said)


def _order(document: MarkedDocument, problem: Problem) -> tuple[int, int, str]:
    mark = document.marks[document.nearest(problem.path)]
    return mark.line, mark.column, problem.what


def _keys_at(model: type[BaseModel], path: Path) -> set[str]:
    """The keys a model accepts at a path; list positions and free keys do not change the model."""
    models = {model}
    for part in path:
        steps = {found for one in models for found in _models_of(_fields(one).get(str(part)))}
        models = steps or models
    return {key for one in models for key in _fields(one)}


def _fields(model: type[BaseModel]) -> dict[str, object]:
    return {info.alias or name: info.annotation for name, info in model.model_fields.items()}


def _models_of(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_of(inner)
