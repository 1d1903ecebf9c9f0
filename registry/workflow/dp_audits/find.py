"""Finds audits by the names people type, and what a version claims."""

import re

from sqlmodel import Session, col, select

from registry.card import GuaranteeCard, recorded_card
from registry.errors import InvalidInput, NotFound
from registry.ledger.meaning import Cost
from registry.records import DatasetVersion, DpAudit
from registry.workflow.find import Found, row_id

_LABEL = re.compile(r"AUD-(?P<id>[1-9][0-9]{0,8})", re.IGNORECASE)


def audit_label(row: DpAudit) -> str:
    """``AUD-3``."""
    return f"AUD-{row.id}"


def is_audit_label(label: str) -> bool:
    """Whether it is an audit that is named, and not a version."""
    return _LABEL.fullmatch(label) is not None


def audit_labelled(session: Session, label: str) -> DpAudit:
    """The audit ``AUD-3``; raises `NotFound`."""
    match = _LABEL.fullmatch(label)
    row = session.get(DpAudit, int(match["id"])) if match else None
    if row is None:
        raise NotFound(
            f"there is no audit {label!r}",
            expected="AUD-1, ...",
            todo="see those of a version with `registry dp-audit show NAME@V`",
        )
    return row


def audits_of(session: Session, found: Found) -> list[DpAudit]:
    """Every audit of a version, the oldest first."""
    query = select(DpAudit).where(DpAudit.version_id == row_id(found.version))
    return list(session.exec(query.order_by(col(DpAudit.id))))


def claim_of(version: DatasetVersion) -> Cost | None:
    """The epsilon and delta on a version's card; None where it does not state both."""
    guarantee = guarantee_of(version)
    if guarantee is None or guarantee.epsilon is None:
        return None
    delta = 0.0 if guarantee.variant == "pure" else guarantee.delta
    return None if delta is None else Cost(guarantee.epsilon, delta)


def guarantee_of(version: DatasetVersion) -> GuaranteeCard | None:
    """The guarantee on a version's card."""
    return recorded_card(version.card).guarantee


def require_claim(found: Found) -> Cost:
    """What a version claims; raises `InvalidInput` where that is nothing to contradict."""
    claim = claim_of(found.version)
    if claim is None:
        raise InvalidInput(
            f"the card of {found.label} states no epsilon with its delta",
            expected="a guarantee that scores could contradict",
            todo="state it with `registry amend`; a rho or a Renyi loss converts at some delta",
        )
    return claim
