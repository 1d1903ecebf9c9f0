"""Asks a person for secrets: on the terminal without echo, or from the environment.

REGISTRY_PASSWORD, REGISTRY_PASSPHRASE and REGISTRY_CODE come first. Nothing is asked where stdin is
no terminal or ``--no-input`` is given, and nothing that was typed is kept.
"""

import os
import sys

from registry.errors import InvalidInput, NotPermitted


class Asking:
    """The secrets of whoever sits at this terminal."""

    def __init__(self, *, silent: bool = False) -> None:
        self._silent = silent

    def password(self) -> str:
        """What signs the person in."""
        return self.ask("Password", "REGISTRY_PASSWORD")

    def passphrase(self) -> str:
        """What unseals the person's signing key."""
        return self.ask("Passphrase of the signing key", "REGISTRY_PASSPHRASE")

    def code(self) -> str:
        """Six digits of the second factor."""
        return self.ask("One-time code", "REGISTRY_CODE")

    def enrolment(self) -> str:
        """The code an admin handed over."""
        return self.ask("Enrolment code", "REGISTRY_ENROLMENT")

    def new_password(self) -> str:
        """A password to be, typed twice."""
        return self._new("New password", "REGISTRY_NEW_PASSWORD")

    def new_passphrase(self) -> str:
        """A passphrase to be, typed twice."""
        return self._new("New passphrase", "REGISTRY_NEW_PASSPHRASE")

    def reason(self) -> str:
        """Why somebody signs; no secret, and empty where there is nobody to ask."""
        if self._silent or not sys.stdin.isatty():
            return ""
        sys.stderr.write("Reason, kept with the signature: ")
        sys.stderr.flush()
        return sys.stdin.readline().strip()

    def ask(self, what: str, variable: str) -> str:
        """One secret; raises `NotPermitted` where there is nobody to ask."""
        if found := os.environ.get(variable):
            if any("\ud800" <= char <= "\udfff" for char in found):
                raise InvalidInput(f"{variable} is not valid text", expected="UTF-8")
            return found
        if self._silent or not sys.stdin.isatty():
            raise NotPermitted(
                f"the {what[0].lower()}{what[1:]} is needed, and nobody can be asked for it",
                expected=f"a terminal, or {variable} in the environment",
            )
        from getpass import getpass

        return getpass(f"{what}: ")

    def _new(self, what: str, variable: str) -> str:
        first = self.ask(what, variable)
        if variable not in os.environ and self.ask(f"{what} again", variable) != first:
            raise InvalidInput("the two were not the same", todo="run the command again")
        return first
