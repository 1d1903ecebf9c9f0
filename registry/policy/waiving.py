"""Which waivers count: only what the policy allows, from the role it names, and only so long."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from registry.policy.comparing.versions import major
from registry.policy.expiry import day, days, expired
from registry.policy.facts import Subject, Waiver
from registry.policy.loader import Policy


def in_force(
    policy: Policy, subject: Subject, waivers: Iterable[Waiver], now: datetime
) -> dict[str, Waiver]:
    """The waiver that covers each waived rule of a policy, by rule; the longest of several."""
    held = [one for one in waivers if objection(policy, subject.content_digest, one, now) is None]
    held.sort(key=lambda one: (one.until, one.id))
    return {one.rule: one for one in held}


def objection(policy: Policy, content_digest: str, waiver: Waiver, now: datetime) -> str | None:
    """Why a waiver does not count under a policy for the data of a digest; None if it does."""
    terms = policy.document.spec.waivers
    if waiver.policy_id != policy.id:
        return f"it is of the policy {waiver.policy_id}"
    if (signed := _major(waiver.policy_version)) != major(policy.version):
        # Only a major version may put another demand under the same id.
        said = waiver.policy_version if signed is not None else "no version"
        return f"it was signed under {said} of {policy.id}, which is {policy.version} now"
    if terms is None or waiver.rule not in terms.allowed:
        return f"{policy.id} {policy.version} lets nobody waive {waiver.rule}"
    if waiver.dataset_digest != content_digest:
        return "it is of another version of the data"
    if waiver.role != terms.approver:
        return f"it was signed as {waiver.role}, and {policy.id} asks for {terms.approver}"
    if policy.document.spec.approvals.signatures == "required" and not waiver.signed:
        return f"nobody's own key signed it, and {policy.id} asks for signatures"
    if waiver.granted_at.tzinfo is None or waiver.granted_at > now:
        return "it was granted at no time before now"
    if expired(waiver.until, now):
        return f"it ended on {waiver.until}"
    return _too_long(waiver, terms.max_duration)


def _major(version: str) -> int | None:
    try:
        return major(version)
    except ValueError:
        return None


def _too_long(waiver: Waiver, longest: str) -> str | None:
    try:
        until = day(waiver.until)
    except ValueError:
        return "its last day cannot be read"
    if until <= last_day(waiver.granted_at, longest):
        return None
    return f"it runs longer than {longest}"


def last_day(granted_at: datetime, longest: str) -> date:
    """The last day that a waiver granted at an instant may name, under a longest duration."""
    return (granted_at.astimezone(UTC) + timedelta(days=days(longest))).date()
