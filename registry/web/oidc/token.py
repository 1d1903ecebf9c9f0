"""What an ID token is worth (OpenID Connect Core, 3.1.3.7)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from registry.desk_settings import OidcSettings
from registry.workflow.people.federated import DRIFT_SECONDS, Vouched

ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384")
"""Signatures by a key of the provider's alone: neither "none", nor a secret that we hold too."""


class Worthless(Exception):
    """The token proves nothing; the text says why, and quotes nothing of it."""


def vouched(
    settings: OidcSettings,
    tokens: Mapping[str, Any],
    keys: Mapping[str, Any],
    nonce: str,
    now: datetime,
) -> Vouched:
    """Whom the provider vouches for; raises `Worthless`."""
    try:
        claims = _claims(settings, tokens, keys, nonce, now)
    except (JoseError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Worthless(f"the ID token is not valid: {_why(error)}") from error
    return Vouched(
        settings.issuer, settings.account, _value(settings, claims), _time(claims.get("auth_time"))
    )


def _claims(
    settings: OidcSettings,
    tokens: Mapping[str, Any],
    keys: Mapping[str, Any],
    nonce: str,
    now: datetime,
) -> CodeIDToken:
    read = jwt.decode(
        tokens["id_token"],
        KeySet.import_key_set(keys),  # type: ignore[arg-type]
        algorithms=list(ALGORITHMS),
    )
    claims = CodeIDToken(
        read.claims,
        read.header,
        options={
            "iss": {"essential": True, "value": settings.issuer},
            "aud": {"essential": True, "value": settings.client_id},
        },
        params={
            "nonce": nonce,
            "client_id": settings.client_id,
            "access_token": tokens.get("access_token"),
        },
    )
    claims.validate(now=int(now.timestamp()), leeway=DRIFT_SECONDS)
    return claims


def _why(error: Exception) -> str:
    """The claim or the fault by its name: a description could quote what somebody put there."""
    claim = getattr(error, "claim", None)
    return f"{type(error).__name__} {claim}" if claim else type(error).__name__


def _value(settings: OidcSettings, claims: Mapping[str, Any]) -> str:
    value = claims.get(settings.account)
    if not isinstance(value, str) or not value:
        raise Worthless(f"the ID token has no {settings.account}")
    # True alone: an address that somebody typed at the provider is anybody's.
    if settings.account == "email" and claims.get("email_verified") is not True:
        raise Worthless("the provider has not verified the e-mail address")
    return value


def _time(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value)
