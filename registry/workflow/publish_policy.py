"""Puts a policy into effect: from now on it decides, byte for byte as published."""

from pathlib import Path

from sqlmodel import select

from registry.errors import Conflict
from registry.policy.loader import Policy
from registry.policy.versions import precedence
from registry.records import PolicyDocument
from registry.workflow.attempt import attempt
from registry.workflow.context import Context, Work
from registry.workflow.gate import effective_documents
from registry.workflow.permissions import require
from registry.workflow.policy_files import read_alone


def publish_policy(context: Context, path: Path) -> Policy:
    """Publish the policy in ``path``; the same id and version with other bytes is a `Conflict`."""
    with attempt(context, "publish-policy") as work:
        identity = require(context, "publish-policy")
        policy = read_alone(path)
        if _published(work, policy):
            return policy
        _require_newer(work, policy)
        work.session.add(
            PolicyDocument(
                policy_id=policy.id,
                version=policy.version,
                digest=policy.digest,
                file_name=path.name,
                body=policy.source,
                published_by=identity.account_id,
                published_at=context.now(),
            )
        )
        work.record(
            "publish-policy",
            "policy.published",
            details={"policy": policy.id, "version": policy.version, "digest": policy.digest},
        )
        return policy


def _require_newer(work: Work, policy: Policy) -> None:
    """The version in effect may only be followed by a higher one: no way back unseen."""
    current = [
        one.version for one in effective_documents(work.session) if one.policy_id == policy.id
    ]
    if current and precedence(policy.version) <= precedence(current[0]):
        raise Conflict(
            f"{policy.id} {current[0]} is in effect, and {policy.version} is not newer",
            expected=f"a version above {current[0]}",
            todo="raise metadata.version and publish again",
        )


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
