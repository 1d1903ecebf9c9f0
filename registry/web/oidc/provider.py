"""The provider of identities over HTTP: its metadata, its keys, and a code for tokens.

Metadata and keys are read anew for each sign-in, of which there are few: a key that the provider
has withdrawn vouches for nobody any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import httpx
from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from registry.desk_settings import OidcSettings
from registry.errors import Unavailable
from registry.workflow.people.federated import Flow

SECONDS: Final = 10
_MOST_BYTES: Final = 1 << 20


class Provider:
    """One provider, as it describes itself now; raises `Unavailable` where it does not answer."""

    def __init__(self, settings: OidcSettings) -> None:
        self._settings = settings
        self._metadata = _json(
            httpx.Request("GET", f"{settings.issuer.rstrip('/')}/.well-known/openid-configuration")
        )
        # OpenID Connect Discovery, 4.3: else its keys would vouch in another's name.
        if self._metadata.get("issuer") != settings.issuer:
            raise _unusable("it calls itself another issuer")

    def address(self, flow: Flow, back: str) -> str:
        """Where the browser asks; one who signs is asked anew, whatever session is still there."""
        asked = [
            ("response_type", "code"),
            ("client_id", self._settings.client_id),
            ("redirect_uri", back),
            ("scope", "openid email" if self._settings.account == "email" else "openid"),
            ("state", flow.state),
            ("nonce", flow.nonce),
            ("code_challenge", create_s256_code_challenge(flow.verifier)),  # type: ignore[no-untyped-call]
            ("code_challenge_method", "S256"),
        ]
        if flow.session_id is not None:
            asked += [("prompt", "login"), ("max_age", "0")]
        return str(add_params_to_uri(self._named("authorization_endpoint"), asked))

    def tokens(self, code: str, flow: Flow, back: str) -> Mapping[str, Any]:
        """What the provider gives for the code that the browser brought."""
        asked = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "client_id": self._settings.client_id,
            "code_verifier": flow.verifier,
        }
        request = httpx.Request("POST", self._named("token_endpoint"), data=asked)
        if secret := self._settings.client_secret:
            who = httpx.BasicAuth(self._settings.client_id, secret)
            request = next(who.sync_auth_flow(request))
        return _json(request)

    def keys(self) -> Mapping[str, Any]:
        """The keys that its tokens are signed with (RFC 7517)."""
        return _json(httpx.Request("GET", self._named("jwks_uri")))

    def _named(self, name: str) -> str:
        found = self._metadata.get(name)
        if not isinstance(found, str):
            raise _unusable(f"it names no {name}")
        return found


def _json(request: httpx.Request) -> Mapping[str, Any]:
    """The answer's JSON object; no redirect is followed, and no address is shown in an error."""
    try:
        with httpx.Client(timeout=SECONDS) as client:
            answer = client.send(request)
        answer.raise_for_status()
        found = answer.json() if len(answer.content) <= _MOST_BYTES else None
    except (httpx.HTTPError, ValueError) as error:
        raise _unusable(type(error).__name__) from error
    if not isinstance(found, dict):
        raise _unusable("its answer is no JSON object")
    return found


def _unusable(why: str) -> Unavailable:
    return Unavailable(
        f"the provider of identities cannot be used: {why}",
        where="[oidc] in registry.toml",
        expected="an OpenID provider that answers",
        todo="sign in with a password, or try again later",
    )
