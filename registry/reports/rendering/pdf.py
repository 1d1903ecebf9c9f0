"""A document typeset as PDF by Typst: tagged for screen readers (PDF/UA-1), the same bytes again.

Typst comes as one wheel with its fonts, so that a fresh machine prints what ours prints.
"""

from __future__ import annotations

import re
import tempfile
from datetime import UTC, datetime

from registry.errors import InvalidInput


def typeset(source: str, printed_at: str) -> bytes:
    """``source`` in Typst's own language as a PDF; ``printed_at`` is its date of creation.

    The compiler sees an empty folder: a template cannot read a file into a report.
    """
    import typst

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
            raise InvalidInput(
                f"the report cannot be typeset: {error.message}",
                where=_place(error.diagnostic, source),
                expected="a template that Typst compiles to tagged PDF",
                todo="run `registry templates check`, or print it as HTML",
            ) from error
    assert isinstance(made, bytes)
    return made


def _place(diagnostic: str, source: str) -> str:
    """The line that Typst stopped at, as it was printed from the template."""
    at = re.search(r"typst_py_bytes__\.typ:(\d+)", diagnostic)
    if at is None:
        return "a template of the kind .typ.j2"
    return f"line {at[1]} of the text for Typst: {source.splitlines()[int(at[1]) - 1][:100]}"


def _moment(printed_at: str) -> datetime | None:
    if not printed_at:
        return None
    return datetime.strptime(printed_at, "%Y-%m-%d %H:%M:%S UTC").replace(tzinfo=UTC)
