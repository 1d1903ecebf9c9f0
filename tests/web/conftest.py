"""The desk over a furnished registry."""

from collections.abc import Iterator

import pytest
from registries import After
from web.desks import Desktop
from web.furnished import furnish

from registry.workflow.context import Context


@pytest.fixture(autouse=True)
def unsettled(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server within a test run settles nothing: so much is loaded that it would take long."""
    monkeypatch.setattr("registry.web.settling._settle", lambda: None)


@pytest.fixture
def desktop(home: Context, after: After) -> Iterator[Desktop]:
    """The desk of the furnished registry, on each kind of database."""
    after(furnish)
    made = Desktop(home)
    yield made
    made.close()
