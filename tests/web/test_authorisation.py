"""Every route of the API, asked by everybody: one table says whom it lets in."""

from dataclasses import replace

import pytest
from httpx import Response
from web.calls import BODIES, QUERIES
from web.desks import Desktop, Sitter
from web.furnished import NAMES

from registry.settings import Proof
from registry.web.desk import Desk
from registry.workflow.context import Identity
from registry.workflow.permissions import SCOPES

ENGINEER, STEWARD, PRIVACY = "engineer", "steward", "privacy-officer"
COMPLIANCE, AUDITOR, ADMIN, SERVICE = "compliance-officer", "auditor", "admin", "service"
EVERYBODY = frozenset({ENGINEER, STEWARD, PRIVACY, COMPLIANCE, AUDITOR, ADMIN, SERVICE})
PEOPLE = EVERYBODY - {SERVICE}
SIGNERS = frozenset({STEWARD, PRIVACY, COMPLIANCE})
BUDGETERS = frozenset({STEWARD, PRIVACY})


def only(*roles: str) -> frozenset[str]:
    return frozenset(roles)


RULES: dict[str, frozenset[str]] = {
    "POST /sources": only(ENGINEER, STEWARD),
    "POST /sources/{source}/confirmation": only(STEWARD),
    "POST /sources/{source}/withdrawal": only(COMPLIANCE),
    "POST /datasets": only(ENGINEER, SERVICE),
    "PUT /datasets/{version}/card": only(ENGINEER),
    "POST /datasets/{version}/withdrawal": only(COMPLIANCE),
    "POST /datasets/{version}/disclosure": only(PRIVACY),
    "POST /datasets/{version}/withholding": only(PRIVACY),
    "POST /datasets/{version}/check": EVERYBODY,
    "POST /datasets/{version}/dp-audits": only(ENGINEER, PRIVACY),
    "GET /requests/mine": SIGNERS | {ENGINEER},
    "GET /real-tables": only(ENGINEER, SERVICE),
    "POST /datasets/{version}/evaluations": only(ENGINEER, SERVICE),
    "POST /jobs/{job}/cancellation": only(ENGINEER, SERVICE),
    "POST /datasets/{version}/exports/{format}": EVERYBODY,
    "POST /datasets/{version}/reports": EVERYBODY,
    "POST /access-requests": PEOPLE,
    "POST /access-requests/{access}/answer": only(COMPLIANCE),
    "POST /access-requests/{access}/withdrawal": PEOPLE,
    "POST /batches": BUDGETERS,
    "POST /batches/{batch}/signature": BUDGETERS,
    "POST /policy-work/document": EVERYBODY,
    "POST /policy-work/formatting": EVERYBODY,
    "POST /audit/anchors": only(AUDITOR, COMPLIANCE, ADMIN),
    "POST /audit/clock-corrections": only(ADMIN),
    "POST /audit/export-verification": EVERYBODY,
    "POST /audit/proof-verification": EVERYBODY,
    "POST /bundles/verification": EVERYBODY,
    "PUT /accounts/{account}/link": only(ADMIN),
    "DELETE /accounts/{account}/link": only(ADMIN),
    "PUT /session/password": EVERYBODY,
    "POST /requests": only(ENGINEER),
    "POST /requests/{request}/signatures": SIGNERS,
    "POST /requests/{request}/retraction": SIGNERS | {ENGINEER},
    "POST /requests/{request}/withdrawal": only(ENGINEER),
    "POST /releases": only(COMPLIANCE),
    "POST /releases/recheck": EVERYBODY,
    "POST /releases/{release}/revocation": only(COMPLIANCE),
    "POST /releases/{release}/recall": only(COMPLIANCE),
    "POST /recalls/{release}/acknowledgement": only(COMPLIANCE),
    "POST /recipients": only(COMPLIANCE),
    "POST /agreements": only(COMPLIANCE),
    "POST /agreements/{agreement}/end": only(COMPLIANCE),
    "POST /deputies": SIGNERS,
    "POST /deputies/{deputy}/end": SIGNERS | {ENGINEER},
    "POST /waivers": SIGNERS,
    "POST /waivers/{waiver}/end": SIGNERS,
    "POST /budgets": BUDGETERS,
    "POST /budgets/{budget}/signature": BUDGETERS,
    "POST /partitions": BUDGETERS,
    "POST /partitions/{partition}/signature": BUDGETERS,
    "POST /dp-audits/{audit}/scores": only(ENGINEER, PRIVACY),
    "POST /policies": only(COMPLIANCE),
    "PUT /policies/{policy}": only(COMPLIANCE),
    "POST /policy-work/validation": EVERYBODY,
    "POST /policy-work/lint": EVERYBODY,
    "POST /policy-work/test": EVERYBODY,
    "POST /policy-work/diff": EVERYBODY,
    "POST /policy-work/impact": EVERYBODY,
    "POST /audit/verification": EVERYBODY,
    "POST /audit/checkpoints": EVERYBODY,
    "POST /audit/exports": only(AUDITOR, PRIVACY, COMPLIANCE, ADMIN),
    "POST /bundles": SIGNERS | {ENGINEER, AUDITOR},
    "POST /reports/{kind}": EVERYBODY,
    "POST /accounts": only(ADMIN),
    "POST /accounts/{account}/enrolment": only(ADMIN),
    "POST /accounts/{account}/password-reset": only(ADMIN),
    "POST /accounts/{account}/deactivation": only(ADMIN),
    "PUT /accounts/{account}/roles/{role}": only(ADMIN),
    "DELETE /accounts/{account}/roles/{role}": only(ADMIN),
    "POST /keys/approvals": only(ADMIN, COMPLIANCE),
    "POST /keys/rotation": EVERYBODY,
    "POST /keys/revocations": only(ADMIN, COMPLIANCE),
    "POST /tokens": only(ADMIN),
    "DELETE /tokens/{token}": only(ADMIN),
    "GET /webhooks": only(ADMIN),
    "POST /webhooks": only(ADMIN),
    "GET /webhooks/deliveries": only(ADMIN),
    "POST /webhooks/deliveries/{message}/redelivery": only(ADMIN),
    "GET /webhooks/{webhook}": only(ADMIN),
    "DELETE /webhooks/{webhook}": only(ADMIN),
    "GET /session": PEOPLE,
    "DELETE /session": EVERYBODY,
}
READ = (
    "/whoami /sources /sources/{source} /datasets /datasets/{version} "
    "/datasets/{version}/evidence /datasets/{version}/explanation /datasets/{version}/dp-audits "
    "/requests /requests/{request} /releases /releases/{release} /recalls /recipients /agreements "
    "/agreements/{agreement} /deputies /deputies/{deputy} /waivers /waivers/portfolio "
    "/waivers/{waiver} /budgets /budgets/{budget} /sources/{source}/budget "
    "/sources/{source}/budget/plan /partitions /partitions/{partition} /dp-audits/{audit} "
    "/policies /policies/{policy} /audit/events /audit/events/{seq} /audit/events/{seq}/proof "
    "/audit/exposure /audit/consistency /audit/approvals /audit/denials /audit/releases "
    "/audit/sources/{source} /audit/waivers /audit/actors/{name} /audit/states/{version} /reports "
    "/metrics /metrics/{metric} /jobs /jobs/{job} /access-requests /access-requests/{access} "
    "/batches /batches/{batch} /audit/anchors /datasets/{version}/exports/{format}/losses "
    "/policy-work/schema /bundles/verifier "
    "/accounts /accounts/{account} /keys /tokens /tokens/{token}"
)
RULES |= {f"GET {path}": EVERYBODY for path in READ.split()}
OPEN = {"POST /session", "POST /enrolments"}
"""What nobody need be signed in for."""
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def routes(desktop: Desktop) -> set[str]:
    paths = desktop.app.openapi()["paths"]
    return {
        f"{method.upper()} {path.removeprefix('/api/v1')}"
        for path, item in paths.items()
        for method in item
    }


def called(sitter: Sitter, route: str) -> Response:
    method, path = route.split(" ")
    for name, value in NAMES.items():
        path = path.replace(f"{{{name}}}", value)
    answer: Response = sitter.client.request(
        method,
        f"/api/v1{path}",
        headers={"If-Match": "*"},
        params=QUERIES.get(route),
        **BODIES.get(route, {}),
    )
    return answer


HOLDERS = {
    ENGINEER: "ada",
    STEWARD: "stefan",
    PRIVACY: "paula",
    COMPLIANCE: "carla",
    AUDITOR: "amir",
    ADMIN: "admin",
}


class Tokens(Desk):
    """A desk that takes any token for the service's, with every scope there is."""

    def identified(self, proof: Proof, claimed: str | None = None) -> Identity | None:
        if proof.token is None:
            return super().identified(proof, claimed)
        found = super().identified(Proof(), "ci")
        return replace(found, scopes=SCOPES) if found else None


def holder(desktop: Desktop, role: str) -> Sitter:
    """Somebody with that role alone: a person with a session, a service with a token."""
    if role != SERVICE:
        return desktop.by(HOLDERS[role])
    desk = desktop.app.state.desk
    desktop.app.state.desk = Tokens(desk.home, desk.sittings)
    found = desktop.anybody()
    found.client.headers["authorization"] = "Bearer any"
    return found


def last_session(route: str) -> tuple[bool, str]:
    """In order, but for what ends the session."""
    return route == "DELETE /session", route


def refused_for_the_role(answer: Response) -> bool:
    """Whether the answer is that of `registry.workflow.permissions`, or nobody was let in."""
    if answer.status_code == 401:
        return True
    if answer.status_code != 403:
        return False
    body = answer.json()
    told = f"{body['detail']} {body['expected']}"
    words = (" holds ", "the token is not good for", "the cookie of a session")
    return "NotPermitted" in body["type"] and any(one in told for one in words)


@SQLITE
def test_every_route_has_a_rule_and_every_rule_a_route(desktop: Desktop) -> None:
    assert routes(desktop) == set(RULES) | OPEN


@SQLITE
@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_a_route_lets_in_the_roles_of_its_rule_and_no_other(desktop: Desktop, role: str) -> None:
    sitter = holder(desktop, role)

    found = {route: called(sitter, route) for route in sorted(RULES, key=last_session)}

    assert {one: answer.text for one, answer in found.items() if answer.status_code >= 500} == {}
    # What is sent is sound: that it is not may be said only to those who may send it.
    unsound = {one: answer.text for one, answer in found.items() if answer.status_code == 422}
    assert {one: text for one, text in unsound.items() if role not in RULES[one]} == {}
    let_in = {one for one, answer in found.items() if not refused_for_the_role(answer)}
    expected = {one for one, roles in RULES.items() if role in roles}
    assert sorted(let_in - expected) == []
    assert {one: found[one].json() for one in expected - let_in} == {}


@SQLITE
def test_nobody_is_let_in_without_a_session_or_a_token(desktop: Desktop) -> None:
    found = {route: called(desktop.anybody(), route) for route in sorted(RULES)}

    assert {one: answer.status_code for one, answer in found.items()} == dict.fromkeys(found, 401)
    assert all(answer.headers["www-authenticate"] == "Bearer" for answer in found.values())
