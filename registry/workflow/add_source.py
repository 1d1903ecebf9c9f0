"""Records a real dataset: the digests of its training table and holdout, and its description."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sqlmodel import Session, col, select

from registry.errors import Conflict, InvalidInput
from registry.policy.vocabulary import CLASSIFICATIONS, MODALITIES
from registry.records import Source, SourceState
from registry.store.database import reading
from registry.workflow.attempt import attempt, refusals_logged
from registry.workflow.context import Context
from registry.workflow.find import row_id
from registry.workflow.once import once
from registry.workflow.permissions import require
from registry.workflow.reordered import Reordered
from registry.workflow.tables import ReadTable, as_invalid, read_table, require_same_columns

if TYPE_CHECKING:
    from evaluators.overlap import Overlap

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")


@once("add-source")
def add_source(
    context: Context,
    name: str,
    training: Path,
    holdout: Path,
    *,
    classification: str,
    modality: str = "tabular",
    title: str | None = None,
    key: Sequence[str] = (),
) -> Source:
    """Add ``name`` as a draft; only digests, schema and row counts of the two tables are kept.

    ``key`` names the columns that identify a person: none may be in both tables.
    """
    with refusals_logged(context, "add-source", source=name):
        identity = require(context, "add-source")  # under a key a transaction would last from here
    require_name(name)
    _require_one_of("classification", classification, CLASSIFICATIONS)
    _require_one_of("modality", modality, MODALITIES)
    train, held = read_table(training), read_table(holdout)
    require_same_columns(held.columns, train.columns, "the holdout", "the training table")
    shared = _require_disjoint(train, held, key)
    table = Reordered(train)
    with reading(context.engine) as session:
        table.known_as(session)  # what takes long is done before anybody has to wait for it
    with attempt(context, "add-source", source=name) as work:
        if work.session.exec(select(Source).where(Source.name == name)).first():
            raise Conflict(f"the source {name!r} exists already", todo="choose another name")
        require_unknown(work.session, table.known_as(work.session))
        source = Source(
            name=name,
            title=title or name,
            classification=classification,
            modality=modality,
            columns=json.dumps(train.schema),
            training_rows=train.rows,
            training_file_digest=train.file_digest,
            training_content_digest=train.content_digest,
            holdout_rows=held.rows,
            holdout_file_digest=held.file_digest,
            holdout_content_digest=held.content_digest,
            holdout_in_training=shared.holdout_in_training,
            training_twins=shared.training_twins,
            added_by=identity.account_id,
            added_at=context.now(),
        )
        work.session.add(source)
        work.record("add-source", "source.added", details=_committed(source))
        return source


def require_unknown(session: Session, training: str, draft: Source | None = None) -> None:
    """Raise `Conflict` where a training table is a source already, be it withdrawn.

    A table under two names would be two ledgers, and what both release has no sum anywhere. A
    ``draft`` is held against what was confirmed, withdrawn or added before it.
    """
    same = select(Source).where(Source.training_content_digest == training)
    for other in session.exec(same.order_by(col(Source.id))):
        if (
            draft is None
            or row_id(other) < row_id(draft)
            or (other.id != draft.id and other.state != SourceState.DRAFT)
        ):
            raise Conflict(
                f"this very training table is the source {other.name!r} ({other.state})",
                expected=f"one ledger for one table: versions of it are made from {other.name!r}",
                todo=f"name {other.name!r} in the card"
                if other.state != SourceState.WITHDRAWN
                else "nothing is made from it any more: what was released of it still counts",
            )


def _require_one_of(noun: str, word: str, known: Sequence[str]) -> None:
    """Raise `InvalidInput` with all of the words: whoever adds a source chooses among them."""
    if word not in known:
        raise InvalidInput(f"unknown {noun} {word!r}", expected=f"one of: {', '.join(known)}")


def require_name(name: str) -> None:
    """Raise `InvalidInput` unless ``name`` can stand in ids, paths and addresses."""
    if not _NAME.fullmatch(name):
        raise InvalidInput(
            f"{name!r} cannot be a name",
            expected="lower-case letters, digits, '.', '_' or '-', at most 100, not first a sign",
        )


def _require_disjoint(training: ReadTable, holdout: ReadTable, key: Sequence[str]) -> "Overlap":
    """Raise `InvalidInput` if the holdout holds rows that are training rows, with both counts."""
    from evaluators.base import Declared, TableError
    from evaluators.overlap import require_disjoint

    try:
        return require_disjoint(training.frame, holdout.frame, Declared(key=tuple(key)))
    except TableError as error:
        raise as_invalid(error) from error


def _committed(source: Source) -> dict[str, object]:
    return {
        "source": source.name,
        "classification": source.classification,
        "modality": source.modality,
        "training": source.training_content_digest,
        "holdout": source.holdout_content_digest,
        "holdoutInTraining": source.holdout_in_training,
        "trainingTwins": source.training_twins,
    }
