"""Parameters: ``${params.maxEpsilon}`` in a check stands for what ``spec.params`` gives the name.

They are put in before the document is validated, so that a parameter of the wrong type is found
where it is used, by the rules that hold for a value written there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from registry.marked_yaml import MarkedDocument, Path, Problem, shown, spelled, suggestion
from registry.policy.fields import PARAMETER

_CHECKED: Final = ("lt", "lte", "gt", "gte", "minN", "maxAge")


def filled(marked: MarkedDocument) -> tuple[MarkedDocument, list[Problem]]:
    """The document with parameters in the place of their references, and the unknown ones."""
    params = given(marked.data)
    problems: list[Problem] = []
    data = marked.data
    for path, name in _references(marked.data):
        if name in params:
            data = _replaced(data, path, params[name])
        else:
            what = f"{spelled(path)} names the unknown parameter {shown(name)}"
            near = suggestion(name, params) if params else "spec.params to give it"
            problems.append(Problem(path, what, near))
    return MarkedDocument(marked.name, data, marked.marks), problems


def given(data: object) -> Mapping[str, Any]:
    """The parameters of a document as it was read."""
    params = _at(data, ("spec", "params"))
    return params if isinstance(params, Mapping) else {}


def used(data: object) -> set[str]:
    """The names that the checks of a document refer to."""
    return {name for _, name in _references(data)}


def _references(data: object) -> Iterator[tuple[Path, str]]:
    rules = _at(data, ("spec", "rules"))
    for index, rule in enumerate(rules if isinstance(rules, list) else ()):
        check = _at(rule, ("check",))
        for key in _CHECKED:
            value = check.get(key) if isinstance(check, Mapping) else None
            found = PARAMETER.fullmatch(value) if isinstance(value, str) else None
            if found:
                yield ("spec", "rules", index, "check", key), found[1]


def _at(data: object, path: Path) -> object:
    for part in path:
        data = data.get(part) if isinstance(data, Mapping) else None
    return data


def _replaced(data: Any, path: Path, value: object) -> Any:
    """A copy of ``data`` with ``value`` at ``path``; what is not on the way is shared."""
    if not path:
        return value
    first: Any
    first, *rest = path
    copy: Any = list(data) if isinstance(data, list) else dict(data)
    copy[first] = _replaced(data[first], tuple(rest), value)
    return copy
