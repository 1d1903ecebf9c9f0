"""The governance policy as a document: what a policy governs, allows, demands, and since when.

Made from the policy alone, so that the document cannot say anything but what decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from registry.policy.comparing.changes import difference
from registry.policy.document import Spec
from registry.policy.loader import Policy
from registry.reports.document import (
    Block,
    Document,
    Heading,
    Rows,
    Section,
    Words,
    items,
    rows,
)
from registry.reports.governance_record import (
    RecordFacts,
    changed,
    changes,
    granted,
    history,
    notices,
    summed,
)
from registry.reports.governance_rules import levels, reasons, rules
from registry.reports.governance_terms import (
    approvals,
    evidence,
    governs,
    places,
    sharing,
    spared,
    waivers,
)
from registry.reports.numbers import moment, plural, words
from registry.reports.table import Table, table

NOTHING_PROHIBITED: Final = "None is named. What is not approved above is not permitted either."


def governance(
    policy: Policy,
    metrics: Mapping[str, str],
    before: Policy | None = None,
    record: RecordFacts | None = None,
) -> Document:
    """The document of a policy as words and tables, in reading order.

    ``metrics`` has the title of every metric, by id; ``before`` is the version to compare with,
    ``record`` what a registry knows of it. From a file alone it has no time, so that the same file
    always gives the same document.
    """
    metadata = policy.document.metadata
    label = f"{policy.id} {policy.version}"
    return Document(
        kind="policy",
        name="Governance policy",
        title=metadata.title or policy.id,
        label=label,
        printed_at=moment(record.printed_at) if record else "",
        notices=notices(record, policy.version) if record else (),
        lead=metadata.description or "The policy states no purpose.",
        sections=tuple(_sections(policy, metrics, before, record)),
        closing=f"{label}. The policy file decides, and this document explains it: "
        f"{policy.digest}.",
    )


def _sections(
    policy: Policy,
    metrics: Mapping[str, str],
    before: Policy | None,
    record: RecordFacts | None,
) -> Iterator[Section]:
    spec = policy.document.spec
    yield Section("identification", "Identification", (Rows(_record(policy)),))
    if record:
        yield history(record)
    yield Section("governs", "What it governs", _governs(policy))
    yield Section("uses", "Approved uses", _approved(spec))
    yield Section(
        "prohibited",
        "Prohibited uses",
        (items(tuple(words(use) for use in spec.uses.deny), NOTHING_PROHIBITED),),
    )
    yield Section("thresholds", "Required thresholds", _thresholds(policy, metrics))
    yield Section("grounds", "Grounds and remedies", _grounds(policy))
    lead = Words(f"An audience without a row is not served. {places()}")
    yield Section("sharing", "Sharing restrictions", (lead, Rows(sharing(spec.sharing))))
    yield Section("evidence", "Evidence", (items(evidence(spec.evidence), "None."),))
    quorum, signing = approvals(spec.approvals)
    yield Section(
        "approvals",
        "Approvals and separation of duties",
        (Rows(quorum), items(signing, "None.")),
    )
    yield Section("waivers", "Waivers", (items(waivers(spec.waivers), "None."),))
    if record:
        yield granted(record)
    yield Section(
        "inheritance",
        "Inheritance",
        (rows(_inherited(policy), "The policy extends no other."),),
    )
    yield changes(record) if record else Section("changes", "Changes", _changed(policy, before))


def _governs(policy: Policy) -> tuple[Block, ...]:
    return (
        items(governs(policy), "Nothing."),
        Heading("What it leaves alone"),
        items(spared(policy.document.spec.exclude), "Nothing is left out of what it governs."),
    )


def _approved(spec: Spec) -> tuple[Block, ...]:
    return (
        items(tuple(words(use) for use in spec.uses.allow), "None."),
        Words("A use that is not listed here is not approved.", "note"),
    )


def _thresholds(policy: Policy, metrics: Mapping[str, str]) -> tuple[Block, ...]:
    return (
        Words(f"Every rule must pass. {_missing(policy)}"),
        Rows(rules(policy, metrics)),
        Heading("Enforcement"),
        Rows(levels(policy.document.spec.enforcement)),
        Heading("Parameters"),
        rows(_params(policy), "There are none: every threshold is written in its rule."),
    )


def _grounds(policy: Policy) -> tuple[Block, ...]:
    found: list[Block] = []
    for reason in reasons(policy):
        found += [
            Heading(f"{reason.rule}: {reason.title}"),
            Words(f"Rationale: {reason.rationale}"),
            Words("References:"),
            items(reason.references, "None."),
            Words(f"If it fails: {reason.remediation}"),
        ]
    return tuple(found) or (Words("There is no rule."),)


def _changed(policy: Policy, before: Policy | None) -> tuple[Block, ...]:
    if before is None:
        return (Words("No earlier version was compared."),)
    found = changed(difference(before, policy))
    return Words(_compared(policy, before)), *((Rows(found),) if found.rows else ())


def _record(policy: Policy) -> Table:
    metadata = policy.document.metadata
    kinds = {
        "ReleasePolicy": "release policy: it decides on requests",
        "PolicyBase": "base: it decides nothing by itself and is there for others to extend",
    }
    found = (
        ("Name", policy.id),
        ("Version", policy.version),
        ("Kind", kinds[policy.document.kind]),
        ("Owners", ", ".join(metadata.owners)),
        ("Review", _review(metadata.review_by)),
        ("Rules", plural(len(policy.rules), "rule")),
        ("File", policy.name),
        ("Digest", policy.digest),
    )
    return table("Identification", "Field | Value", found)


def _review(day: str | None) -> str:
    if day is None:
        return "no date is set"
    return f"due by {day}, to its end in UTC; without a review the policy decides nothing after it"


def _missing(policy: Policy) -> str:
    said = {
        "undecided": "leaves a rule undecided, and nothing is released",
        "deny": "denies the release",
    }[policy.document.spec.on_missing_evidence]
    return (
        "Evidence that is missing, stale, not measurable, or about another version "
        f"{said}, unless the rule says otherwise."
    )


def _params(policy: Policy) -> Table:
    given = policy.document.spec.params
    found = tuple((name, _written(value)) for name, value in given.items())
    return table("Parameters", "Name | Value #", found, len(found))


def _written(value: object) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def _inherited(policy: Policy) -> Table:
    """Each base that was found, and which of its rules hold as written there."""
    wanted = {base.id: base.version for base in policy.document.spec.extends}
    authors = {rule.id: author for author, rule in policy.rules}
    found = []
    for base in policy.bases:
        kept = [rule.id for author, rule in base.rules if authors[rule.id] is author]
        gone = [rule.id for author, rule in base.rules if authors[rule.id] is not author]
        found.append(
            (
                f"{base.id} {base.version}",
                wanted[base.id],
                ", ".join(kept) or "none",
                ", ".join(gone) or "none",
                base.digest,
            )
        )
    heads = "Base | Asked for | Rules that hold as written there | Rules restated | Digest"
    return table("Policies that this one extends", heads, tuple(found), len(found))


def _compared(policy: Policy, before: Policy) -> str:
    found = summed(difference(before, policy))
    return f"Against {before.id} {before.version} ({before.digest}): {found}"
