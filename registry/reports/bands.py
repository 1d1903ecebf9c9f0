"""How a finding is told outside: how it stands to the policy's threshold, and not by what figure.

There are four bands. "Does not meet", "meets" and "not evaluated" are the rule's own verdict.
"Meets with room" is met by at least half of what the threshold leaves: at most half of a ceiling
(.165 under "at most .33"), at least half of the way from a floor to a perfect score of 1 (.85 above
"at least .7"), at least twice a floor that is no share. A figure on the edge has room.

One metric has one band, the least of all its rules and scopes: with a band for each of many rules
on the same metric, thresholds set close together would tell the figure that they fence in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Final, Literal

from registry.policy.decision import Finding
from registry.policy.rules import Check
from registry.reports.numbers import observed

Band = Literal["does not meet", "not evaluated", "meets", "meets with room"]

BANDS: Final[tuple[Band, ...]] = ("does not meet", "not evaluated", "meets", "meets with room")
"""From the least to the best."""
EXPLAINED: Final = (
    "A band says how a result stands to the policy's threshold. Meets with room: by at least half "
    "of what the threshold leaves. Meets: by less than that. Does not meet: it fails. Not "
    "evaluated: there is no result, which is never a pass. A metric has the band of its least "
    "result."
)
DISCLOSED_AS: Final = "The exact figures beside the bands were disclosed by a privacy officer."

FAMILIES: Final = {
    "validity": "Validity",
    "fidelity": "Fidelity",
    "sdmetrics": "Fidelity",
    "utility": "Utility",
    "privacy": "Privacy risk",
    "dp": "Guarantee and budget",
    "source": "Guarantee and budget",
    "": "Permission",
}
"""What a metric speaks of, by the first part of its id; permissions read none."""

Checks = Mapping[tuple[str, str], Check]
"""The check of every rule that reads a metric, by the digest of its policy and its id."""


@dataclass(frozen=True)
class Banded:
    """What is told of one metric, or of one rule that reads none.

    ``family`` is one of `FAMILIES`, ``asked`` is what the rules demand, ``places`` in how many
    scopes; ``waived`` are the waivers without which it would deny. ``figure`` is the least result,
    only where it was disclosed.
    """

    name: str
    family: str
    rules: tuple[str, ...]
    asked: tuple[str, ...]
    places: int
    band: Band
    waived: tuple[str, ...] = ()
    figure: str | None = None


def band(finding: Finding, check: Check | None) -> Band:
    """The band of one finding, by what its rule says of the evidence, waived or not."""
    if finding.verdict in ("missing", "error") or (check and finding.observed is None):
        return "not evaluated"
    if finding.verdict == "fail":
        return "does not meet"
    return "meets with room" if check and _has_room(finding.margin, check) else "meets"


def _has_room(margin: float | None, check: Check) -> bool:
    left = _left(check)
    return margin is not None and isfinite(margin) and left > 0 and margin >= left / 2


def _left(check: Check) -> float:
    """What the threshold leaves: down to 0, or up to 1; beyond that as much again."""
    if check.upward and 0 <= check.threshold < 1:
        return 1 - check.threshold
    return abs(check.threshold) * 2 if check.upward else abs(check.threshold)


def banded(
    findings: Iterable[Finding],
    checks: Checks,
    titles: Mapping[str, str],
    *,
    disclosed: bool = False,
) -> tuple[Banded, ...]:
    """A line for each metric, or rule without one, in the order of the findings.

    ``titles`` has the title of every metric by its id.
    """
    groups: dict[str, list[tuple[Finding, Check | None]]] = {}
    for one in findings:
        check = checks.get((one.policy.digest, one.rule)) if one.policy else None
        name = titles.get(check.reads, check.reads) if check else one.title
        groups.setdefault(name, []).append((one, check))
    return tuple(_line(name, found, disclosed) for name, found in groups.items())


def _line(name: str, found: list[tuple[Finding, Check | None]], disclosed: bool) -> Banded:
    lined = [(BANDS.index(band(one, check)), one) for one, check in found]
    least = min(place for place, _ in lined)
    places = {one.scope for one, _ in found}
    return Banded(
        name=name,
        family=_family(found[0][1]),
        rules=_once(one.rule for one, _ in found),
        asked=_once(one.expected for one, check in found if check),
        places=len(places),
        band=BANDS[least],
        waived=_once(one.waiver for one, _ in found if one.outcome == "waived" and one.waiver),
        figure=_figure(one for place, one in lined if place == least) if disclosed else None,
    )


def _family(check: Check | None) -> str:
    return FAMILIES.get(check.reads.partition(".")[0], "Other evidence") if check else FAMILIES[""]


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


def _figure(findings: Iterable[Finding]) -> str | None:
    """The result that has the least room; None where none is a figure."""
    figures = [one for one in findings if isinstance(one.observed, float)]
    if not figures:
        return None
    least = min(figures, key=lambda one: one.margin if one.margin is not None else 0.0)
    return f"{observed(least.observed, least.margin)}, {least.expected}"
