"""The second component of a signing where a provider of identities signed the person in: the
provider asks them anew, and says when it did.
"""

from registry.errors import NotPermitted
from registry.records import LoginSession
from registry.workflow.people.lookup import later

MINUTES = 5
"""How long ago the provider may have asked the person, for the signing that follows."""


class ReauthenticateFirst(NotPermitted):
    """The person signs in at ``issuer`` once more, and then signs."""

    def __init__(self, issuer: str) -> None:
        super().__init__(
            "this signature needs that you sign in once more",
            expected=f"a new proof by {issuer}, at most {MINUTES} minutes old",
            todo="sign in there again; what you typed waits here",
        )
        self.issuer = issuer


def require_recent(sitting: LoginSession, now: str) -> None:
    """Raise `ReauthenticateFirst` unless the provider asked the person just now.

    One proof serves one signing of those that need it: the next comes after idleness, and then
    it is too old.
    """
    if sitting.issuer is None:
        return
    at = sitting.reauthenticated_at
    if at is None or not at <= now < later(at, minutes=MINUTES):
        raise ReauthenticateFirst(sitting.issuer)
