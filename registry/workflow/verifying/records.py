"""Compares the records with the log, both ways: what an event tells must stand, and only that."""

from collections.abc import Callable, Iterator

from sqlmodel import Session, select

from registry.card import recorded_card
from registry.errors import IntegrityFailure
from registry.log.canonical import digest_bytes
from registry.records import (
    Account,
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
from registry.workflow.register import claimed_fields
from registry.workflow.verifying.access import access_problems
from registry.workflow.verifying.agreements import agreement_problems
from registry.workflow.verifying.amendments import amendment_problems, cards_told
from registry.workflow.verifying.anchors import anchor_problems
from registry.workflow.verifying.batches import batch_problems
from registry.workflow.verifying.budgets import budget_problems
from registry.workflow.verifying.deputies import deputy_problems
from registry.workflow.verifying.dp_audits import dp_audit_problems
from registry.workflow.verifying.enrolments import enrolment_problems
from registry.workflow.verifying.ledgers import ledger_problems
from registry.workflow.verifying.makers import maker_problems
from registry.workflow.verifying.people import account_problems, people_problems
from registry.workflow.verifying.recalls import recall_problems
from registry.workflow.verifying.recipients import recipient_problems
from registry.workflow.verifying.requests import request_problems
from registry.workflow.verifying.signoffs import signoff_problems
from registry.workflow.verifying.told import Log, differences, pseudonym
from registry.workflow.verifying.waivers import waiver_problems
from registry.workflow.verifying.withdrawals import withdrawal_problems

_OTHERS = (
    waiver_problems,
    amendment_problems,
    deputy_problems,
    anchor_problems,
    people_problems,
    recipient_problems,
    agreement_problems,
    recall_problems,
    withdrawal_problems,
    maker_problems,
    enrolment_problems,
    budget_problems,
    batch_problems,
    ledger_problems,
    dp_audit_problems,
    access_problems,
)


def record_problems(session: Session, log: Log) -> Iterator[str]:
    """Every place where a record and the log contradict each other."""
    for problems in (account_problems, _sources, _versions, _evaluations, _policies):
        yield from problems(session, log)
    for problems in (request_problems, signoff_problems, _releases, *_OTHERS):
        yield from problems(session, log)


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
    try:
        card = recorded_card(version.card).guarantee
    except IntegrityFailure:
        return False
    row = session.exec(select(Guarantee).where(Guarantee.version_id == row_id(version))).first()
    if card is None or row is None:
        return card is None and row is None
    claim = {key: one for key, one in claimed_fields(card).items() if key != "components"}
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
    keys = ("recipient", "use", "expires", "agreement", "agreementDigest", "file")
    ends = _how_releases_ended(log)
    stored: dict[object, object] = {}
    for row in session.exec(select(Release)):
        by = session.get_one(Account, row.released_by).pseudonym
        terms = (row.recipient, row.use, row.expires_on, row.agreement, row.agreement_digest)
        label = request_label(session.get_one(Request, row.request_id))
        stored[label] = ((*terms, row.file_digest), (row.released_at, by))
        ended = (row.revoked_at, pseudonym(session, row.revoked_by), row.revoked_reason)
        by_release = f"REL-{row.superseded_by}" if row.superseded_by is not None else None
        stands = (row.state, ended, (by_release, row.superseded_at))
        if stands != ends(release_label(row)):
            yield f"release {release_label(row)}: how it stands is not what the log records"
    told: dict[object, object] = {
        one.request: (tuple(one.details.get(key) for key in keys), (one.at, one.actor))
        for one in log
        if one.fact == "release.granted"
    }
    yield from differences("release of", stored, told)


def _how_releases_ended(log: Log) -> Callable[[str], tuple[object, object, object]]:
    """State, revocation and successor of a release; what was superseded can still be revoked."""
    revoked, superseded = {}, {}
    for one in log:
        if one.fact == "release.revoked":
            revoked[one.details.get("release")] = (one.at, one.actor, one.details.get("reason"))
        if one.fact == "release.superseded":
            superseded[one.details.get("release")] = (one.details.get("by"), one.at)

    def ended(label: str) -> tuple[object, object, object]:
        state = "superseded" if label in superseded else "in-force"
        return (
            "revoked" if label in revoked else state,
            revoked.get(label, (None, None, None)),
            superseded.get(label, (None, None)),
        )

    return ended
