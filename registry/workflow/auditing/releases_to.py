"""Every release to a recipient, as the log tells it: on which terms, and how it ended."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session, select

from registry.policy.expiry import expired
from registry.records import Release
from registry.store.database import reading
from registry.workflow.auditing.asking import Question, facts, names
from registry.workflow.auditing.fact import Fact
from registry.workflow.auditing.followed import RELEASED, any_of
from registry.workflow.auditing.then import moment_of
from registry.workflow.context import Context
from registry.workflow.find import row_id

Row = dict[str, object]
COLUMNS = ("release", "dataset", "recipient", "use", "state", "at", "by", "expires", "agreement")


def releases_to(context: Context, recipient: str | None, as_of: str | None = None) -> list[Row]:
    """Releases to ``recipient``, or to anybody, as they stood ``as_of`` then (or now)."""
    with reading(context.engine) as session:
        question = any_of(Question(recipient=recipient, as_of=as_of), RELEASED)
        found = list(facts(session, question))
        then = moment_of(session, as_of, context.clock())
        return rows(found, names(session), labels(session), then)


def labels(session: Session) -> dict[str, str]:
    """Releases by the requests behind them."""
    return {
        f"R-{row.request_id}": f"REL-{row_id(row)}" for row in session.exec(select(Release)).all()
    }


def rows(
    facts: list[Fact], names: Mapping[str, str], labels: Mapping[str, str], then: datetime
) -> list[Row]:
    """One row a release that was granted, with what ended it."""
    ended = {one.request: one for one in facts if one.fact != "release.granted"}
    return [
        _row(one, ended.get(one.request), names, labels, then)
        for one in facts
        if one.fact == "release.granted"
    ]


def _row(
    one: Fact,
    ended: Fact | None,
    names: Mapping[str, str],
    labels: Mapping[str, str],
    then: datetime,
) -> Row:
    get = one.details.get
    over = expired(str(get("expires")), then)
    return {
        "release": labels.get(one.request or "", f"event {one.seq}"),
        "dataset": one.dataset,
        "recipient": get("recipient"),
        "use": get("use"),
        "state": ended.fact.split(".")[1] if ended else ("expired" if over else "in-force"),
        "at": one.at,
        "by": names.get(one.actor, one.actor),
        "expires": get("expires"),
        "agreement": get("agreement"),
        "request": one.request,
        "file": get("file"),
        "decision": get("decision"),
        "ended_at": ended.at if ended else None,
        "ended_by": names.get(ended.actor, ended.actor) if ended else None,
        "reason": ended.details.get("reason") if ended else None,
        "seq": one.seq,
    }
