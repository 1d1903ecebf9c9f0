"""People at a desk whose workers are killed: what each did, was told of, and never heard of."""

import html
import random
import re
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx

API = "/api/v1"
CUT = (httpx.TransportError,)
"""What a client sees of a worker that is killed while it answers."""


@dataclass
class Ledger:
    """What all of them saw together. A deed is known by words of its own, which are recorded."""

    done: set[str] = field(default_factory=set)
    unheard: set[str] = field(default_factory=set)
    released: set[str] = field(default_factory=set)
    revoked: set[str] = field(default_factory=set)
    answers: Counter[int] = field(default_factory=Counter)
    cut: int = 0
    wrong: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def heard(self, answer: httpx.Response) -> None:
        """Count an answer; one of 500 and above is what must not be."""
        with self.lock:
            self.answers[answer.status_code] += 1
            if answer.status_code >= 500:
                self.wrong.append(f"{answer.request.url}: {answer.status_code} {answer.text[:500]}")


@dataclass
class Sitter:
    """Somebody with a session, at a server that may cut them off at any moment."""

    name: str
    passphrase: str
    cookie: str
    seal: str
    url: str
    ledger: Ledger
    rng: random.Random

    def __post_init__(self) -> None:
        self.client = httpx.Client(base_url=self.url, timeout=60, headers={"cookie": self.cookie})

    def token(self) -> str:
        """Words that nobody else says."""
        return f"soak {UUID(int=self.rng.getrandbits(128), version=4)}"

    def get(self, path: str) -> httpx.Response | None:
        """The answer; None where the connection was cut, which a reader just tries again."""
        return self._asked(lambda: self.client.get(path))

    def call(self, path: str, body: dict[str, Any], key: str, tag: str = "") -> Any:
        """Change something by the API, again under the same key until an answer comes."""
        headers = {"x-registry-seal": self.seal, "idempotency-key": key}
        headers |= {"if-match": tag} if tag else {}
        for _ in range(20):
            answer = self._asked(
                lambda: self.client.post(f"{API}{path}", json=body, headers=headers)
            )
            if answer is not None:
                return answer
        raise AssertionError(f"{path} was cut twenty times running")

    def post(self, page: str, action: str, **typed: str) -> httpx.Response | None:
        """Fill in the form on ``page`` and send it once; nobody sends a form twice blindly."""
        found = self.get(page)
        form = found and re.search(rf'<form[^>]*action="{action}".*?</form>', found.text, re.S)
        if not form:
            return None
        hidden = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form[0])
        fields = {html.unescape(name): html.unescape(value) for name, value in hidden} | typed
        answer = self._asked(lambda: self.client.post(action, data=fields))
        return answer if answer is not None else httpx.Response(0)

    def _asked(self, ask: Callable[[], httpx.Response]) -> httpx.Response | None:
        try:
            answer = ask()
        except CUT:
            with self.ledger.lock:
                self.ledger.cut += 1
            return None
        self.ledger.heard(answer)
        return answer


def submit(ada: Sitter, labels: list[str], places: list[str]) -> None:
    """Put a version forward for somewhere; much of it is put forward already."""
    body = {
        "version": ada.rng.choice(labels),
        "use": ada.rng.choice(["model-development", "research"]),
        "audience": "internal",
        "jurisdiction": ada.rng.choice(places),
    }
    ada.call("/requests", body, ada.token())


def sign(who: Sitter) -> None:
    """Sign one of the requests that wait, by the API or by the form."""
    found = who.get(f"{API}/requests/mine?limit=20")
    if found is None or found.status_code != 200 or not found.json():
        return
    request = who.rng.choice(found.json())["request"]
    said = who.token()
    meaning = "reject" if who.rng.random() < 0.1 else "approve"
    (_sign_by_form if who.rng.random() < 0.5 else _sign_by_call)(who, request, meaning, said)


def _sign_by_call(who: Sitter, request: str, meaning: str, said: str) -> None:
    shown = who.get(f"{API}/requests/{request}")
    if shown is None or shown.status_code != 200:
        return
    body = {"meaning": meaning, "reason": said, "passphrase": who.passphrase}
    answer = who.call(f"/requests/{request}/signatures", body, said, shown.headers["etag"])
    if answer.status_code == 201:
        who.ledger.done.add(said)


def _sign_by_form(who: Sitter, request: str, meaning: str, said: str) -> None:
    page = f"/review/{request}"
    typed = {"meaning": meaning, "reason": said, "passphrase": who.passphrase}
    answer = who.post(page, f"{page}/sign", **typed)
    if answer is not None and answer.status_code == 303:
        who.ledger.done.add(said)
    elif answer is not None and answer.status_code == 0:
        who.ledger.unheard.add(said)


def release(carla: Sitter) -> None:
    """Release what is approved, by the API or by the form; revoke some of it later."""
    found = carla.get(f"{API}/requests?limit=200")
    if found is None or found.status_code != 200:
        return
    ready = [one["request"] for one in found.json() if one["state"] == "approved"]
    if not ready:
        return
    request, to = carla.rng.choice(ready), f"team {carla.rng.randint(1, 5)}"
    if carla.rng.random() < 0.5:
        answer = carla.call("/releases", {"request": request, "recipient": to}, carla.token())
        if answer.status_code == 201:
            carla.ledger.released.add(request)
        return
    answer = carla.post("/releases/new", "/releases", request=request, recipient=to)
    if answer is not None and answer.status_code == 303:
        carla.ledger.released.add(request)


def revoke(carla: Sitter) -> None:
    """End one of the releases in force, by the API or by the form."""
    found = carla.get(f"{API}/releases?state=in-force&limit=50")
    if found is None or found.status_code != 200 or len(found.json()) < 5:
        return
    label = carla.rng.choice(found.json())["release"]
    if carla.rng.random() < 0.5:
        shown = carla.get(f"{API}/releases/{label}")
        if shown is None or shown.status_code != 200:
            return
        said, tag = carla.token(), shown.headers["etag"]
        done = carla.call(f"/releases/{label}/revocation", {"reason": said}, said, tag)
        if done.status_code == 200:
            carla.ledger.revoked.add(label)
        return
    page = f"/releases/{label}"
    answer = carla.post(page, f"{page}/revoke", reason=carla.token())
    if answer is not None and answer.status_code == 303:
        carla.ledger.revoked.add(label)


PAGES = (
    *(
        "/",
        "/datasets",
        "/datasets?text=claims",
        "/datasets/claims@1",
        "/datasets/claims@1/history",
    ),
    *("/review", "/review?state=closed", "/releases", "/releases?state=revoked", "/recalls"),
    *("/sources", "/sources/hospital", "/policies", "/waivers", "/accounts", "/recipients"),
    *("/audit", "/audit?outcome=denied", "/audit?fact=request.signed", "/audit/log", "/access"),
    *(f"{API}/datasets", f"{API}/releases", f"{API}/audit/events?limit=100", f"{API}/whoami"),
)


def read(who: Sitter) -> None:
    """Look at something."""
    who.get(who.rng.choice(PAGES))
