"""What became of a policy since it was published: its versions, what they decided, its waivers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from registry.policy.comparing.changes import Difference
from registry.reports.document import Block, Heading, Rows, Section, Words, rows
from registry.reports.numbers import count, moment, plural
from registry.reports.table import Table, table

DIRECTIONS: Final = {"loosened": "loosens", "tightened": "tightens", "text": "text only"}


@dataclass(frozen=True)
class PublishedFacts:
    """One version as it was published. ``decided`` releases rest on it, ``in_force`` of them still
    permit something; ``changes`` are those since the version before, None for the first.
    """

    version: str
    digest: str
    by: str
    at: str
    decided: int
    in_force: int
    changes: Difference | None


@dataclass(frozen=True)
class GrantedFacts:
    """One waiver of a rule of the policy; ``state`` is in force, void, expired or ended."""

    label: str
    dataset: str
    rule: str
    policy_version: str
    state: str
    until: str
    reason: str
    control: str
    owner: str
    approved_by: str
    role: str
    approved_at: str
    ended: str | None


@dataclass(frozen=True)
class RecordFacts:
    """All published versions, oldest first, the waivers, and which version decides today."""

    published: tuple[PublishedFacts, ...]
    waivers: tuple[GrantedFacts, ...]
    in_effect: str
    printed_at: str


def notices(record: RecordFacts, version: str) -> tuple[str, ...]:
    """What must not be overlooked: that another version decides today."""
    if version == record.in_effect:
        return ()
    return (f"Version {version} decides no more: version {record.in_effect} is in effect.",)


def history(record: RecordFacts) -> Section:
    """Who published each version and when, and how many releases rest on it."""
    found = tuple(
        (
            one.version + (" (in effect)" if one.version == record.in_effect else ""),
            moment(one.at),
            one.by,
            count(one.decided),
            count(one.in_force),
            one.digest,
        )
        for one in reversed(record.published)
    )
    heads = "Version | Published | By | Releases decided # | In force now # | Digest"
    total = sum(one.decided for one in record.published)
    verb = "rests" if total == 1 else "rest"
    said = f"{plural(total, 'release')} {verb} on {plural(len(found), 'published version')}."
    made = table("Published versions, the newest first", heads, found, len(found))
    return Section("published", "Published versions", (Words(said), Rows(made)))


def granted(record: RecordFacts) -> Section:
    """The waivers under every version: those in force first."""
    standing = [one for one in record.waivers if one.state == "in force"]
    over = [one for one in record.waivers if one.state != "in force"]
    return Section(
        "granted",
        "Waivers granted under it",
        (
            Heading("In force"),
            rows(_waivers("Waivers in force", standing), "No waiver is in force."),
            Heading("No longer in force"),
            rows(_waivers("Waivers that count no more", over), "There is none."),
        ),
    )


def _waivers(caption: str, found: list[GrantedFacts]) -> Table:
    made = tuple(
        (
            one.label,
            f"{one.rule} of {one.policy_version}",
            one.dataset,
            f"{one.state}, {one.ended}" if one.ended else f"{one.state}, through {one.until}",
            one.reason,
            f"{one.control} ({one.owner})",
            f"{one.approved_by}, {one.role.replace('-', ' ')}, {moment(one.approved_at)}",
        )
        for one in found
    )
    heads = "Waiver | Rule | Version | State | Reason | Instead, and who answers for it | Signed by"
    return table(caption, heads, made, len(made))


def changes(record: RecordFacts) -> Section:
    """The change log: what each version tightened and loosened, the newest first."""
    return Section("changes", "Change log", tuple(_log(record)))


def _log(record: RecordFacts) -> Iterator[Block]:
    pairs = zip(record.published[1:], record.published, strict=False)
    for after, before in reversed(list(pairs)):
        yield Heading(f"{after.version}, after {before.version}")
        if after.changes is not None:
            yield Words(f"Published {moment(after.at)} by {after.by}. {summed(after.changes)}")
            yield from _listed(after.changes)
    first = record.published[0]
    yield Heading(f"{first.version}, the first")
    yield Words(f"Published {moment(first.at)} by {first.by}.")


def _listed(found: Difference) -> Iterator[Block]:
    if found.changes:
        yield Rows(changed(found))


def summed(found: Difference) -> str:
    """How many changes there are, and which new version they ask for."""
    bump = "no new version" if found.bump == "none" else f"a new {found.bump} version"
    return (
        f"{plural(len(found.changes), 'change')}, {len(found.of('loosened'))} loosening, "
        f"{len(found.of('tightened'))} tightening, {len(found.of('text'))} of text. "
        f"Such changes ask for {bump}."
    )


def changed(found: Difference) -> Table:
    """Every change with its place and direction."""
    told = tuple((one.where, DIRECTIONS[one.direction], one.what) for one in found.changes)
    return table("Changes", "Place | Direction | What became of it", told, len(told))
