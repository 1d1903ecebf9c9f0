"""Two versions side by side: the worse comes first, and nothing missing looks like no change."""

from __future__ import annotations

from dataclasses import replace

from registry.reports.comparison import comparison
from registry.reports.document import Callout, Document, Rows
from registry.reports.facts import VersionFacts
from registry.reports.rendering.render import render
from registry.reports.table import Table
from tests.unit.reports.example import evaluation, quality_facts, shape


def measured(number: int, *shapes: tuple[str, float]) -> VersionFacts:
    run = replace(evaluation(), measurements=tuple(shape(*one) for one in shapes))
    return replace(quality_facts(), version=number, evaluations=(run,))


def rows_of(document: Document, anchor: str) -> Table:
    section = document.section(anchor)
    assert section is not None
    (found,) = (block.table for block in section.blocks if isinstance(block, Rows))
    return found


def verdict(document: Document) -> Callout:
    section = document.section("verdict")
    assert section is not None and isinstance(section.blocks[0], Callout)
    return section.blocks[0]


def test_what_became_worse_beyond_noise_comes_first_and_is_set_off() -> None:
    made = comparison(
        measured(1, ("age", 0.95), ("income", 0.90), ("visits", 0.80)),
        measured(2, ("age", 0.949), ("income", 0.70), ("visits", 0.93)),
    )
    table = rows_of(made, "fidelity")

    assert [(row[0], row[3], row[5]) for row in table.rows] == [
        ("Column shape: income", "-0.200", "worse, beyond noise"),
        ("Column shape: visits", "+0.130", "better, beyond noise"),
        ("Column shape: age", "-0.001", "within noise"),
    ]
    assert table.marked == 2
    assert '<tr class="marked">' in render(made, "html").decode()


def test_the_verdict_counts_and_names_the_worst() -> None:
    said = verdict(
        comparison(measured(1, ("age", 0.95), ("income", 0.9)), measured(2, ("income", 0.7)))
    )

    assert said.word == "Differs"
    assert "1 are worse and 0 are better beyond noise; 1 more could not be compared" in (
        said.sentence
    )
    assert said.reasons == ("Column shape: income is worse: 0.900 to 0.700.",)


def test_what_one_version_was_not_measured_for_is_no_change() -> None:
    table = rows_of(
        comparison(measured(1, ("age", 0.95)), measured(2, ("visits", 0.9))), "fidelity"
    )

    assert {row[1:3] + row[5:] for row in table.rows} == {
        ("0.950", "not evaluated", "cannot be told"),
        ("not evaluated", "0.900", "cannot be told"),
    }


def test_without_evidence_nothing_is_said_to_be_alike() -> None:
    bare = replace(quality_facts(), evaluations=())

    assert verdict(comparison(bare, bare)).word == "Cannot be told"


def test_another_real_source_is_said_before_any_figure() -> None:
    first = measured(1, ("age", 0.9))
    elsewhere = replace(first.source, training_digest="sha256:" + "9" * 64)

    assert any(
        "different real sources" in text
        for text in comparison(first, replace(first, source=elsewhere)).notices
    )
    assert not any("different" in text for text in comparison(first, first).notices)


def test_where_evaluations_differ_the_worst_of_each_version_is_compared() -> None:
    first = measured(1, ("age", 0.95))
    lucky = replace(evaluation(digest="9"), measurements=(shape("age", 0.99),))
    table = rows_of(
        comparison(first, replace(first, evaluations=(*first.evaluations, lucky))), "fidelity"
    )

    assert [row[1:3] for row in table.rows] == [("0.950", "0.950")]
