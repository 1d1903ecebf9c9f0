"""Rules in CEL, by the CEL project's own engine: typed at load, bounded when they run.

Only declared names exist, so that a misspelt metric or a comparison of unlike types is refused
when the policy is loaded. Of the engine's ways three would pass what must not: it hands back an
error as a value that is truthy; ``!(x > 1.0)`` is true of NaN; ``missing < 1.0 || true`` is true.
So presence and finiteness of every metric that an expression names are settled before it runs, and
only a Boolean true passes.

The engine is loaded where a policy has an expression, and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from registry.policy.facts import Context, Subject
from registry.policy.wording import plain

_ERROR: Final = re.compile(r"ERROR: <input>:(?P<line>\d+):(?P<column>\d+): (?P<what>[^\n]*)")
_UNDECLARED: Final = re.compile(r"undeclared reference to '(?P<name>[^']+)'")
_COMMENTS: Final = r"(?P<comment>//[^\n]*)"
_RAW: Final = r"""\b(?:[rR][bB]?|[bB][rR])(?P<raw>'''|\"\"\"|'|").*?(?P=raw)"""
_PLAIN: Final = r"""(?P<quote>'''|\"\"\"|'|")(?:\\.|(?!(?P=quote)).)*(?P=quote)"""
_WORDLESS: Final = re.compile(f"{_COMMENTS}|{_RAW}|{_PLAIN}", re.DOTALL)
"""From left to right, as the engine reads: a quote in a comment begins no text."""
_NAME: Final = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*(?:\s*\.\s*[a-zA-Z_][a-zA-Z0-9_]*)+")
_PLACE: Final = re.compile(r"\{([^{}]*)\}")
MOST: Final = 4_000  # letters of one expression

FACTS: Final = {
    "request.use": "STRING",
    "request.audience": "STRING",
    "request.jurisdiction": "STRING",
    "dataset.name": "STRING",
    "dataset.version": "INT",
    "dataset.rows": "INT",
    "dataset.columns": "LIST",
    "source.name": "STRING",
    "source.classification": "STRING",
    "source.modality": "STRING",
}
"""What every expression may name, beside the policy's parameters and whole-table metrics."""


class ExpressionError(ValueError):
    """An expression that does not compile: ``what`` is wrong, at which line and column of it, and
    what was ``expected``. ``unknown`` is the name that nothing declares, if that is the fault.
    """

    def __init__(
        self, what: str, line: int, column: int, expected: str, unknown: str | None = None
    ) -> None:
        super().__init__(what)
        self.unknown = unknown
        self.what = what
        self.line = line
        self.column = column
        self.expected = expected


@dataclass(frozen=True)
class Expression:
    """An expression that compiled, the metrics that it names, and the parameters it is given."""

    text: str
    metrics: tuple[str, ...]
    params: Mapping[str, object]
    program: Any = field(compare=False, repr=False)

    def holds(self, subject: Subject, context: Context, metrics: Mapping[str, float]) -> str | None:
        """None if it is true; otherwise why it does not pass. Every metric it names is given."""
        given = {**_named(self.params), **metrics}
        # By either classification, as policies match: a card that raises it must not shake off
        # what the expression demands of the one that the source has.
        either = (subject.raised or subject.classification, subject.classification)
        for classification in dict.fromkeys(either):
            facts = _facts(subject, context) | {"source.classification": classification}
            why = _why_not(self.program, {**facts, **given})
            if why is not None:
                return why
        return None


def compiled(text: str, metrics: Iterable[str], params: Mapping[str, object]) -> Expression:
    """Compile an expression over ``metrics``, whole-table ones, and ``params``.

    Raises ``ExpressionError``.
    """
    if len(text) > MOST:
        raise ExpressionError(f"the expression has {len(text)} letters", 1, 1, f"at most {MOST}")
    known, named = tuple(sorted(metrics)), names_in(text)
    read = tuple(one for one in known if one in named)
    given = {key: kind for key, kind in _types(params).items() if key in named}
    try:
        # It is given the names that were found in it and no others: one that was overlooked would
        # go unmeasured, and so it does not compile.
        program = _environment(read, tuple(sorted(given.items()))).compile(text)
    except (RuntimeError, ValueError, TypeError) as error:
        raise _refusal(text, str(error), known, params) from None
    kind = program.return_type().name()
    if kind != "BOOL":
        what = f"the expression gives {kind.lower()}"
        raise ExpressionError(what, 1, 1, "a comparison, true or false")
    return Expression(text, read, dict(params), program)


def names_in(text: str) -> set[str]:
    """The dotted names that an expression may refer to, and the beginnings of each, for a function
    may follow: ``params.uses.contains``. What stands in quotes or in a comment is none.
    """
    bare = _WORDLESS.sub(lambda found: " " if found["comment"] else '""', text)
    names = [re.sub(r"\s+", "", name).split(".") for name in _NAME.findall(bare)]
    return {".".join(name[:end]) for name in names for end in range(2, len(name) + 1)}


def placeholders(message: str) -> list[str]:
    """The names between braces in a message."""
    return _PLACE.findall(message)


def spoken(message: str, subject: Subject, context: Context, params: Mapping[str, object]) -> str:
    """A message with its placeholders filled: declared names only, and nothing is evaluated."""
    facts = {**_facts(subject, context), **_named(params)}
    return _PLACE.sub(lambda found: str(facts.get(found[1], found[0])), message)


def _why_not(program: Any, data: Mapping[str, object]) -> str | None:
    from cel_expr_python import cel

    try:
        result = program.eval(data=data)
    except Exception as error:  # whatever breaks in the engine is this rule's fault, and no pass
        return f"could not be evaluated: {_first_line(str(error))}"
    if result.type() == cel.Type.BOOL:
        return None if result.value() is True else "is false"
    return f"could not be evaluated: {_first_line(str(result.value()))}"


def _facts(subject: Subject, context: Context) -> dict[str, object]:
    return {
        "request.use": context.use,
        "request.audience": context.audience,
        "request.jurisdiction": context.jurisdiction or "",
        "dataset.name": subject.dataset,
        "dataset.version": subject.version,
        "dataset.rows": subject.rows,
        "dataset.columns": list(subject.columns),
        "source.name": subject.source,
        "source.classification": subject.raised or subject.classification,
        "source.modality": subject.modality,
    }


def _named(params: Mapping[str, object]) -> dict[str, object]:
    return {f"params.{name}": value for name, value in params.items()}


def _types(params: Mapping[str, object]) -> dict[str, str]:
    kinds = {bool: "BOOL", int: "INT", float: "DOUBLE", str: "STRING"}
    return {f"params.{name}": kinds[type(value)] for name, value in params.items()}


@lru_cache(maxsize=256)
def _environment(metrics: tuple[str, ...], params: tuple[tuple[str, str], ...]) -> Any:
    from cel_expr_python import cel

    kinds = {**FACTS, **dict(params), **dict.fromkeys(metrics, "DOUBLE")}
    texts = cel.Type.List(cel.Type.STRING)
    return cel.NewEnv(
        variables={
            name: texts if kind == "LIST" else getattr(cel.Type, kind)
            for name, kind in kinds.items()
        }
    )


def _refusal(
    text: str, said: str, metrics: Iterable[str], params: Mapping[str, object]
) -> ExpressionError:
    from registry.marked_yaml import suggestion

    found = _ERROR.search(said)
    if not found:
        return ExpressionError(_first_line(said), 1, 1, _hint(said))
    line, column = int(found["line"]), int(found["column"])
    what = found["what"].replace(" (in container '')", "").partition(" expecting {")[0]
    unknown = _UNDECLARED.search(what)
    if not unknown:
        return ExpressionError(_first_line(what), line, column, _hint(what))
    name = unknown["name"]
    if name in {*FACTS, *_named(params), *metrics}:
        what = f"{name} is not written plainly"
        return ExpressionError(what, line, column, "words joined by dots, without backticks")
    expected = suggestion(name, [*FACTS, *_named(params), *metrics])
    what = _first_line(f"unknown name {name!r}")
    return ExpressionError(what, line, _start(text, name, line, column), expected, name)


def _start(text: str, name: str, line: int, column: int) -> int:
    """Where a name begins; the engine points at its last dot, or at the parenthesis behind it."""
    lines = text.split("\n")
    within = lines[line - 1] if line <= len(lines) else ""
    begin = within.rfind(name, 0, column - 1 + len(name))
    return begin + 1 if begin >= 0 else column


_HINTS: Final = (
    (re.compile(r"\((double, int|int, double)\)"),
     "numbers of one type: write 3.0 beside a metric, 3 beside a count"),
    (re.compile("no matching overload"), "values of one type on both sides"),
    (re.compile(r"at: '= ?'?"), "== to compare"),
    (re.compile(r"'(and|or)'"), "&& for and, || for or"),
    (re.compile("recursion limit"), "an expression of fewer than 32 levels"),
)  # fmt: skip


def _hint(what: str) -> str:
    """What to write instead, where the engine's words say what somebody meant."""
    return next((hint for form, hint in _HINTS if form.search(what)), "an expression in CEL")


def _first_line(text: str) -> str:
    line = plain(text.strip().partition("\n")[0])
    return line if len(line) <= 200 else line[:197] + "..."
