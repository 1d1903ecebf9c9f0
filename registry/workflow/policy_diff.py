"""Compares two versions of a policy: two files, or the version in effect and a file."""

from collections.abc import Callable
from pathlib import Path

from registry.errors import InvalidInput, NotFound
from registry.marked_yaml import suggestion
from registry.policy.answers.demanded import Revision, revision
from registry.policy.loader import Policy
from registry.store.database import reading
from registry.workflow.context import Context
from registry.workflow.gate import effective_policies
from registry.workflow.policy_files import read_policies
from registry.workflow.proposed import proposed

Opened = Callable[[], Context]
"""Opens the registry; not called where two files are compared."""


def policy_diff(before: str, after: Path, folder: Path | None, opened: Opened) -> Revision:
    """What ``after`` changes; ``before`` is a file, or the id of a policy in effect.

    Raises ``InvalidInput`` where the two are not versions of one policy.
    """
    if Path(before).exists():
        return _compared(before, after, _only(Path(before), folder), _only(after, folder))
    return diff_in_effect(opened(), before, after, folder)


def diff_in_effect(context: Context, name: str, after: Path, folder: Path | None) -> Revision:
    """What ``after`` changes of the policy in effect that is called ``name``."""
    return _compared(name, after, *_in_effect(name, after, folder, context))


def _compared(before: str, after: Path, old: Policy, new: Policy) -> Revision:
    if old.id != new.id:
        raise InvalidInput(
            f"{before} is the policy {old.id}, and {after} is {new.id}",
            expected="two versions of one policy",
        )
    return revision(old, new)


def _only(path: Path, folder: Path | None) -> Policy:
    if path.is_dir():
        raise InvalidInput("a folder is no policy", where=str(path), expected="one file")
    (found,) = read_policies([path], folder)
    return found


def _in_effect(
    name: str, after: Path, folder: Path | None, context: Context
) -> tuple[Policy, Policy]:
    if after.is_dir():
        raise InvalidInput("a folder is no policy", where=str(after), expected="one file")
    with reading(context.engine) as session:
        there = {policy.id: policy for policy in effective_policies(session)}
        if name not in there:
            raise NotFound(
                f"there is neither a file nor a policy in effect {name!r}",
                expected=suggestion(name, there) if there else "no policy is in effect",
                todo="see `registry policies list`",
            )
        return there[name], proposed(session, after, folder)
