"""Every rule of the linter, in the order of its themes."""

from __future__ import annotations

from typing import Final

from registry.policy.lints import enforcing, overlap, reach, terms, thresholds, upkeep, wording
from registry.policy.lints.allowing import ALLOWING
from registry.policy.lints.rule import LintRule

RULES: Final[dict[str, LintRule]] = {
    rule.id: rule
    for theme in (wording, enforcing, thresholds, overlap, reach, terms, upkeep)
    for rule in theme.RULES
} | {rule.id: rule for rule in ALLOWING}
