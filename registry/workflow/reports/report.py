"""One document: of a version, of a release, or of a policy."""

from collections.abc import Mapping
from typing import Final

from sqlmodel import Session

from registry.errors import InvalidInput
from registry.reports.document import Document
from registry.store.database import reading
from registry.workflow.attempt import refusals_logged
from registry.workflow.context import Context
from registry.workflow.find import version_labelled
from registry.workflow.permissions import require_scope
from registry.workflow.reports.certificate import release_about
from registry.workflow.reports.kinds import OF_A_POLICY, OF_A_RELEASE, OF_A_VERSION

ABOUT: Final[Mapping[str, str]] = {
    **dict.fromkeys(OF_A_VERSION, "NAME@V"),
    **dict.fromkeys(OF_A_RELEASE, "REL-n, or NAME@V with one release"),
    **dict.fromkeys(OF_A_POLICY, "POLICY, or POLICY@VERSION"),
}
"""What a kind is about, as people name it."""


def report(context: Context, label: str, kind: str) -> Document:
    """The document of ``kind`` about ``label``; raises `InvalidInput` for a kind there is not."""
    if kind not in ABOUT:
        raise InvalidInput(f"there is no report {kind!r} of {label}", expected=", ".join(ABOUT))
    named = {"policy": label} if kind in OF_A_POLICY else _named(label)
    with refusals_logged(context, "report", **named), reading(context.engine) as session:
        require_scope(context, "report")
        return _made(context, session, label, kind)


def _named(label: str) -> dict[str, str]:
    return {"dataset": label} if "@" in label else {"release": label.upper()}


def _made(context: Context, session: Session, label: str, kind: str) -> Document:
    if kind in OF_A_RELEASE:
        return OF_A_RELEASE[kind](context, session, release_about(session, label))
    if kind in OF_A_POLICY:
        return OF_A_POLICY[kind](context, session, label)
    return OF_A_VERSION[kind](context, session, version_labelled(session, label))
