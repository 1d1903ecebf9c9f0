"""Access tokens of services."""

from sqlmodel import Field, SQLModel


class Token(SQLModel, table=True):
    """``reg_<id>_<secret>``, of which the digest of the secret is kept; ``scopes`` is a list in
    JSON, ``expires_at`` the first moment at which it is worth nothing.
    """

    id: str = Field(primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    digest: str
    scopes: str
    created_by: int = Field(foreign_key="account.id")
    created_at: str
    expires_at: str
    revoked_by: int | None = Field(default=None, foreign_key="account.id")
    revoked_at: str | None = None
