"""Releases as people look for them: those that end soon, one recipient's, one source's."""

from dataclasses import dataclass
from datetime import timedelta

from registry.errors import InvalidInput
from registry.policy.expiry import expired
from registry.store.database import reading
from registry.workflow.context import Context
from registry.workflow.find import release_label, release_labelled
from registry.workflow.listing import releases
from registry.workflow.recalls.listing import recalls
from registry.workflow.waiver_listing import within

Row = dict[str, object]
STATES = ("in-force", "expired", "revoked", "superseded")


@dataclass(frozen=True)
class Wanted:
    """Filters that must all hold; None asks for anything. ``expiring`` is a span such as 30d."""

    expiring: str | None = None
    to: str | None = None
    source: str | None = None
    state: str | None = None


def releases_wanted(context: Context, wanted: Wanted) -> list[Row]:
    """Releases with their state today; with ``expiring`` those in force that end within it."""
    if wanted.state is not None and wanted.state not in STATES:
        raise InvalidInput(f"{wanted.state!r} is no state", expected=" or ".join(STATES))
    equal = {"recipient": wanted.to, "source": wanted.source, "state": wanted.state}
    rows = [
        row
        for row in releases(context)
        if all(value is None or row[name] == value for name, value in equal.items())
    ]
    if wanted.expiring is None:
        return rows
    limit = context.clock() + timedelta(days=within(wanted.expiring))
    ending = [
        row for row in rows if row["state"] == "in-force" and expired(str(row["expires_on"]), limit)
    ]
    return sorted(ending, key=lambda row: str(row["expires_on"]))


def release_shown(context: Context, label: str) -> Row:
    """One release with its terms, and how its recall stands if there is one."""
    with reading(context.engine) as session:
        name = release_label(release_labelled(session, label))
    (row,) = (one for one in releases(context) if one["release"] == name)
    recall = [one for one in recalls(context, every=True) if one["release"] == name]
    kept = ("state", "delivery", "age_days", "acknowledged_at", "acknowledged_by", "notice")
    last = {f"recall_{key}": recall[-1][key] for key in kept} if recall else {}
    return {**row, **last}
