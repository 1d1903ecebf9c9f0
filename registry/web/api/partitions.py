"""``/api/v1/partitions``: sources in parts that share no privacy unit."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import Path, Response
from typing_extensions import TypedDict

from registry.web.api.callers import OnceChanger, Secrets
from registry.web.api.named import named
from registry.web.api.paging import Paged
from registry.web.api.routing import router as noun
from registry.web.api.unchanged import Unchanged
from registry.web.api.words import Asked, Name, Text
from registry.web.visitor import Person
from registry.workflow.budgets import partition as dividing
from registry.workflow.budgets.divisions import partitions
from registry.workflow.budgets.sign_partition import sign_partition

router = noun("partitions")
Partition = Annotated[Name, Path(description="P-1.")]


class PartitionRow(TypedDict):
    """A partition; ``values`` is the JSON of what each part holds."""

    id: str
    source: str
    partition: str
    column: str
    unit: str
    parts: list[str]
    values: str
    reason: str
    state: str
    declared_by: str | None
    signed_by: str | None
    unchecked: str


class Division(Secrets):
    """How a source is divided; a part is NAME, or NAME=VALUE once for each value."""

    source: Name
    name: Name
    column: Name
    unit: Name
    parts: list[Text]
    reason: Text


@router.get("/partitions")
def list_partitions(visitor: Person, page: Paged, source: Asked = None) -> list[PartitionRow]:
    """The partitions, with the values of their parts and who signed them."""
    return page.of(partitions(visitor.context, source))


@router.post("/partitions", status_code=201)
def divide(caller: OnceChanger, response: Response, body: Division) -> dividing.Divided:
    """Divide a source into parts that share no privacy unit; a second person signs it."""
    parts = tuple(body.parts)
    asked = dividing.Asked(body.source, body.name, body.column, body.unit, parts, body.reason)
    found = dividing.partition(caller.signing(body), asked)
    response.headers["location"] = f"/api/v1/partitions/{found.partition}"
    return found


@router.get("/partitions/{partition}")
def show(visitor: Person, partition: Partition) -> PartitionRow:
    """One partition."""
    rows = partitions(visitor.context)
    return cast("PartitionRow", named(rows, "id", partition.upper(), "partition", "P-1, ..."))


@router.post("/partitions/{partition}/signature", status_code=201, dependencies=[Unchanged])
def sign(caller: OnceChanger, partition: Partition, body: Secrets) -> dividing.Divided:
    """Sign a partition that somebody else declared; from then on it holds."""
    return sign_partition(caller.signing(body), partition)
