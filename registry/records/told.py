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


class Told(FunctionElement[str]):
    """A field of what an event tells, ``path`` from the outermost; SQL's null where it tells of
    none, or where its bytes are no event's: those are for `registry audit verify` to find.
    """

    type = sa.String()
    inherit_cache = True
    path: tuple[str, ...] = ()


class FactTold(Told):
    """The fact of an event."""

    name = "fact_told"
    path = ("fact",)


class NamedSource(Told):
    """The source that an event names."""

    name = "named_source"
    path = ("details", "source")


class NamedRelease(Told):
    """The release that an event names."""

    name = "named_release"
    path = ("details", "release")


class NamedPolicy(Told):
    """The policy that an event names."""

    name = "named_policy"
    path = ("details", "policy")


@compiles(Told)
def _safely(element: Told, compiler: Any, **options: Any) -> str:
    body = compiler.process(element.clauses, **options)
    return f"event_told({body}, '{{{','.join(element.path)}}}'::text[])"


@compiles(Told, "sqlite")
def _safely_by_json(element: Told, compiler: Any, **options: Any) -> str:
    body = f"CAST({compiler.process(element.clauses, **options)} AS TEXT)"
    path = ".".join(("$", *element.path))
    return f"CASE WHEN json_valid({body}) THEN json_extract({body}, '{path}') END"
