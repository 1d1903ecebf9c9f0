"""The pages that `benchmarks.web` measures, each with an address drawn at random."""

import random
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from benchmarks.web_rows import DATASETS, EVENTS, RECIPIENTS, RELEASES, REQUESTS, VERSIONS, WHOLE
from benchmarks.web_users import Pick

LISTS, PAGE = 0.150, 0.250
"""Seconds: targets at p95."""
EVALUATED = "rand-hie-synthetic%401"
"""The version with results of its own, of which reports can be made."""
BUDGETS = 5
"""Sources with budgets."""
LET_GO = RELEASES - RELEASES // 20
"""Releases there are: sources with a budget have none."""
TOLD = min(RECIPIENTS, EVENTS // 500) - 2
"""Recipients that the log tells of."""
KINDS = ("claims", "visits", "labs", "billing", "imaging", "wards")


def name_of(at: int) -> str:
    return f"{KINDS[at % 6]}-{at}"


def _any(rng: random.Random) -> str:
    return quote(f"{name_of(rng.randint(1, DATASETS))}@{rng.randint(1, VERSIONS)}")


def _whole(rng: random.Random) -> str:
    """A version with all its figures: ids rise by version number, then by dataset."""
    place = WHOLE * rng.randint(1, DATASETS // WHOLE) - 1
    return quote(f"{name_of(place)}@1")


def _list(query: str) -> Pick:
    return lambda rng: (
        "/datasets"
        + query.format(
            n=rng.randint(1, DATASETS),
            source=rng.randint(1, 199),
            generator=rng.randint(0, 11),
            place=_any(rng),
        )
    )


LISTED: Mapping[str, Pick] = {
    "home": lambda rng: "/",
    "list, newest": _list(""),
    "list, by name": _list("?sort=name"),
    "list, by epsilon": _list("?sort=epsilon"),
    "list, far into it": _list("?after={place}"),
    "list, far into it by name": _list("?sort=name&after={place}"),
    "search, few match": _list("?text=labs-{n}"),
    "search, many match": _list("?text=claims"),
    "search, none match": _list("?text=nothing{n}"),
    "search, a generator": _list("?text=generator-{generator}"),
    "search, a source's title": _list("?text=hospital+1"),
    "filter, source": _list("?source=source-{source}"),
    "filter, state": _list("?state=evaluated"),
    "filter, withdrawn": _list("?state=withdrawn"),
    "filter, waiting": _list("?state=waiting"),
    "filter, released": _list("?state=released"),
    "filter, decision": _list("?outcome=deny&audience=partner"),
    "filter, several": _list(
        "?state=evaluated&outcome=allow&epsilon=claimed&source=source-{source}"
    ),
    "filter, no claim": _list("?epsilon=none&generator=generator-{generator}"),
    "jobs": lambda rng: "/jobs",
    "jobs, far into it": lambda rng: f"/jobs?after={rng.randint(50, 500)}",
    "sources": lambda rng: "/sources",
    "policies": lambda rng: "/policies",
    "accounts": lambda rng: "/accounts",
    "recipients": lambda rng: "/recipients",
    "agreements": lambda rng: "/agreements",
    "agreements, all": lambda rng: "/agreements?all=1",
    "waivers": lambda rng: "/waivers",
    "waivers, all": lambda rng: "/waivers?all=1",
    "access requests": lambda rng: "/access",
    "access requests, all": lambda rng: f"/access?all=1&after={rng.randint(1, 1500)}",
    "recalls": lambda rng: "/recalls",
    "recalls, all": lambda rng: f"/recalls?all=1&after={rng.randint(1, LET_GO // 10)}",
}
REVIEWED: Mapping[str, Pick] = {
    "review": lambda rng: "/review",
    "review, mine": lambda rng: "/review?whose=mine",
    "review, put forward by me": lambda rng: "/review?whose=submitted",
    "review, closed": lambda rng: "/review?state=closed",
    "review, far into closed": lambda rng: (
        f"/review?state=closed&after={rng.randint(1, REQUESTS - 500)}"
    ),
    "review, a state": lambda rng: "/review?state=rejected",
    "review, approved": lambda rng: "/review?state=approved",
    "review, a source": lambda rng: f"/review?source=source-{rng.randint(1, 199)}",
    "review, closed, a source": lambda rng: (
        f"/review?state=closed&source=source-{rng.randint(1, 199)}"
    ),
    "review, an age": lambda rng: "/review?older=7",
    "releases": lambda rng: "/releases",
    "releases, far into it": lambda rng: f"/releases?after={rng.randint(1, LET_GO)}",
    "releases, in force": lambda rng: "/releases?state=in-force",
    "releases, expired": lambda rng: "/releases?state=expired",
    "releases, revoked": lambda rng: "/releases?state=revoked",
    "releases, a recipient": lambda rng: f"/releases?to=recipient-{rng.randint(0, 299)}",
    "releases, ending": lambda rng: "/releases?expiring=30d",
    "releases, a source": lambda rng: f"/releases?source=source-{rng.randint(1, 199)}",
    "a release": lambda rng: f"/releases/REL-{rng.randint(1, LET_GO)}",
}
AUDITED: Mapping[str, Pick] = {
    "audit": lambda rng: "/audit",
    "audit, far into it": lambda rng: f"/audit?after={rng.randint(1, EVENTS - 100)}",
    "audit, somebody": lambda rng: "/audit?actor=carla",
    "audit, a dataset": lambda rng: f"/audit?dataset={name_of(rng.randint(1, DATASETS))}",
    "audit, a version": lambda rng: f"/audit?dataset={_any(rng)}",
    "audit, a request": lambda rng: f"/audit?request=R-{rng.randint(1, REQUESTS)}",
    "audit, a command": lambda rng: "/audit?action=submit",
    "audit, an outcome": lambda rng: "/audit?outcome=denied",
    "audit, a frequent fact": lambda rng: "/audit?fact=decision.made",
    "audit, a rare fact": lambda rng: "/audit?fact=policy.published",
    "audit, a fact since": lambda rng: "/audit?fact=release.granted&since=2026-03-01",
    "audit, a source": lambda rng: f"/audit?source=source-{rng.randint(1, 199)}",
    "audit, a recipient": lambda rng: f"/audit?recipient=recipient-{rng.randint(1, TOLD)}",
    "audit, a policy": lambda rng: "/audit?policy=internal-development",
    "audit, another policy": lambda rng: "/audit?policy=organisation-baseline",
    "audit, a release": lambda rng: f"/audit?release=REL-{rng.randint(1, EVENTS // 530)}",
    "audit, days": lambda rng: f"/audit?since=2026-04-{rng.randint(10, 28)}&until=2026-05-02",
    "audit, as of": lambda rng: "/audit?as_of=2026-03-01&outcome=denied",
    "audit, several": lambda rng: (
        f"/audit?dataset={name_of(rng.randint(1, DATASETS))}&outcome=denied&since=2026-02-01"
    ),
}
PAGES: Mapping[str, Pick] = {
    "dataset": lambda rng: f"/datasets/{_any(rng)}",
    "dataset, whole": lambda rng: f"/datasets/{_whole(rng)}",
    "lineage": lambda rng: f"/datasets/{_any(rng)}/lineage",
    "signatures": lambda rng: f"/datasets/{_any(rng)}/signatures",
    "history": lambda rng: f"/datasets/{_any(rng)}/history",
    "actions": lambda rng: f"/datasets/{_any(rng)}/actions",
}
REPORTS: Mapping[str, Pick] = {
    "policy result": lambda rng: f"/datasets/{EVALUATED}/policy",
    "evidence, with plots": lambda rng: f"/datasets/{EVALUATED}/evidence",
    "epsilon": lambda rng: f"/datasets/{EVALUATED}/epsilon",
    "trade-off, with plots": lambda rng: f"/datasets/{EVALUATED}/trade-off",
    "utility, with plots": lambda rng: f"/datasets/{EVALUATED}/utility",
}
OTHERS: Mapping[str, Pick] = {
    "a source with a budget": lambda rng: f"/sources/source-{rng.randint(1, BUDGETS)}",
    "a policy": lambda rng: "/policies/internal-development",
}
ROOMS: Sequence[tuple[Mapping[str, Pick], float | None]] = (
    *((LISTED, LISTS), (REVIEWED, LISTS), (AUDITED, LISTS)),
    *((PAGES, PAGE), (REPORTS, PAGE), (OTHERS, None)),
)
"""Rooms that are measured apart, and how long their pages may take."""
