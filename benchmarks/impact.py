"""Times what a changed policy would do to ten thousand versions, reading the store included.

``python -m benchmarks.impact`` makes a registry in a temporary folder, with rows in place of files
and evaluations, and prints the seconds. Its exit code says whether the target was met.
"""

import json
import random
import sys
import tempfile
import time
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import Session, col

from evaluators.catalogue import CATALOGUE
from registry.log.canonical import canonical, digest_bytes
from registry.records import (
    Account,
    Dataset,
    DatasetVersion,
    DecisionRecord,
    Evaluation,
    Measurement,
    PolicyDocument,
    Source,
)
from registry.store.database import writing
from registry.workflow.context import Context, open_context
from registry.workflow.impact import impact
from registry.workflow.init import init
from registry.workflow.policy_files import read_alone

VERSIONS, DATASETS, TARGET = 10_000, 100, 20.0
COLUMNS = [f"column_{number}" for number in range(40)]
SCALARS = ("sdmetrics.quality", "sdmetrics.diagnostic", "privacy.singling_out",
           "privacy.linkability", "privacy.exact_match.excess", "privacy.exact_match",
           "privacy.dcr.share", "privacy.nndr", "sdmetrics.column_shapes",
           "sdmetrics.column_pair_trends")  # fmt: skip
POLICY = """\
apiVersion: registry/v1
kind: ReleasePolicy
metadata: {id: everything, version: %(version)s, owners: [privacy-office]}
spec:
  match: {}
  uses: {allow: [research]}
  sharing: [{audience: internal}]
  evidence: {maxAge: P30D, holdout: required}
  rules:
    - {id: FID-001, check: {metric: fidelity.shape, forEach: column, gte: 0.5}}
    - {id: FID-002, check: {metric: sdmetrics.quality, gte: %(quality)s}}
    - {id: FID-003, check: {metric: sdmetrics.diagnostic, gte: 0.2}}
    - {id: PRV-001, check: {metric: privacy.singling_out, bound: upper, lte: 0.9}}
    - {id: PRV-002, check: {metric: privacy.linkability, bound: upper, lte: 0.9}}
    - {id: PRV-003, check: {metric: privacy.exact_match.excess, bound: upper, lte: 0.9}}
    - {id: DP-001, check: {metric: dp.epsilon, lte: 3}}
  approvals: {quorum: [{role: steward, min: 2}], validFor: P90D}
"""


def main() -> int:
    """Print how long it took and what came out."""
    with tempfile.TemporaryDirectory() as folder:
        context = open_context(init(Path(folder) / "registry", "admin").settings)
        started = time.perf_counter()
        changed = fill(context, Path(folder))
        print(f"made in {time.perf_counter() - started:.1f} s", file=sys.stderr)
        started = time.perf_counter()
        found = impact(context, [changed])
        seconds = time.perf_counter() - started
        context.engine.dispose()
    refused = found.newly_refused
    print(f"{found.decisions} decisions compared, {refused} versions no longer allowed")
    print(f"{seconds:.1f} s for {found.versions} versions, target {TARGET:.0f} s")
    if found.decisions != VERSIONS or not 0 < refused < VERSIONS:
        print("the benchmark does not measure what it should")
        return 1
    return int(seconds >= TARGET)


def fill(context: Context, folder: Path) -> Path:
    """A policy in effect, and versions that were each checked once; returns a stricter policy."""
    before, after = folder / "before.yaml", folder / "after.yaml"
    before.write_text(POLICY % {"version": "1.0.0", "quality": 0.2})
    after.write_text(POLICY % {"version": "1.1.0", "quality": 0.25})
    with writing(context.engine) as session:
        admin = session.connection().execute(sa.select(col(Account.id))).scalar_one()
        session.add(published(before, admin, context.now()))
        session.add(source(admin, context.now()))
        session.flush()
        names = [
            {"id": number, "name": f"table-{number}", "source_id": 1, "created_at": context.now()}
            for number in range(1, DATASETS + 1)
        ]
        session.connection().execute(sa.insert(Dataset), names)
        for first in range(1, VERSIONS + 1, 500):
            insert_versions(session, range(first, first + 500), admin, context.now())
    return after


def published(path: Path, account: int, now: str) -> PolicyDocument:
    policy = read_alone(path)
    return PolicyDocument(
        policy_id=policy.id,
        version=policy.version,
        digest=policy.digest,
        file_name=path.name,
        body=policy.source,
        published_by=account,
        published_at=now,
    )


def source(account: int, now: str) -> Source:
    return Source(
        id=1,
        name="people",
        title="people",
        classification="personal",
        modality="tabular",
        state="confirmed",
        columns=json.dumps([{"name": one, "kind": "numeric", "missing": 0} for one in COLUMNS]),
        training_rows=1000,
        training_file_digest=digest("training"),
        training_content_digest=digest("training"),
        holdout_rows=1000,
        holdout_file_digest=digest("holdout"),
        holdout_content_digest=digest("holdout"),
        holdout_in_training=0.0,
        training_twins=0.0,
        added_by=account,
        added_at=now,
    )


def insert_versions(session: Session, ids: range, account: int, now: str) -> None:
    """Versions with one evaluation each, its measurements, and the decision of one check."""
    connection = session.connection()
    connection.execute(sa.insert(DatasetVersion), [version(one, account, now) for one in ids])
    connection.execute(sa.insert(Evaluation), [evaluation(one, account, now) for one in ids])
    connection.execute(sa.insert(DecisionRecord), [decision(one, now) for one in ids])
    connection.execute(sa.insert(Measurement), [row for one in ids for row in measurements(one)])


def version(number: int, account: int, now: str) -> dict[str, object]:
    dataset = (number - 1) % DATASETS + 1
    card = card_text(f"table-{dataset}")
    return {
        "id": number,
        "dataset_id": dataset,
        "number": (number - 1) // DATASETS + 1,
        "state": "evaluated",
        "file_digest": digest(f"file {number}"),
        "content_digest": digest(f"content {number}"),
        "rows": 1000,
        "columns": "[]",
        "storage": "reference",
        "path": "nowhere.csv",
        "card": card,
        "card_digest": digest_bytes(card.encode()),
        "registered_by": account,
        "registered_at": now,
    }


def card_text(name: str) -> str:
    guarantee = {
        "variant": "approximate",
        "epsilon": 2.0,
        "delta": 1e-6,
        "mechanism": "gaussian",
        "privacyUnit": "person",
        "neighbouringRelation": "add-remove",
    }
    return canonical(
        {
            "apiVersion": "registry/v1",
            "kind": "DatasetCard",
            "name": name,
            "source": "people",
            "generator": {"name": "mst", "version": "1", "family": "marginal-based-dp"},
            "guarantee": guarantee,
        }
    ).decode()


def evaluation(number: int, account: int, now: str) -> dict[str, object]:
    return {
        "id": number,
        "version_id": number,
        "digest": digest(f"evaluation {number}"),
        "seed": 1,
        "admissible": True,
        "training_digest": digest("training"),
        "holdout_digest": digest("holdout"),
        "synthetic_digest": digest(f"content {number}"),
        "histograms": "{}",
        "evaluated_by": account,
        "evaluated_at": now,
        "confirmed_at": now,
        "seconds": 1.0,
        "kinds": json.dumps(dict.fromkeys(COLUMNS, "numeric")),
    }


def decision(number: int, now: str) -> dict[str, object]:
    return {
        "version_id": number,
        "use": "research",
        "audience": "internal",
        "digest": digest(f"decision {number}"),
        "outcome": "allow",
        "body": "{}",
        "decided_at": now,
    }


def measurements(number: int) -> list[dict[str, object]]:
    rng = random.Random(number)
    places = [("fidelity.shape", [column]) for column in COLUMNS]
    places += [(metric, []) for metric in SCALARS]
    return [measurement(number, metric, scope, rng) for metric, scope in places]


def measurement(
    number: int, metric: str, scope: list[str], rng: random.Random
) -> dict[str, object]:
    value = 0.9 if scope else rng.uniform(0.2, 0.8)
    return {
        "evaluation_id": number,
        "metric": metric,
        "definition": CATALOGUE[metric].definition,
        "scope": json.dumps(scope),
        "status": "measured",
        "value": value,
        "low": value - 0.05,
        "high": value + 0.05,
        "interval": "wilson",
        "n": 1000,
        "direction": "up",
        "unit": "share",
        "parameters": "{}",
        "seed": 1,
        "versions": "{}",
        "seconds": 0.1,
    }


def digest(text: str) -> str:
    return digest_bytes(text.encode())


if __name__ == "__main__":
    sys.exit(main())
