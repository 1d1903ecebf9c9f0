"""Published policy documents, byte for byte."""

from sqlmodel import Field, SQLModel, UniqueConstraint


class PolicyDocument(SQLModel, table=True):
    """One published version of a policy; the newest of each ``policy_id`` is in effect."""

    __tablename__ = "policy_document"
    __table_args__ = (UniqueConstraint("policy_id", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    policy_id: str = Field(index=True)
    version: str
    digest: str
    file_name: str
    body: bytes
    published_by: int = Field(foreign_key="account.id")
    published_at: str
