"""The dataset card tells its readers what it is, what it is for, and what they must not do."""

from __future__ import annotations

from dataclasses import replace

from registry.reports.card import ALWAYS, card
from registry.reports.document import Callout
from registry.reports.outside_facts import CardFacts
from registry.reports.outward import NOT_COVERED
from registry.reports.rendering.render import render
from tests.unit.reports.outside_example import DISCLOSURE, card_facts


def said(facts: CardFacts) -> str:
    return render(card(facts), "md").decode().replace("\\", "")


def standing(facts: CardFacts) -> Callout:
    (found,) = card(facts).sections[0].blocks
    assert isinstance(found, Callout)
    return found


def test_it_says_what_the_data_is_how_it_was_made_and_whom_to_ask() -> None:
    page = said(card_facts())

    for words in (
        *(
            "Claims of adults, one row a person.",
            "mst 1.0",
            "Claims of 2019",
            "age, income, visits",
        ),
        *("Rare codes are pooled.", "Children are missing.", "data@insurer.example"),
        *("Developing models of visits", "Re-identification.", NOT_COVERED),
    ):
        assert words in page
    for words in ALWAYS:
        assert words in page


def test_the_terms_of_a_release_name_no_recipient() -> None:
    assert "model development | partner | DE | DUA-1 | 2026-12-31 (UTC)" in said(card_facts())


def test_each_metric_has_a_band_and_the_demand_it_is_held_against() -> None:
    page = said(card_facts())

    assert "Column shape, the least of 9 | at least 0.9 | Meets" in page
    assert "Inference advantage, the least of 7 | at most 0.1 | Does not meet, waived by" in page
    assert "TSTR over TRTR | at least 0.8 | Not evaluated" in page
    assert "Least figure" not in page


def test_disclosed_figures_stand_beside_the_bands_with_who_disclosed_them() -> None:
    facts = card_facts()
    shown = tuple(replace(one, figure="0.31, at most 0.33") for one in facts.bands)

    page = said(replace(facts, bands=shown, disclosure=DISCLOSURE))

    assert "Least figure" in page and "0.31, at most 0.33" in page
    assert "It was Paula Lind, on 2026-03-01 09:30:00 UTC" in page


def test_without_a_release_in_force_nothing_permits_its_use() -> None:
    found = standing(replace(card_facts(), terms=()))

    assert (found.outcome, found.word) == ("deny", "No: not released")


def test_what_was_withdrawn_is_to_be_deleted_whatever_was_released() -> None:
    found = standing(replace(card_facts(), withdrawn="claims@2 was withdrawn on 2026-03-02: why"))

    assert (found.outcome, found.word) == ("deny", "No: withdrawn")
    assert "Delete your copies." in found.sentence


def test_what_nobody_stated_or_measured_is_said_to_be_missing() -> None:
    bare = replace(
        card_facts(), limitations=(), biases=(), people=(), about=None, bands=(), guarantee=None
    )

    page = said(bare)

    assert "which does not mean that it has none" in page
    assert "Measured results: not evaluated" in page
    assert "The card names nobody" in page
    assert "No differential privacy is claimed" in page
