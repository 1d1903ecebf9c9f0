"""Parts of evaluations that are not finished."""

from sqlmodel import Field, SQLModel


class RunPart(SQLModel, table=True):
    """Measurements of an unfinished run, so that one that was interrupted goes on.

    ``body`` is canonical JSON and ``digest`` its digest, which an event repeats: a part of which
    the log does not tell is not used. Parts go when their evaluation is recorded.
    """

    __tablename__ = "run_part"

    id: int | None = Field(default=None, primary_key=True)
    run: str = Field(index=True)
    body: str
    digest: str
    kept_at: str
