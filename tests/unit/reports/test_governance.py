"""The governance policy as a document: every term in words, in both formats, and nothing else."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from typing import Any, Literal

import pytest

from registry.policy.extension import resolved
from registry.policy.loader import Policy, load_policy
from registry.reports.document import Document, Heading
from registry.reports.governance import governance
from registry.reports.rendering.environment import plain
from registry.reports.rendering.render import render as printed
from registry.reports.table import Row
from tests.unit.policy.examples import METRICS, document, policy, rule, source
from tests.unit.reports.reading import all_blocks, of, section, tables, texts, under

FORMATS: tuple[Literal["html", "md"], ...] = ("html", "md")
both = pytest.mark.parametrize("form", FORMATS)
TITLES = {"sdmetrics.quality": "SDMetrics quality score", "fidelity.shape": "Column shape"}
RULES = "Required thresholds"
LEVELS = "Level of the rules that name none"
SHARING = "Sharing by audience"
QUORUM = "Approvals needed"
HOSTILE = "<script>alert(1)</script> {{ 7 * 7 }} | **b** [x](javascript:1) `c`\n# h \"q' &amp;"


def made(*rules: dict[str, Any], **spec: Any) -> Document:
    return governance(policy(*rules, **spec), TITLES)


def render(
    found: Policy, form: str, titles: dict[str, str] = TITLES, before: Policy | None = None
) -> str:
    return printed(governance(found, titles, before), form).decode()


def rows(document: Document, caption: str) -> tuple[Row, ...]:
    (found,) = (one for one in tables(all_blocks(document)) if one.caption == caption)
    return found.rows


def said(document: Document, anchor: str) -> tuple[str, ...]:
    return texts(section(document, anchor).blocks)


def base() -> Policy:
    content = document(
        rule(gte=0.9), rule("privacy.linkability", "PRV-001", bound="upper", lt=0.3), id="base"
    )
    content["kind"] = "PolicyBase"
    del content["spec"]["match"]
    return load_policy(source(content), "base.yaml", METRICS)


def extending(*rules: dict[str, Any]) -> Policy:
    child = policy(*rules, id="child", extends=[{"id": "base", "version": "^1"}])
    (found,) = resolved([child], [base()])
    return found


def test_a_rule_says_in_words_what_is_measured_of_what_and_on_how_many() -> None:
    shape = rule(
        "fidelity.shape", forEach="column", gte=0.95, minN=100, maxAge="P7D", holdout="optional"
    )

    ((name, demand, threshold, compared, severity, level, missing, author),) = rows(
        made(shape), RULES
    )

    assert name == "FID-001"
    assert demand == (
        "fidelity.shape is as it should be. Column shape (fidelity.shape), for each column, "
        "on at least 100 records, measured at most 7 days before, holdout optional"
    )
    assert (threshold, compared, severity) == ("at least 0.95", "the value", "high")
    assert (level, missing, author) == ("as the policy", "undecided", "this policy")


@pytest.mark.parametrize(
    ("check", "threshold", "compared"),
    [
        ({"metric": "privacy.linkability", "bound": "upper", "lt": 0.2},
         "below 0.2", "the upper bound of the interval"),
        ({"metric": "utility.tstr.ratio", "bound": "lower", "gt": 0.8},
         "above 0.8", "the lower bound of the interval"),
        ({"metric": "sdmetrics.quality", "bound": "lower", "gte": 1},
         "at least 1", "the value (it has no interval)"),
        ({"budget": "source.run_delta", "lte": 1e-6}, "at most 1e-06", "the value"),
    ],
)  # fmt: skip
def test_what_is_compared_with_the_threshold_is_what_the_engine_compares(
    check: dict[str, Any], threshold: str, compared: str
) -> None:
    (row,) = rows(made({"id": "A-1", "check": check}), RULES)

    assert row[2:4] == (threshold, compared)


def test_an_expression_stands_as_it_is_written() -> None:
    (row,) = rows(made({"id": "X-1", "expr": "dataset.rows >= 1000"}), RULES)

    assert row[1:4] == ("Expression: dataset.rows >= 1000", "true", "the expression")


def test_a_parameter_is_shown_with_its_value_and_put_into_the_threshold() -> None:
    found = made(rule(gte="${params.least}"), params={"least": 0.85, "strict": True})

    assert rows(found, "Parameters") == (("least", "0.85"), ("strict", "true"))
    assert rows(found, RULES)[0][2] == "at least 0.85"


def test_what_a_rule_says_of_its_level_and_of_missing_evidence_goes_before_the_policy() -> None:
    own = {**rule(gte=0.9), "enforcement": "warn", "onMissingEvidence": "deny"}

    (row,) = rows(made(own), RULES)

    assert row[5:7] == ("warn (shown, does not deny)", "denied")
    strict = made(rule(gte=0.9), onMissingEvidence="deny")
    assert rows(strict, RULES)[0][6] == "denied"


def test_a_rule_without_grounds_says_so() -> None:
    found = made({"id": "A-1", "check": {"metric": "sdmetrics.quality", "gte": 0.9}})

    grounds = under(section(found, "grounds"), "A-1: sdmetrics.quality at least 0.9")
    assert texts(grounds)[0] == "Rationale: The policy states no rationale."
    assert texts(grounds)[-1] == "If it fails: The policy states no remedy."


@pytest.mark.parametrize(
    ("match", "wanted"),
    [
        ({}, ("Every request.",)),
        ({"all": [{"audience": ["partner"]}]}, ("The audience is partner.",)),
        (
            {"all": [{"classification": ["personal", "public"], "modality": ["text"]}]},
            ("The classification of the source is personal or public "
             "and the modality of the source is text.",),
        ),
        (
            {"all": [{"source": ["loans"]}], "any": [{"use": ["research"]}, {"use": ["a", "b"]}]},
            ("The source is loans.", "At least one of: the use is research; or the use is a or b."),
        ),
    ],
)  # fmt: skip
def test_what_it_governs_stands_in_sentences(
    match: dict[str, Any], wanted: tuple[str, ...]
) -> None:
    assert texts(section(made(match=match), "governs").blocks[:1]) == wanted
    if match:
        spared = under(section(made(exclude=match), "governs"), "What it leaves alone")
        assert texts(spared) == wanted


def test_a_base_says_that_it_governs_nothing() -> None:
    found = governance(base(), TITLES)

    assert said(found, "governs")[0].startswith("No request by itself.")
    assert "it decides nothing by itself" in dict(rows(found, "Identification"))["Kind"]  # type: ignore[arg-type]


def test_terms_of_sharing_evidence_and_approval_are_spelt_out() -> None:
    found = made(
        sharing=[
            {"audience": "partner", "jurisdictions": ["EU", "NO"], "expiresAfter": "P1D"},
            {"audience": "public", "effect": "deny"},
        ],
        evidence={"holdout": "optional"},
        approvals={
            "quorum": [{"role": "privacy-officer", "min": 2}],
            "separation": [],
            "validFor": "P30D",
            "authorWindow": "P10D",
        },
        waivers={"allowed": ["FID-001"], "maxDuration": "P90D", "approver": "steward"},
    )

    assert rows(found, SHARING) == (
        ("partner", "yes", "EU, NO", "none asked for", "after 1 day"),
        ("public", "no", "nowhere", "does not apply", "does not apply"),
    )
    assert said(found, "evidence")[:2] == (
        "A measurement counts at any age, unless a rule sets one.",
        "It counts without a holdout, unless a rule demands one.",
    )
    assert rows(found, QUORUM) == (("privacy officer", "2"),)
    assert said(found, "approvals") == (
        "Nobody is kept from approving.",
        "An approval holds for 30 days.",
        "Who published a version of the policy waits 10 days to approve.",
    )
    assert said(found, "waivers") == (
        "May be waived for one version: FID-001. No other rule may.",
        "A waiver is signed by a person in the role steward.",
        "It lasts 90 days at the most.",
    )


def test_a_ramp_is_shown_day_by_day() -> None:
    ramp = [{"from": "2026-12-01", "level": "warn"}, {"from": "2027-02-01", "level": "enforce"}]

    assert rows(made(enforcement={"default": "audit", "ramp": ramp}), LEVELS) == (
        ("until then", "audit (recorded only)"),
        ("from 2026-12-01", "warn (shown, does not deny)"),
        ("from 2027-02-01", "enforce (denies)"),
    )
    assert rows(made(), LEVELS) == (("always", "enforce (denies)"),)


def test_inherited_rules_name_the_base_that_wrote_them() -> None:
    found = governance(extending(rule(gte=0.95)), TITLES)

    assert [(row[0], row[2], row[-1]) for row in rows(found, RULES)] == [
        ("FID-001", "at least 0.95", "this policy"),
        ("PRV-001", "below 0.3", "base 1.0.0"),
    ]
    ((name, wanted, kept, restated, digest),) = rows(found, "Policies that this one extends")
    assert (name, wanted, kept, restated) == ("base 1.0.0", "^1", "PRV-001", "FID-001")
    assert digest == base().digest
    heads = of(Heading, section(found, "grounds").blocks)
    assert [head.text.partition(":")[0] for head in heads] == ["FID-001", "PRV-001"]


@both
def test_changes_against_another_version_are_listed_with_their_direction(
    form: Literal["html", "md"],
) -> None:
    old, new = (
        policy(rule(gte=0.9)),
        policy(rule(gte=0.8), uses={"allow": [], "deny": ["re-identification"]}),
    )

    found = governance(new, TITLES, old)
    page = render(new, form, TITLES, old)

    (compared,) = said(found, "changes")
    assert "2 changes, 1 loosening, 1 tightening, 0 of text" in compared
    assert "ask for a new major version" in compared
    assert [row[:2] for row in rows(found, "Changes")] == [
        ("uses.allow", "tightens"),
        ("rules.FID-001.check.gte", "loosens"),
    ]
    assert "gte 0.9 became gte 0.8" in page


@both
def test_without_another_version_no_change_is_claimed(form: Literal["html", "md"]) -> None:
    page = render(policy(), form, TITLES)

    assert "No earlier version was compared." in page
    same = render(policy(), form, TITLES, policy())
    assert "0 changes" in same and "no new version" in same


def hostile() -> Policy:
    """A policy whose free texts are all hostile."""
    named = {
        **rule(gte="${params.least}"),
        "title": HOSTILE,
        "rationale": HOSTILE,
        "remediation": HOSTILE,
        "references": [{"scheme": HOSTILE, "clause": HOSTILE}],
    }
    content = document(
        named,
        params={"least": 0.5, "text": HOSTILE},
        match={"all": [{"source": [HOSTILE]}]},
        exclude={"any": [{"source": [HOSTILE]}]},
        sharing=[{"audience": "partner", "agreement": HOSTILE}],
    )
    content["metadata"] |= {"title": HOSTILE, "description": HOSTILE, "owners": [HOSTILE]}
    return load_policy(source(content), HOSTILE, METRICS)


def test_markup_in_a_policy_is_text_in_html() -> None:
    page = render(hostile(), "html", {"sdmetrics.quality": HOSTILE}, policy())

    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 14
    assert "{{ 7 * 7 }}" in page
    assert "javascript:" not in re.sub(r"\[x\]\(javascript:1\)", "", page)
    allowed = "a body caption div footer h1 h2 h3 h4 head header html li main meta p section style"
    allowed += " table tbody td th thead title tr ul"
    assert set(re.findall(r"<([a-z0-9]+)", page)) <= set(allowed.split())


def test_markup_in_a_policy_is_text_in_markdown() -> None:
    page = render(hostile(), "md", {"sdmetrics.quality": HOSTILE}, policy())

    escaped = plain(HOSTILE)
    assert page.count(escaped) >= 14
    remainder = page.replace(escaped, "")
    for live in ("<", "{{", "javascript", "`", "]("):
        assert live not in remainder
    for above, line in itertools.pairwise(page.splitlines()):
        if line.startswith("|") and above.startswith("|"):
            assert _cells(line) == _cells(above)


def _cells(line: str) -> int:
    return len(re.findall(r"(?<!\\)\|", line))


def test_the_page_needs_nothing_else_and_can_be_read_by_ear() -> None:
    page = render(extending(rule(gte=0.95)), "html", TITLES, policy())

    assert '<html lang="en">' in page
    assert "@media print" in page
    assert not re.search(r"""(?:src|href)\s*=\s*["'](?!#)|@import|url\(""", page)
    heads = [int(level) for level in re.findall(r"<h([1-6])", page)]
    assert heads[0] == 1 and heads.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(heads))
    assert not re.search(r"<th(?![^>]*scope=)[ >]", page)
    assert page.count("<caption>") == page.count("<table>") > 5
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'aria-labelledby="([^"]+)"|href="#([^"]+)"', page)) <= {
        pair for one in ids for pair in ((one, ""), ("", one))
    }


@both
def test_the_document_is_the_same_each_time_and_names_the_bytes_it_explains(
    form: Literal["html", "md"],
) -> None:
    page = render(policy(), form, TITLES)

    assert page == render(policy(), form, TITLES)
    assert policy().digest in page
    other = render(replace(policy(), digest="sha256:" + "0" * 64), form, TITLES)
    assert policy().digest not in other
