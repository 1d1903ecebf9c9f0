"""A browser at the desk of the small registry of `world`, on each kind of database."""

from collections.abc import Iterator

import pytest
from web.pages.browser import Browser, browser_at, close, desk_of
from world import World


@pytest.fixture
def browser(world: World) -> Iterator[Browser]:
    """A browser whose user has yet to sign in."""
    client = desk_of(world.home)
    yield browser_at(client)
    close(client)


@pytest.fixture
def ada(browser: Browser) -> Browser:
    """An engineer's."""
    return browser.sign_in("ada")
