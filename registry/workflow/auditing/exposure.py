"""How much of the log is protected by something outside, and how much by nothing."""

from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from registry.records import Anchor
from registry.store import tree
from registry.store.database import reading
from registry.workflow.context import Context


@dataclass(frozen=True)
class Held:
    """The last anchor, as it is recorded here; the proof is what is held outside."""

    kind: str
    place: str
    size: int
    root: str
    at: str


@dataclass(frozen=True)
class Exposure:
    """A log of ``size`` events, ``since`` of them after the last anchor.

    ``own`` of these are the records of anchoring itself, which every anchor leaves behind it.
    """

    last: Held | None
    size: int
    since: int
    own: int

    @property
    def sentence(self) -> str:
        """What everybody who looks at the log should know."""
        if self.last is None:
            whole = "its 1 event is" if self.size == 1 else f"all {self.size} events are"
            return f"never anchored: {whole} protected by nothing outside"
        told = f" ({self.own} of them told of anchoring)" if self.own else ""
        return (
            f"last anchor {self.last.at[:16].replace('T', ' ')} UTC ({self.last.kind}) "
            f"over {counted(self.last.size)}, {counted(self.since)} since{told}"
        )


def exposure(session: Session) -> Exposure:
    """The exposure now, from what this database says of its anchors."""
    size = tree.size(session)
    row = last_anchor(session)
    if row is None:
        return Exposure(None, size, size, 0)
    last = Held(row.kind, row.place, row.size, row.root, row.at)
    return Exposure(last, size, max(size - row.size, 0), _own(session, row.size))


def last_anchor(session: Session) -> Anchor | None:
    """The anchor over the most events; of several the newest."""
    return session.exec(
        select(Anchor).order_by(col(Anchor.size).desc(), col(Anchor.id).desc()).limit(1)
    ).first()


def _own(session: Session, size: int) -> int:
    """Anchors recorded after the first ``size`` events; each is an event among those."""
    return session.exec(select(func.count()).where(col(Anchor.event_seq) > size)).one()


def counted(count: int) -> str:
    """As people write it."""
    return f"{count} event{'' if count == 1 else 's'}"


def exposed(context: Context) -> str:
    """The same as a sentence for whoever looks at the log."""
    with reading(context.engine) as session:
        return exposure(session).sentence
