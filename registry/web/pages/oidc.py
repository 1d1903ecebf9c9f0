"""``/oidc``: to the provider of identities and back, to sign in or to prove it anew."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from registry.desk_settings import OidcSettings
from registry.errors import NotFound, NotPermitted
from registry.web.cookies import give
from registry.web.desk import Given
from registry.web.forms import LONGEST, Form
from registry.web.kept import Kept, carried, local, restored
from registry.web.oidc.provider import Provider
from registry.web.oidc.token import Worthless, vouched
from registry.web.paper import page
from registry.web.sign_in_page import go_on
from registry.web.visitor import Anybody, Person, Visitor, address_of
from registry.workflow.people.addresses import require_patience
from registry.workflow.people.federated import (
    Flow,
    Vouched,
    begin_flow,
    prove_again,
    refused,
    sign_in,
    take_flow,
)
from registry.workflow.people.links import confirm_link

router = APIRouter(prefix="/oidc")
MOST_KEPT = 2 * LONGEST
"""Characters of a form that wait for who is at the provider."""


@router.post("/begin")
def begin(request: Request, visitor: Anybody, form: Form) -> Response:
    """Send the browser to the provider."""
    return _sent(request, visitor, form, again=False)


@router.post("/again")
def again(request: Request, visitor: Person, form: Form) -> Response:
    """Send who is about to sign to the provider, which asks them anew."""
    return _sent(request, visitor, form, again=True)


@router.get("/back")
def back(
    request: Request, visitor: Anybody, state: str = "", code: str = "", error: str = ""
) -> Response:
    """The browser came back."""
    settings, home = _settings(visitor), visitor.desk.home
    _require_page(request)
    address = address_of(request)
    flow = take_flow(home, state, visitor.secret or visitor.guest, address)
    if error or not code:
        raise refused(home, address, "the provider refused")
    proof = _proof(request, visitor, settings, flow, code)
    kept = restored(flow.kept)
    if flow.session_id is not None:
        prove_again(visitor.context, flow, proof)
        return _on(request, visitor, kept, visitor.secret or "")
    started = sign_in(home, proof, address)
    return give(_on(request, visitor, kept, started.secret), started.secret)


@router.post("/confirm")
def confirm(visitor: Person, form: Form) -> Response:
    """The person shows, by the passphrase of their key, that a new link is theirs."""
    confirm_link(visitor.giving(Given(form)))
    return RedirectResponse("/me", 303)


def _require_page(request: Request) -> None:
    """Raise `NotPermitted` for a picture or the like on another site's page (Fetch Metadata): its
    visitors would count as who fails to sign in, and their whole address would have to wait.
    """
    if request.headers.get("sec-fetch-dest", "document") != "document":
        raise NotPermitted("nobody comes back from the provider by a part of a page")


def _sent(request: Request, visitor: Visitor, form: dict[str, str], *, again: bool) -> Response:
    settings = _settings(visitor)
    require_patience(visitor.desk.home, address_of(request))
    kept = carried(form) or Kept(local(form.get("next", "/")), {})
    browser = visitor.secret or visitor.guest
    provider = Provider(settings)
    flow = begin_flow(visitor.context, browser, _short(kept).text(), again=again)
    return _leaving(request, visitor, settings.issuer, provider.address(flow, _back(request)))


def _leaving(request: Request, visitor: Visitor, issuer: str, address: str) -> Response:
    """A page that goes on by itself, and without a script.

    Not a redirect: browsers hold the redirects of a form against ``form-action`` of our policy, be
    they the provider's own, and nobody could name all of those beforehand.
    """
    answer = page(request, visitor, "leaving", issuer=issuer, address=address)
    answer.headers["refresh"] = f"0; url={address}"
    return answer


def _short(kept: Kept) -> Kept:
    """What waits in the database meanwhile: nobody has to be signed in to put it there."""
    return kept if len(kept.text()) <= MOST_KEPT else Kept(local(kept.to), {})


def _proof(
    request: Request, visitor: Visitor, settings: OidcSettings, flow: Flow, code: str
) -> Vouched:
    provider = Provider(settings)
    tokens = provider.tokens(code, flow, _back(request))
    try:
        return vouched(settings, tokens, provider.keys(), flow.nonce, visitor.desk.clock())
    except Worthless as error:
        raise refused(visitor.desk.home, address_of(request), str(error)) from error


def _on(request: Request, visitor: Visitor, kept: Kept | None, secret: str) -> Response:
    """Where one was; a form that was typed is shown again."""
    if kept is None or not (kept.fields or kept.secrets):
        return RedirectResponse(kept.to if kept else "/", 303)
    now = Visitor(visitor.desk, visitor.desk.who(secret), secret)
    return go_on(request, now, kept)


def _settings(visitor: Visitor) -> OidcSettings:
    found = visitor.desk.home.settings.oidc
    if visitor.desk.local:
        raise NotPermitted("nobody proves a name in local mode")
    if found is None:
        raise NotFound(
            "no provider of identities is named here", expected="[oidc] in registry.toml"
        )
    return found


def _back(request: Request) -> str:
    return str(request.url_for("back").replace(query=""))
