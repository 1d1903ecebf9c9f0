"""``/review``: what waits for sign-off, exactly what one would sign, and the signature."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from registry.card import require_word
from registry.records import Meaning
from registry.web.forms import Form
from registry.web.paper import page
from registry.web.visitor import Person, with_secrets
from registry.workflow.queue import queue
from registry.workflow.review import review
from registry.workflow.sign import sign

router = APIRouter()
MEANINGS = ("approve", "reject", "return", "review", "author", "take-responsibility")


@router.get("/review")
def reviews(request: Request, visitor: Person) -> HTMLResponse:
    """Every open request, oldest first."""
    return page(request, visitor, "reviews", waiting=queue(visitor.context))


@router.get("/review/{label}")
def one(request: Request, visitor: Person, label: str) -> HTMLResponse:
    """The statement under review, its findings and signatures, and the form to sign."""
    return page(
        request, visitor, "review", label=label, shown=review(visitor.context, label), given={}
    )


@router.post("/review/{label}/sign")
def sign_it(request: Request, visitor: Person, form: Form, label: str) -> Response:
    """Sign what the page showed."""
    meaning = form.get("meaning", "")
    require_word("meaning", meaning, MEANINGS)
    context = with_secrets(visitor, form)
    sign(context, label, Meaning(meaning), reason=form.get("reason", ""))
    return RedirectResponse(f"/review/{label}", 303)
