"""What somebody looks for among the versions, in the words that stand in an address."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Final, Self

from registry.card import require_word
from registry.errors import InvalidInput
from registry.workflow.find import VERSION
from registry.workflow.requested import AUDIENCES

STATES: Final = ("registered", "evaluated", "waiting", "released", "withdrawn")
"""How far a version came: ``waiting`` has an open request, ``released`` a release in force."""
OUTCOMES: Final = ("allow", "deny", "undecided")
EPSILONS: Final = ("claimed", "none")
SORTS: Final = ("newest", "oldest", "name", "epsilon")
_WORDS: Final = {
    "state": STATES,
    "audience": AUDIENCES,
    "outcome": OUTCOMES,
    "epsilon": EPSILONS,
    "sort": SORTS,
}
LONGEST: Final = 200
"""Characters of what is searched for; no name is longer."""


@dataclass(frozen=True)
class Filters:
    """Everything that is given must hold; "" asks for anything.

    ``text`` is looked for in the names of dataset, source and generator and in the source's title;
    ``NAME@V`` finds that version alone. ``audience`` and ``outcome`` are of the newest recorded
    decision in a context. The page begins behind the version ``after``, or ends before ``before``.
    """

    text: str = ""
    source: str = ""
    generator: str = ""
    state: str = ""
    audience: str = ""
    outcome: str = ""
    epsilon: str = ""
    sort: str = "newest"
    after: str = ""
    before: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Self:
        """The filters in the query of an address; raises `InvalidInput` for a word there is not.

        What else is in the address is left alone.
        """
        known = {name: given.get(name, "").strip() for name in cls.__dataclass_fields__}
        found = cls(**{**known, "sort": known["sort"] or "newest"})
        found._require()
        return found

    def _require(self) -> None:
        for name, words in _WORDS.items():
            if word := getattr(self, name):
                require_word(name, word, words)
        for name, text in asdict(self).items():
            if len(text) > LONGEST or "\0" in text:
                raise InvalidInput(
                    f"{name} cannot be looked for",
                    expected=f"at most {LONGEST} characters, none of them NUL",
                )
        if self.after and self.before:
            raise InvalidInput("a page begins or ends somewhere", expected="after or before")
        for name in ("after", "before"):
            place = getattr(self, name)
            if place and not VERSION.fullmatch(place):
                raise InvalidInput(f"{place!r} is no place in the list", expected=f"{name}=NAME@V")

    @property
    def narrow(self) -> bool:
        """Whether anything is asked for beside an order."""
        return any(text for name, text in asdict(self).items() if name not in _PLACES)

    @property
    def query(self) -> dict[str, str]:
        """The filters as the query of an address, without the place and without what is usual."""
        found = {k: v for k, v in asdict(self).items() if v and k not in ("after", "before")}
        return {k: v for k, v in found.items() if (k, v) != ("sort", "newest")}

    def at(self, *, after: str = "", before: str = "") -> Self:
        """The same from another place on."""
        return replace(self, after=after, before=before)


_PLACES: Final = ("sort", "after", "before")
