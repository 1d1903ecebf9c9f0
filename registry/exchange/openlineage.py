"""OpenLineage events: how a version was made, what was decided of it, and each of its releases.

One `RunEvent` (OpenLineage 2-0-2) a line, in the order of their times. Runs are named by digests:
the same run has the same name wherever it is told. Schema and assertions are facets of the
specification; the guarantee and the release are facets of the registry, which the specification
asks to be prefixed and to say where they are described.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from registry.exchange.facts import EvaluationFacts, Record, ReleaseFacts
from registry.exchange.format import Demand, Format, Place
from registry.exchange.prov.moments import zoned
from registry.exchange.text import NAMESPACE, PRODUCER, Body, covered, json_line
from registry.reports.bands import Banded
from registry.reports.outward import band_said

SPEC: Final = "https://openlineage.io/spec"
MET: Final = ("meets", "meets with room")
"""The bands that succeed: what was not evaluated is no success."""


def openlineage(record: Record) -> str:
    """Every event, a line each, oldest first."""
    events = sorted(_events(record), key=lambda one: str(one["eventTime"]))
    return "".join(json_line(one) for one in events)


def _events(record: Record) -> Iterator[Body]:
    yield _generated(record)
    yield from (_evaluated(record, run) for run in record.evaluations)
    if record.decision:
        yield _decided(record, record.decision.digest, record.decision.decided_at)
    yield from (_released(record, one) for one in record.releases)


def _generated(record: Record) -> Body:
    made = record.card.generator
    at = zoned(made.made_at) or record.outside.registered_at
    told = {
        "name": made.name,
        "version": made.version,
        "codeCommit": made.code_commit,
        "environmentDigest": made.environment_digest,
        "madeAt": made.made_at,
    }
    facets = {"registry_generator": _own("GeneratorRunFacet", {**told, "family": made.family})}
    event = _event(record, "generate", record.outside.content_digest, at, facets)
    source = _source(record, "training", record.source.training_content_digest)
    return {**event, "inputs": [source], "outputs": [_version(record)]}


def _evaluated(record: Record, run: EvaluationFacts) -> Body:
    told = {"digest": run.digest, "admissible": run.admissible, "target": run.target}
    facets = {"registry_evaluation": _own("EvaluationRunFacet", told)}
    event = _event(record, "evaluate", run.digest, run.evaluated_at, facets)
    sources = [
        _source(record, "training", run.training_digest),
        _source(record, "holdout", run.holdout_digest),
    ]
    return {**event, "inputs": [_named(record), *sources]}


def _decided(record: Record, digest: str, at: str) -> Body:
    one = record.decision
    assert one is not None, "told of a decision"
    told = {
        "digest": digest,
        "outcome": one.outcome,
        "use": one.use,
        "audience": one.audience,
        "jurisdiction": one.jurisdiction,
        "policies": [f"{policy.id} {policy.version}" for policy in record.outside.policies],
    }
    event = _event(
        record, "decide", digest, at, {"registry_decision": _own("DecisionRunFacet", told)}
    )
    asserted = [_assertion(band) for band in record.outside.bands]
    facet = _facet("facets/1-1-0", "DataQualityAssertionsDatasetFacet", {"assertions": asserted})
    judged = {**_named(record), "inputFacets": {"dataQualityAssertions": facet}}
    return {**event, "inputs": [judged]}


def _assertion(one: Banded) -> Body:
    return {
        "assertion": "policy",
        "success": one.band in MET,
        "severity": "warn" if one.waived else "error",
        "name": one.name,
        "expected": "; ".join(one.asked),
        "actual": f"{band_said(one)} ({one.figure})" if one.figure else band_said(one),
    }


def _released(record: Record, one: ReleaseFacts) -> Body:
    told = {
        "id": one.id,
        "request": one.request,
        "use": one.use,
        "audience": one.audience,
        "jurisdiction": one.jurisdiction,
        "agreement": one.agreement,
        "state": one.state,
        "expires": one.expires_on,
    }
    facets = {"registry_release": _own("ReleaseRunFacet", told)}
    name = f"{one.id} {record.outside.content_digest}"
    event = _event(record, "release", name, one.released_at, facets)
    return {**event, "inputs": [_named(record)]}


def _event(record: Record, job: str, run: str, at: str, facets: Body) -> Body:
    return {
        "eventType": "COMPLETE",
        "eventTime": at,
        "run": {"runId": str(uuid5(NAMESPACE_URL, f"{NAMESPACE}:{job}:{run}")), "facets": facets},
        "job": {"namespace": NAMESPACE, "name": f"{job} {record.card.name}"},
        "producer": PRODUCER,
        "schemaURL": f"{SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent",
    }


def _source(record: Record, role: str, digest: str) -> Body:
    """A real table, by what was committed of it; where it lies is nobody's business."""
    return {
        "namespace": NAMESPACE,
        "name": f"{record.source.name}/{role}",
        "facets": {
            "version": _facet(
                "facets/1-0-1", "DatasetVersionDatasetFacet", {"datasetVersion": digest}
            )
        },
    }


def _named(record: Record) -> Body:
    return {"namespace": NAMESPACE, "name": record.card.name, "facets": _which(record)}


def _version(record: Record) -> Body:
    changed = {"lifecycleStateChange": "CREATE"}
    fields = [{"name": one.name, "type": one.kind} for one in record.columns]
    facets = {
        **_which(record),
        "schema": _facet("facets/1-2-0", "SchemaDatasetFacet", {"fields": fields}),
        "lifecycleStateChange": _facet("facets/1-0-1", "LifecycleStateChangeDatasetFacet", changed),
        "documentation": _documented(record),
        "registry_guarantee": _own("GuaranteeDatasetFacet", _guarantee(record)),
        "registry_version": _own("VersionDatasetFacet", _told(record)),
    }
    statistics = {"rowCount": record.outside.rows}
    counted = _facet("facets/1-0-2", "OutputStatisticsOutputDatasetFacet", statistics)
    made = {"namespace": NAMESPACE, "name": record.card.name, "facets": facets}
    return {**made, "outputFacets": {"outputStatistics": counted}}


def _which(record: Record) -> Body:
    told = {"datasetVersion": str(record.outside.version)}
    return {"version": _facet("facets/1-0-1", "DatasetVersionDatasetFacet", told)}


def _documented(record: Record) -> Body:
    told = {"description": record.card.description or record.outside.title}
    return _facet("facets/1-1-0", "DocumentationDatasetFacet", told)


def _guarantee(record: Record) -> Body:
    claim, told = record.card.guarantee, record.outside.guarantee
    if claim is None or told is None:
        return {"guarantee": covered(None)}
    return {
        "guarantee": covered(told),
        "variant": claim.variant,
        "epsilon": claim.epsilon,
        "delta": claim.delta,
        "rho": claim.rho,
        "unit": claim.privacy_unit,
        "relation": claim.neighbouring_relation,
        "mechanism": claim.mechanism,
        "audited": told.audited,
    }


def _told(record: Record) -> Body:
    one = record.outside
    return {
        "title": one.title,
        "fileDigest": one.file_digest,
        "contentDigest": one.content_digest,
        "registeredAt": one.registered_at,
        "classification": one.classification,
        "modality": one.modality,
        "withdrawn": one.withdrawn,
        "printedAt": one.printed_at,
        "localMode": one.local_mode,
    }


def _facet(folder: str, name: str, body: Mapping[str, object]) -> Body:
    """A facet of the specification."""
    return {
        "_producer": PRODUCER,
        "_schemaURL": f"{SPEC}/{folder}/{name}.json#/$defs/{name}",
        **body,
    }


def _own(name: str, body: Mapping[str, object]) -> Body:
    """A facet of the registry, described in docs/exchange.md under its name."""
    return {"_producer": PRODUCER, "_schemaURL": f"{NAMESPACE}#{name}", **body}


def _demands(record: Record) -> tuple[Demand, ...]:
    found = [Demand("START", "No run has one: only its end is recorded.")]
    if zoned(record.card.generator.made_at) is None:
        found.append(
            Demand("eventTime of the generation", "The time of registration stands in its place.")
        )
    return tuple(found)


_OWN: Final = {
    "card.generator.name": "registry_generator",
    "card.generator.version": "registry_generator",
    "card.generator.family": "registry_generator",
    "card.generator.code_commit": "registry_generator",
    "card.generator.environment_digest": "registry_generator",
    "card.generator.made_at": "registry_generator",
    "card.guarantee.variant": "registry_guarantee",
    "card.guarantee.epsilon": "registry_guarantee",
    "card.guarantee.delta": "registry_guarantee",
    "card.guarantee.rho": "registry_guarantee",
    "card.guarantee.mechanism": "registry_guarantee",
    "card.guarantee.privacy_unit": "registry_guarantee",
    "card.guarantee.neighbouring_relation": "registry_guarantee",
    "outside.guarantee.audited": "registry_guarantee",
    "card.title": "registry_version",
    "outside.file_digest": "registry_version",
    "outside.content_digest": "registry_version",
    "outside.registered_at": "registry_version",
    "outside.classification": "registry_version",
    "outside.modality": "registry_version",
    "outside.withdrawn": "registry_version",
    "outside.printed_at": "registry_version",
    "outside.local_mode": "registry_version",
    "evaluations.digest": "registry_evaluation",
    "evaluations.admissible": "registry_evaluation",
    "evaluations.target": "registry_evaluation",
    "decision.digest": "registry_decision",
    "decision.outcome": "registry_decision",
    "decision.use": "registry_decision",
    "decision.audience": "registry_decision",
    "decision.jurisdiction": "registry_decision",
    "outside.policies.id": "registry_decision",
    "outside.policies.version": "registry_decision",
    "releases.id": "registry_release",
    "releases.request": "registry_release",
    "releases.use": "registry_release",
    "releases.audience": "registry_release",
    "releases.jurisdiction": "registry_release",
    "releases.agreement": "registry_release",
    "releases.state": "registry_release",
    "releases.expires_on": "registry_release",
    "card.name": "name",
    "card.source": "name",
    "card.description": "documentation",
    "columns.name": "schema",
    "columns.kind": "schema",
    "source.name": "name",
    "source.training_content_digest": "datasetVersion",
    "evaluations.training_digest": "datasetVersion",
    "evaluations.holdout_digest": "datasetVersion",
    "evaluations.evaluated_at": "eventTime",
    "decision.decided_at": "eventTime",
    "releases.released_at": "eventTime",
    "outside.version": "datasetVersion",
    "outside.rows": "outputStatistics",
    "outside.bands.name": "dataQualityAssertions",
    "outside.bands.asked": "dataQualityAssertions",
    "outside.bands.waived": "dataQualityAssertions",
    "outside.bands.figure": "dataQualityAssertions",
}
OPENLINEAGE: Final = Format(
    id="openlineage",
    name="OpenLineage",
    specification="OpenLineage 2-0-2, openlineage.io/spec",
    ending="ndjson",
    write=openlineage,
    places={
        **{path: Place(target) for path, target in _OWN.items()},
        "card.guarantee.renyi.order": Place("registry_guarantee", "In a sentence."),
        "card.guarantee.renyi.epsilon": Place("registry_guarantee", "In a sentence."),
        "outside.bands.band": Place(
            "dataQualityAssertions", "As success or not; what was not evaluated is no success."
        ),
    },
    demands=_demands,
)
