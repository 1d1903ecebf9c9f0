"""Which roles may do what; the table of the domain, in one place for every interface."""

from registry.errors import NotPermitted
from registry.records import Role
from registry.workflow.context import Context, Identity

_ENGINEER = {Role.ENGINEER}
_MACHINE = {Role.ENGINEER, Role.SERVICE}
_SIGNERS = {Role.STEWARD, Role.PRIVACY_OFFICER, Role.COMPLIANCE_OFFICER}

ALLOWED: dict[str, frozenset[Role]] = {
    "add-account": frozenset({Role.ADMIN}),
    "add-source": frozenset({Role.ENGINEER, Role.STEWARD}),
    "confirm-source": frozenset({Role.STEWARD}),
    "register": frozenset(_MACHINE),
    "evaluate": frozenset(_MACHINE),
    "submit": frozenset(_ENGINEER),
    "approve": frozenset(_SIGNERS),
    "reject": frozenset(_SIGNERS),
    "return": frozenset({Role.STEWARD}),
    "waive": frozenset(_SIGNERS),
    "end-waiver": frozenset(_SIGNERS),
    "publish-policy": frozenset({Role.COMPLIANCE_OFFICER}),
    "release": frozenset({Role.COMPLIANCE_OFFICER}),
    "revoke": frozenset({Role.COMPLIANCE_OFFICER}),
    "author": frozenset(_ENGINEER),
    "review": frozenset(_SIGNERS),
    "take-responsibility": frozenset(_SIGNERS),
    "retract": frozenset(_SIGNERS | _ENGINEER),
    "withdraw": frozenset(_ENGINEER),
    "amend": frozenset(_ENGINEER),
    "name-deputy": frozenset(_SIGNERS),
    "end-deputy": frozenset(_SIGNERS | _ENGINEER),
    "stand-in": frozenset(_SIGNERS | _ENGINEER),
}


def require(context: Context, action: str) -> Identity:
    """The acting identity if one of its roles may do ``action``; raises `NotPermitted`."""
    identity = context.identity
    allowed = ALLOWED[action]
    names = " or ".join(sorted(allowed))
    if identity is None:
        raise NotPermitted(
            f"`{action}` needs a person, and nobody is named",
            expected=f"an account with the role {names}",
            todo="in local mode name one with --as NAME",
        )
    if not identity.roles & allowed:
        held = ", ".join(sorted(identity.roles)) or "no role"
        raise NotPermitted(
            f"{identity.name} may not {action.replace('-', ' ')}",
            expected=f"the role {names}; {identity.name} holds {held}",
            todo="ask somebody with that role",
        )
    return identity
