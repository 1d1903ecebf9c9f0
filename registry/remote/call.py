"""One workflow of the command line as a call of the API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final


@dataclass(frozen=True)
class Call:
    """One workflow as a call.

    ``path`` names arguments of the workflow in braces. What is left of the arguments goes into the
    query of a GET (and with ``query`` of any call), into the JSON of another, or into a form where
    files are sent; ``named`` says what the API calls an argument that it calls otherwise, and None
    that it is not sent so: the path holds it, or it is for this machine. ``also`` is sent besides.

    ``files`` are the arguments that are sent as files, by the name of the form's field; ``only``
    are arguments that a server does not take, and what they must be. ``signs`` needs what a person
    signs with, ``pages`` says that a list comes in pages, and ``anybody`` that no proof is shown.

    What comes back is read as the type that the workflow is annotated with, unless ``back`` reads
    it: from the server, its answer, and the arguments.
    """

    method: str
    path: str
    named: Mapping[str, str | None] = field(default_factory=dict)
    also: Mapping[str, object] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    only: Mapping[str, object] = field(default_factory=dict)
    query: bool = False
    signs: bool = False
    pages: bool = False
    anybody: bool = False
    back: Callable[..., Any] | None = None


def get(path: str, **more: Any) -> Call:
    """What is read in one piece."""
    return Call("GET", path, query=True, **more)


def listed(path: str, **more: Any) -> Call:
    """A list, which comes in pages."""
    return Call("GET", path, query=True, pages=True, **more)


def post(path: str, **more: Any) -> Call:
    """What is done."""
    return Call("POST", path, **more)


EVERY: Final = {"every": "all"}
ABOUT: Final[dict[str, str | None]] = {"label": None}
NAMED: Final[dict[str, str | None]] = {"name": None}
WORKFLOW: Final = "registry.workflow."
