"""Does a command once, however often it is run: ``@once("revoke")`` on its use case.

After a crash nobody knows whether the command was done. Run again under the same key it returns
what it came to the first time, and changes nothing a second time.
"""

import hashlib
import inspect
from collections.abc import Callable, Set
from dataclasses import fields, is_dataclass, replace
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar, cast, get_type_hints

from registry.errors import InvalidInput
from registry.log.canonical import digest
from registry.store.database import reading
from registry.workflow.attempt import refusals_logged
from registry.workflow.context import Context
from registry.workflow.keyed import Call, Repeated

P = ParamSpec("P")
R = TypeVar("R")
LONGEST = 200


def once(
    command: str, *, again: Callable[..., Any] | None = None, secret: str | None = None
) -> Callable[[Callable[Concatenate[Context, P], R]], Callable[Concatenate[Context, P], R]]:
    """Let the use case heed the key of its context.

    Its result is stored as JSON and read back as the type it is annotated with; one that JSON
    cannot carry is made ``again`` from the same arguments. An argument, or a field of the result,
    that is called ``secret`` is neither digested nor stored: a repeat has the field's default.
    """

    def decorated(
        use: Callable[Concatenate[Context, P], R],
    ) -> Callable[Concatenate[Context, P], R]:
        @wraps(use)
        def run(context: Context, *args: P.args, **kwargs: P.kwargs) -> Any:
            if context.key is None:
                return use(context, *args, **kwargs)
            asked = _arguments(use, secret, context, *args, **kwargs)
            call = Call(_valid(context.key), command, asked)
            remade = again and (lambda: again(context, *args, **kwargs))
            try:
                with refusals_logged(context, command), reading(context.engine) as session:
                    call.require_first(context, session)
                with call.held():
                    result = use(replace(context, key=None, call=call), *args, **kwargs)
                    call.keep(context, None if again else _dumped(use, result, secret))
            except Repeated as repeated:
                return _read(use, repeated.result, remade)
            return result

        return cast(Callable[Concatenate[Context, P], R], run)

    return decorated


def _valid(key: str) -> str:
    if not key.strip() or len(key) > LONGEST:
        raise InvalidInput(
            "an idempotency key is missing or too long",
            expected=f"one to {LONGEST} characters, such as a UUID",
        )
    return key


def _arguments(use: Callable[..., Any], secret: str | None, /, *args: Any, **kwargs: Any) -> str:
    """The digest of what is asked; a file counts by what is in it, not by its place."""
    from pydantic_core import to_jsonable_python

    bound = inspect.signature(use).bind(*args, **kwargs)
    bound.apply_defaults()
    bound.arguments.pop(secret or "", None)
    _, *asked = bound.arguments.items()
    return digest({name: to_jsonable_python(_content(value)) for name, value in asked})


def _content(value: object) -> object:
    if isinstance(value, Path) and value.is_file():
        with value.open("rb") as file:
            return {"name": value.name, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: _within(getattr(value, one.name)) for one in fields(value)}
    return sorted(value) if isinstance(value, Set) else value


def _within(value: object) -> object:
    """A file that is part of what is asked may have been sent, and kept under any name."""
    found = _content(value)
    return found["sha256"] if isinstance(value, Path) and isinstance(found, dict) else found


def _dumped(use: Callable[..., Any], result: object, secret: str | None) -> object:
    from pydantic import TypeAdapter

    return TypeAdapter(get_type_hints(use)["return"]).dump_python(
        result,
        mode="json",
        by_alias=True,
        exclude_defaults=True,
        exclude={secret} if secret else None,
    )


def _read(use: Callable[..., Any], stored: object, again: Callable[[], Any] | None) -> Any:
    from pydantic import TypeAdapter

    if again:
        return again()
    return TypeAdapter(get_type_hints(use)["return"]).validate_python(stored)
