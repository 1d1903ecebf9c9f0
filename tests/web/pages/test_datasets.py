"""The list of versions: found by what stands in the address, a page at a time."""

import re

import pytest
from conftest import real_table
from web.pages.browser import Browser
from world import CARD, INTERNAL, World

from registry.card import read_card
from registry.errors import InvalidInput
from registry.policy.facts import Context as Wanted
from registry.workflow.browse.filters import Filters
from registry.workflow.browse.versions import Listing, versions
from registry.workflow.check import check
from registry.workflow.register import register
from registry.workflow.withdraw_source import withdraw_source
from registry.workflow.withdraw_version import withdraw_version

LINK = re.compile(r'<th scope="row"><a href="/datasets/([^"]+)"')


def listed(page: str) -> list[str]:
    return LINK.findall(page)


def found(world: World, size: int = 25, **filters: str) -> list[str]:
    return [one.version for one in versions(world.home, Filters.of(filters), size).rows]


def page_of(world: World, size: int, **filters: str) -> Listing:
    return versions(world.home, Filters.of(filters), size)


def unclaimed(world: World, name: str, seed: int) -> str:
    """A version of another dataset, by another generator, without a claim."""
    card = (CARD % {"epsilon": "1.0"}).replace("name: claims", f"name: {name}")
    card = card[: card.index("guarantee:")].replace("name: mst", "name: GaussianCopula")
    data = world.folder / f"{name}.csv"
    real_table(seed).to_csv(data, index=False)
    return register(world.by("ada"), data, read_card(card.encode(), "card.yaml")).label


@pytest.fixture
def several(world: World) -> World:
    """claims@1 to claims@4, epsilons 2, 1, 3 and 2, and visits@1 without a claim."""
    for seed, epsilon in ((4, "1.0"), (5, "3.0"), (6, "2.0")):
        world.register(seed, epsilon=epsilon)
    unclaimed(world, "visits", 7)
    return world


def test_the_newest_version_comes_first(several: World, ada: Browser) -> None:
    page = ada.get("/datasets")

    assert listed(page) == ["visits@1", "claims@4", "claims@3", "claims@2", "claims@1"]
    assert "5 versions." in page


def test_an_order_is_kept_by_name_and_by_epsilon(several: World) -> None:
    assert found(several, sort="oldest")[0] == "claims@1"
    assert found(several, sort="name") == [
        "claims@1",
        "claims@2",
        "claims@3",
        "claims@4",
        "visits@1",
    ]
    assert found(several, sort="epsilon") == ["claims@2", "claims@1", "claims@4", "claims@3"]


@pytest.mark.parametrize("sort", ["newest", "oldest", "name", "epsilon"])
def test_pages_forth_and_back_hold_every_version_once(several: World, sort: str) -> None:
    whole = found(several, sort=sort)
    forth: list[str] = []
    page = page_of(several, 2, sort=sort)
    forth += [one.version for one in page.rows]
    assert page.before == ""
    while page.after:
        page = page_of(several, 2, sort=sort, after=page.after)
        forth += [one.version for one in page.rows]

    back = [one.version for one in page.rows]
    while page.before:
        page = page_of(several, 2, sort=sort, before=page.before)
        back = [one.version for one in page.rows] + back

    assert forth == whole
    assert back == whole
    assert page.before == ""


def test_a_page_that_is_just_full_is_the_last_one(several: World) -> None:
    assert page_of(several, 5).after == ""
    assert page_of(several, 4).after == "claims@2"


def test_the_place_behind_the_last_version_is_an_empty_page(several: World, ada: Browser) -> None:
    page = ada.get("/datasets?after=claims@1")

    assert listed(page) == []
    assert "There is no further page" in page


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CLAIMS@2", []),
        ("claims@2", ["claims@2"]),
        ("visit", ["visits@1"]),
        ("gaussiancop", ["visits@1"]),
        ("hospital", ["visits@1", "claims@4", "claims@3", "claims@2", "claims@1"]),
        ("%", []),
        ("_", []),
        ("'; DROP TABLE dataset; --", []),
    ],
)
def test_text_is_looked_for_in_names_and_stands_for_itself(
    several: World, text: str, expected: list[str]
) -> None:
    assert found(several, text=text) == expected


def test_filters_must_all_hold(several: World) -> None:
    check(several.by("ada"), "claims@2", INTERNAL)
    check(several.by("ada"), "visits@1", INTERNAL)

    assert found(several, generator="GaussianCopula") == ["visits@1"]
    assert found(several, epsilon="none") == ["visits@1"]
    assert len(found(several, epsilon="claimed")) == 4
    assert found(several, outcome="allow", audience="internal") == ["claims@2"]
    assert found(several, outcome="deny") == ["visits@1"]
    assert found(several, outcome="deny", epsilon="claimed") == []
    assert found(several, source="hospital", state="evaluated") == []
    assert found(several, source="elsewhere") == []


def test_a_decision_counts_until_another_is_made_in_its_context(several: World) -> None:
    check(several.by("ada"), "claims@3", INTERNAL)
    several.publish("2.0.0", limit="2.5")
    check(several.by("ada"), "claims@3", INTERNAL)
    check(several.by("ada"), "claims@3", Wanted("research", "internal", None))

    assert found(several, outcome="allow") == []
    assert found(several, outcome="deny", audience="internal") == ["claims@3"]


def test_states_are_those_of_today(several: World) -> None:
    several.submit("claims@2")
    withdraw_version(several.by("carla"), "claims@4", "a column was swapped")

    assert found(several, state="waiting") == ["claims@2"]
    assert found(several, state="withdrawn") == ["claims@4"]
    assert "claims@4" not in found(several, state="registered")

    withdraw_source(several.by("carla"), "hospital", "the contract ended", "retention")
    assert len(found(several, state="withdrawn")) == 5
    assert found(several, state="registered") == []


def test_more_than_a_thousand_matches_are_said_to_be_more(
    several: World, ada: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.workflow.browse.versions.COUNTED", 3)

    assert "More than 3 versions" in ada.get("/datasets")


@pytest.mark.parametrize(
    "query",
    ["state=gone", "sort=best", "after=nowhere", "after=claims@1&before=claims@2", "audience=all"],
)
def test_a_word_there_is_not_is_one_clear_error(ada: Browser, query: str) -> None:
    page = ada.get(f"/datasets?{query}", status=422)

    assert "Expected" in page


def test_a_place_that_is_no_version_is_not_found(several: World, ada: Browser) -> None:
    ada.get("/datasets?after=claims@99", status=404)
    ada.get("/datasets?sort=epsilon&after=visits@1", status=404)


def test_what_is_searched_for_is_shown_as_text(ada: Browser) -> None:
    page = ada.get("/datasets?text=%3Cscript%3Ealert(1)%3C/script%3E&source=%22%3E%3Cb%3E")

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert '"><b>' not in page
    assert "Nothing matches" in page


def test_the_address_of_the_next_page_keeps_the_filters(
    several: World, ada: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.web.pages.datasets.SIZE", 2)

    page = ada.get("/datasets?text=claims&sort=name")
    following = re.search(r'href="(/datasets\?[^"]+)" rel="next"', page)
    assert following
    after = ada.get(following[1].replace("&amp;", "&"))

    assert listed(page) == ["claims@1", "claims@2"]
    assert listed(after) == ["claims@3", "claims@4"]
    assert 'rel="prev"' in after


def test_a_nul_in_a_search_is_refused_before_the_database() -> None:
    with pytest.raises(InvalidInput):
        Filters.of({"text": "a\0b"})
