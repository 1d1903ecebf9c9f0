"""What made a version."""

from sqlmodel import BigInteger, Field, Index, SQLModel


class Generator(SQLModel, table=True):
    """The generator activity of one version; ``parameters`` is canonical JSON."""

    __table_args__ = (Index("ix_generator_name", "name", "version_id"),)

    id: int | None = Field(default=None, primary_key=True)
    version_id: int = Field(foreign_key="dataset_version.id", unique=True)
    name: str
    version: str
    family: str
    parameters: str
    seed: int | None = Field(default=None, sa_type=BigInteger)
    code_commit: str | None = None
    environment_digest: str | None = None
    made_at: str | None = None
    made_by: str | None = None
