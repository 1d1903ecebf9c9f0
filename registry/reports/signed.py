"""Who decided, who signed and what was released: the same tables in every document."""

from __future__ import annotations

from typing import Final

from registry.reports.document import Block, rows
from registry.reports.facts import VersionFacts
from registry.reports.numbers import moment
from registry.reports.table import Table, table
from registry.reports.verdict import context, how_signed, meaning

LOCAL_MODE: Final = (
    "Local mode. Nobody was authenticated: every sign-off in this report is unauthenticated "
    "(local mode), a name that was typed and not proved."
)


def decided(facts: VersionFacts) -> Table:
    """Every decision with its digest."""
    found = tuple(
        (context(one), one.outcome, one.request or "not requested", moment(one.at), one.digest)
        for one in facts.decisions
    )
    return table("Decisions", "Context | Outcome | Request | At | Digest", found, len(found))


def signoffs(facts: VersionFacts) -> Block:
    """Every sign-off with printed name, UTC time and meaning."""
    found = tuple(
        (
            one.name,
            one.role.replace("-", " "),
            meaning(one),
            moment(one.at),
            one.request,
            one.reason or "no reason given",
            how_signed(facts, one),
        )
        for one in facts.signoffs
    )
    columns = "Printed name | Role | Meaning | Time | Request | Reason | How signed"
    return rows(
        table("Sign-offs", columns, found, len(found)),
        "Nobody has signed anything for this version.",
    )


def released(facts: VersionFacts) -> Block:
    """Every release: to whom, for what, until when."""
    found = tuple(
        (
            one.id,
            one.recipient,
            f"{one.use.replace('-', ' ')}, audience {one.audience}",
            one.state.replace("-", " "),
            f"{moment(one.released_at)}, by {one.released_by}",
            one.expires_on,
            one.request,
        )
        for one in facts.releases
    )
    columns = "Release | Recipient | Use | State | Released | Permitted through | Request"
    return rows(
        table("Releases", columns, found, len(found)), "This version has not been released."
    )
