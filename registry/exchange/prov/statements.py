"""A record as PROV statements: entities, activities, agents, and what held between them.

Names are made of kinds and numbers that the registry gives; what people typed is only ever the
value of an attribute. People are their pseudonyms. Terms: PROV-DM (W3C, 2013).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from registry.exchange.facts import EvaluationFacts, Record, ReleaseFacts, SignOffFacts
from registry.exchange.prov.moments import zoned
from registry.exchange.text import covered

Value = str | int | float | bool | None


@dataclass(frozen=True)
class Statement:
    """``kind`` as in PROV-N; ``name`` of an element, empty for a relation, which has ``ends``.

    Times are in ``ends`` too. Attributes have prefixed names; those that are None are not stated.
    """

    kind: str
    name: str = ""
    ends: tuple[str | None, ...] = ()
    attributes: Mapping[str, Value] = field(default_factory=dict)


REGISTRY: Final = "reg:registry"


def statements(record: Record) -> tuple[Statement, ...]:
    """What PROV says of the version, in the order in which it happened."""
    return (
        *_sources(record),
        *_generated(record),
        *(one for place, run in enumerate(record.evaluations, 1) for one in _evaluated(run, place)),
        *_decided(record),
        *(one for place, signed in enumerate(record.signoffs, 1) for one in _signed(signed, place)),
        *(one for release in record.releases for one in _released(release)),
        *_people(record),
    )


def _sources(record: Record) -> Iterator[Statement]:
    one = record.source
    for role, digest in (
        ("training", one.training_content_digest),
        ("holdout", one.holdout_content_digest),
    ):
        yield _entity(
            f"reg:source-{role}",
            "RealTable",
            label=f"{record.outside.source_title}, {role} table",
            name=one.name,
            digest=digest,
            classification=record.outside.classification,
            modality=record.outside.modality,
            addedAt=one.added_at,
        )


def _generated(record: Record) -> Iterator[Statement]:
    made, house = record.card.generator, record.outside
    at = zoned(made.made_at)
    yield _agent(
        "reg:generator",
        "prov:SoftwareAgent",
        label=f"{made.name} {made.version}",
        name=made.name,
        version=made.version,
        family=made.family,
        codeCommit=made.code_commit,
        environmentDigest=made.environment_digest,
    )
    yield _activity("reg:generation", "Generation", None, at, madeAt=made.made_at)
    yield _entity("reg:version", "SyntheticVersion", label=house.title, **_version(record))
    yield Statement("used", ends=("reg:generation", "reg:source-training", None))
    yield Statement("wasAssociatedWith", ends=("reg:generation", "reg:generator", None))
    yield Statement("wasGeneratedBy", ends=("reg:version", "reg:generation", at))
    yield Statement("wasDerivedFrom", ends=("reg:version", "reg:source-training"))
    yield _activity("reg:registration", "Registration", None, house.registered_at)
    yield Statement("used", ends=("reg:registration", "reg:version", house.registered_at))
    yield _by("reg:registration", record.registered_by)


def _version(record: Record) -> dict[str, Value]:
    house, claim = record.outside, record.card.guarantee
    named = claim.model_dump() if claim else {}
    return {
        "identifier": record.label,
        "description": record.card.description,
        "state": record.state,
        "rows": house.rows,
        "columns": len(record.columns),
        "fileDigest": house.file_digest,
        "contentDigest": house.content_digest,
        "cardDigest": record.card_digest,
        "variant": named.get("variant"),
        "epsilon": named.get("epsilon"),
        "delta": named.get("delta"),
        "rho": named.get("rho"),
        "unit": named.get("privacy_unit"),
        "relation": named.get("neighbouring_relation"),
        "mechanism": named.get("mechanism"),
        "audited": house.guarantee.audited if house.guarantee else None,
        "guarantee": covered(house.guarantee),
        "withdrawn": house.withdrawn,
        "printedAt": house.printed_at,
        "localMode": house.local_mode,
    }


def _evaluated(run: EvaluationFacts, place: int) -> Iterator[Statement]:
    activity, entity = f"reg:evaluation-{place}", f"reg:evidence-{place}"
    yield _activity(activity, "Evaluation", None, run.evaluated_at)
    yield _entity(
        entity, "Evidence", digest=run.digest, admissible=run.admissible, target=run.target
    )
    yield Statement("used", ends=(activity, "reg:version", None))
    for role, digest in (("training", run.training_digest), ("holdout", run.holdout_digest)):
        used = {"reg:role": role, "reg:digest": digest}
        yield Statement("used", ends=(activity, f"reg:source-{role}", None), attributes=used)
    yield Statement("wasGeneratedBy", ends=(entity, activity, run.evaluated_at))
    yield _by(activity, run.evaluated_by)


def _decided(record: Record) -> Iterator[Statement]:
    one = record.decision
    if one is None:
        return
    yield _activity("reg:deciding", "Deciding", None, one.decided_at)
    yield _agent(REGISTRY, "prov:SoftwareAgent", label="the registry")
    yield _entity(
        "reg:decision",
        "Decision",
        digest=one.digest,
        outcome=one.outcome,
        use=one.use,
        audience=one.audience,
        jurisdiction=one.jurisdiction,
    )
    yield Statement("used", ends=("reg:deciding", "reg:version", None))
    for place, _ in enumerate(record.evaluations, 1):
        yield Statement("used", ends=("reg:deciding", f"reg:evidence-{place}", None))
    for place, policy in enumerate(record.outside.policies, 1):
        name = f"reg:policy-{place}"
        yield _entity(name, "Policy", id=policy.id, version=policy.version, digest=policy.digest)
        yield Statement("used", ends=("reg:deciding", name, None))
    yield Statement("wasGeneratedBy", ends=("reg:decision", "reg:deciding", one.decided_at))
    yield Statement("wasAssociatedWith", ends=("reg:deciding", REGISTRY, None))
    for place, band in enumerate(record.outside.bands, 1):
        name = f"reg:finding-{place}"
        yield _entity(name, "Finding", name=band.name, band=band.band, figure=band.figure)
        yield Statement("wasGeneratedBy", ends=(name, "reg:deciding", None))


def _signed(one: SignOffFacts, place: int) -> Iterator[Statement]:
    activity, entity = f"reg:signing-{place}", f"reg:signoff-{place}"
    yield _activity(activity, "Signing", one.signed_at, one.signed_at)
    yield _entity(
        entity,
        "SignOff",
        request=one.request,
        role=one.role,
        meaning=one.meaning,
        retracted=one.retracted,
    )
    yield Statement("wasGeneratedBy", ends=(entity, activity, one.signed_at))
    yield Statement("wasInfluencedBy", ends=(entity, "reg:version"))
    yield _by(activity, one.signer)


def _released(one: ReleaseFacts) -> Iterator[Statement]:
    activity, entity = f"reg:releasing-{one.id}", f"reg:{one.id}"
    yield _activity(activity, "Releasing", one.released_at, one.released_at)
    yield _entity(
        entity,
        "Release",
        label=one.id,
        request=one.request,
        use=one.use,
        audience=one.audience,
        jurisdiction=one.jurisdiction,
        agreement=one.agreement,
        state=one.state,
        expires=one.expires_on,
    )
    yield Statement("used", ends=(activity, "reg:version", None))
    yield Statement("wasGeneratedBy", ends=(entity, activity, one.released_at))
    yield Statement("wasDerivedFrom", ends=(entity, "reg:version"))
    yield _by(activity, one.released_by)


def _people(record: Record) -> Iterator[Statement]:
    acting = (
        record.registered_by,
        *(one.evaluated_by for one in record.evaluations),
        *(one.signer for one in record.signoffs),
        *(one.released_by for one in record.releases),
    )
    for pseudonym in dict.fromkeys(acting):
        yield _agent(_account(pseudonym), "reg:Account", pseudonym=pseudonym)


def _account(pseudonym: str) -> str:
    """The name of an account: its pseudonym, a digest, in hexadecimal."""
    return f"reg:account-{pseudonym.rpartition(':')[2]}"


def _by(activity: str, pseudonym: str) -> Statement:
    return Statement("wasAssociatedWith", ends=(activity, _account(pseudonym), None))


def _entity(element: str, kind: str, *, label: str | None = None, **told: Value) -> Statement:
    return Statement("entity", element, (), _attributes(f"reg:{kind}", label, told))


def _agent(element: str, kind: str, *, label: str | None = None, **told: Value) -> Statement:
    return Statement("agent", element, (), _attributes(kind, label, told))


def _activity(
    element: str, kind: str, start: str | None, end: str | None, **told: Value
) -> Statement:
    return Statement("activity", element, (start, end), _attributes(f"reg:{kind}", None, told))


def _attributes(kind: str, label: str | None, told: Mapping[str, Value]) -> dict[str, Value]:
    named = {f"reg:{key}": value for key, value in told.items()}
    found = {"prov:type": kind, "prov:label": label, **named}
    return {key: value for key, value in found.items() if value is not None}
