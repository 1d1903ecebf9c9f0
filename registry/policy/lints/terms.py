"""POL-6xx: terms of use, sharing, evidence, approval and waivers that promise little."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from registry.policy import jurisdictions
from registry.policy.expiry import days
from registry.policy.known import BUDGETS, RECKONED
from registry.policy.lints.rule import About, Hit, LintRule
from registry.yaml_reader import Path

GENERIC: Final = frozenset({"all", "any", "anything", "everything", "general", "misc", "other"})
LONGEST_APPROVAL: Final = 365
LONGEST_WAIVER: Final = 180


def _no_age(about: About) -> Iterator[Hit]:
    if about.spec.evidence.max_age is not None:
        return
    open_ended = [
        rule.id
        for rule, _ in about.held
        if (rule.check is None and _reads(about, rule.id) - RECKONED.keys())
        or (rule.check and rule.check.reads not in RECKONED and rule.check.max_age is None)
    ]
    if open_ended:
        yield Hit(("spec", "evidence"), f"{', '.join(open_ended)}: evidence of any age will do")


def _reads(about: About, rule: str) -> set[str]:
    """What a rule reads, of whichever policy wrote it."""
    for author, one in about.policy.rules:
        if one.id == rule:
            return {one.check.reads} if one.check else set(author.expressions[rule].metrics)
    return set()


def _no_holdout(about: About) -> Iterator[Hit]:
    for rule, path in about.held:
        private = [name for name in _reads(about, rule.id) if name.startswith("privacy.")]
        own = rule.check.holdout if rule.check else None
        if private and (own or about.spec.evidence.holdout) == "optional":
            where: Path = ("spec", "evidence", "holdout") if own is None else (*path, "check")
            yield Hit(where, f"{rule.id} reads {private[0]}, and a holdout is optional")


def _no_guarantee(about: About) -> Iterator[Hit]:
    if about.spec.match is None:
        return
    read = {name for rule, _ in about.held for name in _reads(about, rule.id)}
    if read & {"dp.epsilon", *BUDGETS}:
        return
    for index, row in enumerate(about.spec.sharing):
        if row.audience == "public" and row.effect == "allow":
            yield Hit(("spec", "sharing", index), "the public is served without a bound on epsilon")


def _no_agreement(about: About) -> Iterator[Hit]:
    for index, row in enumerate(about.spec.sharing):
        if row.audience == "partner" and row.effect == "allow" and row.agreement is None:
            yield Hit(("spec", "sharing", index), "partners are served without an agreement")


def _no_denial(about: About) -> Iterator[Hit]:
    if not about.spec.uses.deny:
        yield Hit(("spec", "uses"), "no use is denied by name")


def _generic(about: About) -> Iterator[Hit]:
    for index, use in enumerate(about.spec.uses.allow):
        if GENERIC & set(use.split("-")):
            yield Hit(("spec", "uses", "allow", index), f"the use {use} means anything")


def _longer(part: str, field: str, key: str, most: int) -> Callable[[About], Iterator[Hit]]:
    def find(about: About) -> Iterator[Hit]:
        terms = getattr(about.spec, part)
        if terms is not None and days(getattr(terms, field)) > most:
            what = f"{part}.{key} is {getattr(terms, field)}, more than P{most}D"
            yield Hit(("spec", part, key), what)

    return find


def _covered(about: About) -> Iterator[Hit]:
    """Codes that stand twice, or inside a group that stands there too."""
    for row, terms in enumerate(about.spec.sharing):
        codes = terms.jurisdictions
        for index, code in enumerate(codes):
            others = [one for at, one in enumerate(codes) if one != code or at < index]
            if any(jurisdictions.inside(code, [one]) for one in others):
                path = ("spec", "sharing", row, "jurisdictions", index)
                yield Hit(path, f"{code} is among the jurisdictions already")


RULES: Final = (
    LintRule(
        id="POL-601",
        name="no-max-age",
        severity="warning",
        find=_no_age,
        why="Attacks get better: evidence that never ages vouches for what nobody tried yet.",
        example="evidence: {holdout: required}",
        remedy="set evidence.maxAge",
    ),
    LintRule(
        id="POL-602",
        name="optional-holdout",
        severity="warning",
        find=_no_holdout,
        why="Without a holdout an attack's success on the training rows has no measure.",
        example="evidence: {holdout: optional} beside a rule on privacy.linkability",
        remedy="require the holdout, at least in the checks that read privacy metrics",
    ),
    LintRule(
        id="POL-603",
        name="public-without-epsilon",
        severity="warning",
        find=_no_guarantee,
        why="What is public meets attacks yet to be invented; only a guarantee speaks of those.",
        example="sharing: [{audience: public}] without a rule on dp.epsilon or a budget",
        remedy="add a rule on dp.epsilon or source.exposed_epsilon, or do not serve the public",
    ),
    LintRule(
        id="POL-604",
        name="partner-without-agreement",
        severity="warning",
        find=_no_agreement,
        why="Nothing binds a partner to the uses allowed but an agreement.",
        example="sharing: [{audience: partner}]",
        remedy="name the agreement in the row for partners",
    ),
    LintRule(
        id="POL-605",
        name="no-denied-uses",
        severity="info",
        find=_no_denial,
        why="What is not listed is not allowed, but a list of what is never to be done is what "
        "people read.",
        example="uses: {allow: [research]}",
        remedy="list the uses that nobody may have, such as re-identification, under uses.deny",
    ),
    LintRule(
        id="POL-606",
        name="generic-use",
        severity="warning",
        find=_generic,
        why="A use that means anything binds the recipient to nothing.",
        example="uses: {allow: [any-purpose]}",
        remedy="name the uses one by one",
    ),
    LintRule(
        id="POL-607",
        name="long-approval",
        severity="warning",
        find=_longer("approvals", "valid_for", "validFor", LONGEST_APPROVAL),
        why="Whoever signed years ago did not weigh what is known today.",
        example="approvals: {validFor: P1000D, ...}",
        remedy=f"at most P{LONGEST_APPROVAL}D",
    ),
    LintRule(
        id="POL-608",
        name="long-waiver",
        severity="warning",
        find=_longer("waivers", "max_duration", "maxDuration", LONGEST_WAIVER),
        why="An exception for half a year is a change of the policy that nobody reviewed.",
        example="waivers: {maxDuration: P365D, ...}",
        remedy=f"at most P{LONGEST_WAIVER}D",
    ),
    LintRule(
        id="POL-609",
        name="covered-jurisdiction",
        severity="info",
        find=_covered,
        why="A country beside a group that it belongs to suggests that it has terms of its own.",
        example="jurisdictions: [EU, DE]",
        remedy="drop the one that adds nothing",
        fixable=True,
    ),
)
