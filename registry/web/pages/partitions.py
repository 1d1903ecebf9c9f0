"""Partitions of a source into parts that share no privacy unit."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import Response

from registry.web.answering import answered, require_passphrase
from registry.web.forms import Form
from registry.web.pages.sources import source_page
from registry.web.visitor import Person, with_secrets
from registry.workflow.budgets.partition import Asked, partition
from registry.workflow.budgets.sign_partition import sign_partition

router = APIRouter()


@router.post("/sources/{name}/partitions")
def divide(request: Request, visitor: Person, form: Form, name: str) -> Response:
    """Declare a partition; a second person signs it."""

    def do() -> str:
        require_passphrase(form, local=visitor.desk.local)
        parts = tuple(one.strip() for one in form.get("parts", "").splitlines() if one.strip())
        called, column, unit = (form.get(one, "") for one in ("partition", "column", "unit"))
        asked = Asked(name, called, column, unit, parts, form.get("reason", ""))
        partition(with_secrets(visitor, form), asked)
        return f"/sources/{quote(name)}#partitions"

    return answered(do, lambda error: source_page(request, visitor, name, form, error))


@router.post("/sources/{name}/partitions/{label}/sign")
def sign_it(request: Request, visitor: Person, form: Form, name: str, label: str) -> Response:
    """Sign a partition that somebody else declared."""

    def do() -> str:
        require_passphrase(form, local=visitor.desk.local)
        sign_partition(with_secrets(visitor, form), label)
        return f"/sources/{quote(name)}#partitions"

    return answered(do, lambda error: source_page(request, visitor, name, form, error))
