"""The quality report says what is known, what is not, and who signed, in both formats alike."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from html import unescape
from typing import Literal

import pytest

from registry.errors import InvalidInput
from registry.reports.document import Callout, Words
from registry.reports.facts import VersionFacts
from registry.reports.quality import quality
from registry.reports.rendering.render import render as printed
from registry.reports.table import Table
from tests.unit.reports.example import (
    evaluation,
    measurement,
    quality_facts,
    shape,
    trend,
)
from tests.unit.reports.reading import all_blocks, lines, of, section, tables, texts, under

FORMATS: tuple[Literal["html", "md"], ...] = ("html", "md")
both = pytest.mark.parametrize("form", FORMATS)


def render(facts: VersionFacts, form: str) -> str:
    return printed(quality(facts), form).decode()


def verdict_of(facts: VersionFacts) -> Callout:
    (found,) = of(Callout, section(quality(facts), "verdict").blocks)
    return found


def fidelity_tables(facts: VersionFacts) -> list[Table]:
    return tables(section(quality(facts), "fidelity").blocks)


def limitations(facts: VersionFacts) -> tuple[str, ...]:
    return texts(under(section(quality(facts), "uses"), "Limitations found in the evidence"))


def with_measurements(*measurements: object, **changes: object) -> VersionFacts:
    run = replace(evaluation(), measurements=measurements, histograms=())
    return replace(quality_facts(), evaluations=(run,), **changes)


def text_of(page: str) -> str:
    """What a reader sees: tags out, entities and escapes back."""
    return unescape(re.sub(r"<[^>]+>", "\n", page))


@both
def test_the_verdict_stands_before_everything_else(form: Literal["html", "md"]) -> None:
    page = render(quality_facts(), form)
    order = [page.index(word) for word in ("Denied", "PRV-003 failed", "Overall fidelity")]
    assert order == sorted(order)


@both
def test_reasons_carry_observed_expected_and_the_next_step(form: Literal["html", "md"]) -> None:
    page = render(quality_facts(), form)
    assert "is 0.2225, below 0.2 is required (over by 0.0225). What to do: Lower epsilon" in page


def test_a_rule_that_fails_for_many_columns_is_one_reason_led_by_the_worst() -> None:
    facts = quality_facts()
    failed = facts.decisions[0].findings[1]
    many = tuple(
        failed._replace(scope=(name,), margin=margin, said=f"inference[{name}] is too high")
        for name, margin in (("age", -0.1), ("visits", -0.6), ("health", -0.2))
    )
    verdict = verdict_of(replace(facts, decisions=(replace(facts.decisions[0], findings=many),)))
    assert verdict.sentence.startswith("3 checks failed")
    assert verdict.reasons == (
        "PRV-003 failed: inference[visits] is too high. The same rule came out so for 2 more: "
        "health, age. What to do: Lower epsilon, or leave the column out.",
    )


def test_a_version_nobody_decided_on_is_not_permitted() -> None:
    facts = replace(quality_facts(), decisions=(), signoffs=(), releases=())
    for form in FORMATS:
        assert "nothing here permits its release" in render(facts, form)


def test_a_decision_without_a_single_check_does_not_claim_that_checks_passed() -> None:
    facts = quality_facts()
    bare = replace(facts.decisions[0], findings=(), policies=())
    verdict = verdict_of(replace(facts, decisions=(bare,)))
    assert verdict.sentence == "No check was made under no policy: none governs this use."


@both
@pytest.mark.parametrize("family", ["Fidelity", "Utility", "Privacy risk"])
def test_a_family_without_measurements_reads_not_evaluated(
    form: Literal["html", "md"], family: str
) -> None:
    page = render(replace(quality_facts(), evaluations=()), form)
    assert f"{family}: not evaluated." in page
    assert "Distributions: not evaluated." in page


def test_every_summary_figure_reads_not_evaluated_without_evidence() -> None:
    document = quality(replace(quality_facts(), evaluations=()))
    found = lines(section(document, "summary").blocks)
    assert [line.value for line in found[:5]] == ["not evaluated"] * 5


def test_columns_and_pairs_nobody_measured_are_named() -> None:
    fidelity = section(quality(quality_facts()), "fidelity").blocks
    missing = [one.text for one in of(Words, fidelity) if one.tone == "absent"]
    assert missing[0] == "Shape was not evaluated for 1 of 5 columns: health."
    assert missing[1].startswith("Trend was not evaluated for 7 of 10 pairs of columns")


@both
def test_what_was_not_measurable_stands_with_its_cause(form: Literal["html", "md"]) -> None:
    page = render(quality_facts(), form)
    section = page[page.index("Measurements that could not be made") :]
    assert "Column shape: visits" in section
    assert "the synthetic column is constant" in section


def test_an_unmeasured_column_heads_its_table() -> None:
    shapes = fidelity_tables(quality_facts())[1]
    assert [row[:2] for row in shapes.rows[:2]] == [
        ("visits", "not measurable"),
        ("income", "0.774"),
    ]


def test_worse_pairs_come_first_and_the_rest_is_folded() -> None:
    pairs = [trend((f"a{i}", f"b{i}"), 0.5 + i / 100) for i in range(12)]
    table = fidelity_tables(with_measurements(*reversed(pairs)))[0]
    assert [row[1] for row in table.rows] == sorted(row[1] for row in table.rows)
    assert (len(table.first), len(table.rest)) == (8, 4)
    assert "4 more rows" in render(with_measurements(*pairs), "html")


def test_where_evaluations_differ_the_worst_one_is_summarised_and_both_are_shown() -> None:
    facts = quality_facts()
    worse = replace(evaluation(digest="9"), measurements=(trend(("age", "income"), 0.4),))
    both_of_them = replace(facts, evaluations=(*facts.evaluations, worse))
    found = lines(section(quality(both_of_them), "summary").blocks)
    weakest = next(line for line in found if line.label == "Weakest pair of columns")
    assert weakest.value == "0.400"
    names = {row[0] for row in fidelity_tables(both_of_them)[2].rows}
    assert {"age and income (E1)", "age and income (E3)"} <= names


def test_exploratory_evaluations_are_listed_and_enter_no_table() -> None:
    facts = quality_facts()
    lucky = replace(
        evaluation(admissible=False, seed=424242), measurements=(trend(("age", "income"), 0.111),)
    )
    document = quality(replace(facts, evaluations=(facts.evaluations[0], lucky)))
    (listed,) = tables(under(section(document, "record"), "Exploratory evaluations"))
    assert [row[:2] for row in listed.rows] == [("E2", "424242")]
    for form in FORMATS:
        assert "0.111" not in render(replace(facts, evaluations=(evaluation(), lucky)), form)


def test_the_summary_leads_with_the_highest_bound_and_names_what_was_not_measured() -> None:
    lost = measurement(
        "privacy.singling_out",
        "Singling out risk",
        None,
        unit="risk",
        direction="lower",
        cause="too few predicates",
    )
    facts = quality_facts()
    run = replace(evaluation(), measurements=(lost, *evaluation().measurements[-2:]))
    (line,) = (
        one
        for one in lines(section(quality(replace(facts, evaluations=(run,))), "summary").blocks)
        if one.label == "Attack risk"
    )
    assert line.value == "up to 0.223"
    assert line.note.startswith("measured 0.157; Inference risk: income")
    assert line.note.endswith("not measurable: Singling out risk")


def test_an_intended_use_without_a_decision_is_not_recommended() -> None:
    uses = section(quality(quality_facts()), "uses")
    recommended = texts(under(uses, "Recommended uses"))
    refused = texts(under(uses, "Uses not permitted, or not decided"))
    assert not any("Software testing" in text for text in recommended)
    assert any(text.startswith("Software testing: intended") for text in refused)


def test_limitations_name_the_pair_its_figure_and_the_limit() -> None:
    limits = limitations(quality_facts())
    wanted = "joint distribution of age and income: trend similarity 0.621, below 0.80."
    assert any(wanted in text for text in limits)
    assert not any("age and coinsurance" in text for text in limits)


def test_a_similarity_at_the_limit_is_no_limitation() -> None:
    limits = limitations(with_measurements(shape("age", 0.80)))
    assert not any("distribution of age" in text for text in limits)


def test_an_attack_whose_interval_lies_above_guessing_is_a_limitation() -> None:
    limits = limitations(quality_facts())
    assert any("Do not treat it as anonymous (income)" in text for text in limits)
    assert not any("singling-out attack" in text for text in limits)


def test_an_attack_weaker_than_its_baseline_is_not_read_as_safety() -> None:
    limits = limitations(quality_facts())
    assert any("safety for Linkability risk" in text for text in limits)


def test_a_privacy_claim_is_at_best_not_contradicted() -> None:
    calm = measurement(
        "privacy.singling_out",
        "Singling out risk",
        0.01,
        (0.0, 0.05),
        interval="anonymeter-95",
        direction="lower",
        unit="risk",
    )
    limits = limitations(with_measurements(calm))
    assert any("not contradicted by 1 privacy measurement" in text for text in limits)


@both
def test_a_sign_off_prints_name_role_time_meaning_and_how(form: Literal["html", "md"]) -> None:
    page = text_of(render(quality_facts(), form))
    for shown in (
        "Katherine Johnson",
        "privacy officer",
        "Approved",
        "2026-03-02 08:15:30 UTC",
        "password and one-time code",
    ):
        assert shown in page[page.index("Printed name") :]


@both
def test_in_local_mode_the_page_says_so_first_and_labels_each_sign_off(
    form: Literal["html", "md"],
) -> None:
    page = render(replace(quality_facts(), local_mode=True), form)
    assert page.index("Local mode.") < page.index("Denied")
    assert "password and one-time code" not in page
    assert page.count("unauthenticated (local mode)") == 1 + 2 + 2
    assert "Local mode" not in render(quality_facts(), form)


@both
def test_digests_policies_and_the_print_time_are_on_the_page(form: Literal["html", "md"]) -> None:
    page = render(quality_facts(), form)
    for letter in "abcde12":
        assert "sha256:" + letter * 64 in page
    assert "health-tabular-external 2.1.0" in page
    assert "printed 2026-03-03 07:00:00 UTC" in page


def every_table(facts: VersionFacts) -> list[Table]:
    return tables(all_blocks(quality(facts)))


def html_rows(page: str) -> list[tuple[str, ...]]:
    rows = re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
    return [
        tuple(text_of(cell).strip() for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row))
        for row in rows
    ]


def md_rows(page: str) -> list[tuple[str, ...]]:
    rows = [line for line in page.splitlines() if line.startswith("|")]
    clean = (text_of(re.sub(r"\\([^\w\s])", r"\1", row)) for row in rows)
    return [tuple(cell.strip() for cell in row.strip("|").split(" | ")) for row in clean]


def test_both_formats_print_every_row_of_every_table() -> None:
    facts = quality_facts()
    wanted = [row for table in every_table(facts) for row in table.rows]
    page, text = html_rows(render(facts, "html")), md_rows(render(facts, "md"))
    assert len(wanted) > 50
    assert [row for row in wanted if row not in page] == []
    assert [row for row in wanted if row not in text] == []


def test_no_cell_of_any_table_is_blank() -> None:
    for table in every_table(quality_facts()):
        for row in table.rows:
            assert len(row) == len(table.columns)
            assert all(row)


def test_the_same_facts_give_the_same_bytes() -> None:
    for form in FORMATS:
        assert render(quality_facts(), form) == render(quality_facts(), form)


def test_a_figure_that_is_not_a_number_is_refused() -> None:
    with pytest.raises(InvalidInput, match="not a number"):
        render(with_measurements(shape("age", float("nan"))), "html")


def test_the_page_asks_for_nothing_and_runs_nothing() -> None:
    page = render(quality_facts(), "html").lower()
    for reach in ("http://", "https://", "src=", "<script", "@import", "url(", "<link", "onload"):
        assert reach not in page


def test_the_page_is_accessible_in_its_structure() -> None:
    page = render(quality_facts(), "html")
    levels = [int(level) for level in re.findall(r"<h([1-6])", page)]
    assert '<html lang="en">' in page
    assert '<a class="skip" href="#verdict">' in page
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert page.count("<table>") == page.count("<caption>")
    assert re.search(r"<th>", page) is None
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
