"""Puts a question to the log: facts that meet all its filters, oldest first."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, select

from registry.errors import InvalidInput, NotFound
from registry.log.canonical import canonical
from registry.log.chain import StoredEvent
from registry.records import Account, Event
from registry.records.told import FactTold, NamedPolicy, NamedRelease, NamedSource
from registry.store.pages import Page, mentions, pages
from registry.workflow.auditing.about import MOST_LISTED, about
from registry.workflow.auditing.decided import Under
from registry.workflow.auditing.fact import Fact, read
from registry.workflow.auditing.then import as_of, is_time
from registry.workflow.auditing.times import after, since
from registry.workflow.context import UNIDENTIFIED
from registry.workflow.find import release_labelled, row_id

Keep = Callable[[Fact], bool]


@dataclass(frozen=True)
class Question:
    """Filters that must all hold; None asks for anything. Days are UTC and inclusive.

    ``source``, ``recipient``, ``policy`` and ``release`` find what names them and what belongs to
    them. ``as_of`` asks the log as it was at a time, or when it had so many events; ``after`` is
    the number of the event that the last page ended with. Of ``facts`` and ``outcomes`` any does.
    ``dataset`` finds its requests too, which alone are named where a step was refused. ``upto`` is
    the last event that may be answered with; the answer is then in the log's order.
    """

    actor: str | None = None
    dataset: str | None = None
    request: str | None = None
    action: str | None = None
    outcome: str | None = None
    since: str | None = None
    until: str | None = None
    limit: int | None = None
    fact: str | None = None
    source: str | None = None
    recipient: str | None = None
    policy: str | None = None
    release: str | None = None
    as_of: str | None = None
    after: int | None = None
    facts: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    upto: int | None = None


@dataclass
class _Filter:
    """SQL that leaves few events, and what then decides on each."""

    sql: list[ColumnElement[bool]] = field(default_factory=list)
    keep: list[Keep] = field(default_factory=list)


def facts(session: Session, question: Question) -> Iterator[Fact]:
    """Facts that meet the question."""
    return (one for one, _ in stored_facts(session, question))


def stored_facts(session: Session, question: Question) -> Iterator[tuple[Fact, StoredEvent]]:
    """The same with the events as they are stored."""
    chosen = _filter(session, question)
    left = question.limit
    ordered = question.upto is None  # else by number, whatever was asked for
    timed = ordered and bool(question.since or question.until or is_time(question.as_of))
    page = Page(question.after, None if chosen.keep else left, timed)
    for event in pages(session, chosen.sql, page):
        one = read(event)
        if all(keep(one) for keep in chosen.keep):
            yield one, event
            left = None if left is None else left - 1
            if left == 0:
                return


def names(session: Session) -> dict[str, str]:
    """The names behind the pseudonyms that the log holds."""
    return dict(session.exec(select(Account.pseudonym, Account.name)).all())


def pseudonym(session: Session, actor: str) -> str:
    """The actor as the log knows it. A pseudonym stands for itself: its name may be erased."""
    if actor == UNIDENTIFIED or actor.startswith("p-"):
        return actor
    account = session.exec(select(Account).where(Account.name == actor)).first()
    if account is None:
        raise NotFound(
            f"there is no account {actor!r}",
            expected=f"an account, its pseudonym, or {UNIDENTIFIED!r}",
            todo="see `registry accounts list`",
        )
    return account.pseudonym


def versions_of(session: Session, source: str) -> list[str]:
    """The versions that were registered from a source, as the log tells it."""
    registered = [
        NamedSource(col(Event.body)) == source,
        # Out of sight of its index: a source has fewer events than there are versions.
        col(Event.action).concat("") == "register",
    ]
    found = map(read, pages(session, registered, Page()))
    return [one.dataset for one in found if one.fact == "dataset.registered" and one.dataset]


def needle(key: str, value: str) -> bytes:
    """A field as it stands in canonical bytes."""
    return canonical({key: value})[1:-1]


def _filter(session: Session, question: Question) -> _Filter:
    found = _Filter(_plain(session, question))
    if question.fact:
        found.sql.append(_fact(question) == question.fact)
    if question.facts:
        found.sql.append(_fact(question).in_(question.facts))
    if question.source:
        _of_source(session, question.source, found)
    if question.recipient:
        _to(session, question.recipient, found)
    if question.policy:
        _under(session, question.policy, found)
    if question.release:
        _released(session, question.release, found)
    return found


def _plain(session: Session, question: Question) -> list[ColumnElement[bool]]:
    """What the columns answer."""
    found: list[ColumnElement[bool]] = []
    if question.actor:
        # A dataset has fewer events than somebody who works on many: its index is the one to use.
        actor = col(Event.actor).concat("") if question.dataset else col(Event.actor)
        found.append(actor == pseudonym(session, question.actor))
    if question.dataset:
        found.append(about(session, question.dataset))
    if question.request:
        found.append(col(Event.request) == question.request.upper())
    if question.action:
        # Of the two, an outcome is the rarer one: most of the log is done, and by few actions.
        timed = _timed(question) and not question.outcome
        action = _common(question, col(Event.action), timed=timed)
        found.append((col(Event.action) if _of_actor(question) else action) == question.action)
    if question.outcome:
        outcome = _common(question, col(Event.outcome), timed=_timed(question))
        found.append(outcome == question.outcome)
    if question.outcomes:
        found.append(_common(question, col(Event.outcome)).in_(question.outcomes))
    found += when(session, question)
    if question.upto is not None:
        found.append(col(Event.seq) <= question.upto)
    return found


def when(session: Session, question: Question) -> Iterator[ColumnElement[bool]]:
    """The times that are asked for: from one day to another, and as the log then was."""
    yield from _between(question)
    if question.as_of:
        yield as_of(session, question.as_of)


def _between(question: Question) -> Iterator[ColumnElement[bool]]:
    """From one day to another; raises `InvalidInput` where no moment is in between."""
    first = since(question.since) if question.since else ""
    last = after(question.until) if question.until else None
    if last is not None and first >= last:
        raise InvalidInput(
            f"nothing is between {question.since} and {question.until}",
            expected="--since before --until",
        )
    if first:
        yield col(Event.at) >= first
    if last is not None:
        yield col(Event.at) < last


def _fact(question: Question) -> Any:
    """The fact, out of sight of its index where what is asked about has few events."""
    told = FactTold(col(Event.body))
    return told.concat("") if question.dataset or question.request else told


def _common(question: Question, column: Any, *, timed: bool = False) -> Any:
    """A column of few values, out of sight of the indexes where another one tells more.

    SQLite takes an equality for narrower than a range, and would go through every release there is.
    Not so where it is ``timed``: an index then holds its values by time.
    """
    narrow = (question.actor, question.dataset, question.request)
    time = (question.since, question.until)
    return column.concat("") if any(narrow) or (any(time) and not timed) else column


def _of_actor(question: Question) -> bool:
    """Whether nothing is narrower than the actor: an index holds their events by action."""
    others = (question.dataset, question.request, question.since, question.until, question.as_of)
    return bool(question.actor) and not any(others)


def _timed(question: Question) -> bool:
    """Whether an answer is in the order of time, and so can be read off an index by time."""
    return question.upto is None and bool(question.since or question.until)


def no_source(source: str) -> NotFound:
    """The error for a source that the log never told of."""
    return NotFound(
        f"the log knows no source {source!r}",
        expected="the name of a source that was added",
        todo="see `registry sources list`",
    )


def _of_source(session: Session, source: str, found: _Filter) -> None:
    """Events that name the source, and those about versions made from it."""
    known = set(versions_of(session, source))
    naming = NamedSource(col(Event.body)) == source
    added = select(Event.seq).where(naming, col(Event.action).concat("") == "add-source")
    if not known and session.exec(added.limit(1)).first() is None:
        raise no_source(source)
    named = col(Event.dataset).concat("").is_(None) & naming
    if len(known) <= MOST_LISTED:
        found.sql.append(or_(col(Event.dataset).in_(known), named))
    found.keep.append(lambda one: one.dataset in known or one.details.get("source") == source)


def _to(session: Session, recipient: str, found: _Filter) -> None:
    """Events that name the recipient, and those about requests released to it."""
    text = needle("recipient", recipient)
    # Only these actions name one: an index leaves few events whose bytes are looked through.
    granted = col(Event.action).in_(("release", "add-recipient"))
    events = pages(session, [granted, mentions(session, text)], Page())
    naming = [one for one in map(read, events) if one.details.get("recipient") == recipient]
    if not naming:
        raise NotFound(
            f"the log knows no recipient {recipient!r}",
            expected="the name of a recipient, letter by letter",
            todo="see `registry recipients list`, and `registry audit releases` for all there were",
        )
    numbers, requests = {one.seq for one in naming}, {one.request for one in naming if one.request}
    if len(numbers) <= MOST_LISTED:
        found.sql.append(or_(col(Event.seq).in_(numbers), col(Event.request).in_(requests)))
    found.keep.append(lambda one: one.seq in numbers or one.request in requests)


def _under(session: Session, policy: str, found: _Filter) -> None:
    """Events that name the policy, and those that rest on a decision under it."""
    under = Under(session, policy)
    naming, versions = NamedPolicy(col(Event.body)) == policy, under.versions()
    if versions is not None:
        found.sql.append(or_(naming, col(Event.dataset).in_(versions)))
    found.keep.append(
        lambda one: (
            one.details.get("policy") == policy or under.decided(one.details.get("decision"))
        )
    )


def _released(session: Session, label: str, found: _Filter) -> None:
    """Events about the release, and about the request behind it."""
    release = release_labelled(session, label)
    request = f"R-{release.request_id}"
    name = f"REL-{row_id(release)}"
    named = NamedRelease(col(Event.body)) == name
    found.sql.append(or_(col(Event.request) == request, named))
    found.keep.append(lambda one: one.request == request or one.details.get("release") == name)
