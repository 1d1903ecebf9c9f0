"""Approves several requests, each with a statement, a signature and a transaction of its own."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from registry.errors import RegistryError
from registry.records import Meaning, Role
from registry.workflow.context import Context
from registry.workflow.people.secrets import Secrets
from registry.workflow.sign import Signed, sign


@dataclass(frozen=True)
class Tried:
    """What came of one request: a signature, or the error that refused it."""

    request: str
    signed: Signed | None
    refused: RegistryError | None


def approve_each(
    context: Context,
    labels: Sequence[str],
    *,
    reason: str | None = None,
    role: Role | None = None,
    principal: str | None = None,
    expected: Mapping[str, str] | None = None,
) -> Iterator[Tried]:
    """Approve each of ``labels`` once, in order; a refusal of one does not stop the others.

    ``expected`` holds the digest of what was shown of each, by label, as `sign` takes it.

    Under an idempotency key each approval has one of its own, made from it and the label.
    """
    asking = replace(context, secrets=AskedOnce(context.secrets))
    for label in dict.fromkeys(labels):
        own = replace(asking, key=f"{context.key} {label}" if context.key else None)
        try:
            signed = sign(
                own,
                label,
                Meaning.APPROVE,
                reason=reason,
                role=role,
                principal=principal,
                expected=(expected or {}).get(label),
            )
        except RegistryError as error:
            yield Tried(label, None, error)
        else:
            yield Tried(label, signed, None)


class AskedOnce:
    """Asks for a passphrase once, and keeps it as long as one command runs."""

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets
        self._passphrase: str | None = None

    def password(self) -> str:
        """Asked anew each time."""
        return self._secrets.password()

    def passphrase(self) -> str:
        """Asked once."""
        if self._passphrase is None:
            self._passphrase = self._secrets.passphrase()
        return self._passphrase

    def code(self) -> str:
        """Asked anew each time: a code counts once."""
        return self._secrets.code()
