"""Verifies a bundle: every check, whatever the others found, and what that comes to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from types import ModuleType
from typing import Final

from registry.bundle.case import Case, Held, case_of
from registry.bundle.checks import (
    anchors,
    batches,
    budgets,
    card,
    checkpoint,
    complete,
    data,
    dataset,
    decision,
    events,
    evidence,
    ledger,
    order,
    policies,
    quorum,
    release,
    request,
    separation,
    signatures,
    signers,
    source,
    statements,
    trusted_key,
    waivers,
    watermark,
)
from registry.bundle.problem import Agreed, Problem, Unchecked
from registry.bundle.read import Opened, opened
from registry.bundle.strict import Refused
from registry.log.note import Verifier

CHECKS: Final[tuple[ModuleType, ...]] = (
    *(trusted_key, checkpoint, events, complete, order, anchors),
    *(dataset, data, card, source, policies, evidence),
    *(ledger, batches, budgets),
    *(request, decision, waivers, statements, signers, signatures, separation, quorum),
    *(release, watermark),
)


@dataclass(frozen=True)
class Row:
    """One line of the report: what a check found, ``pass``, ``fail`` or ``could not check``."""

    check: str
    result: str
    cause: str | None
    what: str | None
    demanded: bool = False


@dataclass(frozen=True)
class Verification:
    """Every row, and the bundle if it could be opened."""

    rows: tuple[Row, ...]
    opened: Opened | None

    @property
    def failed(self) -> tuple[Row, ...]:
        """The rows that contradict the bundle."""
        return tuple(one for one in self.rows if one.result == "fail")

    @property
    def open(self) -> tuple[Row, ...]:
        """The rows that somebody asked for and that could not be checked."""
        return tuple(one for one in self.rows if one.demanded)

    @property
    def causes(self) -> frozenset[str]:
        """Why it is refused."""
        return frozenset(one.cause for one in self.failed if one.cause)


def verified(
    data: bytes,
    trusted: Verifier | None = None,
    sha256: str | None = None,
    anchor: bytes | None = None,
) -> Verification:
    """Examine the bytes of a bundle; ``sha256`` is the data file's, in hexadecimal."""
    try:
        found = opened(data, trusted)
        case = case_of(found, Held(sha256, anchor, trusted is not None))
    except Refused as error:
        return Verification((Row("reads as a bundle", "fail", error.cause, error.what),), None)
    rows = [Row("reads as a bundle", "pass", None, None)]
    for one in CHECKS:
        rows += _rows(one, case)
    return Verification(tuple(rows), found)


def _rows(check: ModuleType, case: Case) -> Iterable[Row]:
    rows: list[Row] = []
    try:
        for found in check.check(case):
            rows.append(_row(check.TITLE, found))
    except Exception as error:  # whatever stops a check, what it would have found is not known
        cause = error.cause if isinstance(error, Refused) else "malformed"
        rows.append(Row(check.TITLE, "fail", cause, f"{type(error).__name__}: {error}"))
    return rows or [Row(check.TITLE, "pass", None, None)]


def _row(title: str, found: Problem | Unchecked | Agreed) -> Row:
    if isinstance(found, Agreed):
        return Row(title, "pass", None, found.what)
    if isinstance(found, Unchecked):
        return Row(title, "could not check", None, found.what, found.demanded)
    return Row(title, "fail", found.cause, found.what)
