"""Registers a synthetic dataset file as a new, immutable version."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, func, select

from registry.card import DatasetCard, GuaranteeCard, card_bytes, card_digest, raised, read_card
from registry.errors import Conflict, NotFound
from registry.log.canonical import canonical
from registry.marked_yaml import suggestion
from registry.records import (
    Dataset,
    DatasetVersion,
    Generator,
    Guarantee,
    Source,
    Storage,
)
from registry.store import objects
from registry.store.database import reading
from registry.workflow.attempt import attempt, refusals_logged
from registry.workflow.budgets.batches import require_planned
from registry.workflow.budgets.claimed import require_sound, weak
from registry.workflow.budgets.ledger import Happened, claim_in
from registry.workflow.budgets.partitions import require_declared
from registry.workflow.budgets.stated import stated
from registry.workflow.context import Context, Identity, Work
from registry.workflow.files import read_document
from registry.workflow.find import row_id, source_named
from registry.workflow.in_use import require_source_in_use
from registry.workflow.once import once
from registry.workflow.permissions import require
from registry.workflow.tables import ReadTable, read_table, require_same_columns


@dataclass(frozen=True)
class Registered:
    """The version, and whether it is new or was there already; ``warnings`` are of its claim."""

    label: str
    rows: int
    columns: int
    content_digest: str
    new: bool
    warnings: tuple[str, ...] = ()


def read_card_file(path: Path) -> DatasetCard:
    """The card in a YAML file; raises `InvalidInput` with the line of everything wrong in it."""
    return read_card(read_document(path, "card"), path.name)


@once("register")
def register(
    context: Context, data: Path, card: DatasetCard, *, reference: bool = False
) -> Registered:
    """Register ``data`` under its card. The same content with the same card is the same version;
    with another card it is a `Conflict`.
    """
    with refusals_logged(context, "register", dataset=card.name):
        identity = require(context, "register")
        require_sound(card)
        table = read_table(data)
        # Asked before a byte is stored, so that what is refused leaves nothing behind.
        with reading(context.engine) as session:
            _, existing = _fitting(session, table, card)
    if existing:
        return existing
    path = data.absolute()
    if not reference:
        suffix = "".join(path.suffixes[-2:]) if path.suffix == ".gz" else path.suffix
        stored = objects.put(context.objects, path, table.file_digest, suffix)
        # Relative, so that the registry's folder can move.
        path = stored.relative_to(context.objects)
    with attempt(context, "register", dataset=card.name) as work:
        source, existing = _fitting(work.session, table, card)
        return existing or _insert(work, identity, source, table, card, path, reference)


def _fitting(
    session: Session, table: ReadTable, card: DatasetCard
) -> tuple[Source, Registered | None]:
    """The source that table and card fit, and the version if this very table is one already."""
    source = source_named(session, card.source)
    require_source_in_use(source)
    require_declared(session, source, card)
    require_planned(session, source, card, table.content_digest)
    _require_fits(source, table, card)
    _require_same_source(session, source, card.name)
    return source, _existing(session, table, card)


def _require_fits(source: Source, table: ReadTable, card: DatasetCard) -> None:
    expected = [str(column["name"]) for column in json.loads(source.columns)]
    require_same_columns(
        table.columns, expected, "the synthetic table", f"its source {source.name!r}"
    )
    require_card_fits(source, card)


def require_card_fits(source: Source, card: DatasetCard) -> None:
    """Raise `InvalidInput` for a card that lowers what its source is, or names no column of it."""
    raised(source.classification, card)
    expected = [str(column["name"]) for column in json.loads(source.columns)]
    for name in card.columns.named:
        if name not in expected:
            raise NotFound(
                f"the card speaks of {name!r}, which is no column of its source {source.name!r}",
                expected=suggestion(name, expected),
            )
    if card.target is not None and card.target not in expected:
        raise NotFound(
            f"the card's target {card.target!r} is no column of its source {source.name!r}",
            expected=suggestion(card.target, expected),
        )


def _require_same_source(session: Session, source: Source, name: str) -> None:
    other = session.exec(
        select(Source).join(Dataset).where(Dataset.name == name).where(Source.id != source.id)
    ).first()
    if other:
        raise Conflict(
            f"the dataset {name!r} is made from the source {other.name!r}",
            expected=f"source: {other.name}",
            todo="choose another dataset name for another source",
        )


def _existing(session: Session, table: ReadTable, card: DatasetCard) -> Registered | None:
    version = session.exec(
        select(DatasetVersion).where(DatasetVersion.content_digest == table.content_digest)
    ).first()
    if version is None:
        return None
    dataset = session.get_one(Dataset, version.dataset_id)
    label = f"{dataset.name}@{version.number}"
    if version.card_digest != card_digest(card):
        raise Conflict(
            f"this very table is registered already as {label}, with another card",
            expected=f"the card of {label}",
            todo=f"see it with `registry datasets show {label}`",
        )
    return Registered(label, version.rows, len(table.columns), table.content_digest, new=False)


def _insert(
    work: Work,
    identity: Identity,
    source: Source,
    table: ReadTable,
    card: DatasetCard,
    path: Path,
    reference: bool,
) -> Registered:
    dataset = _dataset(work, source, card.name)
    last = work.session.exec(
        select(func.max(col(DatasetVersion.number))).where(
            DatasetVersion.dataset_id == row_id(dataset)
        )
    ).one()
    version = DatasetVersion(
        dataset_id=row_id(dataset),
        number=(last or 0) + 1,
        file_digest=table.file_digest,
        content_digest=table.content_digest,
        rows=table.rows,
        columns=json.dumps(table.schema),
        storage=Storage.REFERENCE if reference else Storage.STORED,
        path=str(path),
        card=card_bytes(card).decode(),
        card_digest=card_digest(card),
        registered_by=identity.account_id,
        registered_at=work.context.now(),
    )
    label = f"{dataset.name}@{version.number}"
    ran = Happened("run", label, table.content_digest, claim_in(version.card))
    # Asked for before the version is there: it is not told of yet.
    ledger = stated(work.session, source, ran)
    work.session.add(version)
    work.session.flush()
    insert_claims(work, row_id(version), card)
    work.record(
        "register",
        "dataset.registered",
        dataset=label,
        details={
            "file": table.file_digest,
            "content": table.content_digest,
            "card": version.card_digest,
            "source": source.name,
            **ledger,
        },
    )
    return Registered(
        label,
        table.rows,
        len(table.columns),
        table.content_digest,
        new=True,
        warnings=weak(card, source),
    )


def _dataset(work: Work, source: Source, name: str) -> Dataset:
    dataset = work.session.exec(select(Dataset).where(Dataset.name == name)).first()
    if dataset is None:
        dataset = Dataset(name=name, source_id=row_id(source), created_at=work.context.now())
        work.session.add(dataset)
        work.session.flush()
    return dataset


def insert_claims(work: Work, version_id: int, card: DatasetCard) -> None:
    """Store what a card says of its generator and its guarantee beside the version."""
    made = card.generator.model_dump()
    parameters = canonical(made.pop("parameters")).decode()
    work.session.add(Generator(version_id=version_id, parameters=parameters, **made))
    if card.guarantee is not None:
        work.session.add(Guarantee(version_id=version_id, **claimed_fields(card.guarantee)))


def claimed_fields(claim: GuaranteeCard) -> dict[str, Any]:
    """What is stored of a claim, its lists as JSON."""
    fields = claim.model_dump()
    lists = {name: fields[name] for name in ("components", "renyi") if fields[name] is not None}
    return {**fields, **{name: canonical(one).decode() for name, one in lists.items()}}
