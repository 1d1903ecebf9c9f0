"""Versions whose results informed the choice of the one that is put forward."""

from sqlmodel import Session

from registry.errors import InvalidInput
from registry.policy.facts import Context
from registry.workflow.find import Found, row_id, version_labelled


def require_choice(session: Session, found: Found, wanted: Context) -> None:
    """Raise `InvalidInput` or `NotFound` where a version cannot have informed the choice."""
    for label in wanted.chosen_from:
        other = version_labelled(session, label)
        if row_id(other.source) != row_id(found.source):
            raise InvalidInput(
                f"{label} is made from {other.source.name!r}, not from {found.source.name!r}",
                expected="versions of the same source",
            )
        if other.label == found.label or wanted.chosen_from.count(label) > 1:
            raise InvalidInput(f"{label} is named already", expected="each other version once")
