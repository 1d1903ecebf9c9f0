"""Accounts, what people and services prove themselves by, and systems that are told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from registry.remote import reading
from registry.remote.call import NAMED, Call, get, listed, post
from registry.remote.call import WORKFLOW as W

ROLE: Final = "/accounts/{name}/roles/{role}"
HELD: Final[dict[str, str | None]] = {"name": None, "role": None}
CALLS: Final[Mapping[str, Call]] = {
    f"{W}people.listing:whoami": get("/whoami"),
    f"{W}account_listing:accounts": listed("/accounts"),
    f"{W}add_account:add_account": post("/accounts", back=reading.nothing),
    f"{W}add_account:add_with_code": post(
        "/accounts", also={"enrol": True}, back=reading.with_code
    ),
    f"{W}people.issuing:issue_enrolment": post(
        "/accounts/{name}/enrolment", named=NAMED, back=reading.word("code")
    ),
    f"{W}people.passwords:reset_password": post(
        "/accounts/{name}/password-reset", named=NAMED, back=reading.word("code")
    ),
    f"{W}people.deactivation:deactivate": post(
        "/accounts/{name}/deactivation", named=NAMED, back=reading.nothing
    ),
    f"{W}people.links:link_account": Call(
        "PUT",
        "/accounts/{name}/link",
        named={"name": None, "value": "identity"},
        back=reading.nothing,
    ),
    f"{W}people.links:unlink_account": Call(
        "DELETE", "/accounts/{name}/link", named=NAMED, back=reading.nothing
    ),
    f"{W}people.roles:grant_role": Call("PUT", ROLE, named=HELD, back=reading.nothing),
    f"{W}people.roles:revoke_role": Call("DELETE", ROLE, named=HELD, back=reading.nothing),
    f"{W}people.enrolment:enrol": post(
        "/enrolments",
        named={"code": "enrolment", "password": "new_password", "passphrase": "new_passphrase"},
        anybody=True,
        back=reading.enrolled,
    ),
    f"{W}people.listing:keys": listed("/keys", named={"name": "account"}),
    f"{W}people.approval:approve_key": post(
        "/keys/approvals",
        named={"name": "account", "key_id": "key"},
        back=reading.row(key_id="key"),
    ),
    f"{W}people.rotation:rotate_key": post(
        "/keys/rotation",
        named={"passphrase": "new_passphrase"},
        signs=True,
        back=reading.row(key_id="key"),
    ),
    f"{W}people.revocation:revoke_key": post(
        "/keys/revocations",
        named={"name": "account", "key_id": "key", "compromised_from": "compromised_since"},
        back=reading.row(key_id="key"),
    ),
    f"{W}people.listing:tokens": listed("/tokens"),
    f"{W}people.tokens:create_until": post(
        "/tokens", named={"name": "account"}, back=reading.token
    ),
    f"{W}people.tokens:revoke_token": Call(
        "DELETE", "/tokens/{token_id}", named={"token_id": None}, back=reading.nothing
    ),
    f"{W}webhooks.listing:webhooks": listed("/webhooks"),
    f"{W}webhooks.listing:deliveries": listed("/webhooks/deliveries", named={"label": "webhook"}),
    f"{W}webhooks.manage:add_webhook": post("/webhooks"),
    f"{W}webhooks.manage:redeliver": post(
        "/webhooks/deliveries/{number}/redelivery", named={"number": None}, back=reading.nothing
    ),
    f"{W}webhooks.manage:remove_webhook": Call(
        "DELETE", "/webhooks/{label}", named={"label": None}, back=reading.word("webhook")
    ),
}
