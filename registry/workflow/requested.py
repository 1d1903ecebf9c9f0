"""What a request may name: a misspelt audience, place or use would match no policy."""

from collections.abc import Sequence

from registry.card import require_word
from registry.policy.facts import Context
from registry.policy.jurisdictions import known as known_jurisdictions
from registry.policy.loader import Policy

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
