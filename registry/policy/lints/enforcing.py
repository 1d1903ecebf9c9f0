"""POL-2xx: rules that read as if they stopped a release, and do not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from registry.policy.lints.rule import About, Hit, LintRule
from registry.policy.rules import Level, Rule


def _level(about: About, rule: Rule) -> Level:
    """The highest level that a rule ever has under a policy; a ramp only rises."""
    enforcement = about.spec.enforcement
    last = enforcement.ramp[-1].level if enforcement.ramp else enforcement.default
    return rule.enforcement or last


def _critical(about: About) -> Iterator[Hit]:
    for rule, path in about.held:
        level = _level(about, rule)
        if rule.severity == "critical" and level != "enforce":
            where = (*path, "enforcement") if rule.enforcement else path
            yield Hit(where, f"{rule.id} is critical and never more than {level}")


def _waivable(about: About) -> Iterator[Hit]:
    terms = about.spec.waivers
    severity = {rule.id: rule.severity for rule, _ in about.held}
    for index, rule in enumerate(terms.allowed if terms else ()):
        if severity.get(rule) == "critical":
            path = ("spec", "waivers", "allowed", index)
            yield Hit(path, f"{rule} is critical and may be waived")


def _pointless(about: About) -> Iterator[Hit]:
    """A waiver of what nothing enforces is of no use, and looks as if the rule had force."""
    terms = about.spec.waivers
    levels = {rule.id: _level(about, rule) for rule, _ in about.held}
    for index, rule in enumerate(terms.allowed if terms else ()):
        if levels.get(rule, "enforce") != "enforce":
            path = ("spec", "waivers", "allowed", index)
            yield Hit(path, f"{rule} may be waived and is never enforced")


def _unknown(about: About) -> Iterator[Hit]:
    """Without its bases a policy cannot tell, so nothing is said of one that was not resolved."""
    terms = about.spec.waivers
    if terms is None or len(about.policy.bases) != len(about.spec.extends):
        return
    held = {rule.id for rule, _ in about.held}
    for index, rule in enumerate(terms.allowed):
        if rule not in held:
            yield Hit(("spec", "waivers", "allowed", index), f"there is no rule {rule} to waive")


def _reached(about: About) -> Iterator[Hit]:
    ramp = about.spec.enforcement.ramp
    if about.now is None or not ramp:
        return
    if ramp[-1].start <= about.now.date().isoformat():
        path = ("spec", "enforcement", "ramp")
        yield Hit(path, f"the ramp ended on {ramp[-1].start}, at {ramp[-1].level}")


RULES: Final = (
    LintRule(
        id="POL-201",
        name="critical-not-enforced",
        severity="error",
        find=_critical,
        why="A critical rule that warns for ever is believed to protect people and does not.",
        example="enforcement: {default: warn}  # no ramp, and a rule of severity critical",
        remedy="enforce it, set a day for it in enforcement.ramp, or lower its severity",
    ),
    LintRule(
        id="POL-202",
        name="waivable-critical",
        severity="warning",
        find=_waivable,
        why="What may be waived under pressure is no last line of defence.",
        example="waivers: {allowed: [PRV-001], ...}  # PRV-001 is critical",
        remedy="take the rule out of waivers.allowed, or lower its severity and say why",
    ),
    LintRule(
        id="POL-203",
        name="waiver-without-effect",
        severity="info",
        find=_pointless,
        why="A rule that is never enforced keeps nothing back, so that there is nothing to waive.",
        example="waivers: {allowed: [FID-001], ...}  # FID-001 has enforcement: warn",
        remedy="take the rule out of waivers.allowed, or enforce it",
    ),
    LintRule(
        id="POL-204",
        name="waiver-of-no-rule",
        severity="warning",
        find=_unknown,
        why="A rule that is neither here nor in a base was renamed or misspelt.",
        example="waivers: {allowed: [FID-01], ...}  # the rule is called FID-001",
        remedy="name the rule as it is called now",
    ),
    LintRule(
        id="POL-205",
        name="ramp-ended",
        severity="info",
        find=_reached,
        why="A ramp that has ended is history: the level it reached is easier to read as default.",
        example='enforcement: {default: warn, ramp: [{from: "2024-01-01", level: enforce}]}',
        remedy="make its last level the default, and drop the ramp",
    ),
)
