"""The governance policy as a document: what a policy governs, allows, demands, and since when.

A view of words and tables, made from the policy alone, so that the document cannot say anything
but what decides. The same view feeds both formats.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from registry.policy.comparing.changes import difference
from registry.policy.loader import Policy
from registry.reports.environment import Format, environment
from registry.reports.governance_rules import Reason, levels, reasons, rules
from registry.reports.governance_terms import (
    approvals,
    evidence,
    governs,
    places,
    sharing,
    spared,
    waivers,
)
from registry.reports.numbers import plural, words
from registry.reports.table import Table, table


@dataclass(frozen=True)
class GovernanceView:
    """What the templates of the governance policy see."""

    title: str
    label: str
    purpose: str
    record: Table
    governs: tuple[str, ...]
    spared: tuple[str, ...]
    allowed: tuple[str, ...]
    prohibited: tuple[str, ...]
    rules: Table
    missing: str
    reasons: tuple[Reason, ...]
    sharing: Table
    places: str
    evidence: tuple[str, ...]
    quorum: Table
    approvals: tuple[str, ...]
    waivers: tuple[str, ...]
    enforcement: Table
    params: Table
    inherited: Table
    compared: str | None
    changes: Table


def render(
    policy: Policy,
    form: Format,
    metrics: Mapping[str, str],
    before: Policy | None = None,
) -> str:
    """The document as one HTML page that needs nothing else, or as Markdown.

    ``metrics`` has the title of every metric, by id; ``before`` is the version to compare with.
    """
    view = to_view(policy, metrics, before)
    return environment(form).get_template(f"policy.{form}.j2").render(policy=view)


def to_view(
    policy: Policy, metrics: Mapping[str, str], before: Policy | None = None
) -> GovernanceView:
    """The document as words and tables, in reading order."""
    spec = policy.document.spec
    quorum, signing = approvals(spec.approvals)
    return GovernanceView(
        title=policy.document.metadata.title or policy.id,
        label=f"{policy.id} {policy.version}",
        purpose=policy.document.metadata.description or "The policy states no purpose.",
        record=_record(policy),
        governs=governs(policy),
        spared=spared(spec.exclude),
        allowed=tuple(words(use) for use in spec.uses.allow),
        prohibited=tuple(words(use) for use in spec.uses.deny),
        rules=rules(policy, metrics),
        missing=_missing(policy),
        reasons=reasons(policy),
        sharing=sharing(spec.sharing),
        places=places(),
        evidence=evidence(spec.evidence),
        quorum=quorum,
        approvals=signing,
        waivers=waivers(spec.waivers),
        enforcement=levels(spec.enforcement),
        params=_params(policy),
        inherited=_inherited(policy),
        compared=_compared(policy, before),
        changes=_changes(policy, before),
    )


def _record(policy: Policy) -> Table:
    metadata = policy.document.metadata
    kinds = {
        "ReleasePolicy": "release policy: it decides on requests",
        "PolicyBase": "base: it decides nothing by itself and is there for others to extend",
    }
    rows = (
        ("Name", policy.id),
        ("Version", policy.version),
        ("Kind", kinds[policy.document.kind]),
        ("Owners", ", ".join(metadata.owners)),
        ("Review", _review(metadata.review_by)),
        ("Rules", plural(len(policy.rules), "rule")),
        ("File", policy.name),
        ("Digest", policy.digest),
    )
    return table("Identification", "Field | Value", rows)


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
    rows = tuple((name, _written(value)) for name, value in given.items())
    return table("Parameters", "Name | Value #", rows, len(rows))


def _written(value: object) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def _inherited(policy: Policy) -> Table:
    """Each base that was found, and which of its rules hold as written there."""
    wanted = {base.id: base.version for base in policy.document.spec.extends}
    authors = {rule.id: author for author, rule in policy.rules}
    rows = []
    for base in policy.bases:
        kept = [rule.id for author, rule in base.rules if authors[rule.id] is author]
        gone = [rule.id for author, rule in base.rules if authors[rule.id] is not author]
        rows.append(
            (
                f"{base.id} {base.version}",
                wanted[base.id],
                ", ".join(kept) or "none",
                ", ".join(gone) or "none",
                base.digest,
            )
        )
    heads = "Base | Asked for | Rules that hold as written there | Rules restated | Digest"
    return table("Policies that this one extends", heads, tuple(rows), len(rows))


def _compared(policy: Policy, before: Policy | None) -> str | None:
    if before is None:
        return None
    found = difference(before, policy)
    count = plural(len(found.changes), "change")
    bump = "no new version" if found.bump == "none" else f"a new {found.bump} version"
    return (
        f"Against {before.id} {before.version} ({before.digest}): {count}, "
        f"{len(found.of('loosened'))} loosening, {len(found.of('tightened'))} tightening, "
        f"{len(found.of('text'))} of text. Such changes ask for {bump}."
    )


def _changes(policy: Policy, before: Policy | None) -> Table:
    found = difference(before, policy).changes if before else ()
    said = {"loosened": "loosens", "tightened": "tightens", "text": "text only"}
    rows = tuple((one.where, said[one.direction], one.what) for one in found)
    return table("Changes", "Place | Direction | What became of it", rows, len(rows))
