"""Who signs: a person in their own right, or as the named deputy of another."""

from dataclasses import dataclass

from sqlmodel import Session, select

from registry.errors import NotPermitted
from registry.records import Account, AccountRole, Role
from registry.workflow.context import Context, Identity
from registry.workflow.deputy import deputised
from registry.workflow.permissions import ALLOWED, require


@dataclass(frozen=True)
class Signer:
    """``person`` signs; for ``principal``, and then in roles of the principal alone."""

    person: Identity
    principal: Identity | None = None

    @property
    def name(self) -> str:
        """As it is printed: ``stella for stefan``."""
        return self.person.name + (f" for {self.principal.name}" if self.principal else "")

    @property
    def roles(self) -> frozenset[Role]:
        """The roles to sign in."""
        return (self.principal or self.person).roles

    @property
    def people(self) -> tuple[Identity, ...]:
        """Everybody whom a signature uses up, and who must have had no hand in what is signed."""
        return (self.person, self.principal) if self.principal else (self.person,)


def signer_for(
    context: Context, session: Session, meaning: str, principal: str | None = None
) -> Signer:
    """Who signs in this command; raises `NotPermitted` for want of a role or of being a deputy."""
    if principal is None:
        return Signer(require(context, meaning))
    person = require(context, "stand-in")
    row = session.exec(select(Account).where(Account.name == principal)).first()
    if row is None or not deputised(session, person.account_id, row, context.clock()):
        raise NotPermitted(
            f"{person.name} is not a deputy of {principal} today",
            expected=f"a day on which {principal} has named {person.name} as deputy",
            todo="see `registry deputies list`",
        )
    absent = identity_of(session, row)
    if not absent.roles & ALLOWED[meaning]:
        raise NotPermitted(f"{principal} may not {meaning}, and so nobody may for them")
    return Signer(person, absent)


def identity_of(session: Session, account: Account) -> Identity:
    """An account that is not acting, with the roles it holds."""
    key = account.id or 0
    roles = session.exec(select(AccountRole.role).where(AccountRole.account_id == key))
    return Identity(key, account.name, account.pseudonym, frozenset(map(Role, roles)), "absent")
