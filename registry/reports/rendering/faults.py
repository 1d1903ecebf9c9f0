"""What is wrong with a template, at its file and line."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from jinja2 import TemplateNotFound, TemplateSyntaxError

from registry.errors import InvalidInput, RegistryError

TODO: Final = "mend the template; `registry templates check` says when it holds"
_TAGS: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}")


@contextmanager
def placed(folders: Sequence[Path]) -> Iterator[None]:
    """Whatever a template of ``folders`` raises becomes an `InvalidInput` with file and line."""
    try:
        yield
    except TemplateSyntaxError as error:
        where = f"{error.filename or error.name}:{error.lineno}"
        raise fault(f"syntax: {error.message}", where) from error
    except TemplateNotFound as error:
        asked = f"there is no template {error.message}"
        raise fault(asked, _line(error, folders)) from error
    except RegistryError as error:
        raise fault(error.what, _line(error, folders)) from error
    except Exception as error:  # a template can raise whatever an expression can
        said = f"{type(error).__name__}: {error}"
        raise fault(said, _line(error, folders)) from error


def fault(what: str, where: str) -> InvalidInput:
    """The one error there is for a template that cannot be printed."""
    return InvalidInput(
        f"a template fails: {what}",
        where=where,
        expected="a template that prints every document",
        todo=TODO,
    )


def _line(error: Exception, folders: Sequence[Path]) -> str:
    """The innermost line of a template on the way to the error; Jinja puts its lines there."""
    frames = reversed(traceback.extract_tb(error.__traceback__))
    inside = (one for one in frames if any(Path(one.filename).is_relative_to(f) for f in folders))
    return next((f"{one.filename}:{one.lineno}" for one in inside), "in a template")


def origin(printed: str, folders: Sequence[Path], ending: str) -> str | None:
    """The template line that most likely printed a line: the one it shares the most words with.

    A line of a template matches where all of it that stands between tags is in what was printed,
    in that order. Of equals the one in the earlier folder wins.
    """
    best, place = 0, None
    for folder in folders:
        for file in sorted(folder.glob(f"*{ending}")):
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
                shared = _shared(line, printed)
                if shared > best:
                    best, place = shared, f"{file}:{number}"
    return place


def _shared(line: str, printed: str) -> int:
    parts = [part.strip() for part in _TAGS.split(line) if part.strip()]
    found = re.search(".*?".join(map(re.escape, parts)), printed) if parts else None
    return sum(map(len, parts)) if found else 0
