"""The audit report says first whether the record holds, and then what happened."""

from __future__ import annotations

from dataclasses import replace

import pytest

from registry.reports.document import Callout
from registry.reports.period.audit import LIMITS, MOST, audit
from registry.reports.period.facts import (
    EndFacts,
    EventFacts,
    GrantFacts,
    PeriodFacts,
    RefusalFacts,
    SignedFacts,
    TrailFacts,
    WaivedFacts,
)
from registry.reports.rendering.render import render

AT = "2026-03-01T09:30:00.000000Z"
EVENT = EventFacts(9, AT, "carla", "Release revoked", "REL-1", "a flaw was found")
FIRST = EndFacts("2026-01-01T00:00:00.000000Z", 40, None, None)
LAST = EndFacts(AT, 90, "80 events, root cm9vdA==, 2026-02-01", "70 events, file /held, 2026-02-01")
FACTS = PeriodFacts(
    since="2026-01-01",
    until="2026-06-30",
    over=True,
    trail=TrailFacts("intact", ("All 90 events agree.",), FIRST, LAST, 50, 20, "20 since"),
    counted=(("release.granted", 1),),
    granted=(
        GrantFacts(
            *("REL-1", "claims@1", "Partner Lab", "model-development", "revoked", AT, "carla"),
            *("2026-12-31", "DUA-1", "R-1", "sha256:" + "d" * 64, ("house-rules 1.0.0",)),
            ("stefan (steward)",),
        ),
    ),
    denied=(RefusalFacts(3, AT, "ada", "submit", "claims@2", "denied", "DP-001", "done, event 8"),),
    refused=(RefusalFacts(4, AT, "ada", "revoke", "REL-1", "forbidden", "not hers", "never done"),),
    waived=(
        WaivedFacts(
            *("W-1", "claims@1", "house-rules 1.0.0 DP-001", "paula (privacy officer)", AT),
            *("2026-04-01", "in force", "rare codes", "no tails", "petra", "altered"),
        ),
    ),
    signed=(
        SignedFacts(
            *(5, AT, "paula", "privacy-officer", "approve", "claims@1, R-1"),
            *(("house-rules 1.0.0",), None, "own key", "gone"),
        ),
    ),
    ended=(EVENT,),
    policies=(),
    people=(),
    terms=(),
    clock=(),
    upkeep=(),
    local_mode=False,
    printed_at=AT,
)


def said(facts: PeriodFacts = FACTS) -> str:
    return render(audit(facts), "md").decode().replace("\\", "")


@pytest.mark.parametrize(
    ("verdict", "outcome", "word"),
    [
        ("intact", "allow", "The trail is not contradicted"),
        ("broken", "deny", "The trail does not verify"),
        ("not checked", "undecided", "The trail could not be checked"),
    ],
)
def test_the_verdict_on_the_trail_comes_first_and_is_never_called_verified(
    verdict: str, outcome: str, word: str
) -> None:
    found = audit(replace(FACTS, trail=replace(FACTS.trail, verdict=verdict)))

    first = found.sections[0].blocks[0]
    assert isinstance(first, Callout)
    assert (first.outcome, first.word) == (outcome, word)


def test_the_log_stands_at_both_ends_with_what_lies_outside_and_what_is_exposed() -> None:
    page = said()

    assert "| Before it began | 2026-01-01 00:00:00 UTC | 40 | none was signed" in page
    assert "| When it ended | 2026-03-01 09:30:00 UTC | 90 | 80 events, root cm9vdA==" in page
    assert "Exposed: 20 of the 50 events lie under no checkpoint outside" in page
    assert LIMITS in page
    safe = replace(FACTS, trail=replace(FACTS.trail, unanchored=0))
    assert "Every event of the period lies under a checkpoint" in said(safe)


def test_each_release_has_its_basis() -> None:
    page = said()

    assert "REL-1 | claims@1 | Partner Lab | model development | revoked" in page
    assert "house-rules 1.0.0 | stefan (steward)" in page
    assert "| REL-1 | R-1 | DUA-1 | sha256:dddd" in page


def test_refusals_waivers_and_signatures_stand_with_their_reasons() -> None:
    page = said()

    assert "ada | submit | claims@2 | denied | DP-001 | done, event 8" in page
    assert "ada | revoke | REL-1 | forbidden | not hers | never done" in page
    assert "in force, through 2026-04-01 | rare codes | no tails (petra) | altered" in page
    assert "privacy officer | Approved | claims@1, R-1 | house-rules 1.0.0" in page
    assert "no reason given | own key; the statement is gone" in page
    assert "carla | Release revoked | REL-1 | a flaw was found" in page


def test_a_quiet_section_says_that_there_was_nothing() -> None:
    quiet = replace(FACTS, granted=(), denied=(), refused=(), waived=(), signed=(), ended=())

    page = said(quiet)

    for words in (
        *("Nothing was released.", "No waiver counted in the period.", "Nobody signed anything."),
        *("There were none.", "No correction was recorded"),
    ):
        assert words in page


def test_rows_beyond_the_most_are_counted_with_the_way_to_get_them() -> None:
    many = replace(FACTS, ended=(EVENT,) * (MOST + 5))

    assert "5 more are in the log: `registry audit query`." in said(many)
    assert said(many).count("Release revoked") == MOST


def test_markup_in_reasons_is_text() -> None:
    page = render(
        audit(replace(FACTS, ended=(replace(EVENT, grounds="<script>alert(1)</script>"),))), "html"
    ).decode()

    assert "<script" not in page and "&lt;script&gt;" in page
