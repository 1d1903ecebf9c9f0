"""Which files of a folder stand in for a shipped template, and which for nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from jinja2 import TemplateSyntaxError, meta

from registry.reports.rendering.environment import Form, environment
from registry.reports.rendering.samples import sample_kinds
from registry.resources import folder

FORMS: Final[tuple[Form, ...]] = ("html", "md", "typ")
GUIDE: Final = "README.md"


def shipped_names() -> tuple[str, ...]:
    """The names of the shipped templates of reports."""
    files = folder("templates").iterdir()
    return tuple(sorted(file.name for file in files if file.suffix in (".j2", ".css")))


def names_in(own: Path) -> tuple[str, ...]:
    """Every file of the folder but its guide and hidden ones, by its path within it."""
    files = (file.relative_to(own) for file in own.rglob("*") if file.is_file())
    seen = (file for file in files if not any(part.startswith(".") for part in file.parts))
    return tuple(sorted(file.as_posix() for file in seen if file.name != GUIDE))


def replacing(own: Path) -> tuple[str, ...]:
    """Those that the registry prints from instead of a shipped one, or for one kind alone."""
    kinds = {f"{kind}.{form}.j2" for kind in sample_kinds() for form in FORMS}
    known = kinds | set(shipped_names())
    return tuple(name for name in names_in(own) if name in known)


def used(own: Path) -> set[str]:
    """Those that replace one, and what they include, import or extend in turn."""
    todo, found = list(replacing(own)), set[str]()
    while todo:
        name = todo.pop()
        if name not in found and (own / name).is_file():
            found.add(name)
            todo += _named_in(own / name)
    return found


def _named_in(file: Path) -> Iterator[str]:
    try:
        tree = environment("html").parse(file.read_text(encoding="utf-8"))
    except (TemplateSyntaxError, UnicodeDecodeError):
        return  # that is a fault of its own
    yield from (name for name in meta.find_referenced_templates(tree) if name)
