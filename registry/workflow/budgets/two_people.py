"""What one person declares and a second signs: both statements, and what the second is held to."""

from registry.errors import Conflict, NotPermitted
from registry.workflow.budgets.terms import (
    DECLARE,
    SIGN,
    Declared,
    Signature,
    Signed,
    label_of,
    noun_of,
    require_unaltered,
    said_of,
    signatures_on,
    signed,
)
from registry.workflow.context import Identity, Work
from registry.workflow.permissions import ALLOWED


def declared(work: Work, identity: Identity, action: str, row: Declared) -> Signed:
    """The first statement: what is declared."""
    said = {noun_of(row): said_of(work.session, row)}
    return signed(work, identity, _role(identity, action), DECLARE, said)


def require_second(work: Work, identity: Identity, row: Declared) -> Signature:
    """The declaration that ``identity`` may sign.

    Raises `Conflict` where it is not signed once exactly, `NotPermitted` for who declared it.
    """
    label, made = label_of(row), signatures_on(work.session, row)
    if len(made) != 1:
        raise Conflict(
            f"{label} is signed already" if made else f"{label} has no declaration to be signed",
            todo=None if made else "declare it anew, under another name",
        )
    require_unaltered(work.session, row)
    if identity.account_id == made[0].account_id:
        raise NotPermitted(
            f"{identity.name} declared {label}",
            expected="a second person, a steward or a privacy officer",
        )
    return made[0]


def seconded(
    work: Work, identity: Identity, action: str, row: Declared, declaration: Signature
) -> Signed:
    """The second statement, upon the first."""
    said = {
        noun_of(row): said_of(work.session, row),
        "label": label_of(row),
        "declaration": declaration.statement_digest,
    }
    return signed(work, identity, _role(identity, action), SIGN, said)


def _role(identity: Identity, action: str) -> str:
    """The role in which a person does ``action``: the first of theirs that may."""
    return sorted(identity.roles & ALLOWED[action])[0]
