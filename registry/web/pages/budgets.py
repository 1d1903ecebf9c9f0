"""Budgets of a source: declared by one person, and in force once another signs."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import Response

from registry.web.answering import answered, require_passphrase
from registry.web.forms import Form
from registry.web.pages.sources import number, source_page
from registry.web.visitor import Person, with_secrets
from registry.workflow.budgets.declare import Asked, declare
from registry.workflow.budgets.sign import sign

router = APIRouter()


@router.post("/sources/{name}/budgets")
def propose(request: Request, visitor: Person, form: Form, name: str) -> Response:
    """Declare what the source may expose to an audience."""

    def do() -> str:
        require_passphrase(form, local=visitor.desk.local)
        declare(with_secrets(visitor, form), _asked(name, form))
        return f"/sources/{quote(name)}#budgets"

    return answered(do, lambda error: source_page(request, visitor, name, form, error))


@router.post("/sources/{name}/budgets/{label}/sign")
def sign_it(request: Request, visitor: Person, form: Form, name: str, label: str) -> Response:
    """Sign a budget that somebody else declared."""

    def do() -> str:
        require_passphrase(form, local=visitor.desk.local)
        sign(with_secrets(visitor, form), label)
        return f"/sources/{quote(name)}#budgets"

    return answered(do, lambda error: source_page(request, visitor, name, form, error))


def _asked(name: str, form: Mapping[str, str]) -> Asked:
    return Asked(
        name,
        number(form, "limit"),
        number(form, "limit_delta"),
        form.get("unit", ""),
        form.get("relation", ""),
        form.get("audience", ""),
        form.get("reason", ""),
        method=form.get("method", "basic"),
        first=form.get("first", "").strip() or None,
        last=form.get("last", "").strip() or None,
        order=number(form, "order") if form.get("order", "").strip() else None,
    )
