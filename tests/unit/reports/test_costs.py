"""What releases of a source have cost: nobody is told of a bound where there is none."""

from __future__ import annotations

import re
from dataclasses import replace
from math import inf

import pytest

from registry.ledger.meaning import Cost, most_found
from registry.ledger.wording import share
from registry.reports.cost_facts import AudienceFacts, CostFacts, StepFacts
from registry.reports.costs import meant, spent
from registry.reports.outward import amount
from registry.reports.quality import quality
from registry.reports.rendering.render import render
from registry.reports.spending import spending
from registry.reports.summary import summary
from registry.reports.tradeoff import tradeoff
from tests.unit.reports.example import cost_facts, quality_facts
from tests.unit.reports.outside_example import GUARANTEE
from tests.unit.reports.reading import figures, tables, texts

LABEL = "rand-hie-synthetic@3"


def rows(facts: CostFacts, caption: str) -> list[tuple[str, ...]]:
    (found,) = (one for one in tables(spent(facts)) if one.caption.startswith(caption))
    return list(found.rows)


def standing(facts: CostFacts) -> tuple[str, ...]:
    """The sentences of what each audience has received, without the lead."""
    return texts(spent(facts))[1:]


def audience(name: str, **changes: object) -> AudienceFacts:
    (found,) = (one for one in cost_facts().audiences if one.name == name)
    return replace(found, **changes)  # type: ignore[arg-type]


def test_every_entry_says_what_happened_and_what_it_claims() -> None:
    said = rows(cost_facts(), "Ledger")

    assert [row[1] for row in said[2:5]] == [
        "rand-hie-synthetic@3 was made",
        "rand-hie-synthetic@1 was released, partner",
        "rand-hie-synthetic@2 was released, internal",
    ]
    assert said[-1][1].startswith("rand-hie-synthetic@2 informed the choice")
    assert [row[2] for row in said] == ["no guarantee", "3", "3", "no guarantee", "3", "3", "3"]


def test_a_budget_says_what_is_left_and_what_that_buys() -> None:
    inside, _ = standing(cost_facts())

    assert "epsilon 6 and delta 2e-06 is spent; epsilon 2 and delta 8e-06 is left" in inside
    assert "no room for another release of epsilon 3" in inside


def test_a_renyi_loss_is_told_with_its_order_and_a_filter_with_its_own() -> None:
    facts = cost_facts()
    alone = replace(facts.entries[1], epsilon=None, delta=None, renyi=((8.0, 0.5),))
    both = replace(facts.entries[1], renyi=((8.0, 0.5), (16.0, 1.25)))
    limit = replace(audience("internal").budget, method="rdp", order=8.0)  # type: ignore[type-var]
    received = (audience("internal", budget=limit),)
    facts = replace(facts, entries=(alone, both), audiences=received)

    told = [row[2] for row in rows(facts, "Ledger")]

    assert told == ["0.5 at Renyi order 8", "3 (0.5 at Renyi order 8, and at 1 more)"]
    (inside,) = standing(facts)
    assert "may have epsilon 2, by the Renyi filter at order 8 that was declared" in inside


def test_the_summary_tells_of_a_renyi_loss_without_an_epsilon() -> None:
    claim = {"epsilon": None, "delta": None, "renyi": [{"order": 8.0, "epsilon": 0.5}]}

    lines = summary(replace(quality_facts(), guarantee=claim))

    assert "0.5 at Renyi order 8" in [one.value for one in lines]


def test_what_nothing_bounds_is_named_and_infinite_in_every_place() -> None:
    partner = standing(cost_facts())[1]

    assert "nothing bounds what was exposed, because of rand-hie-synthetic@1" in partner
    assert ("exposed, partner", "every method", "infinite") in [
        row[:3] for row in rows(cost_facts(), "The same entries")
    ]
    drawn = figures(spent(cost_facts()))[1]
    assert drawn.table is not None
    assert "no bound" in str(drawn.picture)
    assert drawn.table.rows[0][2] == "infinite"


def test_methods_stand_side_by_side_and_only_those_that_hold_say_so() -> None:
    internal = [row for row in rows(cost_facts(), "The same") if row[0] == "exposed, internal"]

    assert [(row[1], row[2], row[4]) for row in internal] == [
        ("basic", "6", "yes"),
        ("pld", "4.913", "for comparison"),
    ]


def test_a_total_that_cannot_be_told_says_why_and_shows_no_figure() -> None:
    unlike = "the guarantee of a@1 is per record, B-2 per person: they do not add up"
    unknown = audience("internal", epsilon=None, delta=None, why=unlike, steps=())
    facts = replace(cost_facts(), audiences=(unknown,))

    assert standing(facts) == (f"Internal: the total cannot be told: {unlike}.",)
    assert figures(spent(facts)) == []


def test_without_a_budget_nothing_is_said_to_be_left() -> None:
    (said,) = standing(replace(cost_facts(), audiences=(audience("internal", budget=None),)))

    assert "no budget was declared" in said
    assert "left" not in said


def test_a_version_without_a_guarantee_has_no_curve_and_no_promise() -> None:
    facts = replace(cost_facts(), claim=None, unclaimed="the card claims no guarantee")
    found = meant(facts, "rand-hie-synthetic@1")

    assert figures(found) == []
    assert any("Nothing is guaranteed" in text for text in texts(found))


def test_a_contradicted_claim_is_not_explained_without_saying_so() -> None:
    against = "AUD-1, many-run: CONTRADICTED, epsilon is at least 4 where epsilon 3 is claimed"
    facts = replace(cost_facts(), audited="CONTRADICTED", audits=(against,))
    whole = replace(quality_facts(), costs=facts)

    assert texts(meant(facts, LABEL))[-1] == f"The claim is CONTRADICTED: {against}."
    assert "as claimed by its maker, CONTRADICTED" in {line.note for line in summary(whole)}


@pytest.mark.parametrize("form", ["html", "md"])
def test_the_section_is_in_both_formats(form: str) -> None:
    page = render(quality(quality_facts()), form).decode()

    assert "What releases of this source have cost" in page
    assert "What this epsilon means" in page


def test_a_step_is_as_high_as_its_share_of_the_axis() -> None:
    figure = spending(audience("internal"), "key")
    assert figure is not None
    levels = re.findall(r'<circle class="value" cx="[\d.]+" cy="([\d.]+)"', str(figure.picture))
    limit = re.search(r'class="limit" x1="[\d.]+" y1="([\d.]+)"', str(figure.picture))

    # The axis ends at 10: the base at 180, 15 a unit.
    assert [float(level) for level in levels] == [135.0, 90.0]
    assert limit is not None and float(limit[1]) == 60.0


def test_many_steps_are_drawn_within_the_picture() -> None:
    steps = tuple(StepFacts(place, "a@1", float(place)) for place in range(1, 61))
    figure = spending(audience("internal", budget=None, steps=steps, before=40), "key")
    assert figure is not None
    points = re.findall(r"([\d.]+),([\d.]+)", str(figure.picture))

    assert all(44 <= float(x) <= 336 and 30 <= float(y) <= 180 for x, y in points)
    assert "40 of the entries before are not drawn" in figure.caption


def test_the_curve_and_its_table_are_the_bound() -> None:
    cost = Cost(3.0, 1e-6)
    figure = tradeoff({"it": cost}, "key")
    assert figure is not None

    assert figure.table is not None
    assert figure.table.rows[0] == ("1%", "1%", share(most_found(cost, 0.01)))
    assert tradeoff({}, "key") is None


def test_the_names_of_people_and_versions_are_escaped_in_pictures() -> None:
    figure = tradeoff({"<b>&": Cost(1.0)}, "key")
    assert figure is not None and "<b>" not in str(figure.picture)


def test_an_infinite_step_meets_the_top_and_a_finite_one_does_not() -> None:
    figure = spending(
        audience("partner", steps=(StepFacts(1, "a@1", 1.0), StepFacts(2, "a@2", inf))), "key"
    )
    assert figure is not None
    first, second = re.findall(r'cy="([\d.]+)"', str(figure.picture))

    assert float(second) == 30.0 < float(first)


def test_what_goes_outside_tells_of_a_renyi_loss_too() -> None:
    alone = replace(GUARANTEE, epsilon=None, delta=None, variant="renyi", renyi=((8.0, 0.5),))

    assert amount(alone) == "0.5 at Renyi order 8"
