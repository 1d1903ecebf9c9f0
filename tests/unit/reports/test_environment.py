"""No value reaches a page unescaped, and no template prints what it was not given."""

from __future__ import annotations

import html
import itertools
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import TemplateNotFound, UndefinedError

from registry.errors import InvalidInput
from registry.reports.cost_facts import CostFacts
from registry.reports.facts import VersionFacts
from registry.reports.quality import quality
from registry.reports.rendering.environment import environment, plain
from registry.reports.rendering.render import render as printed
from tests.unit.reports.example import evaluation, quality_facts, shape


def render(facts: VersionFacts, form: str) -> str:
    return printed(quality(facts), form).decode()


HOSTILE = "<script>alert(1)</script> {{ 7 * 7 }} | **b** [x](javascript:1) `c`\n# h \"q' &amp;"


def hostile_facts() -> VersionFacts:
    facts = quality_facts()
    column = replace(shape("age", 0.9), scope=(HOSTILE,), title=HOSTILE)
    bins = [{"label": HOSTILE, "real": 30, "synthetic": 20}]
    run = replace(
        evaluation(),
        by=HOSTILE,
        measurements=(column, replace(column, value=None, low=None, high=None, cause=HOSTILE)),
        histograms=(
            {"column": HOSTILE, "kind": "categorical", "bins": bins},
            {"column": HOSTILE, "kind": "numeric", "bins": bins},
        ),
    )
    finding = facts.decisions[0].findings[1]._replace(said=HOSTILE, title=HOSTILE)
    return replace(
        facts,
        title=HOSTILE,
        description=HOSTILE,
        columns=(HOSTILE,),
        limitations=(HOSTILE,),
        intended_uses=(HOSTILE,),
        generator={HOSTILE: {HOSTILE: HOSTILE}},
        evaluations=(run,),
        decisions=(replace(facts.decisions[0], audience=HOSTILE, findings=(finding,)),),
        signoffs=(replace(facts.signoffs[0], name=HOSTILE, reason=HOSTILE, request="R-18"),),
        costs=_hostile_costs(facts.costs),
    )


def _hostile_costs(facts: CostFacts) -> CostFacts:
    inside, partner = facts.audiences
    assert inside.budget is not None
    steps = (replace(inside.steps[0], label=HOSTILE),)
    budget = replace(inside.budget, reason=HOSTILE, declared_by=HOSTILE)
    return replace(
        facts,
        source=HOSTILE,
        entries=(replace(facts.entries[0], label=HOSTILE, why=HOSTILE),),
        audiences=(
            replace(inside, name=HOSTILE, why=HOSTILE, budget=budget, steps=steps),
            replace(partner, unbounded_by=(HOSTILE,)),
        ),
        methods=(replace(facts.methods[0], why=HOSTILE),),
        audits=(HOSTILE,),
    )


def text_of(page: str) -> str:
    """What a reader sees; coordinates, colours and percentages are figures of their own."""
    body = page.partition("</style>")[2]
    return re.sub(r"[\d.]+%|#\d+", "", re.sub(r"<[^>]*>", " ", body))


def test_markup_in_names_and_comments_is_text_in_html() -> None:
    page = render(hostile_facts(), "html")
    assert "<script" not in page
    assert page.count("&lt;script&gt;") > 20
    assert "{{ 7 * 7 }}" in page and "49" not in text_of(page)
    allowed = "a article body caption circle dd desc details div dl dt figcaption figure footer"
    allowed += (
        " h1 h2 h3 head header html li line main meta p polyline rect section span strong style"
    )
    allowed += " summary svg table tbody td text th thead title tr ul"
    assert set(re.findall(r"<([a-z0-9]+)", page)) <= set(allowed.split())


def test_markup_in_names_and_comments_is_text_in_markdown() -> None:
    page = render(hostile_facts(), "md")
    escaped = plain(HOSTILE)
    assert page.count(escaped) > 20
    remainder = page.replace(escaped, "")
    for live in ("<", "{{", "javascript", "`", "](", "**b**"):
        assert live not in remainder
    assert all(line.count(" | ") <= 8 for line in page.splitlines())


def test_a_hostile_name_adds_no_cell_and_no_line_to_a_markdown_table() -> None:
    for facts in (quality_facts(), hostile_facts()):
        lines = render(facts, "md").splitlines()
        for above, line in itertools.pairwise(lines):
            if line.startswith("|") and above.startswith("|"):
                assert _cells(line) == _cells(above)


def _cells(line: str) -> int:
    return len(re.findall(r"(?<!\\)\|", line))


@given(st.text())
def test_plain_text_stays_on_one_line_and_starts_nothing(text: str) -> None:
    escaped = plain(text)
    assert "\n" not in escaped and "\r" not in escaped
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_\[\]|~$]", re.sub(r"\\[^\w\s]", "", escaped))
    assert not re.match(r"[#+=-]+(\s|$)|\d{1,9}[.)](\s|$)", escaped)
    assert "<" not in escaped and ">" not in escaped


@given(st.text(st.characters(exclude_categories=("Cc", "Cf", "Cs"))))
def test_plain_text_reads_as_the_same_characters(text: str) -> None:
    read = html.unescape(re.sub(r"\\([^\w\s])", r"\1", plain(text).replace("\\_", "_")))
    assert read == " ".join(text.split())


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("https://example.org", r"https\://example.org"),
        ("see www.example.org", r"see www\.example.org"),
        ("- item", r"\- item"),
        ("12. item", r"12\. item"),
        ("-0.05", "-0.05"),
        ("0.962", "0.962"),
    ],
)
def test_plain_text_escapes_what_would_act_and_leaves_figures_alone(
    typed: str, printed: str
) -> None:
    assert plain(typed) == printed


@pytest.mark.parametrize("form", ["html", "md"])
@pytest.mark.parametrize("unseen", ["\u202e", "\u2066", "\u200b", "\x1b", "\x00"])
def test_a_character_that_hides_or_reorders_text_is_shown_as_replaced(
    form: str, unseen: str
) -> None:
    template = environment(form).from_string("{{ name }}")  # type: ignore[arg-type]
    assert template.render(name=f"Ada{unseen}ecalevoL") == "Ada\N{REPLACEMENT CHARACTER}ecalevoL"


@pytest.mark.parametrize("form", ["html", "md"])
@pytest.mark.parametrize("text", ["{{ nobody }}", "{% if nobody %}x{% endif %}"])
def test_a_name_that_a_template_was_not_given_is_an_error(form: str, text: str) -> None:
    template = environment(form).from_string(text)  # type: ignore[arg-type]
    with pytest.raises(UndefinedError):
        template.render()


@pytest.mark.parametrize("form", ["html", "md"])
def test_nothing_is_never_printed(form: str) -> None:
    template = environment(form).from_string("{{ value }}")  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match="print nothing"):
        template.render(value=None)


@pytest.mark.parametrize("name", ["../pyproject.toml", "/etc/hostname", "nowhere.html.j2"])
def test_only_shipped_templates_load(name: str) -> None:
    with pytest.raises(TemplateNotFound):
        environment("html").get_template(name)
