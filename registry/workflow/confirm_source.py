"""A steward confirms a source and its classification; until then no policy decides on it."""

from sqlmodel import col, update

from registry.errors import Conflict, NotPermitted
from registry.records import Source, SourceState
from registry.workflow.add_source import require_unknown
from registry.workflow.attempt import attempt
from registry.workflow.context import Context
from registry.workflow.find import row_id, source_named
from registry.workflow.once import once
from registry.workflow.permissions import require


@once("confirm-source")
def confirm_source(context: Context, name: str) -> Source:
    """Confirm the draft ``name``; raises `NotPermitted` for whoever added it, `Conflict` for a
    table that is another source already.
    """
    with attempt(context, "confirm-source", source=name) as work:
        identity = require(context, "confirm-source")
        source = source_named(work.session, name)
        if source.added_by == identity.account_id:
            raise NotPermitted(
                f"{identity.name} added the source {name!r} and cannot confirm it",
                expected="another steward",
            )
        if source.state == SourceState.DRAFT:
            require_unknown(work.session, source.training_content_digest, source)
        changed = work.session.exec(
            update(Source)
            .where(col(Source.id) == row_id(source))
            .where(col(Source.state) == SourceState.DRAFT)
            .values(
                state=SourceState.CONFIRMED,
                confirmed_by=identity.account_id,
                confirmed_at=context.now(),
            )
        )
        if changed.rowcount != 1:
            raise Conflict(f"the source {name!r} is {source.state} already")
        work.record(
            "confirm-source",
            "source.confirmed",
            details={"source": name, "classification": source.classification},
        )
        work.session.refresh(source)
        return source
