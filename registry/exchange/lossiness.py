"""What a format cannot carry of a record, what it demands besides, and what it maps with a loss.

The report goes through every field that a record has (`record_fields`): what is not in the places
of the format is reported as not carried, so that nothing can be left out of both.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from registry.exchange.facts import Record
from registry.exchange.fields import record_fields
from registry.exchange.format import Format
from registry.exchange.kept import KEPT, WITHHELD
from registry.reports.document import Block, Document, Section, rows
from registry.reports.numbers import moment, plural
from registry.reports.table import Row, table

NO_PLACE: Final = "The format has no place for it."
OVER: Final = "Every field of the record stands in exactly one of the first three tables."


def lossiness(record: Record, format: Format) -> Document:
    """The report on one format; the same whatever the version, but for what it demands."""
    lost, lossy, whole = (tuple(found) for found in _sorted(format))
    return Document(
        kind=f"{format.id}-lossiness",
        name="Lossiness report",
        title=f"What {format.name} says of {record.outside.title}",
        label=record.label,
        printed_at=moment(record.outside.printed_at),
        lead=_lead(format, len(lost), len(lossy), len(whole)),
        sections=(
            Section("lost", "Not carried", _rows("Not carried", "Field | Why", lost)),
            Section("lossy", "Carried with a loss", _rows("Lossy", "Field | As | Loss", lossy)),
            Section("whole", "Carried whole", _rows("Whole", "Field | As", whole)),
            Section("demanded", "Demanded and not recorded", _demanded(record, format)),
            Section("kept", "Never in an exchange file", _rows("Kept", "Column | Why", _kept())),
        ),
        closing=f"Written after {format.specification}.",
    )


def _lead(format: Format, lost: int, lossy: int, whole: int) -> str:
    carried = f"{format.name} carries {plural(whole, 'field')} of the record whole and"
    rest = f"{plural(lossy, 'field')} with a loss; {plural(lost, 'field')} it does not."
    return f"{carried} {rest} {OVER}"


def _sorted(format: Format) -> tuple[Iterator[Row], Iterator[Row], Iterator[Row]]:
    """Every field once: not carried, carried with a loss, carried whole."""
    places = [(path, format.places.get(path)) for path in record_fields()]
    lost = ((path, WITHHELD.get(path, NO_PLACE)) for path, place in places if place is None)
    lossy = ((path, place.target, place.loss) for path, place in places if place and place.loss)
    whole = ((path, place.target) for path, place in places if place and not place.loss)
    return lost, lossy, whole


def _demanded(record: Record, format: Format) -> tuple[Block, ...]:
    found = tuple((one.target, one.instead) for one in format.demands(record))
    return _rows("Demanded", "Asked for | What the file says instead", found)


def _kept() -> tuple[Row, ...]:
    return tuple(KEPT.items())


def _rows(caption: str, heads: str, found: tuple[Row, ...]) -> tuple[Block, ...]:
    return (rows(table(caption, heads, found, len(found)), "Nothing."),)
