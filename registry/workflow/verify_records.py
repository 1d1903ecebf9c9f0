"""Compares the records with the log, both ways: what an event tells must stand, and only that."""

import hashlib
from collections.abc import Iterator

from sqlmodel import Session, select

from registry.card import DatasetCard
from registry.errors import IntegrityFailure
from registry.log.canonical import digest_bytes
from registry.records import (
    Account,
    AccountRole,
    Dataset,
    DatasetVersion,
    Evaluation,
    Guarantee,
    PolicyDocument,
    Release,
    Request,
    Source,
)
from registry.workflow.evidence import unaltered
from registry.workflow.find import release_label, request_label, row_id
from registry.workflow.verify_amendments import amendment_problems, cards_told
from registry.workflow.verify_deputies import deputy_problems
from registry.workflow.verify_requests import request_problems
from registry.workflow.verify_signoffs import signoff_problems
from registry.workflow.verify_told import Log, differences, pseudonym, told
from registry.workflow.verify_waivers import waiver_problems


def record_problems(session: Session) -> Iterator[str]:
    """Every place where a record and the log contradict each other."""
    log = list(told(session))
    for problems in (_accounts, _sources, _versions, _evaluations, _policies):
        yield from problems(session, log)
    for problems in (request_problems, signoff_problems, _releases, waiver_problems):
        yield from problems(session, log)
    for problems in (amendment_problems, deputy_problems):
        yield from problems(session, log)


def _accounts(session: Session, log: Log) -> Iterator[str]:
    stored: dict[object, object] = {}
    for row in session.exec(select(Account)):
        named = hashlib.sha256(f"{row.salt}:{row.name}".encode()).hexdigest()[:16]
        if row.pseudonym != f"p-{named}":
            yield f"account {row.pseudonym}: its name is not the one it was made with"
        roles = session.exec(select(AccountRole.role).where(AccountRole.account_id == row_id(row)))
        stored[row.pseudonym] = sorted(roles)
    told: dict[object, object] = {
        one.details.get("account"): sorted(one.details.get("roles", ()))
        for one in log
        if one.fact == "account.added"
    }
    yield from differences("account", stored, told)


def _sources(session: Session, log: Log) -> Iterator[str]:
    fields = ("classification", "modality", "training", "holdout")
    confirmed = {one.details.get("source") for one in log if one.fact == "source.confirmed"}
    stored: dict[object, object] = {
        row.name: (
            row.classification,
            row.modality,
            row.training_content_digest,
            row.holdout_content_digest,
            row.confirmed_at is not None and row.state != "draft",
        )
        for row in session.exec(select(Source))
    }
    told: dict[object, object] = {
        one.details.get("source"): (
            *(one.details.get(field) for field in fields),
            one.details.get("source") in confirmed,
        )
        for one in log
        if one.fact == "source.added"
    }
    yield from differences("source", stored, told)


def _versions(session: Session, log: Log) -> Iterator[str]:
    stored: dict[object, object] = {}
    for row, dataset in session.exec(
        select(DatasetVersion, Dataset).where(DatasetVersion.dataset_id == Dataset.id)
    ):
        label = f"{dataset.name}@{row.number}"
        stored[label] = (row.file_digest, row.content_digest, row.card_digest)
        if digest_bytes(row.card.encode()) != row.card_digest:
            yield f"version {label}: its card does not have the stored digest"
        elif not _claims_its_card(session, row):
            yield f"version {label}: its guarantee is not the one on its card"
    cards = cards_told(log)
    told: dict[object, object] = {
        one.dataset: (one.details.get("file"), one.details.get("content"), cards[one.dataset])
        for one in log
        if one.fact == "dataset.registered"
    }
    yield from differences("version", stored, told)


def _claims_its_card(session: Session, version: DatasetVersion) -> bool:
    card = DatasetCard.model_validate_json(version.card).guarantee
    row = session.exec(select(Guarantee).where(Guarantee.version_id == row_id(version))).first()
    if card is None or row is None:
        return card is None and row is None
    claim = card.model_dump(exclude={"components"})
    return claim == row.model_dump(exclude={"id", "version_id", "components"})


def _evaluations(session: Session, log: Log) -> Iterator[str]:
    stored: dict[object, object] = {}
    for row in session.exec(select(Evaluation)):
        stored[row.digest] = row.admissible
        try:
            unaltered(session, row)
        except (IntegrityFailure, ValueError):
            yield f"evaluation {row.digest}: its measurements were changed"
    told: dict[object, object] = {
        one.details.get("evaluation"): one.details.get("admissible")
        for one in log
        if one.fact == "dataset.evaluated"
    }
    yield from differences("evaluation", stored, told)


def _policies(session: Session, log: Log) -> Iterator[str]:
    stored: dict[object, object] = {
        f"{row.policy_id} {row.version}": (row.digest, digest_bytes(bytes(row.body)))
        for row in session.exec(select(PolicyDocument))
    }
    told: dict[object, object] = {
        f"{one.details.get('policy')} {one.details.get('version')}": (
            one.details.get("digest"),
            one.details.get("digest"),
        )
        for one in log
        if one.fact == "policy.published"
    }
    yield from differences("policy", stored, told)


def _releases(session: Session, log: Log) -> Iterator[str]:
    keys = ("recipient", "use", "expires", "agreement", "file")
    revoked = {
        one.details.get("release"): (one.at, one.actor, one.details.get("reason"))
        for one in log
        if one.fact == "release.revoked"
    }
    stored: dict[object, object] = {}
    for row in session.exec(select(Release)):
        by = session.get_one(Account, row.released_by).pseudonym
        stored[request_label(session.get_one(Request, row.request_id))] = (
            (row.recipient, row.use, row.expires_on, row.agreement, row.file_digest),
            (row.released_at, by),
        )
        label = release_label(row)
        ended = (row.revoked_at, pseudonym(session, row.revoked_by), row.revoked_reason)
        if (row.state == "revoked", ended) != (label in revoked, revoked.get(label, (None,) * 3)):
            yield f"release {label}: how it stands is not what the log records"
    told: dict[object, object] = {
        one.request: (tuple(one.details.get(key) for key in keys), (one.at, one.actor))
        for one in log
        if one.fact == "release.granted"
    }
    yield from differences("release of", stored, told)
