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
_STRINGS: Final = re.compile(r"""('''|\"\"\"|'|")(?:\\.|(?!\1).)*\1""", re.DOTALL)
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
        from cel_expr_python import cel

        data = {**_facts(subject, context), **_named(self.params), **metrics}
        result = self.program.eval(data=data)
        if result.type() == cel.Type.BOOL:
            return None if result.value() is True else "is false"
        return f"could not be evaluated: {_first_line(str(result.value()))}"


def compiled(text: str, metrics: Iterable[str], params: Mapping[str, object]) -> Expression:
    """Compile an expression over ``metrics``, whole-table ones, and ``params``.

    Raises ``ExpressionError``.
    """
    if len(text) > MOST:
        raise ExpressionError(f"the expression has {len(text)} letters", 1, 1, f"at most {MOST}")
    known = tuple(sorted(metrics))
    environment = _environment(known, tuple(sorted(_types(params).items())))
    try:
        program = environment.compile(text)
    except (RuntimeError, ValueError, TypeError) as error:
        raise _refusal(text, str(error), known, params) from None
    kind = program.return_type().name()
    if kind != "BOOL":
        what = f"the expression gives {kind.lower()}"
        raise ExpressionError(what, 1, 1, "a comparison, true or false")
    named = names_in(text)
    return Expression(text, tuple(one for one in known if one in named), dict(params), program)


def names_in(text: str) -> set[str]:
    """The dotted names that an expression may refer to; what stands in quotes is none."""
    plain = _STRINGS.sub('""', text)
    return {re.sub(r"\s+", "", name) for name in _NAME.findall(plain)}


def placeholders(message: str) -> list[str]:
    """The names between braces in a message."""
    return _PLACE.findall(message)


def spoken(message: str, subject: Subject, context: Context, params: Mapping[str, object]) -> str:
    """A message with its placeholders filled: declared names only, and nothing is evaluated."""
    facts = {**_facts(subject, context), **_named(params)}
    return _PLACE.sub(lambda found: str(facts.get(found[1], found[0])), message)


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


@lru_cache(maxsize=64)
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
