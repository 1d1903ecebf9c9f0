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
from urllib.parse import quote

from registry.errors import InvalidInput
from registry.remote.call import Call
from registry.remote.calls import CALLS
from registry.remote.following import LARGEST, pages
from registry.remote.server import Answer, Server, form_of

if TYPE_CHECKING:
    from registry.workflow.people.secrets import Secrets

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
        _, *given = bound.arguments.items()
        asked = _flat(dict(given))
        return _read(use, call, far.server, _sent(call, far, dict(asked)), asked)

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
    if most := asked.get("limit"):
        asked["limit"] = min(most, LARGEST)
    said = dict(call.also) | {
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
    shown = {"Accept": "application/json"} if call.anybody else None
    return far.server.ask(call.method, path, None, body, kind, key=far.key, shown=shown)


def _require_only(call: Call, asked: dict[str, Any]) -> None:
    """Raise `InvalidInput` for what a server does not take: left out it would be a silent no."""
    for name, value in call.only.items():
        if asked.pop(name) != value:
            raise InvalidInput(
                f"{name.replace('_', '-')} is not for a server",
                todo="leave it out, or run the command beside the registry",
            )


def _json(said: Mapping[str, object]) -> bytes:
    return json.dumps(said, default=_document).encode()


def _document(value: Any) -> str:
    """A document that was read from a file here, as the text that it is read from there."""
    return str(value.model_dump_json(by_alias=True, exclude_none=True))


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
    use: Callable[..., Any], call: Call, server: Server, answer: Answer, asked: dict[str, Any]
) -> Any:
    from pydantic import TypeAdapter

    from registry.remote.reading import without_messages

    if call.back:
        return call.back(server, answer, asked)
    if call.pages:
        return list(pages(server, answer, asked.get("limit"), without_messages))
    body = without_messages(answer.json())
    return TypeAdapter(get_type_hints(use)["return"]).validate_python(body)
