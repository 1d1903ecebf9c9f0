"""The log of `benchmarks.web`: a million events with the bytes of real ones, but not chained.

The desk looks through their bytes, so these have the form that the desk writes; nothing that is
measured verifies their digests.
"""

from typing import Final

# Of five hundred events one is a release, one a recipient's and one a source's.
_KIND: Final = "CASE WHEN n % 500 IN (1, 2, 3) THEN n % 500 + 4 ELSE n % 5 END"
_ACTIONS: Final = (
    "ARRAY['check','evaluate','register','check','submit','release','add-recipient','add-source']"
)
_FACTS: Final = (
    "ARRAY['decision.made','dataset.evaluated','dataset.registered','decision.made',"
    "'request.submitted','release.granted','recipient.added','source.added']"
)
_DECIDED: Final = """'"audience":"internal","decision":"' || digest || '","use":"research"'"""
_DETAILS: Final = f"""CASE WHEN kind IN (0, 3, 4) THEN {_DECIDED}
    WHEN kind = 1 THEN '"digest":"' || digest || '"'
    WHEN kind = 5 THEN '"decision":"' || digest || '","recipient":"recipient-' || n / 500 % 300
        || '","release":"REL-' || n / 500 + 1 || '"'
    WHEN kind = 6 THEN '"recipient":"recipient-' || n / 500 % 300 || '"'
    ELSE '"source":"source-' || source || '"' END"""


def event_steps(events: int, datasets: int, sources: int, digest: str) -> tuple[str, ...]:
    """The statements that fill the log; ``digest`` is that of a decision on the version ``it``."""
    return (
        f"""INSERT INTO event (seq, at, actor, action, outcome, dataset, request, body, digest)
    SELECT n, at, {{actor}}, action, outcome, label, request, convert_to('{{"action":"' || action
    || '","actor":"' || {{actor}} || '","at":"' || at || '","authentication":"none","dataset":'
    || coalesce('"' || label || '"', 'null') || ',"details":{{' || {_DETAILS} || '}},"fact":"'
    || fact || '","outcome":"' || outcome || '","previous":"' || md5(n::text) || md5(n::text)
    || '","request":' || coalesce('"' || request || '"', 'null') || ',"seq":' || n || '}}',
    'UTF8'), md5(n::text) || md5('d' || n)
    FROM (SELECT n, kind, ({_ACTIONS})[kind + 1] AS action, ({_FACTS})[kind + 1] AS fact,
        CASE WHEN n % 7 = 0 THEN 'denied' ELSE 'done' END AS outcome,
        to_char(timestamp '2026-01-01' + n * interval '20 second',
        'YYYY-MM-DD"T"HH24:MI:SS".000000Z"') AS at,
        CASE WHEN kind < 6 THEN name || '@' || n % 5 + 1 END AS label,
        CASE WHEN kind = 4 THEN 'R-' || n % {3 * datasets // 2} + 1
        WHEN kind = 5 THEN 'R-' || n / 500 + 1 END
        AS request, 'sha256:' || {digest} AS digest,
        CASE WHEN kind = 7 THEN n / 500 % {sources} ELSE source_id - 2 END AS source
        FROM (SELECT n, {_KIND} AS kind, d.name, d.source_id, n % 5 * {datasets} + d.id AS it
            FROM generate_series({{first}}, {events}) n
            JOIN dataset d ON d.id = (n * 7 + n / {datasets}) % {datasets} + 2) drawn) made""",
    )
