"""Policies as they would be: files put in the place of what is in effect, bases resolved anew."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session

from registry.errors import InvalidInput
from registry.policy.extension import resolved
from registry.policy.loader import Policy
from registry.workflow.gate import effective_documents, effective_policies, library, loaded
from registry.workflow.policy_files import policy_files, read_alone


@dataclass(frozen=True)
class Proposal:
    """What is in effect, what would be, and the ids of the policies that were given."""

    before: list[Policy]
    after: list[Policy]
    given: tuple[str, ...]


def proposal(session: Session, places: Sequence[Path], folder: Path | None) -> Proposal:
    """The policies in effect, and the same with the given ones in their place or beside them.

    A base is looked for among the files given, in ``folder``, beside them, and in the registry. One
    that is given becomes the base of those in effect whose range it lies in, as it would when
    published.
    """
    files = policy_files(places)
    given = [read_alone(file) for file in files]
    _require_each_once(given)
    ids = {policy.id for policy in given}
    kept = [
        loaded(document)
        for document in effective_documents(session)
        if document.policy_id not in ids
    ]
    all_of_them = sorted([*given, *kept], key=lambda one: one.id)
    after = resolved(all_of_them, _shelf(session, files, given, folder))
    return Proposal(effective_policies(session), after, tuple(sorted(ids)))


def proposed(session: Session, file: Path, folder: Path | None) -> Policy:
    """The policy in one file, its bases found where `proposal` finds them."""
    policy = read_alone(file)
    (whole,) = resolved([policy], _shelf(session, [file], [policy], folder))
    return whole


def _shelf(
    session: Session, files: Sequence[Path], given: Sequence[Policy], folder: Path | None
) -> list[Policy]:
    """Where bases are looked for; files beside are read only if one that is given extends any."""
    published = library(session)
    if not any(policy.document.spec.extends for policy in given):
        return [*given, *published]
    known = {file.resolve() for file in files}
    around = {file.parent for file in files} | ({folder} if folder else set())
    others = [file for file in policy_files(sorted(around)) if file.resolve() not in known]
    return [*given, *(read_alone(file) for file in others), *published]


def _require_each_once(given: Sequence[Policy]) -> None:
    names: dict[str, str] = {}
    for policy in given:
        if policy.id in names:
            raise InvalidInput(
                f"{names[policy.id]} and {policy.name} are both the policy {policy.id}",
                expected="one file for each policy",
            )
        names[policy.id] = policy.name
