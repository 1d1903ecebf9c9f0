"""Discloses the exact figures of a version to those outside, or takes that back.

Publishing a measurement of real rows is itself a release that no epsilon covers. What leaves the
house carries verdict bands, until a privacy officer answers for the figures themselves.
"""

from dataclasses import dataclass

from sqlmodel import Session, col

from registry.errors import Conflict, InvalidInput
from registry.records import Event
from registry.store.pages import Page, pages
from registry.workflow.attempt import attempt
from registry.workflow.auditing.asking import names
from registry.workflow.auditing.fact import Fact, read
from registry.workflow.context import Context, Work
from registry.workflow.find import Found, version_labelled
from registry.workflow.in_use import require_in_use
from registry.workflow.once import once
from registry.workflow.permissions import require

DISCLOSED = "figures.disclosed"
WITHHELD = "figures.withheld"
EVALUATED = "dataset.evaluated"
_ACTIONS = ("disclose", "withhold", "evaluate")


@dataclass(frozen=True)
class Disclosure:
    """Who disclosed the figures of a version, when, and why: ``seq`` is its event."""

    by: str
    at: str
    reason: str
    seq: int


@once("disclose")
def disclose(context: Context, label: str, reason: str) -> str:
    """Disclose the exact figures of NAME@V; returns its label.

    It covers what was measured until now: another evaluation ends it. Raises `Conflict` where they
    are disclosed already, or where the version was withdrawn.
    """
    _require_reason(reason, "disclose")
    with attempt(context, "disclose", dataset=label) as work:
        require(context, "disclose")
        found = version_labelled(work.session, label)
        require_in_use(found)
        if disclosure_of(work.session, found):
            raise Conflict(f"the figures of {found.label} are disclosed already")
        _record(work, found, "disclose", DISCLOSED, reason)
        return found.label


@once("withhold")
def withhold(context: Context, label: str, reason: str) -> str:
    """Disclose the figures of NAME@V no longer; raises `Conflict` where they are not disclosed.

    What was printed before stays with those who have it.
    """
    _require_reason(reason, "withhold")
    with attempt(context, "withhold", dataset=label) as work:
        require(context, "withhold")
        found = version_labelled(work.session, label)
        if disclosure_of(work.session, found) is None:
            raise Conflict(f"the figures of {found.label} are not disclosed")
        _record(work, found, "withhold", WITHHELD, reason)
        return found.label


def disclosure_of(session: Session, found: Found) -> Disclosure | None:
    """The disclosure that holds now; None where nobody disclosed, or it ended.

    Read off the log, which is its only record: what nobody can quietly add, nobody discloses.
    """
    chosen = [col(Event.dataset) == found.label, col(Event.action).in_(_ACTIONS)]
    told = [read(one) for one in pages(session, chosen, Page())]
    ruling = [one for one in told if one.fact in (DISCLOSED, WITHHELD, EVALUATED)]
    if not ruling or ruling[-1].fact != DISCLOSED:
        return None
    return _shown(session, ruling[-1], found)


def _shown(session: Session, one: Fact, found: Found) -> Disclosure | None:
    if one.details.get("content") != found.version.content_digest:
        return None
    known = names(session)
    return Disclosure(known.get(one.actor, one.actor), one.at, str(one.details["reason"]), one.seq)


def _record(work: Work, found: Found, action: str, fact: str, reason: str) -> None:
    details = {"content": found.version.content_digest, "reason": reason}
    work.record(action, fact, dataset=found.label, details=details)


def _require_reason(reason: str, verb: str) -> None:
    if not reason.strip():
        raise InvalidInput(f"to {verb} figures needs a reason", todo="say why with --reason TEXT")
