"""What the fields of a card have in common: their bounds, and that nothing unknown is read."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel


def _printable(text: str) -> str:
    """No control characters: they hide text in a terminal, and PostgreSQL stores no NUL."""
    if any(not char.isprintable() and char not in "\n\t" for char in text):
        raise ValueError("text without control characters")
    return text


PositiveFinite = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Probability = Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)]
Delta = Annotated[float, Field(ge=0, lt=1, allow_inf_nan=False)]
Text = Annotated[str, Field(min_length=1, max_length=20_000), AfterValidator(_printable)]
Line = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_printable)]


class Part(BaseModel):
    """A part of a card: strict, frozen, and camelCase outside."""

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, alias_generator=to_camel, populate_by_name=False
    )
