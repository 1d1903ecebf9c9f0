"""What was refused, and whether the same was tried again, and with what outcome."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from registry.store.database import reading
from registry.workflow.auditing.asking import Question, facts, names
from registry.workflow.auditing.fact import Fact
from registry.workflow.auditing.followed import REFUSED
from registry.workflow.context import Context

Row = dict[str, object]
_ABOUT = {
    **dict.fromkeys(("revoke", "recall", "acknowledge-recall"), "release"),
    **dict.fromkeys(("add-source", "confirm-source", "withdraw-source"), "source"),
    **dict.fromkeys(("approve-key", "revoke-key", "reset-password"), "account"),
    **dict.fromkeys(("deactivate-account", "grant-role", "revoke-role"), "account"),
    "end-waiver": "waiver",
    "end-deputy": "deputy",
}
"""What an action is at, where that is no version and no request: the name it has in the details."""
COLUMNS = (
    "seq",
    "at",
    "actor",
    "action",
    "dataset",
    "request",
    "about",
    "outcome",
    "retried",
    "then",
)


@dataclass(frozen=True)
class Followed:
    """A refusal, how often the same was refused again, and the attempt that succeeded."""

    refusal: Fact
    again: int
    success: Fact | None


def denials(context: Context, question: Question) -> Iterator[Row]:
    """Each refusal that meets the question; what came after it is looked for in the whole log.

    With ``as_of`` that is the log as it was then.
    """
    with reading(context.engine) as session:
        known = names(session)
        later = replace(question, since=None, until=None, actor=None, limit=None, after=None)
        asked = replace(question, outcomes=REFUSED)
        wanted = {one.seq for one in facts(session, asked)}
        for one in followed(facts(session, later)):
            if one.refusal.seq in wanted:
                yield _row(one, known)


def followed(facts: Iterable[Fact]) -> list[Followed]:
    """Every refusal in ``facts``, which are in the order of the log, with what became of it."""
    open_: dict[tuple[object, ...], list[Fact]] = defaultdict(list)
    found: dict[int, Followed] = {}
    for one in facts:
        key = subject(one)
        if one.outcome in REFUSED:
            open_[key].append(one)
        elif one.outcome == "done":
            for settled in (key, _unsaid(one), (one.action, one.dataset)):
                found |= _settled(open_.pop(settled, []), one)
    for waiting in open_.values():
        found |= _settled(waiting, None)
    return [found[seq] for seq in sorted(found)]


def subject(one: Fact) -> tuple[object, ...]:
    """What an attempt was at: two attempts at the same are one thing tried again.

    To put a version forward is tried for a use and an audience; who tries does not matter there,
    nor whether it got as far as a request. What names no subject is somebody's own matter.
    """
    context = tuple(one.details.get(key) for key in ("use", "audience", "jurisdiction"))
    if one.action in ("submit", "check"):
        return (one.action, one.dataset, *context)
    if about := _about(one):
        return (one.action, about)
    if one.request or one.dataset:
        return (one.action, one.request or one.dataset)
    return (one.action, one.actor)


def _about(one: Fact) -> str:
    """The release, source, waiver, deputy or account that it was at; nothing for other actions."""
    return str(one.details.get(_ABOUT.get(one.action, "")) or "")


def _unsaid(one: Fact) -> tuple[object, ...]:
    """The key of an attempt that was refused before it came to a use and an audience."""
    return (one.action, one.dataset, None, None, None)


def _settled(waiting: list[Fact], success: Fact | None) -> dict[int, Followed]:
    last = len(waiting) - 1
    return {one.seq: Followed(one, last - at, success) for at, one in enumerate(waiting)}


def _row(one: Followed, names: Mapping[str, str]) -> Row:
    refusal, success = one.refusal, one.success
    about = _about(refusal)
    then = f"done, event {success.seq}" if success else "never done"
    return {
        "seq": refusal.seq,
        "at": refusal.at,
        "actor": names.get(refusal.actor, refusal.actor),
        "action": refusal.action,
        "dataset": refusal.dataset,
        "request": refusal.request,
        "about": names.get(about, about) or None,
        "outcome": refusal.outcome,
        "retried": one.again + (success is not None),
        "then": then,
        "why": refusal.details.get("reason") or refusal.details.get("failed"),
        "done_seq": success.seq if success else None,
        "done_at": success.at if success else None,
        "done_by": names.get(success.actor, success.actor) if success else None,
    }
