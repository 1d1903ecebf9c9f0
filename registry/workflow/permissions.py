"""Which roles may do what; the table of the domain, in one place for every interface."""

from registry.errors import NotPermitted
from registry.records import Role
from registry.workflow.context import Context, Identity

_PEOPLE = set(Role) - {Role.SERVICE}
_ENGINEER = {Role.ENGINEER}
_MACHINE = {Role.ENGINEER, Role.SERVICE}
_SIGNERS = {Role.STEWARD, Role.PRIVACY_OFFICER, Role.COMPLIANCE_OFFICER}
_BUDGETERS = {Role.STEWARD, Role.PRIVACY_OFFICER}

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
    "anchor": frozenset({Role.ADMIN, Role.AUDITOR, Role.COMPLIANCE_OFFICER}),
    "correct-clock": frozenset({Role.ADMIN}),
    "issue-enrolment": frozenset({Role.ADMIN}),
    "reset-password": frozenset({Role.ADMIN}),
    "deactivate-account": frozenset({Role.ADMIN}),
    "grant-role": frozenset({Role.ADMIN}),
    "revoke-role": frozenset({Role.ADMIN}),
    "link-account": frozenset({Role.ADMIN}),
    "create-token": frozenset({Role.ADMIN}),
    "list-webhooks": frozenset({Role.ADMIN}),
    "add-webhook": frozenset({Role.ADMIN}),
    "remove-webhook": frozenset({Role.ADMIN}),
    "redeliver": frozenset({Role.ADMIN}),
    "revoke-token": frozenset({Role.ADMIN}),
    "approve-key": frozenset({Role.ADMIN, Role.COMPLIANCE_OFFICER}),
    "revoke-key": frozenset({Role.ADMIN, Role.COMPLIANCE_OFFICER}),
    "author": frozenset(_ENGINEER),
    "review": frozenset(_SIGNERS),
    "take-responsibility": frozenset(_SIGNERS),
    "retract": frozenset(_SIGNERS | _ENGINEER),
    "withdraw": frozenset(_ENGINEER),
    "amend": frozenset(_ENGINEER),
    "name-deputy": frozenset(_SIGNERS),
    "end-deputy": frozenset(_SIGNERS | _ENGINEER),
    "stand-in": frozenset(_SIGNERS | _ENGINEER),
    "add-recipient": frozenset({Role.COMPLIANCE_OFFICER}),
    "add-agreement": frozenset({Role.COMPLIANCE_OFFICER}),
    "end-agreement": frozenset({Role.COMPLIANCE_OFFICER}),
    "recall": frozenset({Role.COMPLIANCE_OFFICER}),
    "acknowledge-recall": frozenset({Role.COMPLIANCE_OFFICER}),
    "withdraw-source": frozenset({Role.COMPLIANCE_OFFICER}),
    "withdraw-version": frozenset({Role.COMPLIANCE_OFFICER}),
    "declare-budget": frozenset(_BUDGETERS),
    "sign-budget": frozenset(_BUDGETERS),
    "declare-partition": frozenset(_BUDGETERS),
    "sign-partition": frozenset(_BUDGETERS),
    "declare-batch": frozenset(_BUDGETERS),
    "sign-batch": frozenset(_BUDGETERS),
    "plan-dp-audit": frozenset({Role.ENGINEER, Role.PRIVACY_OFFICER}),
    "submit-dp-audit": frozenset({Role.ENGINEER, Role.PRIVACY_OFFICER}),
    "backup": frozenset({Role.ADMIN}),
    "restore": frozenset({Role.ADMIN}),
    "export": frozenset({Role.AUDITOR, Role.PRIVACY_OFFICER, Role.COMPLIANCE_OFFICER, Role.ADMIN}),
    "disclose": frozenset({Role.PRIVACY_OFFICER}),
    "withhold": frozenset({Role.PRIVACY_OFFICER}),
    "ask-access": frozenset(_PEOPLE),
    "withdraw-access": frozenset(_PEOPLE),
    "answer-access": frozenset({Role.COMPLIANCE_OFFICER}),
    "bundle": frozenset({Role.AUDITOR, *_SIGNERS, *_ENGINEER}),
}

SCOPES = frozenset({"check", "register", "evaluate", "verify", "report"})
"""All that a token can be good for; none of it signs, approves or releases."""


def require(context: Context, action: str) -> Identity:
    """The acting identity if one of its roles may do ``action``; raises `NotPermitted`."""
    identity = context.identity
    allowed = ALLOWED[action]
    names = " or ".join(sorted(allowed))
    if identity is None:
        raise NotPermitted(
            f"`{_said(action)}` needs a person, and nobody is named",
            expected=f"an account with the role {names}",
            todo="in local mode name one with --as NAME, else run `registry login NAME`",
        )
    require_scope(context, action)
    if not identity.roles & allowed:
        held = ", ".join(sorted(identity.roles)) or "no role"
        raise NotPermitted(
            f"{identity.name} may not {_said(action)}",
            expected=f"the role {names}; {identity.name} holds {held}",
            todo="ask somebody with that role",
        )
    return identity


def _said(action: str) -> str:
    """The action as a person calls it."""
    return "sign" if action == "stand-in" else action.replace("-", " ")


def require_scope(context: Context, scope: str) -> None:
    """Raise `NotPermitted` for a token that is not good for ``scope``; people have no scopes."""
    scopes = context.identity.scopes if context.identity else None
    if scopes is not None and scope not in scopes & SCOPES:
        raise NotPermitted(
            f"the token is not good for `{scope}`",
            expected=f"a scope among {', '.join(sorted(SCOPES))}; "
            f"this one has {', '.join(sorted(scopes)) or 'none'}",
            todo="a person does it, or an admin makes another token",
        )
