"""Derives every ledger anew and compares it with what the events said of it when they added to it.

The ledger itself is stored nowhere, so whoever changes a record of it contradicts the log.
"""

from collections.abc import Iterator, Mapping, Sequence

from sqlmodel import Session, col, select

from registry.errors import IntegrityFailure
from registry.ledger.entry import GENESIS, Entry
from registry.records import Source
from registry.workflow.budgets.ledger import ledger_of
from registry.workflow.verifying.told import Log, Told

_ADDING = ("dataset.registered", "dataset.amended", "release.granted")


def ledger_problems(session: Session, log: Log) -> Iterator[str]:
    """Every statement of a ledger that the records contradict, and every entry without one."""
    stated = _stated(log)
    for source in session.exec(select(Source).order_by(col(Source.id))):
        told = stated.get(source.name, [])
        try:
            yield from _compared(source.name, ledger_of(session, source), told)
        except (IntegrityFailure, ValueError) as error:
            what = error.what if isinstance(error, IntegrityFailure) else "a card is no JSON"
            yield f"ledger of {source.name}: {what}"


def _stated(log: Log) -> dict[object, list[Told]]:
    found: dict[object, list[Told]] = {}
    for one in log:
        if one.fact in _ADDING and isinstance(one.details.get("ledger"), Mapping):
            found.setdefault(one.details["ledger"].get("source"), []).append(one)
    return found


def _compared(name: str, entries: Sequence[Entry], told: Sequence[Told]) -> Iterator[str]:
    heads = _heads(entries)
    for one in told:
        said = one.details["ledger"]
        count = sum(entry.event <= one.seq for entry in entries)
        if (said.get("entries"), said.get("head")) != (count, heads[count]):
            yield f"ledger of {name}: as of event {one.seq} it is not what the log records"
    # Events from before there was a ledger state none.
    first = told[0].seq if told else None
    stating = {one.seq for one in told}
    for entry in entries:
        if first is not None and entry.event >= first and entry.event not in stating:
            yield f"ledger of {name}: event {entry.event} added {entry.label} and stated nothing"


def _heads(entries: Sequence[Entry]) -> list[str]:
    """The head of the ledger of the first n entries, for every n."""
    heads = [GENESIS]
    for entry in entries:
        heads.append(entry.digest(heads[-1]))
    return heads
