"""Reports for the writers: one with every outcome, and any at all."""

from __future__ import annotations

from hypothesis import strategies as st

from registry.cli.outputs.report import About, Report, Result

SHAPE = About(
    "partner-sharing/FID-001",
    "Every column keeps its shape",
    severity="medium",
    rationale="An average hides one ruined column.",
    remediation="Transform the column.",
    tags=("fidelity",),
)
ATTACK = About(
    "partner-sharing/PRV-001",
    "Nobody stands out",
    severity="critical",
    tags=("security", "privacy"),
)
TREND = About("partner-sharing/FID-002", "Trends hold", level="warning", severity="low")
CLAIM = About("partner-sharing/DP-001", "Epsilon is claimed", severity="high")
OWN = About("registry/source-confirmed", "The source is confirmed", severity="critical")
FILE = "policies/partner-sharing.yaml"

REPORT = Report(
    title="registry check",
    subject="claims@1",
    verdict="claims@1 for research, partner: DENIED",
    results=(
        Result(OWN, "registry", "pass", "the source is confirmed"),
        Result(
            SHAPE, "partner-sharing", "pass", "fine", ("age",), "0.95", "at least 0.9", FILE, 12
        ),
        Result(
            SHAPE, "partner-sharing", "fail", "too low", ("sex",), "0.8", "at least 0.9", FILE, 12
        ),
        Result(TREND, "partner-sharing", "warn", "a little low", file=FILE, line=20),
        Result(
            *(ATTACK, "partner-sharing", "waived", "too high"),
            file=FILE,
            line=30,
            excuse="waived by W-1 until 2026-12-01: a pilot",
        ),
        Result(CLAIM, "partner-sharing", "missing", "not claimed", file=FILE, line=40),
        Result(CLAIM, "partner-sharing", "error", "broke down", ("x",), file=FILE, line=40),
    ),
    notes=("UNSIGNED: decided from files alone",),
    facts={"unsigned": True, "outcome": "deny"},
)

# Every character there is, half surrogate pairs, controls and what the formats act on included.
texts = st.text(st.characters(exclude_categories=()), max_size=30) | st.sampled_from(
    [
        "]]>",
        "<&\"'>",
        "a|b\\|c",
        "::error::x",
        "%0A%25",
        "\x1b[31m",
        "x\r\ny",
        "\ud800",
        "](x)",
        "@a",
    ]
)
abouts = st.builds(
    About,
    id=texts,
    title=texts,
    severity=st.sampled_from(["low", "medium", "high", "critical"]),
    level=st.sampled_from(["error", "warning", "note"]),
    rationale=st.none() | texts,
    remediation=st.none() | texts,
    tags=st.lists(texts, max_size=3, unique=True).map(tuple),
)
results = st.builds(
    Result,
    about=abouts,
    suite=texts,
    outcome=st.sampled_from(["pass", "warn", "fail", "missing", "waived", "error"]),
    message=texts,
    scope=st.lists(texts, max_size=2).map(tuple),
    observed=st.none() | texts,
    expected=st.none() | texts,
    file=st.none() | texts,
    line=st.none() | st.integers(1, 10**6),
    excuse=st.none() | texts,
    margin=st.none() | st.floats(allow_nan=False),
)
reports = st.builds(
    Report,
    title=texts,
    subject=texts,
    verdict=texts,
    results=st.lists(results, max_size=5).map(tuple),
    file=st.none() | texts,
    notes=st.lists(texts, max_size=2).map(tuple),
    facts=st.dictionaries(texts, texts, max_size=2),
)
