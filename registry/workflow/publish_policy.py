"""Puts a policy into effect: from now on it decides, byte for byte as published."""

from pathlib import Path

from sqlmodel import select

from registry.errors import Conflict, InvalidInput
from registry.policy.loader import Policy, load_policy
from registry.records import PolicyDocument
from registry.workflow.attempt import attempt
from registry.workflow.context import Context, Work
from registry.workflow.gate import known_metrics
from registry.workflow.permissions import require


def read_policy(path: Path) -> Policy:
    """The policy in a file; raises `InvalidInput` with the line of everything wrong in it."""
    try:
        source = path.read_bytes()
    except OSError as error:
        raise InvalidInput(
            f"the policy cannot be read: {error.strerror}",
            where=str(path),
            expected="a YAML file of kind ReleasePolicy",
        ) from error
    return load_policy(source, path.name, known_metrics())


def publish_policy(context: Context, path: Path) -> Policy:
    """Publish the policy in ``path``; the same id and version with other bytes is a `Conflict`."""
    with attempt(context, "publish-policy") as work:
        identity = require(context, "publish-policy")
        policy = read_policy(path)
        if _published(work, policy):
            return policy
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


def _published(work: Work, policy: Policy) -> bool:
    existing = work.session.exec(
        select(PolicyDocument)
        .where(PolicyDocument.policy_id == policy.id)
        .where(PolicyDocument.version == policy.version)
    ).first()
    if existing and existing.digest != policy.digest:
        raise Conflict(
            f"{policy.id} {policy.version} is published already, with other bytes",
            expected="a new version for changed text",
            todo="raise metadata.version and publish again",
        )
    return existing is not None
