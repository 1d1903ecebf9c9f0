"""What the log tells of a dataset, or of one version of it."""

from typing import Final

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from registry.errors import NotFound
from registry.marked_yaml import suggestion
from registry.records import Event
from registry.store.pages import within_name

MOST_LISTED: Final = 10_000
"""As many values as one statement takes on either database."""


def about(session: Session, name: str) -> ColumnElement[bool]:
    """Events about a dataset, and refusals that name only one of its requests."""
    require_dataset(session, name)
    # What many events have is kept from the indexes: a dataset and its requests have few.
    submitted = within_name(name) & (col(Event.action).concat("") == "submit")
    requests = select(Event.request).where(submitted).where(col(Event.request).is_not(None))
    nameless = col(Event.dataset).concat("").is_(None)
    unnamed = select(Event.seq).where(nameless, col(Event.request).in_(requests))
    # Listed, and mostly none: the index on datasets then answers alone.
    found = session.exec(unnamed.limit(MOST_LISTED + 1)).all()
    if not found:
        return within_name(name)
    return within_name(name) | col(Event.seq).in_(found if len(found) <= MOST_LISTED else unnamed)


def require_dataset(session: Session, name: str) -> None:
    """Raise `NotFound` with the nearest, unless the log tells of such a dataset or version."""
    if session.exec(select(Event.seq).where(within_name(name)).limit(1)).first() is not None:
        return
    known = session.exec(select(Event.dataset).where(Event.action == "register").distinct())
    labels = [one for one in known if one]
    known_as = labels if "@" in name else sorted({one.split("@")[0] for one in labels})
    raise NotFound(
        f"the log knows no dataset {name!r}",
        expected=suggestion(name, known_as) if known_as else "a dataset that was registered",
        todo="see `registry datasets list`",
    )
