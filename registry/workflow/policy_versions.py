"""Every published version of a policy: its text, its rules by line, and what each changed."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session, col, select

from registry.errors import NotFound
from registry.policy.answers.demanded import Revision, revision
from registry.records import PolicyDocument
from registry.store.database import reading
from registry.workflow.context import Context
from registry.workflow.find import account_name
from registry.workflow.gate import loaded
from registry.workflow.reports.policy import as_published


@dataclass(frozen=True)
class Published:
    """One version as it was published; ``rules`` are rule ids by the line they begin on."""

    policy: str
    version: str
    digest: str
    file: str
    text: str
    rules: Mapping[int, str]
    published_by: str
    published_at: str


def policy_versions(context: Context, name: str) -> list[Published]:
    """The versions of a policy, the newest first; raises `NotFound`."""
    with reading(context.engine) as session:
        return [_shown(session, row) for row in reversed(_rows(session, name))]


def versions_compared(context: Context, name: str, before: str, after: str) -> Revision:
    """What one published version tightens and loosens against another; raises `NotFound`."""
    with reading(context.engine) as session:
        everything = session.exec(select(PolicyDocument).order_by(col(PolicyDocument.id))).all()
        rows = {row.version: row for row in _rows(session, name)}
        for version in (before, after):
            if version not in rows:
                raise NotFound(f"{name} {version} was never published", expected=" or ".join(rows))
        return revision(*(as_published(rows[one], everything) for one in (before, after)))


def _rows(session: Session, name: str) -> list[PolicyDocument]:
    query = select(PolicyDocument).where(PolicyDocument.policy_id == name)
    rows = list(session.exec(query.order_by(col(PolicyDocument.id))))
    if not rows:
        raise NotFound(f"no policy {name!r} was published", todo="see the list of policies")
    return rows


def _shown(session: Session, row: PolicyDocument) -> Published:
    return Published(
        row.policy_id,
        row.version,
        row.digest,
        row.file_name,
        bytes(row.body).decode(),
        {line: rule for rule, line in loaded(row).lines.items()},
        account_name(session, row.published_by) or "an unknown account",
        row.published_at,
    )
