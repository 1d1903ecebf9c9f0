"""What the review desk is told in registry.toml: ``[desk]`` and ``[oidc]``.

::

    [desk]
    hosts = ["desk.example.org"]       # names it answers to; this machine's own where none is named
    metrics_from = ["127.0.0.1"]       # addresses that may read /metrics without a token

    [oidc]
    issuer = "https://login.example.org"
    client_id = "registry"
    client_secret_file = "/run/secrets/oidc"    # or REGISTRY_OIDC_CLIENT_SECRET
    account = "sub"                             # or "email": a verified address
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from registry.errors import InvalidInput

LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
CLAIMS: Final = ("sub", "email")
_DESK: Final = {"hosts", "metrics_from"}
_OIDC: Final = {"issuer", "client_id", "client_secret_file", "account"}


@dataclass(frozen=True)
class DeskSettings:
    """Names that the desk answers to (none: every name), and who may read its metrics."""

    hosts: tuple[str, ...] = ()
    metrics_from: tuple[str, ...] = LOOPBACK
    metrics_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class OidcSettings:
    """A provider of identities; ``account`` is the claim by which accounts are linked."""

    issuer: str
    client_id: str
    account: str = "sub"
    client_secret: str = field(default="", repr=False)


def desk_settings(
    file: Mapping[str, object], environment: Mapping[str, str], where: str
) -> DeskSettings:
    """The table ``[desk]``; raises `InvalidInput`."""
    found = _table(file, "desk", _DESK, where)
    return DeskSettings(
        hosts=tuple(one.lower() for one in _words(found, "hosts", (), where)),
        metrics_from=_words(found, "metrics_from", LOOPBACK, where),
        metrics_token=environment.get("REGISTRY_METRICS_TOKEN") or None,
    )


def oidc_settings(
    file: Mapping[str, object], environment: Mapping[str, str], home: Path, where: str
) -> OidcSettings | None:
    """The table ``[oidc]``, or None where there is none; raises `InvalidInput`."""
    if "oidc" not in file:
        return None
    found = _table(file, "oidc", _OIDC, where)
    account = found.get("account", "sub")
    if account not in CLAIMS:
        raise InvalidInput(
            f"accounts are not linked by {account!r}",
            where=f"account in [oidc] of {where}",
            expected=" or ".join(CLAIMS),
        )
    return OidcSettings(
        issuer=_issuer(found.get("issuer"), where),
        client_id=_text(found, "client_id", where),
        account=str(account),
        client_secret=_secret(found, environment, home),
    )


def _table(
    file: Mapping[str, object], name: str, known: set[str], where: str
) -> Mapping[str, object]:
    found = file.get(name, {})
    if not isinstance(found, dict):
        raise InvalidInput(f"{name} is no table", where=where, expected=f"[{name}]")
    unknown = sorted(set(found) - known)
    if unknown:
        raise InvalidInput(
            f"unknown setting {unknown[0]!r} in [{name}]",
            where=where,
            expected=" or ".join(sorted(known)),
        )
    return found


def _words(
    found: Mapping[str, object], name: str, default: tuple[str, ...], where: str
) -> tuple[str, ...]:
    value = found.get(name, list(default))
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise InvalidInput(
            f"{name} is no list of texts", where=f"[desk] of {where}", expected='["name", ...]'
        )
    return tuple(value)


def _text(found: Mapping[str, object], name: str, where: str) -> str:
    value = found.get(name)
    if not isinstance(value, str) or not value:
        raise InvalidInput(f"{name} is missing", where=f"[oidc] of {where}", expected="a text")
    return value


def _issuer(value: object, where: str) -> str:
    """Over https alone, but for a provider on this machine: who sits between could be anybody."""
    parts = urlsplit(value) if isinstance(value, str) else urlsplit("")
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK):
        return str(value)
    raise InvalidInput(
        f"{value!r} cannot be an issuer",
        where=f"issuer in [oidc] of {where}",
        expected="an https address",
    )


def _secret(found: Mapping[str, object], environment: Mapping[str, str], home: Path) -> str:
    if given := environment.get("REGISTRY_OIDC_CLIENT_SECRET"):
        return given
    if "client_secret_file" not in found:
        return ""
    place = home / Path(str(found["client_secret_file"])).expanduser()
    try:
        return place.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(
            "the client secret cannot be read",
            where=str(place),
            expected="a file with the secret, or REGISTRY_OIDC_CLIENT_SECRET",
        ) from error
