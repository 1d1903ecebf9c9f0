"""Entries and their chain."""

from dataclasses import replace

import pytest
from ledgers import claim, entry, ledger

from registry.ledger.entry import GENESIS, head


def test_an_empty_ledger_has_the_first_digest() -> None:
    assert head([]) == GENESIS


def test_the_recipient_is_not_part_of_what_is_told_or_chained() -> None:
    one = entry(1, claim())

    assert "recipient" not in one.canonical()
    assert replace(one, recipient="another").digest(GENESIS) == one.digest(GENESIS)


@pytest.mark.parametrize(
    "change",
    [
        {"number": 3},
        {"kind": "informed"},
        {"label": "other@1"},
        {"content_digest": "sha256:0"},
        {"audience": "public"},
        {"guarantee": None},
        {"guarantee": claim(epsilon=0.61)},
        {"partition": "region/north"},
        {"batch": "first"},
        {"event": 7},
    ],
)
def test_any_other_change_of_an_entry_changes_the_head(change: dict[str, object]) -> None:
    entries = ledger(claim(), claim(), claim())

    changed = [entries[0], replace(entries[1], **change), entries[2]]

    assert head(changed) != head(entries)


def test_a_lost_or_swapped_entry_changes_the_head() -> None:
    entries = ledger(claim(), claim(), claim())

    assert len({head(entries), head(entries[:2]), head(entries[1:]), head(entries[::-1])}) == 4
