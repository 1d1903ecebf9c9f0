"""Which audiences one recipient receives a source under: what it holds of two is their sum.

No total tells that sum, and no budget bounds it. What is public is in the total of every audience.
"""

from collections.abc import Iterable, Mapping

from sqlmodel import Session, col, select

from registry.errors import Conflict
from registry.ledger.entry import Entry
from registry.ledger.exposure import PUBLIC
from registry.records import Dataset, DatasetVersion, Release, Request, Source
from registry.workflow.find import release_label, row_id


def require_one_audience(session: Session, source: Source, recipient: str, audience: str) -> None:
    """Raise `Conflict` where ``recipient`` holds something of ``source`` under another audience.

    Whatever became of the release: what was received stays received.
    """
    given = session.exec(
        select(Release, Request.audience)
        .join(Request, col(Request.id) == col(Release.request_id))
        .join(DatasetVersion, col(DatasetVersion.id) == col(Request.version_id))
        .join(Dataset, col(Dataset.id) == col(DatasetVersion.dataset_id))
        .where(col(Dataset.source_id) == row_id(source))
        .where(col(Request.audience).not_in([audience, PUBLIC]))
        .order_by(col(Release.id))
    ).all()
    held = [pair for pair in given if _same(pair[0].recipient) == _same(recipient)]
    if held and audience != PUBLIC:
        row, other = held[0]
        raise Conflict(
            f"{row.recipient!r} holds {release_label(row)} of {source.name!r} under the audience "
            f"{other}: with this one it would have the sum of {other} and {audience}, "
            "which no budget bounds",
            expected=f"one audience for each recipient of a source: {other} for {row.recipient!r}",
            todo=f"withdraw the request and submit it for {other}",
        )


def under_several(entries: Iterable[Entry]) -> Mapping[str, list[str]]:
    """The recipients that received under two audiences, neither of them the public, and which."""
    found: dict[str, set[str]] = {}
    for one in entries:
        if one.recipient is not None and one.audience not in (None, PUBLIC):
            found.setdefault(_same(one.recipient), set()).add(str(one.audience))
    return {name: sorted(audiences) for name, audiences in found.items() if len(audiences) > 1}


def summed(several: Mapping[str, list[str]], recipient: str, audience: str) -> str | None:
    """What to say of a recipient beside the total of an audience; None if that is all it has."""
    others = [one for one in several.get(_same(recipient), []) if one != audience]
    if audience == PUBLIC or not others:
        return None
    return f"holds what {' and '.join(others)} received as well: its total is the sum of both"


def _same(name: str) -> str:
    """Names that differ in case or spaces alone are one recipient."""
    return " ".join(name.split()).casefold()
