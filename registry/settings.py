"""Where the registry is and how it runs: flag > REGISTRY_* environment > registry.toml > default.

Read once per command, on call and never on import.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from registry.desk_settings import DeskSettings, OidcSettings, desk_settings, oidc_settings
from registry.errors import InvalidInput, NotFound

FILE_NAME = "registry.toml"
Mode = Literal["local", "signed-in"]
_KEYS = {
    *("mode", "database_url", "log_key", "origin", "templates", "desk", "oidc"),
    *("real_tables", "upload_limit", "private_webhooks"),
}
UPLOAD_LIMIT = 200
"""Megabytes of one form with its files."""


@dataclass(frozen=True)
class Proof:
    """What a caller shows to prove who they are: a session's secret or a service's token.

    Neither is ever printed; `registry.proof` reads them.
    """

    session: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Settings:
    """One registry: its folder, its database, and how people prove who they are.

    In ``local`` mode a name is claimed with ``--as`` and every sign-off says so. In ``signed-in``
    mode an identity must be proven, by ``proof``. ``origin`` is the log's name, and ``log_key``
    where the key is that signs its checkpoints, which not every folder of a registry has.
    ``templates`` is a company's own folder of templates, which stand before the shipped ones.
    ``desk`` and ``oidc`` are what the review desk needs; see `registry.desk_settings`.
    ``real_tables`` is the folder of real tables on the server that the desk may evaluate against,
    and ``upload_limit`` the most megabytes (10^6 bytes) that one form may bring.
    ``private_webhooks`` lets messages go to addresses that the internet does not reach.
    """

    folder: Path
    database_url: str
    mode: Mode
    claimed: str | None
    log_key: Path | None = None
    origin: str | None = None
    templates: Path | None = None
    real_tables: Path | None = None
    upload_limit: int = UPLOAD_LIMIT
    private_webhooks: bool = False
    proof: Proof = field(default_factory=Proof)
    desk: DeskSettings = field(default_factory=DeskSettings)
    oidc: OidcSettings | None = None


def load(
    environment: Mapping[str, str], *, folder: Path | None = None, claimed: str | None = None
) -> Settings:
    """Settings of the registry at ``folder``, or of the nearest one above the current folder."""
    home = _home(folder or _path(environment.get("REGISTRY_FOLDER")))
    file, where = _read(home / FILE_NAME), str(home / FILE_NAME)
    return Settings(
        folder=home,
        database_url=address(environment, file, home),
        # From the file alone: a variable of the caller's own must not make names easier to claim.
        mode=_mode(file.get("mode"), home),
        claimed=claimed or environment.get("REGISTRY_AS") or None,
        log_key=_beside(environment.get("REGISTRY_LOG_KEY") or file.get("log_key"), home),
        origin=str(file["origin"]) if "origin" in file else None,
        private_webhooks=file.get("private_webhooks") is True,
        templates=_beside(environment.get("REGISTRY_TEMPLATES") or file.get("templates"), home),
        desk=desk_settings(file, environment, where),
        oidc=oidc_settings(file, environment, home, where),
        real_tables=_beside(
            environment.get("REGISTRY_REAL_TABLES") or file.get("real_tables"), home
        ),
        upload_limit=_megabytes(file.get("upload_limit", UPLOAD_LIMIT), home),
    )


def key_place(environment: Mapping[str, str], origin: str) -> Path:
    """Where the key of the log ``origin`` lies by default: outside of the registry's folder."""
    base = environment.get("XDG_CONFIG_HOME") or "~/.config"
    return Path(base).expanduser() / "registry" / f"{origin}.key"


def _beside(text: object, home: Path) -> Path | None:
    return home / Path(str(text)).expanduser() if text else None


def address(environment: Mapping[str, str], file: Mapping[str, object], folder: Path) -> str:
    """The database's address: REGISTRY_DATABASE_URL, registry.toml, or a file in the folder."""
    named = environment.get("REGISTRY_DATABASE_URL") or file.get("database_url")
    return str(named or f"sqlite:///{folder / 'registry.db'}")


def _megabytes(found: object, home: Path) -> int:
    if isinstance(found, int) and not isinstance(found, bool) and found > 0:
        return found
    raise InvalidInput(
        f"upload_limit is {found!r}",
        where=str(home / FILE_NAME),
        expected=f"a whole number of megabytes, such as {UPLOAD_LIMIT}",
    )


def _path(text: str | None) -> Path | None:
    return Path(text) if text else None


def _home(folder: Path | None) -> Path:
    start = (folder or Path.cwd()).absolute()
    candidates = [start] if folder else [start, *start.parents]
    for candidate in candidates:
        if (candidate / FILE_NAME).is_file():
            return candidate
    raise NotFound(
        "there is no registry here",
        where=str(start),
        expected=f"a folder with {FILE_NAME}" + ("" if folder else ", here or above"),
        todo="run `registry init` to make one, or `registry quickstart` to see one at work",
    )


def _read(path: Path) -> Mapping[str, object]:
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{FILE_NAME} is not valid TOML: {error}", where=str(path)) from error
    unknown = sorted(set(found) - _KEYS)
    if unknown:
        raise InvalidInput(
            f"unknown setting {unknown[0]!r}", where=str(path), expected=" or ".join(sorted(_KEYS))
        )
    return found


def _mode(text: object, home: Path) -> Mode:
    if text is None:
        return "signed-in"
    if text not in ("local", "signed-in"):
        raise InvalidInput(
            f"unknown mode {text!r}", where=str(home / FILE_NAME), expected="local or signed-in"
        )
    return text
