"""A document typeset as PDF by Typst: tagged for screen readers (PDF/UA-1), the same bytes again.

Typst comes as one wheel with its fonts, so that a fresh machine prints what ours prints.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime

from registry.reports.rendering.faults import fault
from registry.reports.rendering.typesetting import REACHING

Place = Callable[[str], str | None]


def typeset(source: str, printed_at: str, place: Place = lambda printed: None) -> bytes:
    """``source`` in Typst's own language as a PDF; ``printed_at`` is its date of creation.

    The compiler sees an empty folder, and nothing that asks for a file or a package reaches it:
    it would fetch a package from the network. ``place`` tells where a line came from.
    """
    import typst

    _require_alone(source, place)
    with tempfile.TemporaryDirectory() as empty:
        try:
            made = typst.compile(  # type: ignore[call-overload] # its stubs want one type for two
                source.encode(),
                root=empty,
                format="pdf",
                pdf_standards="ua-1",
                timestamp=_moment(printed_at),
            )
        except typst.TypstError as error:
            raise fault(error.message, _where(error.diagnostic, source, place)) from error
    assert isinstance(made, bytes)
    return made


def _require_alone(source: str, place: Place) -> None:
    """Raise `InvalidInput` for a word that reaches outside; in what is printed it is disarmed."""
    found = REACHING.search(source)
    if found is None:
        return
    number = source.count("\n", 0, found.start()) + 1
    raise fault(
        f"{found[0]!r} could reach a file or the network, which no report may; "
        f'where it is only a word, print it as {{{{ "{found[0]}" }}}}',
        _at(number, source, place),
    )


def _where(diagnostic: str, source: str, place: Place) -> str:
    at = re.search(r"typst_py_bytes__\.typ:(\d+)", diagnostic)
    return _at(int(at[1]), source, place) if at else "a template of the kind .typ.j2"


def _at(number: int, source: str, place: Place) -> str:
    """The template's line, as well as it can be told, and the line that was printed from it."""
    line = source.splitlines()[number - 1].strip()
    printed = f"line {number} of what it prints: {line[:100]}"
    found = place(line)
    return f"{found} ({printed})" if found else printed


def _moment(printed_at: str) -> datetime | None:
    if not printed_at:
        return None
    return datetime.strptime(printed_at, "%Y-%m-%d %H:%M:%S UTC").replace(tzinfo=UTC)
