"""Lets events name an account that has just proved itself, while it has no session yet."""

from dataclasses import replace

from registry.records import Account
from registry.workflow.context import Identity, Work
from registry.workflow.find import row_id


def as_account(work: Work, account: Account, authentication: str) -> Work:
    """The work as the account's own, with no role at all."""
    who = Identity(row_id(account), account.name, account.pseudonym, frozenset(), authentication)
    return replace(work, context=replace(work.context, identity=who))
