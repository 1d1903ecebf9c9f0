"""What a registry holds, as tests of what must and must not be kept look at it."""

from sqlmodel import SQLModel, select

from registry.records import CommandKey, Event
from registry.store.database import reading
from registry.workflow.context import Context


def events(home: Context) -> int:
    """How many there are."""
    with reading(home.engine) as session:
        return len(session.exec(select(Event.seq)).all())


def stored(home: Context) -> str:
    """All that the database holds, as text."""
    tables = SQLModel.metadata.sorted_tables
    with home.engine.connect() as connection:
        rows = [row for one in tables for row in connection.execute(one.select())]
    return "\n".join(str(tuple(map(_text, row))) for row in rows)


def _text(value: object) -> object:
    return bytes(value).decode("utf-8", "replace") if isinstance(value, bytes) else value


def kept_under(key: str, home: Context) -> CommandKey:
    """What is kept of the command that was done under a key."""
    with reading(home.engine) as session:
        return session.get_one(CommandKey, key)
