"""What no longer holds of a release in force, as policies, evidence and files are now."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlmodel import Session, col, select

from registry.clock import moment
from registry.errors import Conflict, IntegrityFailure, RegistryError
from registry.policy.decision import Finding
from registry.policy.engine import Decision
from registry.policy.explain import sentence
from registry.policy.loader import Policy
from registry.records import Agreement, Release, Request
from registry.records.decision import DecisionRecord
from registry.store import objects
from registry.workflow.agreements import IN_FORCE, agreement_label, parties_of, state_of
from registry.workflow.changed import wanted_by
from registry.workflow.context import Context
from registry.workflow.find import Found, row_id, version_of
from registry.workflow.gate import inquiry_again
from registry.workflow.in_use import require_in_use


@dataclass(frozen=True)
class Flag:
    """One thing that no longer holds.

    ``kind`` is policy, evidence, waiver, terms, agreement, file, withdrawn or undecidable. What a
    person reads is ``text``; it may name people, so the log is told kind and ``about`` alone.
    """

    kind: str
    about: str
    text: str


class Files:
    """Verifies each file once."""

    def __init__(self) -> None:
        self._seen: dict[tuple[Path, str], RegistryError | None] = {}

    def trouble(self, path: Path, digest: str) -> RegistryError | None:
        """What is wrong with the file at ``path``: it is gone, or it has another digest."""
        if (path, digest) not in self._seen:
            try:
                objects.verify(path, digest)
                self._seen[path, digest] = None
            except RegistryError as error:
                self._seen[path, digest] = error
        return self._seen[path, digest]


@dataclass(frozen=True)
class _Case:
    context: Context
    session: Session
    release: Release
    request: Request
    found: Found
    files: Files


def flags(
    context: Context,
    session: Session,
    release: Release,
    policies: Sequence[Policy],
    files: Files,
) -> list[Flag]:
    """Everything that would keep ``release`` from being granted today, in a fixed order.

    ``files`` remembers which were read: several releases of one version hash its file once.
    """
    request = session.get_one(Request, release.request_id)
    case = _Case(context, session, release, request, version_of(session, request), files)
    seen = [*_withdrawn(case), *_file(case), *_decided(case, policies), *_document(case)]
    return sorted(set(seen), key=lambda flag: (flag.kind, flag.about, flag.text))


def _withdrawn(case: _Case) -> Iterator[Flag]:
    try:
        require_in_use(case.found)
    except Conflict as error:
        yield Flag("withdrawn", case.found.label, error.what)


def _file(case: _Case) -> Iterator[Flag]:
    path = case.context.file_of(case.found.version)
    error = case.files.trouble(path, case.release.file_digest)
    if error is not None:
        about = "changed" if isinstance(error, IntegrityFailure) else "gone"
        yield Flag("file", about, error.what)


def _decided(case: _Case, policies: Sequence[Policy]) -> Iterator[Flag]:
    try:
        decision = inquiry_again(
            case.context, case.session, case.found, wanted_by(case.request), policies
        ).decided()
    except RegistryError as error:
        yield Flag("undecidable", type(error).__name__, error.what)
        return
    before = _granted_on(case)
    for finding in decision.findings:
        if finding.blocks:
            yield Flag(_kind(finding, decision, before), finding.rule, sentence(finding))
    yield from _terms(case, decision)


def _granted_on(case: _Case) -> dict[str, object]:
    """The decision that the release was granted on."""
    row = case.session.exec(
        select(DecisionRecord)
        .where(DecisionRecord.request_id == row_id(case.request))
        .where(DecisionRecord.digest == case.request.decision_digest)
        .order_by(col(DecisionRecord.id).desc())
    ).first()
    return dict(json.loads(row.body)) if row else {}


def _kind(finding: Finding, decision: Decision, before: dict[str, object]) -> str:
    """Whether a waiver is gone, evidence is, or what the policies say is what changed."""
    listed = before.get("findings")
    was = [
        one for one in (listed if isinstance(listed, list) else []) if one["rule"] == finding.rule
    ]
    if any(one["outcome"] == "waived" for one in was):
        return "waiver"
    if finding.verdict == "missing":
        return "evidence"
    same = [policy._asdict() for policy in decision.policies] == before.get("policies")
    return "evidence" if same and finding.policy else "policy"


def _terms(case: _Case, decision: Decision) -> Iterator[Flag]:
    """Policies may since let a release last less long, or ask for another agreement."""
    longest, release = decision.expires_after_days, case.release
    if longest is not None:
        latest = (moment(release.released_at).date() + timedelta(days=longest)).isoformat()
        if release.expires_on > latest:
            text = f"it ends on {release.expires_on}; policies now let it last until {latest}"
            yield Flag("terms", "expiry", text)
    for name in decision.agreements:
        if name != release.agreement or release.agreement_digest is None:
            yield Flag("agreement", name, f"policies ask for a recorded agreement {name!r}")


def _document(case: _Case) -> Iterator[Flag]:
    """The very document that the release stands under."""
    release = case.release
    if release.agreement is None or release.agreement_digest is None:
        return
    rows = case.session.exec(
        select(Agreement)
        .where(Agreement.name == release.agreement)
        .where(Agreement.digest == release.agreement_digest)
        .order_by(col(Agreement.id).desc())
    ).all()
    now = case.context.clock()
    holding = [row for row in rows if state_of(row, now) == IN_FORCE]
    if not any(release.recipient in parties_of(row) for row in holding):
        state = f"{agreement_label(rows[0])} is {state_of(rows[0], now)}" if rows else "it is gone"
        yield Flag("agreement", release.agreement, f"the agreement {release.agreement!r}: {state}")
        return
    error = case.files.trouble(case.context.objects / holding[0].path, holding[0].digest)
    if error is not None:
        yield Flag("agreement", "document", error.what)
