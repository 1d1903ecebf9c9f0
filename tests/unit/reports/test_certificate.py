"""The release certificate says on one page what was released, on what grounds, and how to check."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest

from registry.log.short import short
from registry.policy.engine import PolicyRef
from registry.reports.certificate import carried, certificate
from registry.reports.document import Callout
from registry.reports.outside_facts import CertificateFacts
from registry.reports.outward import NOT_COVERED
from registry.reports.rendering.render import render
from tests.unit.reports.outside_example import (
    AT,
    DECISION,
    DISCLOSURE,
    ENDED,
    GUARANTEE,
    certificate_facts,
)

LONG = "Wörterbuch der langen Namen " * 40


def said(facts: CertificateFacts) -> str:
    return render(certificate(facts), "md").decode().replace("\\", "")


def verdict(facts: CertificateFacts) -> Callout:
    (found,) = certificate(facts).sections[0].blocks
    assert isinstance(found, Callout)
    return found


def pages(facts: CertificateFacts) -> int:
    pypdf = pytest.importorskip("pypdf", reason="pypdf is not installed")
    return len(pypdf.PdfReader(io.BytesIO(render(certificate(facts), "pdf"))).pages)


def crowded() -> CertificateFacts:
    """As much as anybody can put on it: every text long, many people, many policies."""
    facts = certificate_facts()
    return replace(
        facts,
        title=LONG,
        release=replace(facts.release, recipient=LONG, state="revoked"),
        terms=replace(facts.terms, agreement=LONG),
        ended=replace(ENDED, why=LONG),
        withdrawn=LONG,
        superseded_by="REL-9",
        policies=tuple(PolicyRef(f"policy-{'x' * 60}-{at}", "1.0.0", DECISION) for at in range(9)),
        waivers=tuple(f"W-{at}" for at in range(1000, 1020)),
        guarantee=replace(GUARANTEE, audited="CONTRADICTED"),
        signoffs=tuple(replace(one, name=LONG) for one in facts.signoffs * 6),
        bands=tuple(replace(one, figure="0.1234, at most 0.33") for one in facts.bands),
        disclosure=DISCLOSURE,
        local_mode=True,
    )


def test_it_names_what_to_whom_for_what_and_until_when() -> None:
    page = said(certificate_facts())

    for words in (
        *("claims@2", "REL-4", "Partner Lab", "model development, audience partner", "DE"),
        *("DUA-1", "2026-12-31 (UTC)", "sha256:" + "a" * 64, "sha256:" + "b" * 64),
        *("partner-sharing 2.1.0", "sha256:" + "c" * 64, "W-3", DECISION),
        "claims-registry: 412 events, root cm9vdA==, it covers this release",
    ):
        assert words in page


def test_each_signature_stands_with_printed_name_time_and_meaning() -> None:
    page = said(certificate_facts())

    assert "Stefan Roth | steward | Approved | 2026-03-01 09:30:00 UTC | password and code" in page
    assert "Paula Lind | privacy officer | Approved | 2026-03-01 09:30:00 UTC | own key" in page


def test_a_family_has_the_band_of_its_least_result_waived_or_not() -> None:
    page = said(certificate_facts())

    assert "Privacy risk | 2 demands | Does not meet, waived by W-3" in page
    assert "Fidelity | 1 demand | Meets |" in page
    assert "Utility | 1 demand | Not evaluated" in page
    assert "Guarantee and budget | 1 demand | Meets with room" in page


def test_epsilon_is_said_to_cover_the_generator_alone() -> None:
    page = said(certificate_facts())

    assert "claims epsilon 3 and delta 1e-05 differential privacy, per person" in page
    assert NOT_COVERED in page
    assert "No differential privacy is claimed" in said(
        replace(certificate_facts(), guarantee=None)
    )


def test_a_release_in_force_is_allowed_and_gives_no_reason_against_it() -> None:
    found = verdict(certificate_facts())

    assert (found.outcome, found.word, found.reasons) == ("allow", "In force", ())


@pytest.mark.parametrize(
    ("changes", "state", "word", "reason"),
    [
        ({"ended": ENDED}, "revoked", "Revoked", "a flaw was found"),
        ({"superseded_by": "REL-9"}, "superseded", "Superseded", "REL-9 took its place"),
        ({}, "expired", "Expired", "Its last day was 2026-12-31"),
        ({"withdrawn": "claims@2 was withdrawn"}, "in-force", "Withdrawn", "was withdrawn"),
    ],
)
def test_what_is_over_says_so_in_the_verdict(
    changes: dict[str, object], state: str, word: str, reason: str
) -> None:
    facts = replace(certificate_facts(), **changes)  # type: ignore[arg-type]

    found = verdict(replace(facts, release=replace(facts.release, state=state)))

    assert (found.outcome, found.word) == ("deny", word)
    assert "It permits nothing any more" in found.sentence
    assert any(reason in one for one in found.reasons)


def test_a_contradicted_claim_stands_in_the_verdict() -> None:
    facts = replace(certificate_facts(), guarantee=replace(GUARANTEE, audited="CONTRADICTED"))

    assert verdict(facts).reasons == ("An audit CONTRADICTED the claimed epsilon.",)


def test_a_release_after_the_last_checkpoint_is_not_said_to_be_covered() -> None:
    facts = certificate_facts()
    assert facts.checkpoint is not None

    later = replace(facts, checkpoint=replace(facts.checkpoint, covers=False))

    assert "it does not cover this release yet" in said(later)
    assert "none was signed yet" in said(replace(facts, checkpoint=None))


def test_the_short_digest_is_the_beginning_of_the_decision() -> None:
    assert short(DECISION) == "0bb5-d89b-1a30-19b3"
    assert "Short digest, to compare by eye: 0bb5-d89b-1a30-19b3" in said(certificate_facts())


def test_the_qr_code_reads_as_the_digests_of_decision_and_file() -> None:
    segno = pytest.importorskip("segno")
    text = carried(certificate_facts())
    page = render(certificate(certificate_facts()), "html").decode()

    assert f"decision={DECISION}" in text
    assert f"It reads: {text}" in page
    dark = sum(map(sum, segno.make(text, error="m", micro=False).matrix))
    (drawn,) = re.findall(r'class="qr" d="([^"]*)"', page)
    runs = [int(one) for one in re.findall(r"h(\d+)v1", drawn)]
    assert sum(runs) == dark


def test_it_is_one_page_however_much_is_on_it() -> None:
    assert pages(certificate_facts()) == 1
    assert pages(crowded()) == 1


def test_the_least_figure_stands_there_only_where_it_was_disclosed() -> None:
    facts = certificate_facts()
    shown = tuple(replace(one, figure="0.1234, at most 0.33") for one in facts.bands)

    assert "0.1234" in said(replace(facts, bands=shown, disclosure=DISCLOSURE))
    assert "Exact figures are withheld" in said(facts)


def test_without_signatures_or_results_it_says_so() -> None:
    page = said(replace(certificate_facts(), signoffs=(), bands=()))

    assert "Nobody has signed this release." in page
    assert "Measured results: not evaluated." in page
    assert AT not in page
