"""Where a figure is shown, its interval, its level, its unit and its margin are shown with it."""

import re
from html import unescape

import pytest
from web.pages.browser import Browser
from web.pages.measured import RULE, copies, evaluated
from world import INTERNAL, World

from registry.records import Meaning
from registry.workflow.check import check
from registry.workflow.sign import sign

HEADING = "Observed [95% interval]"
ROW = "PRV-001 Rows are not copied | Passed | 0.01 [0.002, 0.04] share difference"
REST = " | at most 0.05, at the upper end | +0.01 | high"


@pytest.fixture
def request_of(world: World) -> str:
    """A request that a rule on the upper end of an interval allows."""
    world.publish_edited("2.0.0", "  approvals:\n", RULE)
    evaluated(world, copies(0.01, 0.002, 0.04))
    return world.submit()


def rows_of(page: str) -> str:
    """The tables of a page, cells apart."""
    return unescape(re.sub(r"<[^>]+>", "", re.sub(r"</t[hd]><t[hd][^>]*>", " | ", page)))


def test_the_page_of_an_open_request_shows_it(ada: Browser, request_of: str) -> None:
    page = rows_of(ada.get(f"/review/{request_of}"))

    assert HEADING in page
    assert ROW + REST in page
    assert "DP-001 The guarantee is strong enough | Passed | 2 epsilon | at most 3 | +1" in page


def test_so_does_that_of_a_closed_one_from_the_record(
    world: World, ada: Browser, request_of: str
) -> None:
    sign(world.by("stefan"), request_of, Meaning.REJECT, reason="not this year")
    world.publish("3.0.0", limit="2.5")

    page = rows_of(ada.get(f"/review/{request_of}"))

    assert HEADING in page
    assert ROW + REST in page


def test_so_does_the_policy_side_of_a_version(world: World, ada: Browser, request_of: str) -> None:
    check(world.by("ada"), world.label, INTERNAL)

    page = rows_of(ada.get(f"/datasets/{world.label}/policy"))

    assert ROW + REST in page


def test_the_overview_shows_what_was_measured_of_the_whole_table(
    world: World, ada: Browser
) -> None:
    evaluated(world, copies(0.01, 0.002, 0.04))

    page = rows_of(ada.get(f"/datasets/{world.label}"))

    assert "Measure | Value [95% interval] | n | Better" in page
    assert (
        "Identical rows beyond chance | 0.01 [0.002, 0.04] share difference | 120 | lower" in page
    )


def test_the_overview_shows_nothing_of_an_evaluation_that_no_policy_reads(
    world: World, ada: Browser
) -> None:
    evaluated(world, copies(0.01, 0.002, 0.04), admissible=False)

    assert "0.002" not in ada.get(f"/datasets/{world.label}")
