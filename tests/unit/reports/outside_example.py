"""A release and a card with everything that they must show."""

from __future__ import annotations

from registry.policy.engine import PolicyRef
from registry.reports.bands import Banded
from registry.reports.facts import ReleaseFacts, SignOffFacts
from registry.reports.outside_facts import (
    CardFacts,
    CertificateFacts,
    CheckpointFacts,
    DisclosureFacts,
    EndedFacts,
    GuaranteeFacts,
    TermsFacts,
)

AT = "2026-03-01T09:30:00.000000Z"
DECISION = "sha256:0bb5d89b1a3019b3" + "d" * 48
POLICY = PolicyRef("partner-sharing", "2.1.0", "sha256:" + "c" * 64)
TERMS = TermsFacts("model-development", "partner", "DE", "DUA-1", "2026-12-31")
GUARANTEE = GuaranteeFacts(
    3.0, 1e-5, None, "approximate", "gaussian", "person", "add-remove", "not audited"
)
BANDS = (
    Banded("The source is confirmed", "Permission", ("registry.source",), (), 1, "meets"),
    Banded("Column shape", "Fidelity", ("FID-001",), ("at least 0.9",), 9, "meets"),
    Banded(
        *("Inference advantage", "Privacy risk", ("PRV-004",), ("at most 0.1",), 7),
        "does not meet",
        ("W-3",),
    ),
    Banded("Singling out risk", "Privacy risk", ("PRV-002",), ("at most 0.33",), 1, "meets"),
    Banded("TSTR over TRTR", "Utility", ("UTL-001",), ("at least 0.8",), 1, "not evaluated"),
    Banded(
        *("Epsilon claimed in the card", "Guarantee and budget", ("DP-001",), ("at most 6",)),
        *(1, "meets with room"),
    ),
)
SIGNOFFS = (
    SignOffFacts("R-7", "Stefan Roth", "steward", "approve", None, AT, "password and code"),
    SignOffFacts("R-7", "Paula Lind", "privacy-officer", "approve", "seen", AT, "own key"),
)
RELEASE = ReleaseFacts(
    *("REL-4", "R-7", "Partner Lab", "model-development", "partner", "in-force"),
    *(AT, "Carla Weiss", "2026-12-31"),
)
DISCLOSURE = DisclosureFacts("Paula Lind", AT)
ENDED = EndedFacts("a flaw was found", AT, "Carla Weiss")


def certificate_facts() -> CertificateFacts:
    """A release in force."""
    return CertificateFacts(
        dataset="claims",
        version=2,
        title="Insurance claims",
        rows=5094,
        columns=12,
        file_digest="sha256:" + "a" * 64,
        content_digest="sha256:" + "b" * 64,
        release=RELEASE,
        terms=TERMS,
        ended=None,
        withdrawn=None,
        superseded_by=None,
        decision=DECISION,
        decided_at=AT,
        policies=(POLICY,),
        waivers=("W-3",),
        bands=BANDS,
        guarantee=GUARANTEE,
        signoffs=SIGNOFFS,
        checkpoint=CheckpointFacts(412, "cm9vdA==", "claims-registry", AT, True),
        disclosure=None,
        local_mode=False,
        printed_at=AT,
    )


def card_facts() -> CardFacts:
    """A version with one release in force."""
    return CardFacts(
        dataset="claims",
        version=2,
        title="Insurance claims",
        description="Claims of adults, one row a person.",
        rows=5094,
        columns=("age", "income", "visits"),
        file_digest="sha256:" + "a" * 64,
        content_digest="sha256:" + "b" * 64,
        registered_at=AT,
        source_title="Claims of 2019",
        classification="special-category",
        modality="tabular",
        generator="mst 1.0",
        generator_family="marginal-based-dp",
        made_at=None,
        intended=("Developing models of visits",),
        approved=("model-development",),
        prohibited=("re-identification",),
        limitations=("Rare codes are pooled.",),
        biases=("Children are missing.",),
        people=(("contact", "data@insurer.example"),),
        terms=(TERMS,),
        withdrawn=None,
        outcome="allow",
        about="model development, audience partner in DE",
        policies=(POLICY,),
        bands=BANDS,
        guarantee=GUARANTEE,
        disclosure=None,
        local_mode=False,
        printed_at=AT,
    )
