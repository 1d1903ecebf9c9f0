"""All that used a source: its versions, their evaluations, requests, waivers and releases."""

from collections.abc import Iterator

from registry.store.database import reading
from registry.workflow.auditing.asking import Question, facts, names, no_source
from registry.workflow.auditing.fact import Fact
from registry.workflow.context import Context

Row = dict[str, object]
COLUMNS = ("kind", "what", "fact", "at", "actor", "dataset", "seq")
_KINDS = {
    "source": "source",
    "dataset": "version",
    "evaluation": "evaluation",
    "request": "request",
    "release": "release",
    "waiver": "waiver",
    "recall": "recall",
}
_SIDE = ("evaluation.progressed",)


def used_source(context: Context, source: str, as_of: str | None = None) -> Iterator[Row]:
    """What happened to a source and to all that was made from it, refusals left out.

    Raises `NotFound` where the log knows no such source.
    """
    with reading(context.engine) as session:
        known, empty = names(session), True
        for one in facts(session, Question(source=source, as_of=as_of)):
            empty = False
            if (kind := _kind(one)) is not None:
                yield {
                    "kind": kind,
                    "what": _what(one, kind),
                    "fact": one.fact,
                    "at": one.at,
                    "actor": known.get(one.actor, one.actor),
                    "dataset": one.dataset,
                    "request": one.request,
                    "outcome": one.outcome,
                    "seq": one.seq,
                }
    if empty:
        raise no_source(source)


def _kind(one: Fact) -> str | None:
    if one.fact in _SIDE:
        return None
    if one.fact == "dataset.evaluated":
        return "evaluation"
    return _KINDS.get(one.fact.partition(".")[0])


def _what(one: Fact, kind: str) -> object:
    """The thing itself: who or what it is called."""
    get = one.details.get
    named: dict[str, object] = {
        "source": get("source"),
        "version": one.dataset,
        "evaluation": get("evaluation"),
        "request": one.request,
        "release": get("recipient") or get("release"),
        "waiver": get("rule") or get("waiver"),
    }
    return named.get(kind) or one.request or one.dataset
