"""One transaction a use case: the change and its event commit together, or not at all.

An attempt that is refused is rolled back and then recorded as an event of its own, because an
auditor asks what was tried as well as what was done.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from sqlmodel import Session, select

from registry.clock import moment
from registry.errors import ClockBehind, InvalidInput, RegistryError, StoreUnavailable
from registry.records import Account
from registry.store import events
from registry.store.database import writing
from registry.store.time_order import require_forwards
from registry.workflow.context import Context, Work
from registry.workflow.people.guessing import WrongSecret


@contextmanager
def attempt(
    context: Context,
    action: str,
    *,
    dataset: str | None = None,
    request: str | None = None,
    **about: str,
) -> Iterator[Work]:
    """A write transaction for ``action``; a refusal is logged with its reason and raised again.

    ``about`` is what else was acted on, as the event of the done thing names it in its details:
    ``release``, ``source``, ``waiver``, ``deputy`` or ``account``.
    """
    with (
        refusals_logged(context, action, dataset=dataset, request=request, **about),
        context.call.transaction(context) if context.call else writing(context.engine) as session,
    ):
        yield Work(context, session)


@contextmanager
def refusals_logged(
    context: Context,
    action: str,
    *,
    dataset: str | None = None,
    request: str | None = None,
    **about: str,
) -> Iterator[None]:
    """Log a `RegistryError` from the body as a refused ``action``. Bad input is no attempt."""
    try:
        yield
    except (InvalidInput, StoreUnavailable):
        # Bad input is no attempt; and a store that failed cannot take the event either.
        raise
    except RegistryError as error:
        if context.call:
            context.call.commit()
        with writing(context.engine) as session:
            if isinstance(error, WrongSecret):
                error.count(session, context.now())
            Work(_on_time(context, session), session).record(
                action,
                "attempt.refused",
                outcome=error.outcome,
                dataset=dataset,
                request=request,
                details={"reason": _without_names(session, error.what)} | _named(session, about),
            )
        raise


def _on_time(context: Context, session: Session) -> Context:
    """With a clock that was set back a refusal is recorded at the time of the last event."""
    last = events.last_time(session)
    try:
        if last:
            require_forwards(last, context.now())
    except ClockBehind:
        return replace(context, clock=lambda: moment(last or ""))
    return context


def _named(session: Session, about: Mapping[str, str]) -> dict[str, str]:
    """What was acted on; an account by its pseudonym, and one that is not there not at all."""
    name = about.get("account")
    known = session.exec(select(Account.pseudonym).where(Account.name == name)).first()
    return {key: one for key, one in about.items() if key != "account"} | (
        {"account": known} if known else {}
    )


def _without_names(session: Session, text: str) -> str:
    """``text`` with pseudonyms for names: what is hashed must outlive the erasure of a name."""
    pseudonyms = dict(session.exec(select(Account.name, Account.pseudonym)).all())
    if not pseudonyms:
        return text
    names = "|".join(re.escape(name) for name in sorted(pseudonyms, key=len, reverse=True))
    return re.sub(rf"(?<!\w)(?:{names})(?!\w)", lambda found: pseudonyms[found[0]], text)
