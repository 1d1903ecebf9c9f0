"""Links: by which identity of a provider a person signs in."""

from sqlmodel import Field, SQLModel, UniqueConstraint


class AccountLink(SQLModel, table=True):
    """Who shows ``value`` as ``claim`` ("sub" or "email") from ``issuer`` is the account's person.

    An admin makes it; it opens nothing before the person has confirmed it with the passphrase of
    their signing key, which no admin knows.
    """

    __tablename__ = "account_link"
    __table_args__ = (UniqueConstraint("issuer", "claim", "value"),)

    account_id: int = Field(foreign_key="account.id", primary_key=True)
    issuer: str
    claim: str
    value: str
    linked_by: int = Field(foreign_key="account.id")
    linked_at: str
    confirmed_at: str | None = None
