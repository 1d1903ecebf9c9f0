"""The hash chain: an intact log shows nothing, and no change to it goes unseen."""

import hashlib
from collections.abc import Sequence
from dataclasses import astuple, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.log.canonical import canonical
from registry.log.chain import GENESIS, Break, Link, StoredEvent, breaks, leaf_digest

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
FACTS = st.fixed_dictionaries(
    {
        "at": WORDS,
        "actor": WORDS,
        "action": WORDS,
        "outcome": WORDS,
        "dataset": st.none() | WORDS,
        "request": st.none() | WORDS,
        "details": st.dictionaries(WORDS, st.integers(0, 9), max_size=2),
    }
)
COLUMNS = ("seq", "at", "actor", "action", "outcome", "dataset", "request", "body", "digest")


def chained(facts: Sequence[dict[str, object]]) -> list[StoredEvent]:
    """A log that holds ``facts``, written the way the store writes it."""
    events: list[StoredEvent] = []
    for seq, fields in enumerate(facts, start=1):
        previous = events[-1].digest if events else GENESIS
        body = canonical({**fields, "seq": seq, "previous": previous})
        columns = {name: fields[name] for name in COLUMNS if name in fields}
        events.append(StoredEvent(seq=seq, body=body, digest=leaf_digest(body), **columns))
    return events


def logs(at_least: int) -> st.SearchStrategy[list[StoredEvent]]:
    return st.lists(FACTS, min_size=at_least, max_size=6).map(chained)


def facts(number: int) -> dict[str, object]:
    return {
        "at": f"2026-03-0{number}",
        "actor": "p-1",
        "action": "check",
        "outcome": "done",
        "dataset": f"claims@{number}",
        "request": None,
        "details": {},
    }


@given(st.binary())
def test_a_leaf_is_the_sha_256_of_a_zero_byte_and_the_body(body: bytes) -> None:
    assert leaf_digest(body) == hashlib.sha256(b"\x00" + body).hexdigest()


@given(logs(0))
def test_an_intact_chain_has_no_breaks(events: list[StoredEvent]) -> None:
    assert list(breaks(events)) == []


@given(logs(1), st.data())
def test_one_flipped_bit_in_any_body_is_a_break(
    events: list[StoredEvent], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(events) - 1))
    body = bytearray(events[at].body)
    bit = data.draw(st.integers(0, len(body) * 8 - 1))
    body[bit // 8] ^= 1 << bit % 8
    events[at] = replace(events[at], body=bytes(body))

    found = list(breaks(events))

    assert Break(at + 1, "the stored bytes do not have the stored digest") in found


@given(logs(2), st.data())
def test_a_dropped_event_is_a_break(events: list[StoredEvent], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(events) - 2))
    del events[at]

    (first, *_) = breaks(events)

    assert first == Break(at + 1, f"missing: the next event stored is {at + 2}")


@given(logs(2), st.data())
def test_a_dropped_event_is_a_break_even_if_the_rest_is_renumbered(
    events: list[StoredEvent], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(events) - 2))
    del events[at]
    events = [replace(event, seq=seq) for seq, event in enumerate(events, start=1)]

    assert Break(at + 1, "it does not name the digest of the event before it") in breaks(events)


@given(logs(1), st.data())
def test_a_duplicated_event_is_a_break(events: list[StoredEvent], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(events) - 1))
    events.insert(at, events[at])

    assert list(breaks(events))


@given(logs(2), st.data())
def test_two_swapped_events_are_a_break(events: list[StoredEvent], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(events) - 2))
    second = data.draw(st.integers(first + 1, len(events) - 1))
    events[first], events[second] = events[second], events[first]

    assert list(breaks(events))


@given(logs(1), st.sampled_from(COLUMNS), st.data())
def test_any_changed_column_is_a_break(
    events: list[StoredEvent], column: str, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(events) - 1))
    before = getattr(events[at], column)
    other = {"seq": len(events) + 7, "body": b"{}", "digest": "f" * 64}
    events[at] = replace(events[at], **{column: other.get(column, f"{before}x")})

    found = list(breaks(events))

    assert any(one.seq == at + 1 for one in found)
    if column not in other:
        what = f"the column {column!r} differs from the stored bytes"
        assert found == [Break(at + 1, what)]


@given(logs(1), st.sampled_from((None, *COLUMNS)), st.data())
def test_a_row_follows_exactly_where_its_event_breaks_nothing(
    events: list[StoredEvent], column: str | None, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(events) - 1))
    if column:
        other = {"seq": len(events) + 7, "body": data.draw(st.binary()), "digest": "f" * 64}
        before = getattr(events[at], column)
        events[at] = replace(events[at], **{column: other.get(column, f"{before}x")})
    quick, thorough = Link(), Link()

    for event in events:
        found = thorough.breaks(event)
        assert quick.follows(astuple(event)) == (not found)
        if found:
            quick.breaks(event)
        assert vars(quick) == vars(thorough)


@pytest.mark.parametrize("body", ["{}", 7, None])
def test_what_stands_where_bytes_should_is_a_break_and_no_crash(body: Any) -> None:
    (event,) = chained([facts(1)])
    event = replace(event, body=body)

    assert not Link().follows(astuple(event))
    assert Break(1, "the stored bytes are not a JSON object") in breaks([event])


def test_a_body_rewritten_with_its_digest_breaks_the_link_after_it() -> None:
    events = chained([facts(1), facts(2), facts(3)])
    body = events[1].body.replace(b"claims@2", b"claims@9")
    events[1] = replace(events[1], body=body, digest=leaf_digest(body), dataset="claims@9")

    assert list(breaks(events)) == [Break(3, "it does not name the digest of the event before it")]


def test_the_first_event_must_name_the_genesis() -> None:
    body = canonical({**facts(1), "seq": 1, "previous": "1" * 64})
    columns = {name: facts(1)[name] for name in COLUMNS if name in facts(1)}
    event = StoredEvent(seq=1, body=body, digest=leaf_digest(body), **columns)

    assert list(breaks([event])) == [Break(1, "it does not name the digest of the event before it")]


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"\xff\xfe", b'{"seq":', b"[" * 100_000, b"1" * 5_000]
)
def test_bytes_that_are_no_json_object_are_a_break_and_no_crash(body: bytes) -> None:
    (event,) = chained([facts(1)])

    found = list(breaks([replace(event, body=body, digest=leaf_digest(body))]))

    assert found == [Break(1, "the stored bytes are not a JSON object")]


def test_a_cut_at_the_end_leaves_an_intact_chain_which_is_why_the_head_is_kept_elsewhere() -> None:
    events = chained([facts(1), facts(2), facts(3)])

    assert list(breaks(events[:2])) == []
