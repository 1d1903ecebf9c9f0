"""Every route that is no call of the API, asked by everybody: one table says whom it lets in.

What was refused is read from the log: it holds every attempt, and who may not is told so there.
"""

from typing import Any

import pytest
from fastapi import FastAPI
from httpx import Response
from web.desks import Desktop, Sitter
from web.furnished import NAMES
from web.pages.forms import FILES, FORMS
from web.test_authorisation import (
    ADMIN,
    BUDGETERS,
    COMPLIANCE,
    ENGINEER,
    EVERYBODY,
    PEOPLE,
    SERVICE,
    SIGNERS,
    SQLITE,
    STEWARD,
    holder,
    only,
)

from registry.web.api.openapi import PREFIX
from registry.workflow.permissions import ALLOWED
from registry.workflow.query import Question, query

RULES = {
    "POST /accounts": only(ADMIN),
    "POST /accounts/{name}/enrolment": only(ADMIN),
    "POST /accounts/{name}/reset": only(ADMIN),
    "POST /accounts/{name}/roles": only(ADMIN),
    "POST /accounts/{name}/deactivate": only(ADMIN),
    "POST /accounts/{name}/key": only(ADMIN, COMPLIANCE),
    "POST /keys/{name}/approve": only(ADMIN, COMPLIANCE),
    "POST /tokens": only(ADMIN),
    "POST /tokens/{token}/revoke": only(ADMIN),
    "POST /agreements": only(COMPLIANCE),
    "POST /agreements/{label}/end": only(COMPLIANCE),
    "POST /access": PEOPLE,
    "POST /access/{label}/answer": only(COMPLIANCE),
    "POST /access/{label}/withdraw": PEOPLE,
    "POST /deputies": SIGNERS,
    "POST /deputies/{label}/end": SIGNERS | {ENGINEER},
    "POST /review/approve": SIGNERS,
    "POST /review/{label}/sign": SIGNERS,
    "POST /review/{label}/retract": SIGNERS | {ENGINEER},
    "POST /review/{label}/withdraw": only(ENGINEER),
    "POST /recalls": only(COMPLIANCE),
    "POST /recipients": only(COMPLIANCE),
    "POST /register": only(ENGINEER),
    "POST /releases": only(COMPLIANCE),
    "POST /releases/recheck": PEOPLE,
    "POST /releases/{label}/revoke": only(COMPLIANCE),
    "POST /releases/{label}/recall": only(COMPLIANCE),
    "POST /waivers": SIGNERS,
    "POST /waivers/{label}/end": SIGNERS,
    "POST /policy-drafts": only(COMPLIANCE),
    "POST /sources/{name}/confirm": only(STEWARD),
    "POST /sources/{name}/withdraw": only(COMPLIANCE),
    "POST /sources/{name}/budgets": BUDGETERS,
    "POST /sources/{name}/budgets/{label}/sign": BUDGETERS,
    "POST /sources/{name}/partitions": BUDGETERS,
    "POST /sources/{name}/partitions/{label}/sign": BUDGETERS,
    "POST /sources/{name}/batches": BUDGETERS,
    "POST /sources/{name}/batches/{label}/sign": BUDGETERS,
    "POST /datasets/{label}/check": PEOPLE,
    "POST /datasets/{label}/submit": only(ENGINEER),
    "POST /datasets/{label}/evaluate": only(ENGINEER),
    "POST /datasets/{label}/take-back": only(ENGINEER),
    "POST /datasets/{label}/amend": only(ENGINEER),
    "POST /datasets/{label}/withdraw": only(COMPLIANCE),
    "POST /jobs/{label}/cancel": only(ENGINEER),
    "POST /audit/events/{seq}/proof": PEOPLE,
    "POST /audit/log/verify": PEOPLE,
    "POST /audit/log/checkpoint": PEOPLE,
    "POST /me/password": PEOPLE,
    "POST /me/key": PEOPLE,
    "POST /me/sessions/end-others": PEOPLE,
    "POST /me/sessions/{session_id}/end": PEOPLE,
    "POST /oidc/again": PEOPLE,
    "POST /oidc/confirm": PEOPLE,
    "POST /logout": PEOPLE,
}
READ = (
    "/ /me /keys /accounts /accounts/{name} /tokens /agreements /agreements/{label} /access "
    "/access/{label} /deputies /review /review/{label} /recalls /recipients /register /releases "
    "/releases/new /releases/{label} /waivers /waivers/{label} /policies /policies/{name} "
    "/policies/{name}/changes /policies/{name}/document /policy-drafts /sources /sources/{name} "
    "/datasets /datasets/{label} /datasets/{label}/history /datasets/{label}/lineage "
    "/datasets/{label}/signatures /datasets/{label}/actions /datasets/{label}/{side} /compare "
    "/jobs /jobs/{label} /audit /audit/export /audit/events/{seq} /audit/log"
)
RULES |= {f"GET {path}": EVERYBODY for path in READ.split()}
ACTIONS = {"sign", *(action.replace("-", " ") for action in ALLOWED)}
ITEMISED = ("POST /review/approve",)
"""What tells of each request that was ticked what became of it."""
OPEN = {
    "GET /static/desk.css": "the stylesheet of every page",
    "GET /static/htmx.min.js": "a script of every page",
    "GET /static/desk.js": "the other one",
    "GET /healthz": "for whoever restarts processes",
    "GET /readyz": "for whoever sends them requests",
    "GET /metrics": "by address or token, and not by role; see test_probes",
    "GET /api/v1/openapi.json": "the description of the API",
    "GET /api/v1/docs": "the same as a page",
    "GET /login": "where one signs in",
    "POST /login": "by which one signs in",
    "GET /enter/{code}": "by which a browser comes in, in local mode",
    "GET /enrol": "where one enrols",
    "GET /enrol/{name}/{code}": "the same by a link",
    "POST /enrol": "by which one enrols",
    "POST /oidc/begin": "by which one goes to the provider",
    "GET /oidc/back": "by which one comes back from it",
}
"""What nobody need be signed in for, and why."""
LABELS = {
    "agreements": "A-1",
    "access": "Q-1",
    "deputies": "D-1",
    "review": "R-2",
    "releases": "REL-1",
    "waivers": "W-1",
    "datasets": "claims@1",
    "jobs": "J-1",
    "budgets": "B-1",
    "partitions": "P-1",
    "batches": "BATCH-1",
}
"""What ``{label}`` stands for behind each of these words."""
NAMED = {
    "sources": "hospital",
    "policies": "house-rules",
    "accounts": "eve",
    "keys": "eve",
    "enrol": "eve",
}
ELSE = {"seq": "5", "side": "privacy", "token": NAMES["token"], "session_id": "1", "code": "wrong"}


def routes(app: FastAPI) -> set[str]:
    """Every route that the application has, but for those of the API's description."""
    described = app.openapi()["paths"]
    return {
        f"{method} {path}"
        for route in app.routes
        for path, methods in below(route)
        for method in methods - {"HEAD"}
        if not (path in described and method.lower() in described[path])
    }


def below(route: object) -> list[tuple[str, set[str]]]:
    """The addresses and methods of a route, or of all in a router."""
    inner = getattr(route, "effective_route_contexts", None)
    # A route of another kind has neither, and fails here.
    found = list(inner()) if inner else [route]
    return [(one.path, set(one.methods)) for one in found]


def address(route: str) -> str:
    """A route's path in the furnished registry."""
    parts: list[str] = []
    for part in route.partition(" ")[2].split("/"):
        word = part.strip("{}")
        if part == "{label}":
            parts.append(LABELS[parts[-1]])
        elif part == "{name}":
            parts.append(NAMED[parts[-1]])
        else:
            parts.append(ELSE[word] if part.startswith("{") else part)
    return "/".join(parts)


def asked(sitter: Sitter, route: str) -> Response:
    if route.startswith("GET "):
        return sitter.client.get(address(route), follow_redirects=False)
    seal = sitter.client.headers.get("x-registry-seal", "")
    fields = {"seal": seal, **FORMS.get(route, {})}
    return sitter.client.post(
        address(route), data=fields, files=FILES.get(route), follow_redirects=False
    )


def told(desktop: Desktop, after: int) -> list[dict[str, Any]]:
    """The events behind that one."""
    return list(query(desktop.home, Question(after=after)))


def last(desktop: Desktop) -> int:
    return max(int(one["seq"]) for one in told(desktop, 0))


def refused_for_the_role(event: dict[str, Any]) -> bool:
    """Whether it tells what `registry.workflow.permissions` said."""
    reason = str(event["details"].get("reason"))
    return event["fact"] == "attempt.refused" and reason.partition(" may not ")[2] in ACTIONS


def in_order(route: str) -> tuple[bool, str]:
    """What ends the sitting comes last."""
    return route == "POST /logout", route


@SQLITE
def test_every_route_has_a_rule_and_every_rule_a_route(desktop: Desktop) -> None:
    assert sorted(routes(desktop.app) ^ (set(RULES) | set(OPEN))) == []
    assert all(path.startswith(PREFIX) for path in desktop.app.openapi()["paths"])


@SQLITE
@pytest.mark.parametrize("role", sorted(PEOPLE))
def test_a_page_does_for_the_roles_of_its_rule_and_refuses_all_others_on_record(
    desktop: Desktop, role: str
) -> None:
    sitter = holder(desktop, role)
    broken, refused, done = {}, set(), set()

    for route in sorted(RULES, key=in_order):
        before = last(desktop)
        answer = asked(sitter, route)
        events = told(desktop, before)
        if answer.status_code >= 500:
            broken[route] = answer.text
        if any(map(refused_for_the_role, events)):
            refused.add(route)
            assert answer.status_code == (200 if route in ITEMISED else 403), route
        if any(one["outcome"] == "done" for one in events):
            done.add(route)

    may = {route for route, roles in RULES.items() if role in roles}
    assert broken == {}
    assert sorted(refused ^ (set(RULES) - may)) == []
    assert sorted(done - may) == []


@SQLITE
def test_nobody_is_let_in_without_a_session(desktop: Desktop) -> None:
    before = last(desktop)

    found = {route: asked(desktop.anybody(), route) for route in sorted(RULES)}

    for route, answer in found.items():
        if route.startswith("GET "):
            assert (answer.status_code, answer.headers["location"][:12]) == (303, "/login?next=")
        else:
            assert answer.status_code in (303, 401, 403), route
            assert answer.headers.get("location", "/login").startswith("/login")
    assert [one for one in told(desktop, before) if one["outcome"] == "done"] == []


@SQLITE
def test_a_token_reads_pages_and_posts_no_form(desktop: Desktop) -> None:
    sitter, before = holder(desktop, SERVICE), last(desktop)

    found = {route: asked(sitter, route) for route in sorted(RULES)}

    posted = {one: answer.status_code for one, answer in found.items() if one.startswith("POST")}
    assert posted == dict.fromkeys(posted, 403)
    assert [one for one in told(desktop, before) if one["outcome"] == "done"] == []


@SQLITE
def test_what_is_open_serves_whoever_comes(desktop: Desktop) -> None:
    found = {
        route: asked(desktop.anybody(), route).status_code
        for route in sorted(OPEN)
        if route.startswith("GET ")
    }

    assert found == dict.fromkeys(found, 200) | {
        "GET /metrics": 403,
        "GET /enter/{code}": 403,
        "GET /oidc/back": 403,
    }
