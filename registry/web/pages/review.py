"""``/review/R-1``: why it is allowed or not, exactly what one would sign, and the signature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from registry.card import require_word
from registry.errors import RegistryError
from registry.records import OPEN_STATES, Meaning, Role
from registry.reports.document import Rows
from registry.reports.numbers import words
from registry.reports.verdict import callout, every_finding
from registry.web.answering import answered, needed, require_passphrase, status_of
from registry.web.forms import Form
from registry.web.kept import kept
from registry.web.paper import page
from registry.web.visitor import Person, Visitor, with_secrets
from registry.workflow.able import Chance, chances
from registry.workflow.nearby import nearby
from registry.workflow.people.signing import asks_code
from registry.workflow.put_before import Before, Difference, differences, put_before
from registry.workflow.reports.request import decision_on
from registry.workflow.retract import retract
from registry.workflow.review import review
from registry.workflow.sign import sign
from registry.workflow.withdraw import withdraw

router = APIRouter()
MEANINGS: Final = {
    "approve": "Approve: I hold the release for permissible",
    "reject": "Reject: it must not be released, for good",
    "return": "Return: the author should change it and submit anew",
    "review": "Reviewed: I have read it, and decide nothing",
    "take-responsibility": "Take responsibility for the release",
    "author": "Author: I made this, and stand by what its card says",
}


@router.get("/review/{label}")
def one(request: Request, visitor: Person, label: str) -> HTMLResponse:
    """The statement under review, its findings and signatures, and the form to sign."""
    return _page(request, visitor, label, {})


@router.post("/review/{label}/sign")
def sign_it(request: Request, visitor: Person, form: Form, label: str) -> Response:
    """Sign what the page showed, and nothing else."""

    def do() -> str:
        meaning = form.get("meaning", "")
        require_word("meaning", meaning, tuple(MEANINGS))
        require_passphrase(form, local=visitor.desk.local)
        role, principal = _seat(form.get("seat", ""))
        sign(
            with_secrets(visitor, form),
            label,
            Meaning(meaning),
            reason=form.get("reason", "").strip() or None,
            role=role,
            principal=principal,
            expected=needed(form, "expected", "the digest of what was shown"),
        )
        return f"/review/{quote(label)}#signatures"

    return answered(do, lambda error: _page(request, visitor, label, form, error, "sign"))


@router.post("/review/{label}/retract")
def retract_it(request: Request, visitor: Person, form: Form, label: str) -> Response:
    """Take one's own signature back."""

    def do() -> str:
        require_passphrase(form, local=visitor.desk.local)
        meaning = form.get("meaning", "")
        retract(
            with_secrets(visitor, form),
            label,
            form.get("reason", ""),
            Meaning(meaning) if meaning in tuple(Meaning) else None,
        )
        return f"/review/{quote(label)}#signatures"

    return answered(do, lambda error: _page(request, visitor, label, form, error, "retract"))


@router.post("/review/{label}/withdraw")
def withdraw_it(request: Request, visitor: Person, form: Form, label: str) -> Response:
    """Take back what one put forward oneself."""

    def do() -> str:
        withdraw(visitor.context, label, form.get("reason", "").strip() or None)
        return f"/review/{quote(label)}"

    return answered(do, lambda error: _page(request, visitor, label, form, error, "withdraw"))


def _seat(text: str) -> tuple[Role | None, str | None]:
    """The role and the principal of a choice such as ``steward for stefan``; empty is in person."""
    word, _, principal = text.partition(" for ")
    if not word:
        return None, principal or None
    require_word("role", word, tuple(Role))
    return Role(word), principal or None


def _page(
    request: Request,
    visitor: Visitor,
    label: str,
    given: Mapping[str, str],
    error: RegistryError | None = None,
    about: str = "",
) -> HTMLResponse:
    context = visitor.context
    shown = review(context, label)
    before, decision = put_before(context, label), decision_on(context, label)
    ways = chances(context, label)
    return page(
        request,
        visitor,
        "review/request",
        status_of(error),
        label=shown["request"],
        shown=shown,
        open=shown["state"] in OPEN_STATES,
        verdict=callout(decision, ()),
        nearby=None if decision.outcome == "allow" else nearby(context, label),
        findings=Rows(every_finding(decision)),
        facts=_facts(shown),
        before=before,
        ways=ways,
        seats=_seats(ways),
        meanings=tuple(MEANINGS.items()),
        mine=_mine(visitor, shown),
        code=asks_code(context),
        given=kept(given) if error else {},
        error=error,
        about=about,
        changed=_changed(given, before) if error else [],
    )


def _facts(shown: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """What a signature covers, a fact a line: in words, and the digest behind the words."""
    data, asked, decision = shown["dataset"], shown["context"], shown["decision"]
    place = asked["jurisdiction"] or "no jurisdiction stated"
    found = {
        "The data": (data["label"], data["content"]),
        "Its file": ("the bytes that would be handed over", data["file"]),
        "Its card": ("what is claimed of it", data["card"]),
        "For": (f"{asked['use'].replace('-', ' ')}, audience {asked['audience']}, {place}", ""),
    }
    for one in shown["policies"]:
        found[f"Policy {one['id']}"] = (f"version {one['version']}", one["digest"])
    for number, digest in enumerate(shown["evidence"], 1):
        found[f"Evidence {number}"] = (_evidence(digest, data["card"]), digest)
    if shown.get("waivers"):
        found["Waivers"] = (", ".join(shown["waivers"]), "")
    if shown.get("chosenFrom"):
        found["Chosen from"] = (", ".join(shown["chosenFrom"]), "")
    signed = shown["stands"] is True or (shown["signoffs"] and shown["state"] not in OPEN_STATES)
    when = "as submitted" if signed else "as it comes out now"
    found["The decision"] = (f"{decision['outcome']}, {when}", decision["digest"])
    return found


def _evidence(of: str, card: str) -> str:
    """What a decision read, told by the name that it has in the statement."""
    if of == card:
        return "the claims on its card"
    told = {"ledger": "what its source has spent", "dp-audits": "what audits show of its claim"}
    return told.get(of.partition(":")[0], "an evaluation's measured values")


def _seats(ways: Sequence[Chance]) -> list[tuple[str, str]]:
    """Every seat that the person could take, as the form offers it."""
    return [
        (f"{role} for {way.principal}", f"as {words(role)}, for {way.principal}")
        if way.principal
        else (role, f"as {words(role)}")
        for way in ways
        for role in way.roles
    ]


def _mine(visitor: Visitor, shown: Mapping[str, Any]) -> list[str]:
    """The meanings of the person's own signatures that still count."""
    name = visitor.identity.name if visitor.identity else None
    return [
        one["meaning"]
        for one in shown["signoffs"]
        if one["name"] == name and not one["retracted at"] and one["meaning"] != "retract"
    ]


def _changed(given: Mapping[str, str], now: Before) -> list[Difference]:
    """What is not as the form showed it; nothing where the form showed nothing, or not this."""
    try:
        return differences(given.get("shown", ""), given.get("expected", ""), now)
    except RegistryError:
        return []
