"""One command under an idempotency key: its result is committed with its change, or neither is."""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from sqlmodel import Session, col, select, update

from registry.errors import Conflict, RegistryError
from registry.log.canonical import canonical
from registry.records import Account, CommandKey
from registry.store.database import reading, writing
from registry.workflow.context import Context


class Repeated(Exception):
    """This very command was done before; ``result`` is what it came to."""

    def __init__(self, result: object) -> None:
        super().__init__("repeated")
        self.result = result


@dataclass
class Call:
    """A command with its key and a digest of what it was asked.

    A use case returns its result after its transaction; so the transaction is held open until then
    and takes the result with it. If the process dies in between, neither is there.
    """

    key: str
    command: str
    arguments: str
    _held: ExitStack = field(default_factory=ExitStack)
    _session: Session | None = None

    @contextmanager
    def held(self) -> Iterator[None]:
        """Around the use case: what it recorded before it refused stands, a crash undoes it."""
        try:
            yield
        except RegistryError:
            self.commit()
            raise
        except BaseException as error:
            self._release().__exit__(type(error), error, error.__traceback__)
            raise
        self.commit()

    @contextmanager
    def transaction(self, context: Context) -> Iterator[Session]:
        """A write transaction that stays open after the body; a failure in it rolls it back.

        Raises `Repeated` if the command was done since it was looked up.
        """
        self.commit()
        with ExitStack() as stack:
            session = stack.enter_context(writing(context.engine))
            self.require_first(context, session)
            yield session
            session.flush()
            self._session, self._held = session, stack.pop_all()

    def require_first(self, context: Context, session: Session) -> None:
        """Raise `Repeated` if the command was done, `Conflict` if the key was another one's."""
        row = session.get(CommandKey, self.key)
        if row is None:
            return
        if (row.actor, row.command, row.arguments) != (context.actor, self.command, self.arguments):
            raise Conflict(
                "this idempotency key was used for another command",
                expected=f"the same {row.command} by the same account, or a new key",
                todo="choose a new key for every command, and repeat it only with the command",
            )
        raise Repeated(_replaced(json.loads(row.result), _names(session)))

    def keep(self, context: Context, result: object) -> None:
        """Store what the command came to in the transaction of its change, or in one of its own."""
        if self._session is None:
            with self.transaction(context):
                pass
        assert self._session is not None
        pseudonyms = {name: pseudonym for pseudonym, name in _names(self._session).items()}
        self._session.add(
            CommandKey(
                key=self.key,
                actor=context.actor,
                command=self.command,
                arguments=self.arguments,
                result=canonical(_replaced(result, pseudonyms)).decode(),
                at=context.now(),
            )
        )
        self._session.flush()

    def commit(self) -> None:
        """End the transaction that is held, if one is."""
        self._release().close()

    def _release(self) -> ExitStack:
        self._session = None
        return self._held.pop_all()


def was_done(context: Context, key: str) -> bool:
    """Whether the acting account did something under ``key``, so that a repeat does nothing."""
    with reading(context.engine) as session:
        row = session.get(CommandKey, key)
        return row is not None and row.actor == context.actor


def forget_asked(session: Session, command: str, result: object) -> None:
    """Erase the digests of what the commands were asked that came to ``result``.

    Whoever guesses what was asked could else see by the digest that it is so. Their keys stay
    used: a repeat is a conflict.
    """
    session.exec(
        update(CommandKey)
        .where(col(CommandKey.command) == command)
        .where(col(CommandKey.result) == canonical(result).decode())
        .values(arguments="")
    )


def _names(session: Session) -> dict[str, str]:
    return dict(session.exec(select(Account.pseudonym, Account.name)).all())


def _replaced(value: object, words: Mapping[str, str]) -> object:
    """``value`` with every text that is one of ``words`` replaced: what is kept of a command must
    outlive the erasure of a name.
    """
    if isinstance(value, str):
        return words.get(value, value)
    if isinstance(value, dict):
        return {key: _replaced(item, words) for key, item in value.items()}
    if isinstance(value, list):
        return [_replaced(item, words) for item in value]
    return value
