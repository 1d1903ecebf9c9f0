"""Every field of a record is carried or reported as lost, and what is said of it is true."""

from dataclasses import replace

import pytest

from registry.exchange.fields import REPEATED, record_fields
from registry.exchange.format import Format
from registry.exchange.formats import FORMATS
from registry.exchange.kept import KEPT, WITHHELD
from registry.exchange.lossiness import lossiness
from registry.records import (
    DatasetVersion,
    DecisionRecord,
    Evaluation,
    Generator,
    Guarantee,
    Measurement,
    Release,
    SignOff,
    Source,
)
from registry.reports.document import Rows
from tests.unit.exchange.example import TOKENS, outside, record

EVERY = pytest.mark.parametrize("format", FORMATS.values(), ids=lambda one: one.id)
TABLES = {
    DatasetVersion: ("", "outside", "card", "columns"),
    Source: ("source", "outside"),
    Generator: ("card.generator",),
    Guarantee: ("card.guarantee",),
    Evaluation: ("evaluations",),
    Measurement: (),
    DecisionRecord: ("decision",),
    SignOff: ("signoffs",),
    Release: ("releases",),
}
RENAMED = {
    "dataset_version.number": "outside.version",
    "dataset_version.columns": "columns.name",
    "dataset_version.card": "card.name",
    "source.title": "outside.source_title",
    "signoff.account_id": "signoffs.signer",
    "release.agreement": "releases.agreement",
}


def known(table: str, column: str, roots: tuple[str, ...]) -> bool:
    paths = {f"{root}.{column}".lstrip(".") for root in roots} | {RENAMED.get(f"{table}.{column}")}
    fields = record_fields()
    return any(field == path or field.startswith(f"{path}.") for path in paths for field in fields)


def test_every_column_that_the_registry_stores_of_a_version_is_a_field_or_is_kept() -> None:
    columns = {
        (str(table.__tablename__), column): roots
        for table, roots in TABLES.items()
        for column in table.model_fields
        if column != "id"
        and column not in {f"{one}_id" for one in ("version", "request")}
        and column not in ("dataset_id", "evaluation_id")
    }

    assert len(columns) > 100
    assert [
        f"{table}.{column}"
        for (table, column), roots in columns.items()
        if not known(table, column, roots)
        and f"{table}.{column}" not in KEPT
        and f"{table}.*" not in KEPT
    ] == []


def test_nothing_that_is_kept_is_a_field_and_nothing_is_kept_that_is_not_stored() -> None:
    stored = {
        f"{table.__tablename__}.{column}" for table in TABLES for column in table.model_fields
    }

    assert {one for one in KEPT if not one.endswith(".*")} <= stored
    assert set(WITHHELD) <= set(record_fields())
    assert len(set(REPEATED)) == len(REPEATED)


@EVERY
def test_a_format_places_no_field_that_there_is_not_and_none_that_is_withheld(
    format: Format,
) -> None:
    assert set(format.places) <= set(record_fields())
    assert not set(format.places) & set(WITHHELD)


@EVERY
def test_the_report_has_every_field_in_exactly_one_of_its_tables(format: Format) -> None:
    document = lossiness(record(), format)

    shown = [
        row[0]
        for anchor in ("lost", "lossy", "whole")
        for block in document.section(anchor).blocks  # type: ignore[union-attr]
        if isinstance(block, Rows)
        for row in block.table.rows
    ]
    assert sorted(shown) == sorted(record_fields())


@EVERY
def test_what_is_said_to_be_carried_is_in_the_file(format: Format) -> None:
    text = format.written(record())

    said = [path for path in format.places if path in TOKENS]
    assert len(said) > 20
    assert [path for path in said if TOKENS[path] not in text and _whole(format, path)] == []


def _whole(format: Format, path: str) -> bool:
    """Whether the very words must be there: what is lossy may be another word, or a part of it."""
    return not format.places[path].loss or format.places[path].loss.startswith("In ")


@EVERY
def test_what_is_said_to_be_lost_is_not_in_the_file(format: Format) -> None:
    text = format.written(record())

    lost = [path for path in record_fields() if path in TOKENS and path not in format.places]
    assert [path for path in lost if TOKENS[path] in text] == []


@EVERY
def test_where_a_field_is_said_to_stand_there_is_such_a_place(format: Format) -> None:
    ended = replace(record(), outside=replace(outside(), withdrawn="It was withdrawn"))
    text = format.written(record()) + format.written(ended)

    assert {one.target for one in format.places.values() if one.target not in text} == set()
