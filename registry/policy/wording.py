"""Numbers and names in findings: short to read, and never on the wrong side of a threshold."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from math import isinf
from typing import Final

from registry.policy.rules import Check

_OPERATORS: Final[dict[str, Callable[[float, float], bool]]] = {
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
}
_WORDS: Final = {"lt": "below", "lte": "at most", "gt": "above", "gte": "at least"}
UNMEASURED: Final = "was not measured"
"""Why there is no number, where an evaluation would give one."""
UNBOUNDED: Final = (
    "put forward a version whose card states a guarantee, or, where the one that has none was "
    "released already, an audience that did not receive it"
)
"""What to do about a budget that nothing bounds the spending of."""
_QUANTITY: Final = re.compile(r"(?:the (?:lower|upper) bound of )?([^\s[]*)")
_LACK: Final = {"lt": "over", "lte": "over", "gt": "short", "gte": "short"}


def holds(check: Check, observed: float) -> bool:
    """Whether a finite number meets the threshold."""
    return _OPERATORS[check.comparison](observed, check.threshold)


def margin(check: Check, observed: float) -> float:
    """Room left between a number and the threshold; negative where the number is beyond it."""
    room = observed - check.threshold
    # Adding zero turns a negative zero into a plain one.
    return (-room if check.comparison in ("lt", "lte") else room) + 0.0


def expected(check: Check) -> str:
    """The demand in words: ``at least 0.9``."""
    return f"{_WORDS[check.comparison]} {exact(check.threshold)}"


def demand(check: Check) -> str:
    """A check in words, for want of a title: ``fidelity.shape of each column at least 0.9``."""
    each = f" of each {check.for_each}" if check.for_each else ""
    bound = f"the {check.bound} bound of " if check.bound else ""
    return f"{bound}{check.reads}{each} {expected(check)}"


def exact(number: float) -> str:
    """The shortest decimal that reads back as the same number."""
    return repr(number).removesuffix(".0")


def measured(check: Check, observed: float) -> str:
    """A number to four significant digits, or as many as tell it from the threshold.

    0.89996 against "at least 0.9" is not 0.9: read back, the text must compare as the number does.
    """
    comparisons = (observed < check.threshold, observed > check.threshold)
    for digits in range(4, 17):
        text = f"{observed:.{digits}g}"
        rounded = float(text)
        if (rounded < check.threshold, rounded > check.threshold) == comparisons:
            return text
    return exact(observed)


def room(check: Check, observed: float) -> str:
    """What separates a number from the threshold: ``short by 0.09``, ``0.05 to spare``."""
    distance = margin(check, observed)
    if holds(check, observed):
        return f"{distance:.4g} to spare"
    if distance == 0:
        return "equal is not enough"
    return f"{_LACK[check.comparison]} by {-distance:.4g}"


def quantity(check: Check, scope: tuple[str, ...]) -> str:
    """What a check reads: ``fidelity.shape[age]``, ``the upper bound of privacy.linkability``."""
    place = f"[{', '.join(plain(part) for part in scope)}]" if scope else ""
    bound = f"the {check.bound} bound of " if check.bound else ""
    return f"{bound}{check.reads}{place}"


def read_by(said: str) -> str:
    """The metric or budget that a sentence of `finding` is about, as it was recorded too."""
    return _QUANTITY.match(said)[1]  # type: ignore[index]  # an empty name is one as well


def finding(
    check: Check, scope: tuple[str, ...], observed: float | None, cause: str, verdict: str
) -> str:
    """What a check found: ``fidelity.shape[age] is 0.81, at least 0.9 is required (short by ...)``.

    Without a number ``cause`` says why there is none; of one without bound, what leaves it so.
    """
    what, required = quantity(check, scope), f"{expected(check)} is required"
    if observed is None:
        denies = " (without evidence the policy denies)" if verdict == "fail" else ""
        return f"{what} {cause}; {required}{denies}"
    if isinf(observed) and cause:
        return f"{what} is {measured(check, observed)}, {required}: {cause}; {UNBOUNDED}"
    return f"{what} is {measured(check, observed)}, {required} ({room(check, observed)})"


def plain(text: str) -> str:
    """Text on one line that no terminal acts on; column names come from other people's files."""
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text
    )
