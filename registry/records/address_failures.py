"""Failures to sign in, by the network address they came from."""

from sqlmodel import Field, SQLModel


class AddressFailures(SQLModel, table=True):
    """How often it failed until ``ends_at``; an address is forgotten when that has passed."""

    __tablename__ = "address_failures"

    address: str = Field(primary_key=True)
    failures: int
    ends_at: str
