"""The portfolio report puts what is wrong before what is to come, and leaves out no count."""

from __future__ import annotations

from dataclasses import replace

from registry.reports.document import Callout
from registry.reports.portfolio.facts import (
    BudgetUse,
    DatasetFacts,
    MonthFacts,
    Need,
    PortfolioFacts,
)
from registry.reports.portfolio.portfolio import MOST, portfolio
from registry.reports.portfolio.trend import monthly
from registry.reports.rendering.render import render

AT = "2026-03-01T09:30:00.000000Z"
CLAIMS = DatasetFacts(
    *("claims", "hospital", "special-category", 4, 4, "evaluated", AT, 2, "2026-05-31"),
    *(1, 1, 0),
)
IDLE = DatasetFacts(*("idle", "hospital", "internal", 1, 1, "withdrawn", AT, 0, None), *(0, 0, 0))
SOON = Need(3, "2026-03-20", "Release ends soon", "REL-2", "it ends on 2026-03-20", "tell them")
WRONG = Need(2, AT, "Recall not acknowledged", "REL-1", "no answer for 9 days", "ask them")
BUDGETS = (
    BudgetUse("hospital", "partner", "B-1", 4.0, 0.75, "in force", "within"),
    BudgetUse("clinic", "public", "B-2", 1.0, None, "in force", "nothing bounds the loss"),
    BudgetUse("lab", "partner", "B-3", 1.0, 1.5, "in force", "more than the epsilon 1"),
)
FACTS = PortfolioFacts(
    datasets=(IDLE, CLAIMS),
    budgets=BUDGETS,
    months=(MonthFacts("2026-02", 0, 0, 3), MonthFacts("2026-03", 2, 2, 11)),
    needs=(SOON, WRONG),
    local_mode=False,
    printed_at=AT,
)


def said(facts: PortfolioFacts = FACTS) -> str:
    return render(portfolio(facts), "md").decode().replace("\\", "")


def standing(facts: PortfolioFacts) -> Callout:
    found = portfolio(facts).sections[0].blocks[0]
    assert isinstance(found, Callout)
    return found


def test_the_most_pressing_matter_comes_first() -> None:
    page = said()

    assert page.index("Recall not acknowledged") < page.index("Release ends soon")
    assert standing(FACTS).word == "Act now"
    assert "1 matter cannot wait, 1 matter will come up." in page


def test_what_is_only_to_come_is_no_alarm_and_nothing_is_said_to_be_nothing() -> None:
    assert standing(replace(FACTS, needs=(SOON,))).word == "Look ahead"

    calm = standing(replace(FACTS, needs=()))

    assert (calm.outcome, calm.word) == ("allow", "Nothing is waiting")
    assert "nothing ends within 30 days" in calm.sentence


def test_every_dataset_stands_with_its_state_and_what_is_open() -> None:
    page = said()

    assert (
        "| claims | hospital, special category | @4 of 4, 2026-03-01 | evaluated | 2 "
        "| 2026-05-31 | 1 | 1 | 0 |"
    ) in page
    assert (
        "| idle | hospital, internal | @1 of 1, 2026-03-01 | withdrawn | 0 | none in force" in page
    )
    assert page.index("| claims |") < page.index("| idle |")


def test_a_total_that_cannot_be_told_is_the_fullest_budget_and_has_no_figure() -> None:
    page = said().partition("## Budgets")[2]

    assert "| B-2 | 1 | cannot be told |" in page
    assert "| B-3 | 1 | more than all of it |" in page
    assert "| B-1 | 4 | 75% |" in page
    assert page.index("B-2") < page.index("B-3") < page.index("B-1")


def test_what_is_not_listed_is_counted_and_can_be_had() -> None:
    many = tuple(replace(IDLE, name=f"idle-{at}") for at in range(MOST + 20))

    page = said(replace(FACTS, datasets=(*many, CLAIMS)))

    assert "21 more, with less to look at, are not listed: `registry datasets list`." in page
    assert "| claims |" in page


def test_the_trend_is_drawn_with_its_unit_and_a_table_behind_it() -> None:
    drawn = monthly(
        "denials", "Denials in each month", "denials", (("2026-01", 0), ("2026-02", 11))
    )

    assert drawn.picture is not None and drawn.table is not None
    assert drawn.table.rows == (("2026-01", "0"), ("2026-02", "11"))
    assert drawn.caption == "Denials: 0 in 2026-01, 11 in 2026-02; the most were 11."
    assert drawn.picture.count("<rect") == 1  # a month without any has no bar
    assert ">20<" in drawn.picture and ">denials<" in drawn.picture


def test_months_without_anything_still_have_an_axis() -> None:
    drawn = monthly("x", "Denials", "denials", (("2026-01", 0),))

    assert drawn.picture is not None and "<rect" not in drawn.picture
