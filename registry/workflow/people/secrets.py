"""Where secrets of a person come from: a terminal, the environment, or a test."""

from typing import Protocol

from registry.errors import NotPermitted


class Secrets(Protocol):
    """Asked only when a secret is needed, and never kept."""

    def password(self) -> str:
        """What signs a person in."""
        ...

    def passphrase(self) -> str:
        """What unseals a person's signing key."""
        ...

    def code(self) -> str:
        """Six digits of the second factor."""
        ...


class NoSecrets:
    """Nobody is there to be asked: every question raises `NotPermitted`."""

    def password(self) -> str:
        """Raise `NotPermitted`."""
        raise _nobody("password")

    def passphrase(self) -> str:
        """Raise `NotPermitted`."""
        raise _nobody("passphrase")

    def code(self) -> str:
        """Raise `NotPermitted`."""
        raise _nobody("code")


def _nobody(what: str) -> NotPermitted:
    return NotPermitted(
        f"a {what} is needed, and nobody can be asked for it",
        expected=f"a terminal, or REGISTRY_{what.upper()} in the environment",
    )
