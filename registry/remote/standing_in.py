"""Puts calls in the place of workflows, for the one command that this process runs."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, is_dataclass
from functools import wraps
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NoReturn, get_type_hints
from urllib.parse import parse_qsl, quote, urlsplit

from registry.errors import InvalidInput
from registry.remote.calls import CALLS, Call
from registry.remote.server import PREFIX, Answer, Server, form_of

if TYPE_CHECKING:
    from registry.workflow.people.secrets import Secrets

LARGEST: Final = 1000
"""Rows of one page."""
STANDS_IN: Final = "stands_in"


@dataclass(frozen=True)
class Far:
    """The registry that is on a server: what stands where a `Context` does.

    No workflow but those of the table can run on it: it has no database.
    """

    server: Server
    secrets: Secrets
    key: str | None = None

    def __getattr__(self, name: str) -> NoReturn:
        raise InvalidInput(
            "this command runs beside the registry, and not against a server",
            expected="a command that docs/api.md lists for --remote",
            todo="run it on the server, without --remote and REGISTRY_REMOTE",
        )


def stand_in() -> None:
    """Replace every workflow of the table by its call, in the module where commands look it up.

    On a registry that is here, each still does what it did.
    """
    for place, call in CALLS.items():
        module, name = place.split(":")
        found = import_module(module)
        use = getattr(found, name)
        if not hasattr(use, STANDS_IN):
            setattr(found, name, _calling(use, call))


def _calling(use: Callable[..., Any], call: Call) -> Callable[..., Any]:
    @wraps(use)
    def run(far: Any, *args: Any, **kwargs: Any) -> Any:
        if not isinstance(far, Far):
            return use(far, *args, **kwargs)
        bound = inspect.signature(use).bind(far, *args, **kwargs)
        bound.apply_defaults()
        _, *asked = bound.arguments.items()
        flat = _flat(dict(asked))
        most = flat.get("limit")
        if most and call.pages:
            flat["limit"] = min(most, LARGEST)
        return _read(use, call, far.server, _sent(call, far, flat), most)

    setattr(run, STANDS_IN, True)
    return run


def _flat(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments, those that are put together field by field."""
    found: dict[str, Any] = {}
    for name, value in asked.items():
        if is_dataclass(value) and not isinstance(value, type):
            found |= asdict(value)
        elif not callable(value):
            found[name] = value
    return found


def _sent(call: Call, far: Far, asked: dict[str, Any]) -> Answer:
    _require_only(call, asked)
    path = re.sub(r"{(\w+)}", lambda one: quote(str(asked[one[1]]), safe=""), call.path)
    files = {field: _file(asked.pop(name)) for name, field in call.files.items()}
    said = {
        named: value
        for name, value in asked.items()
        if (named := call.named.get(name, name)) is not None and value not in (None, ())
    }
    if call.query:
        words = {name: _word(value) for name, value in said.items()}
        return far.server.ask(call.method, path, words, key=far.key)
    if call.signs:
        said |= _secrets(far.server, far.secrets)
    body, kind = form_of(said, files) if files else (_json(said), "application/json")
    return far.server.ask(call.method, path, None, body, kind, key=far.key)


def _require_only(call: Call, asked: dict[str, Any]) -> None:
    """Raise `InvalidInput` for what a server does not take: left out it would be a silent no."""
    for name, value in call.only.items():
        if asked.pop(name) != value:
            raise InvalidInput(
                f"{name.replace('_', '-')} is not for a server",
                todo="leave it out, or run the command beside the registry",
            )


def _json(said: Mapping[str, object]) -> bytes:
    return json.dumps(said).encode()


def _file(value: Any) -> tuple[str, bytes]:
    """The name and the bytes of a file; of a card, which was read already, its own."""
    from registry.card import DatasetCard, card_bytes

    if isinstance(value, DatasetCard):
        return "card.yaml", card_bytes(value)
    try:
        return value.name, value.read_bytes()
    except OSError as error:
        raise InvalidInput(
            f"the file cannot be read: {error.strerror}", where=str(value)
        ) from error


def _word(value: object) -> object:
    return str(value).lower() if isinstance(value, bool) else value


def _secrets(server: Server, secrets: Secrets) -> dict[str, str]:
    """What the server asks of whoever signs."""
    asks = server.ask("GET", "/session").json()["asks"]
    return {name: str(getattr(secrets, name)()) for name in asks}


def _read(
    use: Callable[..., Any], call: Call, server: Server, answer: Answer, most: int | None
) -> Any:
    from pydantic import TypeAdapter

    from registry.remote.reading import without_messages

    if call.back:
        return call.back(server, answer)
    body = without_messages(answer.json())
    if call.pages:
        return _whole(server, answer, body, most)
    return TypeAdapter(get_type_hints(use)["return"]).validate_python(body)


def _whole(server: Server, answer: Answer, rows: list[Any], most: int | None) -> list[Any]:
    """The rows of the first page and of all behind it, or the first ``most`` of them."""
    while (most is None or len(rows) < most) and (
        found := re.search(r'<([^>]+)>; rel="next"', _link(answer))
    ):
        place = urlsplit(found[1])
        answer = server.ask("GET", place.path.removeprefix(PREFIX), dict(parse_qsl(place.query)))
        rows += answer.json()
    return rows[:most]


def _link(answer: Answer) -> str:
    return next((one for name, one in answer.headers.items() if name.lower() == "link"), "")
