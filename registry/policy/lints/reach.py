"""POL-5xx: requests that a policy can never govern, or never allow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from registry.policy.document import Exclude, Match
from registry.policy.lints.reachable import Request, fits, governs, holds, kinds_of_request, serves
from registry.policy.lints.rule import About, Hit, LintRule
from registry.policy.loader import Policy


def _matched(about: About) -> list[Request] | None:
    """The kinds of request that fit ``match``; None where there is none, or they are too many."""
    match = about.spec.match
    if match is None or about.requests is None:
        return None
    return [one for one in about.requests if fits(match, one)]


def _never(about: About) -> Iterator[Hit]:
    if _matched(about) == []:
        yield Hit(("spec", "match"), "no request meets all of these conditions")


def _swallowed(about: About) -> Iterator[Hit]:
    matched = _matched(about)
    if matched and not any(governs(about.policy, one) for one in matched):
        yield Hit(("spec", "exclude"), "exclude leaves out every request that match takes in")


def _idle_exclude(about: About) -> Iterator[Hit]:
    matched, exclude = _matched(about), about.spec.exclude
    if matched and exclude and not any(fits(exclude, one) for one in matched):
        yield Hit(("spec", "exclude"), "exclude leaves out no request that match takes in")


def _idle_option(about: About) -> Iterator[Hit]:
    for name in ("match", "exclude"):
        terms: Match | Exclude | None = getattr(about.spec, name)
        for index, condition in enumerate(terms.any if terms and len(terms.any) > 1 else ()):
            assert terms
            within = [
                one for one in about.requests or [] if all(holds(each, one) for each in terms.all)
            ]
            if within and not any(holds(condition, one) for one in within):
                path = ("spec", name, "any", index)
                yield Hit(path, f"no request meets this condition beside those of {name}.all")


def _unreached_row(about: About) -> Iterator[Hit]:
    requests = _governed(about)
    for index, row in enumerate(about.spec.sharing):
        if requests and row.effect == "allow" and not _reached(about, "audience", row.audience):
            what = f"the policy never governs a request for the audience {row.audience}"
            yield Hit(("spec", "sharing", index), what)


def _unreached_use(about: About) -> Iterator[Hit]:
    requests = _governed(about)
    for index, use in enumerate(about.spec.uses.allow):
        if requests and not _reached(about, "use", use):
            what = f"the policy never governs a request for the use {use}"
            yield Hit(("spec", "uses", "allow", index), what)


def _governed(about: About) -> list[Request]:
    return [one for one in about.requests or [] if governs(about.policy, one)]


def _reached(about: About, field: str, value: str) -> bool:
    """Whether some request with a value in a field is governed; the kinds name but one of each."""
    return any(governs(about.policy, {**one, field: value}) for one in about.requests or [])


def _deny_each_other(about: About) -> Iterator[Hit]:
    if about.spec.match is None:
        return
    for other in about.siblings:
        if other.document.spec.match is not None and other.id != about.policy.id:
            yield from _together(about.policy, other)


def _together(policy: Policy, other: Policy) -> Iterator[Hit]:
    """What both govern and either would allow must be allowed by both."""
    requests = kinds_of_request(policy, other) or []
    mine = [one for one in requests if governs(policy, one) and serves(policy, one)]
    lost = [one for one in mine if governs(other, one) and not serves(other, one)]
    if mine and len(lost) == len(mine):
        what = f"{other.id} governs every request that this policy allows, and allows none of them"
        yield Hit(("spec", "match"), what)


RULES: Final = (
    LintRule(
        id="POL-501",
        name="unreachable-match",
        severity="error",
        find=_never,
        why="A policy that governs nothing is believed and never asked.",
        example="match: {all: [{audience: [internal]}, {audience: [public]}]}",
        remedy="put alternatives under any, or values of one field into one list",
    ),
    LintRule(
        id="POL-502",
        name="exclude-swallows-match",
        severity="error",
        find=_swallowed,
        why="What match takes in and exclude leaves out whole is governed by no rule here.",
        example="match: {all: [{modality: [text]}]}, exclude: {all: [{modality: [text, image]}]}",
        remedy="narrow exclude, or drop the policy",
    ),
    LintRule(
        id="POL-503",
        name="exclude-without-effect",
        severity="warning",
        find=_idle_exclude,
        why="An exception that never applies was meant to apply to something.",
        example="match: {all: [{modality: [text]}]}, exclude: {all: [{modality: [image]}]}",
        remedy="correct the condition, or drop exclude",
    ),
    LintRule(
        id="POL-504",
        name="dead-alternative",
        severity="warning",
        find=_idle_option,
        why="An alternative that no request can meet was meant for some request.",
        example="match: {all: [{audience: [public]}], any: [{audience: [partner]}, {use: [x]}]}",
        remedy="correct the condition, or drop it",
    ),
    LintRule(
        id="POL-505",
        name="unreached-audience",
        severity="info",
        find=_unreached_row,
        why="Terms for an audience that match leaves out are never applied.",
        example="match: {all: [{audience: [public]}]} beside sharing: [{audience: internal}]",
        remedy="drop the row, or let match take the audience in",
    ),
    LintRule(
        id="POL-506",
        name="unreached-use",
        severity="info",
        find=_unreached_use,
        why="A use that match leaves out is allowed by nobody here.",
        example="match: {all: [{use: [research]}]} beside uses: {allow: [research, teaching]}",
        remedy="drop the use, or let match take it in",
    ),
    LintRule(
        id="POL-507",
        name="denied-by-sibling",
        severity="warning",
        find=_deny_each_other,
        why="Every policy that matches must allow a request; one that matches as well and serves "
        "another audience or use denies all of it.",
        example="two policies with match: {}, one serving internal only and one public only",
        remedy="let each match the audiences and uses that it has terms for",
    ),
)
