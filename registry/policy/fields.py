"""The kinds of text and numbers a policy is written with, each with the form that editors check."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any, Final, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator
from pydantic.alias_generators import to_camel
from pydantic.json_schema import WithJsonSchema

from registry.policy import expiry

PARAMETER: Final = re.compile(r"\$\{params\.([A-Za-z][A-Za-z0-9]*)\}")
"""A parameter in place of a number or a duration of a check."""
_REFERENCE: Final = {"type": "string", "pattern": f"^{PARAMETER.pattern}$"}


class BlankError(ValueError):
    """A key with nothing behind it; ``key`` is the one."""

    def __init__(self, key: str) -> None:
        super().__init__("a value, or not the key either")
        self.key = key


class Part(BaseModel):
    """A part of a policy: frozen, strict, nothing unknown and nothing blank."""

    model_config = ConfigDict(
        frozen=True, strict=True, extra="forbid", alias_generator=to_camel, allow_inf_nan=False
    )

    @model_validator(mode="after")
    def _leaves_nothing_blank(self) -> Self:
        # `maxAge:` with nothing behind it must not read as "any age".
        for name in self.model_fields_set:
            if getattr(self, name) is None:
                raise BlankError(type(self).model_fields[name].alias or name)
        return self


def _matching(pattern: str, expected: str) -> tuple[Any, ...]:
    """Text of one form, described in words a person can act on."""
    form = re.compile(pattern)

    def check(text: str) -> str:
        if not form.fullmatch(text):
            raise ValueError(expected)
        return text

    return AfterValidator(check), WithJsonSchema({"type": "string", "pattern": f"^({pattern})$"})


def _read_by(reader: Callable[[str], object], **schema: object) -> tuple[Any, ...]:
    """Text that another function can read; its ``ValueError`` says what was expected."""

    def check(text: str) -> str:
        reader(text)
        return text

    return AfterValidator(check), WithJsonSchema({"type": "string", **schema})


# Bounded: a version of thousands of digits is text that no number can be read from.
_NUMBER: Final = r"(0|[1-9][0-9]{0,8})"
_LABEL: Final = r"[0-9A-Za-z.-]{1,64}"
_SEMANTIC: Final = rf"{_NUMBER}(\.{_NUMBER}){{2}}(-{_LABEL})?(\+{_LABEL})?"
_DAYS: Final = "^P[0-9]{1,5}D$"

Name = Annotated[
    str,
    *_matching(r"[a-z0-9]+(-[a-z0-9]+)*", "lower-case words joined by hyphens, as in my-policy"),
]
ParameterName = Annotated[
    str, *_matching(r"[A-Za-z][A-Za-z0-9]*", "letters and digits, as in maxEpsilon")
]
RuleId = Annotated[
    str, *_matching(r"[A-Z][A-Z0-9]*(-[A-Z0-9]+)+", "capitals and a number, as in PRV-001")
]
Version = Annotated[str, *_matching(_SEMANTIC, "a semantic version, as in 1.0.0")]
Range = Annotated[
    str,
    *_matching(
        rf"\^{_NUMBER}(\.{_NUMBER}){{0,2}}|{_NUMBER}(\.{_NUMBER}){{2}}",
        "a version, or the lowest of a major version: 3.1.0, ^3, ^3.1",
    ),
]
Text = Annotated[
    str,
    AfterValidator(lambda text: text if text.strip() else _blank()),
    WithJsonSchema({"type": "string", "minLength": 1}),
]
Duration = Annotated[str, *_read_by(expiry.days, pattern=_DAYS)]
Day = Annotated[str, *_read_by(expiry.day, pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
Threshold = Annotated[float, WithJsonSchema({"anyOf": [{"type": "number"}, _REFERENCE]})]
Count = Annotated[
    int,
    AfterValidator(lambda number: number if number >= 1 else _no_count()),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 1}, _REFERENCE]}),
]
CheckDuration = Annotated[
    str,
    *_read_by(expiry.days)[:1],
    WithJsonSchema({"anyOf": [{"type": "string", "pattern": _DAYS}, _REFERENCE]}),
]


def _blank() -> str:
    raise ValueError("text that is not blank")


def _no_count() -> int:
    raise ValueError("a whole number from 1")
