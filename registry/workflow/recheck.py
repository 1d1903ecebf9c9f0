"""Decides on every release in force once more, and flags those that no longer hold.

It changes no record. A release's flags are an event when they change, and not each time.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from registry.policy.expiry import expired
from registry.records import Event, Release, ReleaseState, Request
from registry.store import events
from registry.store.database import reading, writing
from registry.workflow.context import Context, Work
from registry.workflow.find import release_label, request_label, version_of
from registry.workflow.gate import effective_policies
from registry.workflow.release_findings import Files, Flag, flags

ACTION = "recheck"
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Rechecked:
    """One release in force, and what no longer holds of it."""

    release: str
    request: str
    version: str
    recipient: str
    expires_on: str
    flags: tuple[Flag, ...]

    def told(self) -> list[dict[str, str]]:
        """The flags as the log holds them: without sentences, which may name people."""
        kept = dict.fromkeys((flag.kind, flag.about) for flag in self.flags)
        return [{"kind": kind, "about": about} for kind, about in kept]


def recheck(
    context: Context, progress: Progress = lambda now, done, total: None
) -> list[Rechecked]:
    """Every release in force today with its flags, in order."""
    found: list[Rechecked] = []
    with reading(context.engine) as session:
        releases, files = _in_force(context, session), Files()
        policies = effective_policies(session)
        for done, release in enumerate(releases):
            progress(release_label(release), done, len(releases))
            request = session.get_one(Request, release.request_id)
            found.append(
                Rechecked(
                    release_label(release),
                    request_label(request),
                    version_of(session, request).label,
                    release.recipient,
                    release.expires_on,
                    tuple(flags(context, session, release, policies, files)),
                )
            )
    _record(context, found)
    return found


def _in_force(context: Context, session: Session) -> Sequence[Release]:
    rows = session.exec(
        select(Release).where(Release.state == ReleaseState.IN_FORCE).order_by(col(Release.id))
    )
    return [row for row in rows if not expired(row.expires_on, context.clock())]


def _record(context: Context, found: Sequence[Rechecked]) -> None:
    """Append an event for every release whose flags are not those last recorded."""
    with writing(context.engine) as session:
        work, last = Work(context, session), _last_told(session)
        for one in found:
            told = one.told()
            if told != last.get(one.release, []):
                work.record(
                    ACTION,
                    "release.flagged" if told else "release.cleared",
                    outcome="denied" if told else "done",
                    dataset=one.version,
                    request=one.request,
                    details={"release": one.release, "flags": told},
                )


def _last_told(session: Session) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for event in events.stored(session, col(Event.action) == ACTION):
        details = json.loads(event.body)["details"]
        if "flags" in details:
            found[details["release"]] = details["flags"]
    return found
