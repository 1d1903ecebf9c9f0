"""Puts a policy into effect: from now on it decides, byte for byte as published."""

from collections.abc import Sequence
from pathlib import Path

from sqlmodel import select

from registry.errors import Conflict, InvalidInput, NotPermitted
from registry.policy.comparing.changes import Difference, difference
from registry.policy.comparing.versions import BUMPS, bump, precedence
from registry.policy.extension import resolved
from registry.policy.loader import Policy
from registry.records import Account, PolicyDocument
from registry.workflow.attempt import attempt
from registry.workflow.context import Context, Identity, Work
from registry.workflow.gate import effective_documents, effective_policies, library, loaded
from registry.workflow.once import once
from registry.workflow.permissions import require
from registry.workflow.policy_files import read_alone


@once("publish-policy", again=lambda _context, path: read_alone(path))
def publish_policy(context: Context, path: Path) -> Policy:
    """Publish the policy in ``path``.

    Raises `Conflict` for an id and version that stand with other bytes, or a version that rises by
    less than its changes demand; `InvalidInput` where it loosens what it extends, or where a policy
    in effect would loosen it; `NotPermitted` for somebody who is not among its owners.
    """
    with attempt(context, "publish-policy") as work:
        identity = require(context, "publish-policy")
        alone = read_alone(path)
        if _published(work, alone):
            return alone
        _require_owner(work, identity, alone)
        for current in _in_effect(work, alone):
            _require_owner(work, identity, loaded(current))
        _require_newer(work, alone)
        policy, others = _among_the_published(work, alone)
        before = next((one for one in others if one.id == policy.id), None)
        changes = difference(before, policy) if before else None
        if before and changes:
            _require_bump(before, policy, changes)
        _insert(work, identity, policy, path, changes)
        return policy


def _insert(
    work: Work, identity: Identity, policy: Policy, path: Path, changes: Difference | None
) -> None:
    event = work.record(
        "publish-policy",
        "policy.published",
        details={
            "policy": policy.id,
            "version": policy.version,
            "digest": policy.digest,
            "bump": changes.bump if changes else "first",
            "changes": [
                {"direction": one.direction, "where": one.where, "what": one.what}
                for one in (changes.changes if changes else ())
            ],
        },
    )
    work.session.add(
        PolicyDocument(
            policy_id=policy.id,
            version=policy.version,
            digest=policy.digest,
            file_name=path.name,
            body=policy.source,
            published_by=identity.account_id,
            published_at=event.at,
        )
    )


def _require_owner(work: Work, identity: Identity, policy: Policy) -> None:
    """Owners are offices or accounts; where accounts are among them, one of these publishes.

    Asked of the version in effect as well: nobody becomes an owner by saying so.
    """
    owners = policy.document.metadata.owners
    accounts = set(work.session.exec(select(Account.name)))
    named = [owner for owner in owners if owner in accounts]
    if named and identity.name not in named:
        raise NotPermitted(
            f"{identity.name} does not own {policy.id}", expected=f"one of: {', '.join(named)}"
        )


def _among_the_published(work: Work, alone: Policy) -> tuple[Policy, Sequence[Policy]]:
    """The policy with its bases, and those in effect, each still good beside it."""
    shelf = [*library(work.session), alone]
    (policy,) = resolved([alone], shelf)
    others = effective_policies(work.session)
    try:
        resolved([one for one in others if one.id != policy.id], shelf)
    except InvalidInput as error:
        raise InvalidInput(
            f"{policy.id} {policy.version} cannot take effect, because {error.what}",
            expected=error.expected,
            todo="publish a version of the policy that extends it first, or raise the major one",
        ) from None
    return policy, others


def _require_bump(before: Policy, policy: Policy, changes: Difference) -> None:
    """The version says what kind of change it is: to loosen takes a major one."""
    made = bump(before.version, policy.version)
    if BUMPS.index(made) >= BUMPS.index(changes.bump):
        return
    graver = changes.of("loosened") if changes.bump == "major" else changes.of("tightened")
    listed = "".join(f"\n  - {one.where}: {one.what}" for one in graver)
    kind = "loosens" if changes.bump == "major" else "tightens"
    raise Conflict(
        f"{policy.id} {policy.version} {kind} {before.version}:{listed}",
        expected=f"a {changes.bump} version above {before.version}; this one is {made}",
        todo="raise metadata.version, or leave these places as they are",
    )


def _require_newer(work: Work, policy: Policy) -> None:
    """The version in effect may only be followed by a higher one: no way back unseen."""
    for current in _in_effect(work, policy):
        if precedence(policy.version) <= precedence(current.version):
            raise Conflict(
                f"{policy.id} {current.version} is in effect, and {policy.version} is not newer",
                expected=f"a version above {current.version}",
                todo="raise metadata.version and publish again",
            )


def _in_effect(work: Work, policy: Policy) -> list[PolicyDocument]:
    """The version of the policy that is in effect, if there is one."""
    return [one for one in effective_documents(work.session) if one.policy_id == policy.id]


def _published(work: Work, policy: Policy) -> bool:
    existing = work.session.exec(
        select(PolicyDocument)
        .where(PolicyDocument.policy_id == policy.id)
        .where(PolicyDocument.version == policy.version)
    ).first()
    in_effect = {one.id for one in effective_documents(work.session)}
    if existing and existing.id not in in_effect:
        raise Conflict(
            f"{policy.id} {policy.version} was published before and is no longer in effect",
            expected="a new version",
            todo="raise metadata.version and publish again",
        )
    if existing and existing.digest != policy.digest:
        raise Conflict(
            f"{policy.id} {policy.version} is published already, with other bytes",
            expected="a new version for changed text",
            todo="raise metadata.version and publish again",
        )
    return existing is not None
