"""Sessions: a person's sign-in, until it ends."""

from sqlmodel import Field, SQLModel


class LoginSession(SQLModel, table=True):
    """Known by the digest of its secret. ``sealed`` holds the secret of the one-time codes under
    the session's own secret; ``signed_at`` is the last signing, None before the first.

    ``seen_at`` is the last request of a browser's session, which idleness ends; None for one of the
    command line. ``issuer`` is the provider of identities that vouched for the person, None where a
    password did; such a session holds no one-time codes, and ``reauthenticated_at`` is when the
    provider last asked the person anew.
    """

    __tablename__ = "session_"

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    digest: str = Field(unique=True, index=True)
    sealed: bytes
    started_at: str
    expires_at: str
    signed_at: str | None = None
    ended_at: str | None = None
    seen_at: str | None = None
    issuer: str | None = None
    reauthenticated_at: str | None = None
