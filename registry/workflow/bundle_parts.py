"""The parts of a bundle's record as the store holds them."""

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlmodel import Session, col, select

from registry.bundle.checks.policies import normalised
from registry.errors import IntegrityFailure
from registry.log.canonical import canonical
from registry.policy.known import RECKONED
from registry.policy.loader import Policy
from registry.records import (
    Account,
    Agreement,
    Anchor,
    CardRevision,
    Deputy,
    Evaluation,
    PersonalKey,
    Release,
    Request,
    SignOff,
    WaiverRecord,
)
from registry.store import tree
from registry.workflow.agreements import agreement_label
from registry.workflow.budgets.ledger import ledger_of
from registry.workflow.budgets.terms import DECLARE, SIGN, budget_labelled, signatures_on
from registry.workflow.bundle_events import Told
from registry.workflow.decisions import submitted_with
from registry.workflow.evidence import evaluation_facts, stored_facts, unaltered
from registry.workflow.find import Found, release_label, request_label, row_id
from registry.workflow.gate import library
from registry.workflow.recorded import definitions

Part = Mapping[str, Any]


def parts_of(session: Session, found: Found, request: Request, told: Sequence[Told]) -> Part:
    """Everything but the log."""
    policies = library(session)
    version = found.version
    return {
        "format": "registry-bundle/2",
        "about": {
            "dataset": found.label,
            "request": request_label(request),
            "release": _release(session, request),
        },
        "dataset": {
            "file": version.file_digest,
            "content": version.content_digest,
            "card": _card_digest(request, told),
            "rows": version.rows,
        },
        "cards": _cards(session, found),
        "source": {"name": found.source.name, "columns": _columns(found)},
        "catalogue": catalogue(policies),
        "policies": [
            {"file": one.name, "source": one.source.decode(), "normalised": normalised(one)}
            for one in policies
        ],
        "evaluations": _evaluations(session, found),
        "decision": _decision(session, request),
        **_statements(session, found, request, told),
        **_people(session, told),
        "agreements": _agreements(session, told),
        "ledger": _ledger(session, found, told),
    }


def _ledger(session: Session, found: Found, told: Sequence[Told]) -> Part:
    """The whole ledger, without who received what, and the signed budgets that were told of."""
    signed = [one.details["budget"] for one in told if one.said["fact"] == "budget.declared"]
    entries = ledger_of(session, found.source)
    return {
        "entries": [canonical(one.canonical()).decode() for one in entries],
        "budgets": [_budget(session, label) for label in signed],
    }


def _budget(session: Session, label: str) -> Part:
    made = signatures_on(session, budget_labelled(session, label))
    texts = {one.meaning: bytes(one.statement).decode() for one in made}
    return {"id": label, "declaration": texts[DECLARE], "signature": texts[SIGN]}


def _release(session: Session, request: Request) -> str | None:
    query = select(Release).where(Release.request_id == row_id(request))
    row = session.exec(query).first()
    return release_label(row) if row else None


def _card_digest(request: Request, told: Sequence[Told]) -> str:
    """The card in force when the request was submitted, as the log tells."""
    label, digest = request_label(request), ""
    for one in told:
        if one.said["fact"] in ("dataset.registered", "dataset.amended"):
            digest = str(one.details["card"])
        if one.said["fact"] == "request.submitted" and one.said["request"] == label:
            break
    return digest


def _cards(session: Session, found: Found) -> list[str]:
    query = (
        select(CardRevision.card)
        .where(CardRevision.version_id == row_id(found.version))
        .order_by(col(CardRevision.number))
    )
    return list(session.exec(query)) or [found.version.card]


def _columns(found: Found) -> list[dict[str, str]]:
    columns = json.loads(found.source.columns)
    return [{"name": one["name"], "kind": one["kind"]} for one in columns]


def catalogue(policies: Iterable[Policy]) -> list[dict[str, Any]]:
    """What is known of the metrics that policies name; what is reckoned is the same anywhere."""
    named = {metric: known for one in policies for metric, known in one.metrics.items()}
    current = definitions()
    return [
        {
            "id": name,
            "definition": current[name],
            "scope": known.scope,
            "sampled": known.sampled,
            "kinds": known.kinds,
            "places": known.places,
        }
        for name, known in sorted(named.items())
        if name not in RECKONED
    ]


def _evaluations(session: Session, found: Found) -> list[str]:
    query = (
        select(Evaluation)
        .where(Evaluation.version_id == row_id(found.version))
        .order_by(col(Evaluation.id))
    )
    return [
        canonical(evaluation_facts(one, map(stored_facts, unaltered(session, one)))).decode()
        for one in session.exec(query).all()
    ]


def _decision(session: Session, request: Request) -> str:
    body = submitted_with(session, request)
    if body is None:
        raise IntegrityFailure(
            f"the decision that {request_label(request)} was submitted with is gone",
            todo="run `registry audit verify` and find out who removed it",
        )
    return body


def _statements(session: Session, found: Found, request: Request, told: Sequence[Told]) -> Part:
    signoffs = session.exec(
        select(SignOff.statement)
        .where(SignOff.request_id == row_id(request))
        .order_by(col(SignOff.id))
    )
    waivers = session.exec(
        select(WaiverRecord)
        .where(WaiverRecord.version_id == row_id(found.version))
        .order_by(col(WaiverRecord.id))
    )
    named = [one.details.get("statement") for one in told if one.said["fact"] == "deputy.named"]
    deputies = session.exec(
        select(Deputy).where(col(Deputy.statement_digest).in_(named)).order_by(col(Deputy.id))
    )
    return {
        "signoffs": [bytes(one).decode() for one in signoffs],
        "waivers": [
            {"id": f"W-{one.id}", "statement": bytes(one.statement).decode()} for one in waivers
        ],
        "deputies": [
            {"id": f"D-{one.id}", "statement": bytes(one.statement).decode()} for one in deputies
        ],
    }


_NAMED = (
    *("request.signed", "request.rejected", "request.returned", "signoff.retracted"),
    *("waiver.granted", "deputy.named", "release.granted"),
    *("budget.proposed", "budget.declared"),
)


def _people(session: Session, told: Sequence[Told]) -> Part:
    """Names only of those whose statements bear them, or who released."""
    acts = [one for one in told if one.said["fact"] in _NAMED]
    who = {str(one.said["actor"]) for one in acts} | {
        str(one.details["for"]) for one in acts if one.details.get("for")
    }
    people = session.exec(
        select(Account).where(col(Account.pseudonym).in_(who)).order_by(col(Account.name))
    )
    used = {one.details.get("key") for one in acts} - {None}
    keys = session.exec(
        select(PersonalKey).where(col(PersonalKey.key_id).in_(used)).order_by(col(PersonalKey.id))
    )
    return {
        "people": [
            {"name": one.name, "salt": one.salt, "pseudonym": one.pseudonym} for one in people
        ],
        "keys": [
            {"id": one.key_id, "public": base64.b64encode(bytes(one.public)).decode()}
            for one in keys
        ],
    }


def _agreements(session: Session, told: Sequence[Told]) -> list[dict[str, str]]:
    digests = {one.details.get("digest") for one in told if one.said["fact"] == "agreement.added"}
    rows = session.exec(
        select(Agreement).where(col(Agreement.digest).in_(digests)).order_by(col(Agreement.id))
    )
    return [{"id": agreement_label(one), "digest": one.digest} for one in rows]


def anchors_of(session: Session, size: int) -> list[dict[str, Any]]:
    """What lies outside, oldest first, each with the proof that the log continues it."""
    rows = session.exec(select(Anchor).order_by(col(Anchor.id)))
    return [
        {
            "kind": one.kind,
            "place": one.place,
            "note": bytes(one.note).decode(),
            "token": base64.b64encode(bytes(one.token)).decode() if one.token else None,
            "consistency": [step.hex() for step in tree.consistency(session, one.size, size)],
        }
        for one in rows
        if one.size <= size
    ]
