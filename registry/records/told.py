"""A field of an event's details as the database reads it, from the very bytes that are the log."""

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

SIGNED: Final = "action IN ('sign-batch', 'sign-budget', 'sign-partition')"
"""The events that are indexed by their source, as the migration says it."""


class SourceTold(FunctionElement[str]):
    """The name of the source that an event tells of; SQL's null where it tells of none."""

    name = "source_told"
    type = sa.String()
    inherit_cache = True


@compiles(SourceTold)
def _by_function(element: SourceTold, compiler: Any, **options: Any) -> str:
    """PostgreSQL indexes by immutable functions alone; the migration makes this one."""
    return f"source_told({compiler.process(element.clauses, **options)})"


@compiles(SourceTold, "sqlite")
def _by_json(element: SourceTold, compiler: Any, **options: Any) -> str:
    body = compiler.process(element.clauses, **options)
    return f"json_extract(CAST({body} AS TEXT), '$.details.source')"
