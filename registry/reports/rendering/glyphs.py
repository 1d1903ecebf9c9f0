"""Characters that no font has: printed as their code points, for a blank would read as nothing.

Typst brings fonts for European scripts, and uses those of the machine besides. PDF/UA-1 forbids a
character without a glyph, so that Typst names the first one and stops.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from registry.errors import InvalidInput

TOLD: Final = (
    "\n\n#text(size: 8.5pt)[Characters that no font on this machine has stand as their code points "
    "in Unicode, in brackets.]\n"
)
_MISSING: Final = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
# Scripts that the fonts have in part: there one character that is missing says nothing of others.
_IN_PART: Final = ("LATIN", "GREEK", "CYRILLIC", "HEBREW", "ARABIC", "MODIFIER", "COMBINING")


class Undisplayable(InvalidInput):
    """No font has ``character``."""

    def __init__(self, character: str) -> None:
        super().__init__(f"no font has {character!r}")
        self.character = character


def require_displayable(message: str) -> None:
    """Raise `Undisplayable` where that is what Typst's error says."""
    if found := _MISSING.search(message):
        raise Undisplayable(found[1])


def unwritten(source: str, missing: str) -> str:
    """``source`` with what is missing, and the rest of its script, as code points in brackets."""
    scripts = {_script(character) for character in missing}
    return "".join(
        f"[U+{ord(one):04X}]" if ord(one) > 127 and _script(one) in scripts else one
        for one in source
    )


def _script(character: str) -> str:
    """The first word of its Unicode name for letters of a whole script, else itself."""
    word = unicodedata.name(character, character).split(" ")[0].split("-")[0]
    letter = unicodedata.category(character)[0] in "LM"
    return word if letter and word not in _IN_PART else character
