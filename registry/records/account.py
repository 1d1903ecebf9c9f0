"""People and services, and the roles they hold."""

from enum import StrEnum

from sqlmodel import Field, SQLModel


class Role(StrEnum):
    """What somebody may do; see ``registry.workflow.permissions``."""

    ENGINEER = "engineer"
    STEWARD = "steward"
    PRIVACY_OFFICER = "privacy-officer"
    COMPLIANCE_OFFICER = "compliance-officer"
    AUDITOR = "auditor"
    ADMIN = "admin"
    SERVICE = "service"


class Account(SQLModel, table=True):
    """A person or a service.

    The log knows an account by ``pseudonym`` only, a salted digest of its name: erasing a name and
    its salt never breaks a proof over logged bytes. One that is deactivated stays, and what it did
    stays readable; it does nothing more.
    """

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True, index=True)
    salt: str
    pseudonym: str = Field(unique=True, index=True)
    created_at: str
    deactivated_at: str | None = None


class AccountRole(SQLModel, table=True):
    """One role of one account."""

    __tablename__ = "account_role"

    account_id: int = Field(foreign_key="account.id", primary_key=True)
    role: str = Field(primary_key=True)
    granted_at: str
