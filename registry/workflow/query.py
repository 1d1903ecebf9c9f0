"""What an auditor asks of the log: who did what, to which dataset, when, and how it ended."""

from collections.abc import Iterator

from registry.card import require_word
from registry.store.database import reading
from registry.workflow.auditing.asking import Question, facts, names
from registry.workflow.auditing.fact import Fact
from registry.workflow.auditing.vocabulary import FACTS
from registry.workflow.context import Context
from registry.workflow.permissions import ALLOWED

_OWN = ("login", "logout", "enrol", "change-password", "rotate-key")
_READ = ("check", "report", "identify", "verify", "recheck", "prove", "checkpoint")
ACTIONS = (*ALLOWED, *_OWN, *_READ)
OUTCOMES = ("done", "denied", "undecided", "failed", "forbidden", "conflict", "tampered")

__all__ = ["ACTIONS", "OUTCOMES", "Question", "query"]


def query(context: Context, question: Question) -> Iterator[dict[str, object]]:
    """Matching events, oldest first, with the actor's name put back in."""
    require_words(question)
    with reading(context.engine) as session:
        known = names(session)
        for one in facts(session, question):
            yield shown(one, known)


def shown(one: Fact, names: dict[str, str]) -> dict[str, object]:
    """A fact as it is printed."""
    return {
        "seq": one.seq,
        "at": one.at,
        "actor": names.get(one.actor, one.actor),
        "action": one.action,
        "fact": one.fact,
        "outcome": one.outcome,
        "dataset": one.dataset,
        "request": one.request,
        "authentication": one.authentication,
        "details": one.details,
        "digest": one.digest,
    }


def require_words(question: Question) -> None:
    """Raise `InvalidInput` for an action, a fact or an outcome that there is not."""
    if question.action:
        require_word("action", question.action, ACTIONS)
    if question.fact:
        require_word("fact", question.fact, FACTS)
    if question.outcome:
        require_word("outcome", question.outcome, OUTCOMES)
