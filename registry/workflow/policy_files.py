"""Policy files: which files of a folder are policies, and each with what it extends."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from registry.errors import InvalidInput
from registry.policy.extension import resolved
from registry.policy.loader import Policy, load_policy
from registry.workflow.files import read_document
from registry.workflow.metrics import known_metrics

TEST = "_test.yaml"
"""How the file with the test cases of a policy ends: ``partner-sharing_test.yaml``."""


def policy_files(places: Iterable[Path]) -> list[Path]:
    """The policy files among ``places``: files as they are, of folders every ``*.yaml`` but tests.

    Raises ``InvalidInput`` for a folder without any.
    """
    found: list[Path] = []
    for place in places:
        if not place.is_dir():
            found.append(place)
            continue
        here = [*place.glob("*.yaml"), *place.glob("*.yml")]
        inside = sorted(file for file in here if not is_test(file))
        if not inside:
            raise InvalidInput(
                "there is no policy in this folder", where=str(place), expected="files *.yaml"
            )
        found += inside
    return found


def is_test(path: Path) -> bool:
    """Whether a file holds test cases and not a policy."""
    return path.name.endswith((TEST, "_test.yml"))


def read_policies(places: Sequence[Path], folder: Path | None = None) -> list[Policy]:
    """The policies in files and folders, with their bases.

    A base is looked for among them, in ``folder``, and beside the file that extends it. Raises
    ``InvalidInput`` with the place of everything wrong.
    """
    files = policy_files(places)
    policies = [read_alone(file) for file in files]
    if not any(policy.document.spec.extends for policy in policies):
        return policies
    known = {file.resolve() for file in files}
    around = {file.parent for file in files} | ({folder} if folder else set())
    library = [
        read_alone(file) for file in policy_files(sorted(around)) if file.resolve() not in known
    ]
    return resolved(policies, [*policies, *library])


def read_alone(path: Path) -> Policy:
    """The policy in one file, without its bases."""
    return load_policy(read_document(path, "policy"), path.name, known_metrics())
