"""What is handed over once: codes to enrol with, tokens, and the secrets of webhooks.

Under an idempotency key the thing is made once as well, but its secret is kept nowhere: a repeat
tells what was made, and has no secret.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

from registry.records import Role
from registry.workflow.add_account import add_account, add_with_code
from registry.workflow.context import Context
from registry.workflow.once import once
from registry.workflow.people.issuing import issue_enrolment
from registry.workflow.people.passwords import reset_password
from registry.workflow.people.tokens import create_until
from registry.workflow.webhooks.manage import add_webhook


@dataclass(frozen=True)
class Handed:
    """What was made, and its secret; None in a repeat, and where it has none."""

    name: str
    secret: str | None = field(default=None, repr=False)


@once("add-account", secret="secret")
def account_added(context: Context, name: str, roles: Collection[Role], enrol: bool) -> Handed:
    """Add an account; with ``enrol`` a code is issued as well."""
    if enrol:
        return Handed(name, add_with_code(context, name, roles)[1])
    add_account(context, name, roles)
    return Handed(name)


@once("issue-enrolment", secret="secret")
def enrolment_issued(context: Context, name: str) -> Handed:
    """A code for somebody who cannot sign in yet."""
    return Handed(name, issue_enrolment(context, name))


@once("reset-password", secret="secret")
def password_reset(context: Context, name: str) -> Handed:
    """A code for somebody whose password, sessions and key end with this."""
    return Handed(name, reset_password(context, name))


@once("create-token", secret="secret")
def token_created(
    context: Context, name: str, scopes: Collection[str], expires: str | None, days: int | None
) -> Handed:
    """A token until a day, or for so many days from when it was first asked for."""
    made = create_until(context, name, scopes, expires, days)
    return Handed(made.id, made.text)


@once("add-webhook", secret="secret")
def webhook_added(context: Context, url: str, kinds: Collection[str]) -> Handed:
    """A webhook, with what signs its messages."""
    made = add_webhook(context, url, kinds)
    return Handed(made.webhook, made.secret)
