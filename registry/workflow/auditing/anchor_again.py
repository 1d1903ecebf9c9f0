"""Anchors again where the registry was anchored before, for those who ask a server to.

Whoever runs the server names a place first, beside the registry: a place that a caller could name
would have the server write where they like, and speak to whom they like.
"""

from sqlmodel import col, select

from registry.errors import NotFound
from registry.records import Anchor, AnchorKind
from registry.store.database import reading
from registry.workflow.attempt import refusals_logged
from registry.workflow.auditing.anchor import Anchored, anchor
from registry.workflow.auditing.places.named import named
from registry.workflow.context import Context
from registry.workflow.permissions import require

Row = dict[str, object]


def anchors(context: Context) -> list[Row]:
    """Every anchor there is a record of, the newest first."""
    query = select(Anchor).order_by(col(Anchor.id).desc())
    with reading(context.engine) as session:
        return [
            {
                "size": one.size,
                "root": one.root,
                "kind": one.kind,
                "place": one.place,
                "at": one.at,
                "event": one.event_seq,
            }
            for one in session.exec(query)
        ]


def anchor_again(context: Context, place: str) -> Anchored:
    """Put a signed checkpoint into ``place``, ``file:FOLDER`` or ``git:REPOSITORY:BRANCH``.

    Raises `NotFound` for a place that no anchor lies in. A time stamp is made beside the registry:
    it needs certificates, and a folder for the token.
    """
    with refusals_logged(context, "anchor"):
        require(context, "anchor")
        known = {f"{row['kind']}:{row['place']}" for row in anchors(context)}
        if place not in known or place.startswith(f"{AnchorKind.RFC3161}:"):
            raise NotFound(
                f"the log was never anchored in {place!r} by this registry",
                expected="the kind and place of an earlier anchor, file or git",
                todo="whoever runs the server runs `registry audit anchor --to PLACE` first",
            )
    return anchor(context, named(place))
