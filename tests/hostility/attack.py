"""What an attack is: data, with the outcome that is stated for it."""

from collections.abc import Callable
from dataclasses import dataclass

from hostility.attacker import Attacker
from hostility.estate import Case

REFUSED = "refused by the database"
REGISTRY = "refused by the registry"
VERIFY = "caught by audit verify"
ANCHOR = "caught against an anchor"
WITNESS = "caught by the witness"
FILE = "caught by hashing the file"
NOTHING = "not caught"

Found = tuple[str, str]
"""An outcome and what was said."""


@dataclass(frozen=True)
class Attack:
    """``does`` tells it, ``sql`` or ``by`` does it; ``said`` is a pattern of what is answered.

    ``unguarded`` drops the triggers before it and puts them back; ``only`` names the one database
    that has the means; ``restored`` starts from an older copy of the database. ``look`` finds the
    outcome where nothing in this database could show it.
    """

    name: str
    does: str
    outcome: str
    said: str = ""
    sql: tuple[str, ...] = ()
    by: Callable[[Attacker], None] | None = None
    unguarded: bool = False
    only: str | None = None
    restored: bool = False
    why: str = ""
    look: Callable[[Case], Found | None] | None = None

    @property
    def stated(self) -> str:
        """The outcome as the page has it."""
        return f"{self.outcome}: {self.why}" if self.why else self.outcome

    def on(self, dialect: str) -> bool:
        """Whether it applies there."""
        return self.only in (None, dialect)
