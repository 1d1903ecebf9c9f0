"""What a request may name: a misspelt audience, place or use would match no policy."""

from collections.abc import Sequence

from sqlmodel import Session

from registry.card import require_word
from registry.errors import InvalidInput
from registry.policy.facts import Context
from registry.policy.jurisdictions import known as known_jurisdictions
from registry.policy.loader import Policy
from registry.workflow.find import Found, row_id, version_labelled

AUDIENCES = ("internal", "partner", "public")


def require_known_words(policies: Sequence[Policy], wanted: Context) -> None:
    """Raise `InvalidInput`, with the nearest, for a word that neither we nor a policy knows."""
    require_word("audience", wanted.audience, AUDIENCES)
    if wanted.jurisdiction is not None:
        require_word("jurisdiction", wanted.jurisdiction, sorted(known_jurisdictions()))
    uses = {
        use
        for policy in policies
        for use in (*policy.document.spec.uses.allow, *policy.document.spec.uses.deny)
    }
    if uses:
        require_word("use", wanted.use, sorted(uses))


def require_choice(session: Session, found: Found, wanted: Context) -> None:
    """Raise `InvalidInput` or `NotFound` where a version cannot have informed the choice."""
    for label in wanted.chosen_from:
        other = version_labelled(session, label)
        if row_id(other.source) != row_id(found.source):
            raise InvalidInput(
                f"{label} is made from {other.source.name!r}, not from {found.source.name!r}",
                expected="versions of the same source",
            )
        if other.label == found.label or wanted.chosen_from.count(label) > 1:
            raise InvalidInput(f"{label} is named already", expected="each other version once")
