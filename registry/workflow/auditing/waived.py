"""Every waiver there ever was: of which rule, by whom, why, until when, and how it ended."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from registry.log.canonical import digest_bytes
from registry.policy.expiry import expired
from registry.records import WaiverRecord
from registry.store.database import reading
from registry.workflow.auditing.about import require_dataset
from registry.workflow.auditing.asking import Question, facts, names
from registry.workflow.auditing.fact import Fact
from registry.workflow.auditing.followed import WAIVED, any_of
from registry.workflow.auditing.then import moment_of
from registry.workflow.context import Context

Row = dict[str, object]
COLUMNS = ("waiver", "dataset", "policy", "rule", "actor", "role", "at", "until", "state", "owner")


def waived(context: Context, dataset: str | None = None, as_of: str | None = None) -> list[Row]:
    """Waivers as they stood ``as_of`` then (or now)."""
    with reading(context.engine) as session:
        if dataset:
            require_dataset(session, dataset)
        found = list(facts(session, any_of(Question(as_of=as_of), WAIVED)))
        then = moment_of(session, as_of, context.clock())
        ended = {one.details.get("waiver"): one for one in found if one.fact == "waiver.ended"}
        granted = [one for one in found if one.fact == "waiver.granted" and _about(one, dataset)]
        known = names(session)
        return [_row(session, one, ended, known, then) for one in granted]


def _about(one: Fact, dataset: str | None) -> bool:
    return dataset is None or one.dataset == dataset or f"{one.dataset}".startswith(f"{dataset}@")


def _row(
    session: Session,
    one: Fact,
    ended: Mapping[object, Fact],
    names: Mapping[str, str],
    then: datetime,
) -> Row:
    get = one.details.get
    label, said, kept = _statement(session, one)
    end_ = ended.get(label)
    over = expired(str(get("until")), then)
    return {
        "waiver": label,
        "dataset": one.dataset,
        "policy": f"{get('policy')} {get('version')}",
        "rule": get("rule"),
        "actor": names.get(one.actor, one.actor),
        "role": get("role"),
        "at": one.at,
        "until": get("until"),
        "state": "ended" if end_ else ("expired" if over else "in force"),
        "owner": said.get("owner"),
        "reason": said.get("reason"),
        "control": said.get("control"),
        "ended_at": end_.at if end_ else None,
        "ended_by": names.get(end_.actor, end_.actor) if end_ else None,
        "ended_reason": end_.details.get("reason") if end_ else None,
        "statement_kept": kept,
        "seq": one.seq,
    }


def _statement(session: Session, one: Fact) -> tuple[str, Mapping[str, Any], str]:
    """The waiver's label and what was signed, as long as those are the bytes the log names."""
    row = session.exec(select(WaiverRecord).where(col(WaiverRecord.event_seq) == one.seq)).first()
    if row is None:
        return f"event {one.seq}", {}, "gone"
    if digest_bytes(bytes(row.statement)) != one.details.get("statement"):
        return f"W-{row.id}", {}, "altered"
    return f"W-{row.id}", json.loads(row.statement), "as signed"
