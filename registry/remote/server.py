"""One server: how it is asked, and its problems as the errors that they are."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from registry import errors
from registry.errors import InvalidInput, NotPermitted, RegistryError, Unavailable
from registry.proof import read_proof

PREFIX: Final = "/api/v1"
LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
TIMEOUT: Final = 600.0
COOKIE: Final = "__Host-registry"
DEVICE: Final = "__Host-registry-device"


class _NoRedirect(HTTPRedirectHandler):
    """A token goes to the server that was named, and nowhere else."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


@dataclass(frozen=True)
class Answer:
    """What a server answered: its bytes, its headers, and the cookies that it gives."""

    body: bytes
    headers: Mapping[str, str]
    cookies: Mapping[str, str] = field(default_factory=dict, repr=False)

    def json(self) -> Any:
        """The body as JSON; raises `Unavailable` where it is none."""
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise Unavailable("the server did not answer with JSON") from error


@dataclass
class Server:
    """A server at ``url``, asked as whoever shows the proof in the environment."""

    url: str
    seal: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        found = urlsplit(self.url)
        if found.scheme != "https" and not (found.scheme == "http" and found.hostname in LOOPBACK):
            raise InvalidInput(
                "a server is asked over https, so that nobody on the way reads tokens",
                where=f"--remote {self.url}",
                expected="https://..., or http://127.0.0.1:PORT on this machine",
            )
        self.url = self.url.rstrip("/")

    @property
    def place(self) -> Path:
        """What the file of this server's session is called after."""
        return Path("/") / self.url.replace("://", "/")

    def ask(
        self,
        method: str,
        path: str,
        query: Mapping[str, object] | None = None,
        body: bytes | None = None,
        kind: str = "application/json",
        key: str | None = None,
        shown: Mapping[str, str] | None = None,
    ) -> Answer:
        """The answer; raises the error that the problem names, or what went wrong here.

        ``shown`` is shown in place of the proof, by who signs in: theirs may be over.
        """
        words = {name: value for name, value in (query or {}).items() if value is not None}
        address = f"{self.url}{PREFIX}{path}" + (f"?{urlencode(words)}" if words else "")
        headers = self.proven(method, key) if shown is None else dict(shown)
        if body is not None:
            headers["Content-Type"] = kind
        request = Request(address, data=body, headers=headers, method=method)
        try:
            with build_opener(_NoRedirect).open(request, timeout=TIMEOUT) as answer:
                given = _cookies(answer.headers.get_all("set-cookie", []))
                return Answer(answer.read(), dict(answer.headers.items()), given)
        except HTTPError as error:
            raise _error_of(error.code, error.read()) from error
        except (URLError, OSError, HTTPException) as error:
            raise Unavailable(
                "the server cannot be reached",
                where=self.url,
                expected=f"a server that answers ({getattr(error, 'reason', error)})",
                todo="start it with `registry serve`, or name another with --remote",
            ) from error

    def proven(self, method: str, key: str | None = None) -> dict[str, str]:
        """The headers of a call by whoever shows the proof."""
        proof = read_proof(os.environ, self.place)
        headers = {"Accept": "application/json"}
        if proof.token:
            headers["Authorization"] = f"Bearer {proof.token}"
        elif proof.session:
            headers["Cookie"] = f"{COOKIE}={proof.session}"
        if method == "GET":
            return headers
        headers["If-Match"] = "*"
        if key is not None:
            headers["Idempotency-Key"] = key
        if proof.session and not proof.token:
            headers["X-Registry-Seal"] = self._sealed()
        return headers

    def _sealed(self) -> str:
        if self.seal is None:
            self.seal = str(self.ask("GET", "/session").json()["seal"])
        return self.seal


def _cookies(lines: Iterable[str]) -> dict[str, str]:
    return {name: one.value for line in lines for name, one in SimpleCookie(line).items()}


def form_of(
    fields: Mapping[str, object], files: Mapping[str, tuple[str, bytes]]
) -> tuple[bytes, str]:
    """A multipart form (RFC 7578) of fields and files, and its content type."""
    mark = secrets.token_hex(16)
    parts = [
        _part(mark, f'name="{name}"', str(one).encode())
        for name, value in fields.items()
        for one in (value if isinstance(value, list | tuple) else [value])
        if one is not None
    ]
    for name, (called, content) in files.items():
        parts.append(_part(mark, f'name="{name}"; filename="{called}"', content))
    return b"".join(parts) + f"--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"


def _part(mark: str, said: str, content: bytes) -> bytes:
    return (
        f"--{mark}\r\nContent-Disposition: form-data; {said}\r\n\r\n".encode() + content + b"\r\n"
    )


def _error_of(status: int, body: bytes) -> RegistryError:
    """The error whose class the problem names; one that is not known keeps its exit code."""
    try:
        said = json.loads(body)
        name = str(said["type"]).rsplit(":", 1)[-1]
        told = {"where": said["where"], "expected": said["expected"], "todo": said["next"]}
        what, code = str(said["detail"]), int(said["exit_code"])
    except (ValueError, KeyError, TypeError):
        return Unavailable(f"the server answered {status}, and no problem that could be read")
    if status == 401:
        return NotPermitted(what, todo="run `registry --remote URL login NAME`")
    kind = getattr(errors, name, None)
    if not (isinstance(kind, type) and issubclass(kind, RegistryError)):
        kinds = (one for one in RegistryError.__subclasses__() if one.exit_code == code)
        kind = next(kinds, Unavailable)
    found: RegistryError = kind(what, **told)
    return found
