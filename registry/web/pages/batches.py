"""Batches of a source: runs planned together, which count as one mechanism."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import Response

from registry.web.answering import answered, require_passphrase
from registry.web.forms import Form
from registry.web.pages.sources import source_page
from registry.web.visitor import Person, with_secrets
from registry.workflow.budgets.batch import Asked, batch
from registry.workflow.budgets.batch_plan import planned_in
from registry.workflow.budgets.sign_batch import sign_batch

router = APIRouter()


@router.post("/sources/{name}/batches")
def plan(request: Request, visitor: Person, form: Form, name: str) -> Response:
    """Plan runs together, before any of them is made; a second person signs the plan."""

    def do() -> str:
        require_passphrase(form, local=visitor.desk.local)
        planned = planned_in(form.get("plan", "").encode(), "plan")
        asked = Asked(name, form.get("batch", "").strip(), planned, form.get("reason", ""))
        batch(with_secrets(visitor, form), asked)
        return f"/sources/{quote(name)}#partitions"

    return answered(do, lambda error: source_page(request, visitor, name, form, error))


@router.post("/sources/{name}/batches/{label}/sign")
def sign_it(request: Request, visitor: Person, form: Form, name: str, label: str) -> Response:
    """Sign a batch that somebody else planned."""

    def do() -> str:
        require_passphrase(form, local=visitor.desk.local)
        sign_batch(with_secrets(visitor, form), label)
        return f"/sources/{quote(name)}#partitions"

    return answered(do, lambda error: source_page(request, visitor, name, form, error))
