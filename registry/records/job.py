"""Jobs: evaluations that a person asked for at the desk, measured behind it."""

from enum import StrEnum

from sqlmodel import Field, SQLModel


class JobState(StrEnum):
    """Where a job stands; the last three are final."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


OPEN_JOBS = (JobState.WAITING, JobState.RUNNING)


class Job(SQLModel, table=True):
    """``J-3``. ``asked`` is JSON, how to evaluate; ``training`` and ``holdout`` are paths of real
    tables, which the job deletes when it ends if they were ``uploaded`` for it.

    Whoever runs it holds a ``claim``, a name of its own, and must renew it before ``lease_until``;
    a claim that was not renewed is of a process that died, and the job is started again.
    ``authentication`` is how ``asked_by`` had proven who they are. ``said`` is how it ended.
    """

    id: int | None = Field(default=None, primary_key=True)
    version_id: int = Field(foreign_key="dataset_version.id", index=True)
    asked: str
    training: str
    holdout: str
    uploaded: bool
    asked_by: int = Field(foreign_key="account.id")
    authentication: str
    asked_at: str
    state: str = Field(default=JobState.WAITING, index=True)
    starts: int = 0
    claim: str | None = None
    lease_until: str | None = None
    step: str = ""
    done: int = 0
    total: int = 0
    cancelled_by: int | None = Field(default=None, foreign_key="account.id")
    ended_at: str | None = None
    said: str | None = None
