"""Which document somebody asks for: about one thing, two versions, everything, or a period."""

from dataclasses import dataclass

from registry.errors import InvalidInput, RegistryError
from registry.reports.document import Document
from registry.workflow.context import Context
from registry.workflow.reports.audit import Period, audit
from registry.workflow.reports.compare import compare
from registry.workflow.reports.portfolio import portfolio
from registry.workflow.reports.report import ABOUT, report

Made = tuple[Document, RegistryError | None]
"""The document, and what to end with once it is written: None where all is well."""
WHOLE = ("portfolio", "audit")


@dataclass(frozen=True)
class Asked:
    """What was asked for; ``since`` and ``until`` are days."""

    kind: str
    about: str | None = None
    compare: tuple[str, str] | None = None
    since: str | None = None
    until: str | None = None


def made(context: Context, asked: Asked) -> Made:
    """The document; raises `InvalidInput` where something is missing, or too much was given."""
    _require_whole(asked)
    if asked.since and asked.until:
        return audit(context, Period(asked.since, asked.until))
    if asked.kind == "portfolio":
        return portfolio(context), None
    if asked.compare:
        return compare(context, *asked.compare), None
    return report(context, asked.about or "", asked.kind), None


def _require_whole(asked: Asked) -> None:
    period = bool(asked.since) + bool(asked.until)
    if period != (2 if asked.kind == "audit" else 0):
        what = "an audit report needs a period" if asked.kind == "audit" else "a period too many"
        raise _wrong(what, "--kind audit with --from and --to: --from 2026-01-01 --to 2026-06-30")
    named = (asked.about is not None) + (asked.compare is not None)
    if asked.kind in WHOLE and named:
        raise _wrong(f"the {asked.kind} report is about everything", "no name, and no --compare")
    if asked.kind not in WHOLE and named != 1:
        what = "a version too many" if named else "nothing is named to report on"
        raise _wrong(what, f"one {ABOUT[asked.kind]}, or --compare with two versions")


def _wrong(what: str, expected: str) -> InvalidInput:
    return InvalidInput(what, expected=expected, todo="see `registry report --help`")
