"""The dataset card: what those who use a version must know, and no figure of the real data.

Sections follow Datasheets for Datasets (Gebru et al., 2021) and the Hugging Face dataset card.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from registry.reports.document import (
    Block,
    Callout,
    Document,
    Heading,
    Items,
    Lines,
    Outcome,
    Rows,
    Section,
    Words,
    items,
    rows,
)
from registry.reports.document import Line as Figure
from registry.reports.numbers import count, moment, plural, sentence_case, words
from registry.reports.outside_facts import CardFacts, TermsFacts
from registry.reports.outward import (
    NOT_COVERED,
    amount,
    by_metric,
    figures_said,
    guaranteed,
)
from registry.reports.signed import LOCAL_MODE
from registry.reports.table import table

NAME: Final = "Dataset card"
SYNTHETIC: Final = (
    "These rows are synthetic: a generator made them after the pattern of real ones. No row is a "
    "record of somebody, and a figure computed from them is an estimate of the real one, not it."
)
ALWAYS: Final = (
    "Do not try to find out who was in the real data, nor to link these rows with other data for "
    "that end.",
    "Do not pass the data on beyond the terms of your release.",
    "Do not decide about a single person by what a row says.",
)
ROLES: Final = {
    "owner": "Owner",
    "steward": "Data steward",
    "dpo": "Data protection officer",
    "contact": "Contact",
}
OUTCOMES: Final = {"allow": "allowed", "deny": "denied", "undecided": "undecided"}
NOBODY: Final = "The card names nobody: ask whoever released the data to you."


def card(facts: CardFacts) -> Document:
    """The card as words and tables, in reading order."""
    return Document(
        kind="card",
        name=NAME,
        title=facts.title or facts.dataset,
        label=facts.label,
        printed_at=moment(facts.printed_at),
        notices=(LOCAL_MODE,) if facts.local_mode else (),
        lead=facts.description or "Its makers give no description.",
        sections=(
            Section("standing", "May it be used?", (_standing(facts),)),
            Section("what", "What it is", _what(facts)),
            Section("uses", "What it is for", _uses(facts)),
            Section("limits", "Limitations and biases", _limits(facts)),
            Section("guarantee", "What protects people", _guarantee(facts)),
            Section("results", "How good it is", _results(facts)),
            Section("terms", "Terms of the releases in force", _terms(facts)),
            Section("people", "Whom to ask", _people(facts)),
            Section("record", "Which file this card is about", (_record(facts),)),
        ),
        closing=f"Printed {moment(facts.printed_at)} for {facts.label}. {NOT_COVERED}",
    )


def _standing(facts: CardFacts) -> Callout:
    outcome, word, sentence = _said(facts)
    return Callout(outcome, word, facts.label, sentence)


def _said(facts: CardFacts) -> tuple[Outcome, str, str]:
    if facts.withdrawn:
        return "deny", "No: withdrawn", f"{facts.withdrawn}. Delete your copies."
    if facts.terms:
        until = max(one.expires_on for one in facts.terms)
        number = plural(len(facts.terms), "release")
        said = f"{sentence_case(number)} in force, the last through {until} (UTC)."
        return "allow", "Yes, under the terms of a release", f"{said} Nothing else is permitted."
    said = "No release of it is in force, so nothing permits its use."
    return "deny", "No: not released", said


def _what(facts: CardFacts) -> tuple[Block, ...]:
    made = f", {facts.made_at}" if facts.made_at else ""
    found = (
        Figure("Rows", count(facts.rows), "all of them synthetic"),
        Figure("Columns", count(len(facts.columns)), f"{words(facts.modality)} data"),
        Figure("Made by", facts.generator, f"{words(facts.generator_family)}{made}"),
        Figure("Made after", facts.source_title, f"{words(facts.classification)} real data"),
    )
    return (
        Words(SYNTHETIC),
        Lines(found),
        Heading("Columns"),
        Words(", ".join(facts.columns) or "None is recorded."),
    )


def _uses(facts: CardFacts) -> tuple[Block, ...]:
    approved, prohibited = (tuple(map(_use, uses)) for uses in (facts.approved, facts.prohibited))
    return (
        Heading("Intended uses"),
        items(tuple(map(_use, facts.intended)), "Its makers state none."),
        Heading("Uses approved by the policies"),
        items(approved, "None."),
        Heading("Prohibited uses"),
        Items((*prohibited, *ALWAYS)),
        Words("A use that is not approved above is not permitted either.", "note"),
    )


def _use(text: str) -> str:
    """A use by its name, such as model-development, or as the makers put it."""
    return text if " " in text else f"{sentence_case(words(text))}."


def _limits(facts: CardFacts) -> tuple[Block, ...]:
    return (
        Heading("Limitations"),
        items(facts.limitations, "Its makers state none, which does not mean that it has none."),
        Heading("Biases"),
        items(facts.biases, "Its makers state none. Biases of the real data are likely kept."),
    )


def _guarantee(facts: CardFacts) -> tuple[Block, ...]:
    said = Words(f"{guaranteed(facts.guarantee)} {NOT_COVERED}")
    if facts.guarantee is None:
        return (said,)
    one = facts.guarantee
    claimed = Figure("Claimed", amount(one), f"per {one.unit}, {one.relation}")
    return said, Lines((claimed, Figure("Audited", one.audited, "an audit never confirms a claim")))


def _results(facts: CardFacts) -> tuple[Block, ...]:
    if facts.about is None:
        return (Words("Measured results: not evaluated, for there is no decision.", "absent"),)
    under = ", ".join(f"{one.id} {one.version}" for one in facts.policies) or "no policy"
    lead = f"As decided for {facts.about}, under {under}: {OUTCOMES[facts.outcome or 'undecided']}."
    return Words(lead), *by_metric(facts.bands), Words(figures_said(facts.disclosure), "note")


def _terms(facts: CardFacts) -> tuple[Block, ...]:
    found = tuple(dict.fromkeys(_term(one) for one in facts.terms))
    heads = "Use | Audience | Jurisdiction | Agreement | Permitted through"
    return (
        rows(table("Terms", heads, found, len(found)), "There are none."),
        Words("Your own release names you; its certificate says which terms are yours.", "note"),
    )


def _term(one: TermsFacts) -> tuple[str, ...]:
    return (
        words(one.use),
        one.audience,
        one.jurisdiction or "none stated",
        one.agreement or "none asked for",
        f"{one.expires_on} (UTC)",
    )


def _people(facts: CardFacts) -> tuple[Block, ...]:
    if not facts.people:
        return (Words(NOBODY),)
    found = tuple((ROLES.get(role, words(role)), name) for role, name in facts.people)
    return (Rows(table("People", "Role | Name", found, len(found))),)


def _record(facts: CardFacts) -> Rows:
    found = tuple(_fields(facts))
    return Rows(table("Identification", "Field | Value", found, len(found)))


def _fields(facts: CardFacts) -> Iterator[tuple[str, str]]:
    yield "Version", facts.label
    yield "Registered", moment(facts.registered_at)
    yield "File digest", facts.file_digest
    yield "Content digest", facts.content_digest
    for one in facts.policies:
        yield f"Policy {one.id} {one.version}", one.digest
