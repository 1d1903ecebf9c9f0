"""Waives one rule of one policy for one version, or ends that: signed, bounded and on record.

The rule goes on being evaluated: a decision shows its real outcome and margin beside the waiver.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, update

from registry.errors import Conflict, InvalidInput, NotPermitted, PolicyDenied
from registry.log.canonical import canonical, digest_bytes
from registry.policy.expiry import day, expired
from registry.policy.facts import Waiver
from registry.policy.loader import Policy
from registry.policy.waiving import last_day, objection
from registry.records import WaiverRecord
from registry.workflow.attempt import attempt
from registry.workflow.context import Context, Identity, Work
from registry.workflow.find import Found, row_id, version_labelled
from registry.workflow.gate import effective_policies, subject_of
from registry.workflow.once import once
from registry.workflow.people.signing import PersonalSignature, ready, signature
from registry.workflow.permissions import require
from registry.workflow.separation import require_not_author
from registry.workflow.statement import signature_details
from registry.workflow.waivers import waiver_label, waiver_labelled


@dataclass(frozen=True)
class Asked:
    """What is asked for: the rule, and what has to be said for it. ``until`` is its last day."""

    rule: str
    reason: str
    owner: str
    control: str
    until: str
    policy: str | None = None
    ticket: str | None = None


@once("waive")
def waive(context: Context, label: str, asked: Asked) -> WaiverRecord:
    """Grant a waiver on NAME@V.

    Raises `InvalidInput` for what is not said, `PolicyDenied` for what the policy does not let be
    waived, `NotPermitted` for the wrong role or somebody with a hand in the version.
    """
    _require_said(asked)
    context = ready(context, "waive", dataset=label)
    with attempt(context, "waive", dataset=label) as work:
        identity = require(context, "waive")
        found = version_labelled(work.session, label)
        policy = _policy(effective_policies(work.session), asked)
        role = _role(identity, policy)
        require_not_author(work.session, identity, found)
        _require_allowed(work, identity, found, policy, asked, role)
        return _insert(work, identity, found, policy, asked, role)


@once("end-waiver")
def end(context: Context, label: str, reason: str) -> WaiverRecord:
    """End W-3 before its day; raises `Conflict` if it is ended already."""
    if not reason.strip():
        raise InvalidInput("to end a waiver needs a reason", todo="say why with --reason TEXT")
    with attempt(context, "end-waiver", waiver=label.upper()) as work:
        identity = require(context, "end-waiver")
        row = waiver_labelled(work.session, label)
        event = work.record(
            "end-waiver",
            "waiver.ended",
            details={
                "waiver": waiver_label(row),
                "statement": row.statement_digest,
                "reason": reason,
            },
        )
        changed = work.session.exec(
            update(WaiverRecord)
            .where(col(WaiverRecord.id) == row_id(row))
            .where(col(WaiverRecord.ended_at).is_(None))
            .values(ended_by=identity.account_id, ended_at=event.at, ended_reason=reason)
        )
        if changed.rowcount != 1:
            raise Conflict(f"{waiver_label(row)} was ended already")
        work.session.refresh(row)
        return row


def _require_said(asked: Asked) -> None:
    for name, text in (
        ("reason", asked.reason),
        ("owner", asked.owner),
        ("control", asked.control),
    ):
        if not text.strip():
            raise InvalidInput(f"a waiver needs a {name}", todo=f"give it with --{name} TEXT")
    try:
        day(asked.until)
    except ValueError as error:
        raise InvalidInput(f"{asked.until!r} is no day", expected=str(error)) from error


def _policy(policies: Sequence[Policy], asked: Asked) -> Policy:
    """The policy in effect whose rule is meant; raises `InvalidInput` where that is unclear."""
    holding = [
        one
        for one in policies
        if one.document.spec.match is not None
        and asked.rule in {rule.id for _, rule in one.rules}
        and asked.policy in (None, one.id)
    ]
    if len(holding) == 1:
        return holding[0]
    names = ", ".join(one.id for one in holding)
    if names:
        raise InvalidInput(
            f"several policies have a rule {asked.rule}", expected=f"--policy with one of: {names}"
        )
    within = f" of {asked.policy}" if asked.policy else ""
    known = sorted({rule.id for one in policies for _, rule in one.rules})
    raise InvalidInput(
        f"no policy in effect{within} has a rule {asked.rule!r}",
        expected=f"one of: {', '.join(known)}" if known else "a published policy",
    )


def _role(identity: Identity, policy: Policy) -> str:
    """The role that the policy names, if this person holds it."""
    terms = policy.document.spec.waivers
    if terms is None:
        raise PolicyDenied(
            f"{policy.id} {policy.version} lets no rule be waived",
            todo="meet the rule, or publish a policy with terms for waivers",
        )
    if terms.approver not in identity.roles:
        raise NotPermitted(
            f"{identity.name} may not waive rules of {policy.id}",
            expected=f"the role {terms.approver}, which the policy names",
        )
    return terms.approver


def _require_allowed(
    work: Work, identity: Identity, found: Found, policy: Policy, asked: Asked, role: str
) -> None:
    """By the rules that the engine will hold it to, so that nothing is granted in vain."""
    now = work.context.clock()
    if expired(asked.until, now):
        raise InvalidInput(f"{asked.until} is in the past", expected="a day from today on")
    subject = subject_of(work.session, found)
    asked_for = Waiver(
        "W",
        policy.id,
        policy.version,
        asked.rule,
        subject.content_digest,
        role,
        identity.pseudonym,
        now,
        asked.until,
        signed=True,
    )
    why = objection(policy, subject.content_digest, asked_for, now)
    if why is None:
        return
    terms = policy.document.spec.waivers
    assert terms is not None
    latest = last_day(now, terms.max_duration)
    raise PolicyDenied(
        f"{asked.rule} cannot be waived so: {why}",
        expected=f"one of {', '.join(terms.allowed)}, until {latest} at the latest",
    )


def _require_signature(policy: Policy, made: bool) -> None:
    """Raise `NotPermitted` where the policy asks for signatures and nobody could make one."""
    if policy.document.spec.approvals.signatures == "required" and not made:
        raise NotPermitted(
            f"{policy.id} asks for signatures by people's own keys, and nobody has one here",
            expected="a registry where people sign in",
        )


def _insert(
    work: Work, identity: Identity, found: Found, policy: Policy, asked: Asked, role: str
) -> WaiverRecord:
    at = work.context.now()
    body = canonical(
        {
            "dataset": {"label": found.label, "content": found.version.content_digest},
            "policy": {"id": policy.id, "version": policy.version, "digest": policy.digest},
            "rule": asked.rule,
            "reason": asked.reason,
            "owner": asked.owner,
            "ticket": asked.ticket,
            "control": asked.control,
            "until": asked.until,
            "signer": identity.name,
            "role": role,
            "meaning": "waive",
            "at": at,
            "authentication": identity.authentication,
        }
    )
    made = signature(work, identity, body)
    _require_signature(policy, made is not None)
    row = WaiverRecord(
        version_id=row_id(found.version),
        policy_id=policy.id,
        policy_version=policy.version,
        rule=asked.rule,
        reason=asked.reason,
        owner=asked.owner,
        ticket=asked.ticket,
        control=asked.control,
        until=asked.until,
        role=role,
        statement=body,
        statement_digest=digest_bytes(body),
        authentication=identity.authentication,
        key_id=made.key_id if made else None,
        signature=made.value if made else None,
        approved_by=identity.account_id,
        approved_at=at,
        event_seq=_told(work, found, policy, asked, role, digest_bytes(body), made),
    )
    work.session.add(row)
    work.session.flush()
    return row


def _told(
    work: Work,
    found: Found,
    policy: Policy,
    asked: Asked,
    role: str,
    statement: str,
    made: PersonalSignature | None,
) -> int:
    event = work.record(
        "waive",
        "waiver.granted",
        dataset=found.label,
        details={
            "policy": policy.id,
            "version": policy.version,
            "rule": asked.rule,
            "until": asked.until,
            "role": role,
            "statement": statement,
            **signature_details(made),
        },
    )
    return event.seq
