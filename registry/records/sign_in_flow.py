"""Flows: a browser that was sent to a provider of identities and has not come back yet."""

from sqlmodel import Field, SQLModel


class SignInFlow(SQLModel, table=True):
    """Known by the digest of its state, bound to the browser by the digest of a cookie's secret.

    ``kept`` is JSON: where to go on, and what was typed there. ``session_id`` is set where somebody
    who is signed in proves it anew. The row is gone when it was used, so that it is used once.
    """

    __tablename__ = "sign_in_flow"

    state: str = Field(primary_key=True)
    browser: str
    nonce: str
    verifier: str
    kept: str
    session_id: int | None = None
    started_at: str
