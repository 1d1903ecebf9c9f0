"""A part of a list: so many rows behind a place, or before it, whatever the length of the list."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from sqlalchemy import Row as Read
from sqlalchemy import literal, tuple_
from sqlmodel import Session, select

from registry.errors import InvalidInput, NotFound

SIZE: Final = 25
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,8}")

Row = dict[str, object]
Numbered = tuple[int, Any]
"""A row of a list as it is shown, with its number."""


@dataclass(frozen=True)
class Place:
    """Behind the row with the number ``after``, or ending before ``before``; 0 where neither is."""

    after: int = 0
    before: int = 0

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Self:
        """The place in the query of an address; raises `InvalidInput` for what is no place."""
        found = {name: given.get(name, "") for name in ("after", "before")}
        for name, text in found.items():
            if text and not _NUMBER.fullmatch(text):
                raise InvalidInput(f"{text!r} is no place in the list", expected=f"{name}=NUMBER")
        if all(found.values()):
            raise InvalidInput("a part begins or ends somewhere", expected="after or before")
        return cls(*(int(text or 0) for text in found.values()))


FIRST: Final = Place()


@dataclass(frozen=True)
class Part:
    """Rows in the order of their list; ``after`` and ``before`` lead to the next and last part, 0
    where there is none.
    """

    rows: tuple[Any, ...] = ()
    after: int = 0
    before: int = 0


@dataclass(frozen=True)
class Order:
    """The columns that a list is sorted by, the last of them its numbers; ``down`` from the
    greatest.
    """

    keys: tuple[Any, ...]
    down: bool = False


def part(
    session: Session,
    query: Any,
    order: Order,
    place: Place,
    show: Callable[[Sequence[Read[Any]]], list[Numbered]],
    size: int = SIZE,
) -> Part:
    """The part of ``query`` at ``place``, each block of its rows as ``show`` shows it.

    ``show`` may leave rows out; then further ones are read, each time twice as many, until the part
    is full.
    """
    backwards, found, further, most = bool(place.before), list[Numbered](), True, size + 1
    begin = _begin(session, order, place.after or place.before)
    keyed = query.add_columns(*(key.label(f"key_{at}") for at, key in enumerate(order.keys)))
    while further and len(found) <= size:
        block = session.execute(_block(keyed, order, begin, backwards).limit(most)).all()
        if not block:
            break
        further, most = len(block) == most, 2 * most
        begin = tuple(block[-1])[-len(order.keys) :]
        found = show(block[::-1]) + found if backwards else found + show(block)
    return _cut(found, place, size)


def newest(rows: Sequence[Any], place: Place, size: int = SIZE) -> Part:
    """The part at ``place`` of rows that are all at hand, numbered from 1; the last comes first."""
    behind = place.after - 1 if place.after else len(rows)
    top = min(place.before + size if place.before else behind, len(rows))
    low = place.before or max(0, top - size)
    kept = tuple(rows[low:top])[::-1]
    return Part(kept, low + 1 if low else 0, top if top < len(rows) else 0)


def _cut(found: list[Numbered], place: Place, size: int) -> Part:
    beyond = len(found) > size
    kept = found[-size:] if place.before else found[:size]
    following, previous = (True, beyond) if place.before else (beyond, bool(place.after))
    return Part(
        tuple(row for _, row in kept),
        kept[-1][0] if kept and following else 0,
        kept[0][0] if kept and previous else 0,
    )


def _begin(session: Session, order: Order, number: int) -> tuple[Any, ...]:
    """Where a row stands in the order; raises `NotFound` for one that is not there."""
    if not number:
        return ()
    found = session.execute(select(*order.keys).where(order.keys[-1] == number)).first()
    if found is None:
        raise NotFound(f"{number} is no place in the list", todo="begin at its first part")
    return tuple(found)


def _block(query: Any, order: Order, begin: tuple[Any, ...], backwards: bool) -> Any:
    down = order.down != backwards
    if begin:
        here, there = tuple_(*order.keys), tuple_(*map(literal, begin))
        query = query.where(here < there if down else here > there)
    return query.order_by(*(key.desc() if down else key.asc() for key in order.keys))
