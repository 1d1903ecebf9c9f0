"""Real browsers at a desk: one Chromium for all tests, and a context of it for every person."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import pytest
from served import Prepared, Served, prepare, serving


class Desk(Protocol):
    """A desk at an address, where one can come in."""

    url: str

    def sign_in(self, page: Any, name: str) -> None: ...


@dataclass
class Browsers:
    """Opens a browser for one person, and remembers what was asked of which host."""

    chromium: Any
    asked: list[str] = field(default_factory=list)
    contexts: list[Any] = field(default_factory=list)

    def blank(self, **options: Any) -> Any:
        """A page of a browser in which nobody signed in."""
        context = self.chromium.new_context(**options)
        self.contexts.append(context)
        context.on("request", lambda one: self.asked.append(one.url))
        return context.new_page()

    def open(self, desk: Desk, name: str, *, script: bool = True, **options: Any) -> Any:
        """A page of a browser in which ``name`` has just signed in."""
        page = self.blank(java_script_enabled=script, **options)
        page.goto(f"{desk.url}/")
        desk.sign_in(page, name)
        page.wait_for_url(f"{desk.url}/")
        return page

    def close(self) -> None:
        """Close all; fails where one of them asked anything of another machine."""
        for context in self.contexts:
            context.close()
        inside = ("http://127.0.0.1:", "data:", "blob:")
        assert self.asked
        assert [one for one in self.asked if not one.startswith(inside)] == []


Opens = Callable[..., Any]


@pytest.fixture
def browsers(chromium: Any) -> Iterator[Browsers]:
    made = Browsers(chromium)
    yield made
    made.close()


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Prepared:
    return prepare(tmp_path_factory.mktemp("prepared"), sqlite_template)


@pytest.fixture
def served(prepared: Prepared, tmp_path: Path) -> Iterator[Served]:
    with serving(prepared, tmp_path / "desk") as found:
        yield found


@pytest.fixture
def opens(browsers: Browsers, served: Served) -> Opens:
    """Opens a browser of one person at the desk of this test."""
    return lambda name, **options: browsers.open(served, name, **options)
