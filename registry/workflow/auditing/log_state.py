"""How the log stands: its size, what protects it outside, and when it was last signed."""

from dataclasses import dataclass

from registry.store import checkpoints
from registry.store.database import reading
from registry.workflow.auditing.exposure import Held, exposure
from registry.workflow.context import Context


@dataclass(frozen=True)
class LogState:
    """``signed`` is the size at the last checkpoint, and ``signed_at`` its time; None for none."""

    size: int
    since: int
    exposed: str
    anchor: Held | None
    signed: int | None
    signed_at: str | None


def log_state(context: Context) -> LogState:
    """The state now, as this database tells it."""
    with reading(context.engine) as session:
        found, last = exposure(session), checkpoints.last(session)
        return LogState(
            found.size,
            found.since,
            found.sentence,
            found.last,
            last.size if last else None,
            last.at if last else None,
        )
