"""A provider of identities in a process of its own: oidc-provider-mock, with what it lacks.

It checks PKCE, tells auth_time, and lies where a test says so (PUT /behave, {"as": "..."}).

python provider.py PORT
"""

import base64
import hashlib
import io
import json
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from oidc_provider_mock import app
from werkzeug.serving import make_server

Environment = dict[str, Any]
KEY = RSAKey.generate_key(2048, {"kid": "provider", "use": "sig", "alg": "RS256"})
STRANGER = RSAKey.generate_key(2048, {"kid": "provider", "use": "sig", "alg": "RS256"})


class Provider:
    def __init__(self, port: int) -> None:
        self.inner = app(require_nonce=True)
        self.issuer = f"http://127.0.0.1:{port}"
        self.lie = "nothing"
        self.asked: dict[str, dict[str, list[str]]] = {}

    def __call__(self, environ: Environment, start: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == "/behave":
            self.lie = json.loads(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))["as"]
            return self._answer(start, 200, {})
        if path == "/jwks":
            return self._answer(start, 200, {"keys": [KEY.as_dict(private=False)]})
        if path == "/oauth2/token":
            return self._token(environ, start)
        status, headers, body = self._inner(environ)
        self._remember(environ, dict(headers))
        start(status, headers)
        return [body]

    def _inner(self, environ: Environment) -> tuple[str, list[tuple[str, str]], bytes]:
        said: list[Any] = []
        body = b"".join(self.inner.wsgi_app(environ, lambda *got: said.extend(got)))  # type: ignore[arg-type]
        return said[0], said[1], body

    def _remember(self, environ: Environment, headers: dict[str, str]) -> None:
        code = parse_qs(urlsplit(headers.get("Location", "")).query).get("code")
        if code:
            self.asked[code[0]] = parse_qs(environ["QUERY_STRING"])

    def _token(self, environ: Environment, start: Callable[..., Any]) -> Iterable[bytes]:
        sent = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        form = parse_qs(sent.decode())
        asked = self.asked.get(form["code"][0], {})
        digest = hashlib.sha256(form.get("code_verifier", [""])[0].encode()).digest()
        proven = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if asked.get("code_challenge") != [proven]:
            return self._answer(start, 400, {"error": "invalid_grant"})
        environ["wsgi.input"] = io.BytesIO(sent)
        status, _, body = self._inner(environ)
        if not status.startswith("200"):
            return self._answer(start, 400, json.loads(body))
        tokens = json.loads(body)
        tokens["id_token"] = self._signed(tokens["id_token"], asked)
        return self._answer(start, 200, tokens)

    def _signed(self, made: str, asked: dict[str, list[str]]) -> str:
        middle = made.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
        anew = "login" in asked.get("prompt", []) and asked.get("max_age") == ["0"]
        claims["iss"] = self.issuer
        claims["auth_time"] = int(time.time()) - (0 if anew else 3600)
        claims |= {
            "nonce": {"nonce": "another"},
            "issuer": {"iss": "https://evil.example"},
            "audience": {"aud": "another-client"},
            "expired": {"exp": int(time.time()) - 3600},
            "at_hash": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
            "not asked anew": {"auth_time": int(time.time()) - 3600},
        }.get(self.lie, {})
        if self.lie == "no auth_time":
            del claims["auth_time"]
        if self.lie == "none":
            return ".".join((_text({"alg": "none"}), _text(claims), ""))
        if self.lie == "secret":
            return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key("s3cret" * 8))
        key = STRANGER if self.lie == "key" else KEY
        return jwt.encode({"alg": "RS256", "kid": "provider"}, claims, key)

    def _answer(self, start: Callable[..., Any], status: int, said: object) -> Iterable[bytes]:
        start(f"{status} said", [("Content-Type", "application/json")])
        return [json.dumps(said).encode()]


def _text(part: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


if __name__ == "__main__":
    number = int(sys.argv[1])
    make_server("127.0.0.1", number, Provider(number), threaded=True).serve_forever()
