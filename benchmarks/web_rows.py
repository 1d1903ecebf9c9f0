"""The rows of `benchmarks.web`: copies of one real version, by bulk SQL, with made-up names.

Digests are made up: nothing that is measured here verifies them. One version in two hundred has all
the figures of the real evaluation, the others eight of them.
"""

import sys
from collections.abc import Callable
from typing import Final

from sqlalchemy import Connection, Engine, text
from sqlmodel import Session, col, select

from benchmarks.web_events import event_steps
from registry.records import Evaluation
from registry.workflow.evidence import evaluation_digest, measurements_of, stored_facts

SMALL: Final = "sqlite" in sys.argv
"""A tenth of it all, for a file."""
SCALE: Final = 10 if SMALL else 1
DATASETS, VERSIONS, SOURCES, GENERATORS = 20_000 // SCALE, 5, 200, 12
REQUESTS, RELEASES, WAIVERS = 30_000 // SCALE, 20_000 // SCALE, 500
EVENTS: Final = 1_000_000 // SCALE
RECIPIENTS, AGREEMENTS, ACCESS, ACCOUNTS, JOBS = 300, 200, 1_900, 300, 500
WHOLE: Final = 199
"""One version in so many is a whole copy."""

# A digest of the right length from a number and a word, without an extension.
_HEX: Final = "md5({0}) || md5('b' || {0})"
_BODY: Final = """'{"findings":[],"policies":[{"id":"internal-development"}]}'"""
_VERSIONS: Final = (
    f"""INSERT INTO source (name, title, classification, modality, state, columns, training_rows,
    training_file_digest, training_content_digest, holdout_rows, holdout_file_digest,
    holdout_content_digest, holdout_in_training, training_twins, added_by, added_at, confirmed_by,
    confirmed_at)
    SELECT 'source-' || n, 'Register number ' || n || ' of hospital ' || n % 17, classification,
    modality, CASE WHEN n % 50 = 0 THEN 'withdrawn' ELSE state END, columns, training_rows,
    training_file_digest, training_content_digest, holdout_rows, holdout_file_digest,
    holdout_content_digest, holdout_in_training, training_twins, added_by, added_at, confirmed_by,
    confirmed_at FROM source, generate_series(1, {SOURCES}) n WHERE id = 1""",
    f"""INSERT INTO dataset (name, source_id, created_at)
    SELECT (ARRAY['claims','visits','labs','billing','imaging','wards'])[n % 6 + 1] || '-' || n,
    n % {SOURCES} + 2, '2026-01-01T00:00:00.000000Z' FROM generate_series(1, {DATASETS}) n""",
    f"""INSERT INTO dataset_version (dataset_id, number, state, file_digest, content_digest, rows,
    columns, storage, path, card, card_digest, registered_by, registered_at)
    SELECT d.id, n, CASE WHEN (d.id + n) % 19 = 0 THEN 'withdrawn' WHEN (d.id + n) % 4 = 0
    THEN 'registered' ELSE 'evaluated' END, 'sha256:' || {_HEX.format("'f' || d.id || '.' || n")},
    'sha256:' || {_HEX.format("'c' || d.id || '.' || n")}, v.rows, v.columns, v.storage, v.path,
    v.card, v.card_digest, v.registered_by,
    to_char(timestamp '2024-01-01' + (n * {DATASETS} + d.id) * interval '10 min',
    'YYYY-MM-DD"T"HH24:MI:SS".000000Z"')
    FROM generate_series(1, {VERSIONS}) n, dataset d, dataset_version v
    WHERE v.id = 1 AND d.id > 1 ORDER BY n, d.id""",
    f"""INSERT INTO generator (version_id, name, version, family, parameters)
    SELECT v.id, 'generator-' || v.id % {GENERATORS}, '1.' || v.id % 5, g.family, g.parameters
    FROM dataset_version v, generator g WHERE g.version_id = 1 AND v.id > 1""",
    """INSERT INTO guarantee (version_id, variant, epsilon, delta, mechanism, privacy_unit,
    neighbouring_relation, components)
    SELECT id, 'approximate', (id % 97) / 10.0 + 0.1, 1e-6, 'other', 'person', 'add-remove', '[]'
    FROM dataset_version WHERE id > 1 AND id % 2 = 0""",
    f"""INSERT INTO evaluation (version_id, digest, seed, admissible, target, training_digest,
    holdout_digest, synthetic_digest, histograms, evaluated_by, evaluated_at, confirmed_at, seconds,
    profile, kinds, run, figures)
    SELECT v.id, 'sha256:' || {_HEX.format("'e' || v.id")}, seed, admissible, target,
    training_digest, holdout_digest, v.content_digest,
    CASE WHEN v.id % {WHOLE} = 0 THEN histograms ELSE '[]' END, evaluated_by, v.registered_at,
    confirmed_at, seconds, profile, kinds, 'r' || v.id,
    CASE WHEN v.id % {WHOLE} = 0 THEN figures ELSE '[]' END
    FROM dataset_version v, evaluation e
    WHERE e.id = 1 AND v.id > 1 AND v.state <> 'registered'""",
    f"""INSERT INTO measurement (evaluation_id, metric, definition, scope, status, value, low, high,
    interval, n, direction, unit, parameters, seed, versions, cause, seconds)
    SELECT e.id, metric, definition, scope, status, value, low, high, interval, n, direction, unit,
    parameters, m.seed, versions, cause, m.seconds
    FROM evaluation e, (SELECT row_number() OVER (ORDER BY id) AS place, * FROM measurement
    WHERE evaluation_id = 1) m
    WHERE e.id > 1 AND (e.version_id % {WHOLE} = 0 OR m.place <= 8)""",
    f"""INSERT INTO decision (version_id, use, audience, jurisdiction, digest, outcome, body,
    policies, decided_at)
    SELECT v.id, d.use, a.audience, d.jurisdiction, 'sha256:' || {_HEX.format("'d' || v.id")},
    (ARRAY['allow','deny','undecided'])[(v.id + length(a.audience)) % 3 + 1],
    CASE WHEN v.id % {WHOLE} = 0 THEN d.body ELSE {_BODY} END,
    d.policies, v.registered_at
    FROM dataset_version v, decision d, (VALUES ('internal'), ('partner')) a(audience)
    WHERE d.id = 1 AND v.id > 1 AND v.state <> 'registered'""",
    f"""INSERT INTO account (name, salt, pseudonym, created_at)
    SELECT 'person-' || n, 'x', 'p-' || substr(md5(n::text), 1, 16), '2026-01-01T00:00:00.000000Z'
    FROM generate_series(1, {ACCOUNTS}) n""",
    """INSERT INTO account_role (account_id, role, granted_at)
    SELECT id, (ARRAY['engineer','steward','auditor'])[id % 3 + 1], created_at FROM account
    WHERE name LIKE 'person-%'""",
)
_AROUND: Final = (
    f"""INSERT INTO recipient (name, contact, salt, added_by, added_at, event_seq)
    SELECT 'recipient-' || n, 'data-' || n || '@example.org', 'x', {{carla}},
    '2026-01-01T00:00:00.000000Z', 1 FROM generate_series(0, {RECIPIENTS - 1}) n""",
    f"""INSERT INTO agreement (name, digest, file_name, path, parties, valid_from, valid_until,
    added_by, added_at, event_seq) SELECT 'terms-' || n, 'sha256:' || {_HEX.format("'a' || n")},
    'terms.pdf', 'terms.pdf', '["recipient-' || n || '"]', '2026-01-01',
    to_char(current_date - 300 + n * 5, 'YYYY-MM-DD'), {{carla}}, '2026-01-01T00:00:00.000000Z', 1
    FROM generate_series(1, {AGREEMENTS}) n""",
    f"""INSERT INTO request (version_id, use, audience, jurisdiction, state, decision_digest,
    submitted_by, submitted_at, closed_reason)
    SELECT n * 3 + 2, use, 'internal', jurisdiction,
    CASE WHEN n <= {RELEASES} THEN 'released' ELSE 'rejected' END, digest, {{ada}},
    to_char(timestamp '2026-02-01' + n * interval '5 min', 'YYYY-MM-DD"T"HH24:MI:SS".000000Z"'),
    CASE WHEN n <= {RELEASES} THEN NULL ELSE 'not this year' END
    FROM generate_series(1, {REQUESTS}) n, decision WHERE decision.id = 1""",
    f"""INSERT INTO decision (version_id, request_id, use, audience, jurisdiction, digest, outcome,
    body, policies, decided_at)
    SELECT r.version_id, r.id, r.use, r.audience, r.jurisdiction, r.decision_digest, 'allow',
    CASE WHEN r.version_id % {WHOLE} = 0 THEN d.body ELSE {_BODY} END, d.policies,
    r.submitted_at
    FROM request r, decision d WHERE d.id = 1 AND r.state IN ('released', 'rejected')""",
    """INSERT INTO signoff (request_id, account_id, role, meaning, reason, statement,
    statement_digest, authentication, signed_at, event_seq)
    SELECT id, who, role, 'approve', 'read and agreed', 'x'::bytea, 'sha256:' || md5(id::text),
    'unauthenticated (local mode)', '2026-02-02T00:00:00.000000Z', 1
    FROM request, (VALUES ({stefan}, 'steward'), ({paula}, 'privacy-officer')) s(who, role)
    WHERE state = 'released'""",
    f"""INSERT INTO release (request_id, recipient, use, file_digest, state, released_by,
    released_at, expires_on, event_seq)
    SELECT id, 'recipient-' || id % {RECIPIENTS}, use, 'sha256:' || md5(id::text),
    CASE WHEN id % 9 = 0 THEN 'revoked' ELSE 'in-force' END, {{carla}},
    '2026-02-03T00:00:00.000000Z', to_char(current_date - 300 + (id % 700)::int, 'YYYY-MM-DD'), 1
    FROM request WHERE state = 'released' AND version_id NOT IN (SELECT v.id FROM dataset_version v
    JOIN dataset d ON d.id = v.dataset_id JOIN budget b ON b.source_id = d.source_id)""",
    """INSERT INTO recall (release_id, number, notice, notice_digest, code, salt, issued_by,
    issued_at, delivery, acknowledged_at, acknowledged_by, recorded_by, event_seq)
    SELECT id, 1, 'x'::bytea, 'sha256:0', 'x', 'x', {carla}, '2026-02-04T00:00:00.000000Z',
    'delivered', CASE WHEN id % 5 = 0 THEN NULL ELSE '2026-02-05T00:00:00.000000Z' END,
    CASE WHEN id % 5 = 0 THEN NULL ELSE 'their officer' END,
    CASE WHEN id % 5 = 0 THEN NULL ELSE {carla} END, 1 FROM release WHERE state = 'revoked'""",
    f"""INSERT INTO waiver (version_id, policy_id, policy_version, rule, reason, owner, control,
    until, role, statement, statement_digest, authentication, approved_by, approved_at, event_seq)
    SELECT n * 7 + 2, 'internal-development', '1.0.0', 'FID-001', 'too few rows', 'paula',
    'looked at by hand', to_char(current_date - 100 + (n % 188)::int, 'YYYY-MM-DD'),
    'privacy-officer', 'x'::bytea, 'sha256:0', 'none', {{paula}},
    to_char(current_date - 100 + (n % 188)::int - 89, 'YYYY-MM-DD"T00:00:00.000000Z"'), 1
    FROM generate_series(1, {WAIVERS}) n""",
    f"""INSERT INTO access_request (dataset_id, recipient, use, audience, purpose, until, salt,
    asked_by, asked_at, state, event_seq)
    SELECT n + 1, 'recipient-' || n % {RECIPIENTS}, 'research', 'internal', 'to plan wards',
    '2027-01-01', 'x', {{ada}}, '2026-02-01T00:00:00.000000Z',
    CASE WHEN n % 4 = 0 THEN 'asked' ELSE 'refused' END, 1 FROM generate_series(1, {ACCESS}) n""",
    f"""INSERT INTO job (version_id, asked, training, holdout, uploaded, asked_by, authentication,
    asked_at, state, starts, step, done, total, ended_at)
    SELECT n * 5 + 1, '{{}}', 'x', 'x', false, {{ada}}, 'none', '2026-02-01T00:00:00.000000Z',
    'done', 1, '', 30, 30, '2026-02-01T00:10:00.000000Z' FROM generate_series(1, {JOBS}) n""",
)
_LOG: Final = event_steps(EVENTS, DATASETS, SOURCES, _HEX.format("'d' || it"))


def fill(engine: Engine, work: Callable[[], None]) -> dict[str, int]:
    """Copy the one version of the registry until there are as many rows as above.

    ``work`` is what people do once the versions are there, before the log is filled up.
    """
    _run(engine, _VERSIONS)
    _seal(engine)
    _analyse(engine)
    work()
    _run(engine, (*_AROUND, *_LOG))
    _analyse(engine)
    with engine.connect() as connection:
        return {
            name: connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one()
            for name in ("dataset_version", "event", "measurement", "decision", "release")
        }


def _seal(engine: Engine) -> None:
    """Give whole evaluations the digests of their figures, which whoever decides checks."""
    with Session(engine) as session:
        for one in session.exec(select(Evaluation).where(col(Evaluation.version_id) % WHOLE == 0)):
            one.digest = evaluation_digest(one, map(stored_facts, measurements_of(session, one)))
            session.add(one)
        session.commit()


def _run(engine: Engine, steps: tuple[str, ...]) -> None:
    with engine.begin() as connection:

        def one(query: str) -> object:
            return connection.execute(text(query)).scalar_one()

        known = {
            name: one(f"SELECT id FROM account WHERE name = '{name}'")
            for name in ("ada", "stefan", "paula", "carla")
        }
        actor = one("SELECT pseudonym FROM account WHERE name = 'ada'")
        first = one("SELECT max(seq) + 1 FROM event")
        known |= {"actor": f"'{actor}'", "first": first}
        # The guards take events one by one; as their owner we put them out of the way meanwhile.
        connection.exec_driver_sql("ALTER TABLE event DISABLE TRIGGER USER")
        indexes = _dropped(connection)
        for step in (*steps, *indexes):
            connection.exec_driver_sql(_filled(step, known))
        for guard in ("event_no_update", "event_no_delete", "event_no_truncate", "event_next_only"):
            connection.exec_driver_sql(f"ALTER TABLE event ENABLE ALWAYS TRIGGER {guard}")


def _analyse(engine: Engine) -> None:
    with engine.connect() as connection:
        driver = connection.connection.dbapi_connection
        assert driver is not None
        connection.rollback()
        driver.autocommit = True  # type: ignore[attr-defined]
        driver.execute("VACUUM ANALYZE")  # type: ignore[attr-defined]


def _filled(step: str, blanks: dict[str, object]) -> str:
    for name, value in blanks.items():
        step = step.replace("{" + name + "}", str(value))
    return step.replace("%", "%%")


def _dropped(connection: Connection) -> list[str]:
    """Drop every index that no constraint rests on; the statements that make them again."""
    rows = connection.exec_driver_sql(
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND NOT EXISTS "
        "(SELECT 1 FROM pg_constraint WHERE conname = indexname) AND indexdef NOT LIKE '%%UNIQUE%%'"
    ).all()
    for name, _ in rows:
        connection.exec_driver_sql(f'DROP INDEX "{name}"')
    return [str(made) for _, made in rows]
