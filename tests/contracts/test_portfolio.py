"""The portfolio report counts what the store holds, in a number of queries that does not grow."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
import sqlalchemy as sa
from contracts.budgeting import RESEARCH, budget, released
from world import World

from registry.errors import NotPermitted
from registry.reports.portfolio.facts import PortfolioFacts
from registry.reports.rendering.render import render
from registry.store.database import reading, writing
from registry.workflow.check import check
from registry.workflow.reports.portfolio import portfolio, portfolio_facts
from registry.workflow.revoke import revoke


def facts(world: World) -> PortfolioFacts:
    with reading(world.home.engine) as session:
        return portfolio_facts(world.home, session)


def later(world: World, days: int) -> None:
    world.home.clock.advance(days=days)  # type: ignore[attr-defined]


@contextmanager
def counted(world: World) -> Iterator[list[str]]:
    """Every statement that the database is sent meanwhile."""
    seen: list[str] = []

    def note(*event: object) -> None:
        seen.append(str(event[2]))

    sa.event.listen(world.home.engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(world.home.engine, "before_cursor_execute", note)


def test_a_dataset_stands_with_its_versions_releases_and_what_is_open(world: World) -> None:
    released(world, world.label)
    world.submit(world.register(4), RESEARCH)

    (one,) = facts(world).datasets

    assert (one.name, one.source, one.versions, one.newest) == ("claims", "hospital", 2, 2)
    assert (one.state, one.in_force, one.ends) == ("registered", 1, "2026-05-31")
    assert (one.waiting, one.recalls, one.waivers) == (1, 0, 0)


def test_a_release_counts_until_its_day_is_over_or_somebody_ends_it(world: World) -> None:
    released(world, world.label)
    released(world, world.label, wanted=RESEARCH)
    revoke(world.by("carla"), "REL-1", "a flaw was found")
    (now,) = facts(world).datasets
    later(world, 91)
    (then,) = facts(world).datasets

    assert (now.in_force, now.recalls) == (1, 1)
    assert (then.in_force, then.ends) == (0, None)


def test_the_trend_has_twelve_months_and_says_what_stood_at_the_end_of_each(
    world: World,
) -> None:
    released(world, world.label)
    released(world, world.label, wanted=RESEARCH)
    later(world, 31)
    revoke(world.by("carla"), "REL-1", "a flaw was found")
    later(world, 61)

    months = {one.month: one for one in facts(world).months}

    assert list(months)[-1] == "2026-06" and len(months) == 12
    found = {month: (one.in_force, one.granted) for month, one in months.items()}
    assert found["2026-02"] == (0, 0)
    assert found["2026-03"] == (2, 2)
    assert found["2026-04"] == (1, 0)
    assert found["2026-05"] == found["2026-06"] == (0, 0)  # its last day was 2026-05-31


def test_denials_are_counted_in_the_month_in_which_they_happened(world: World) -> None:
    weak = world.register(4, epsilon="9.0")
    check(world.home, weak, RESEARCH)
    later(world, 40)
    check(world.home, weak, replace(RESEARCH, use="model-development"))

    months = {one.month: one.denied for one in facts(world).months}

    assert (months["2026-03"], months["2026-04"]) == (1, 1)


def test_what_is_wrong_now_comes_before_what_is_to_come(world: World) -> None:
    released(world, world.label)
    released(world, world.label, wanted=RESEARCH)
    revoke(world.by("carla"), "REL-1", "a flaw was found")
    later(world, 70)

    needs = sorted(facts(world).needs, key=lambda one: one.rank)

    assert [one.what for one in needs] == ["Recall not acknowledged", "Release ends soon"]
    assert "has not answered for 70 days" in needs[0].why
    page = render(portfolio(world.home), "md").decode()
    assert page.index("Act now") < page.index("Recall not acknowledged")


def test_a_request_that_waits_too_long_is_named(world: World) -> None:
    world.submit()
    assert not facts(world).needs
    later(world, 15)

    (one,) = facts(world).needs

    assert (one.what, one.about) == ("Request waits", "R-1 of claims@1")


def test_a_budget_shows_how_much_of_it_is_used(world: World) -> None:
    budget(world, epsilon=2.4)
    released(world, world.label)

    found = facts(world)

    (one,) = found.budgets
    assert (one.source, one.audience, one.label) == ("hospital", "internal", "B-1")
    assert one.used == pytest.approx(2.0 / 2.4)
    assert [need.what for need in found.needs] == ["Budget nearly spent"]


def test_more_versions_and_releases_ask_for_no_more_queries(world: World) -> None:
    budget(world, epsilon=90.0, delta=1e-3)
    released(world, world.label)
    with counted(world) as few:
        facts(world)
    for seed in range(4, 9):
        released(world, world.register(seed))
    with counted(world) as many:
        facts(world)

    assert len(few) == len(many) > 5


def test_an_empty_registry_has_nothing_to_report(world: World) -> None:
    with writing(world.home.engine) as session:
        session.execute(sa.text("DELETE FROM guarantee"))
        session.execute(sa.text("DELETE FROM generator"))
        session.execute(sa.text("DELETE FROM dataset_version"))

    page = render(portfolio(world.home), "md").decode()

    assert "No dataset was registered." in page
    assert "Nothing needs attention." in page
    assert "No budget is in force: nothing limits what is exposed." in page


def test_a_token_without_the_scope_of_reports_gets_none(world: World) -> None:
    identity = world.by("ada").identity
    assert identity is not None
    robot = replace(world.home, identity=replace(identity, scopes=frozenset({"check"})))

    with pytest.raises(NotPermitted, match="not good for `report`"):
        portfolio(robot)
