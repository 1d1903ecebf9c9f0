"""The governance policy as a document, from policy files."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from registry.errors import InvalidInput
from registry.policy.loader import Policy
from registry.workflow.metrics import metric_titles
from registry.workflow.policy_files import read_policies
from registry.workflow.write_text import write_bytes


@dataclass(frozen=True)
class Document:
    """One policy as a document; ``name`` is what its file is called in a folder."""

    policy: str
    name: str
    content: bytes


def documents(
    files: Sequence[Path], form: str, folder: Path | None = None, against: Path | None = None
) -> list[Document]:
    """The policies in ``files`` as documents, "md", "html", "pdf" or "json".

    ``against`` is a file with an older version of one of them, which is then compared with it.
    Raises `InvalidInput` with the place of everything wrong.
    """
    from registry.reports.governance import governance
    from registry.reports.rendering.render import render

    policies = read_policies(files, folder)
    before = _before(against, folder, policies) if against else {}
    titles = metric_titles()
    made = [(one.id, governance(one, titles, before.get(one.id))) for one in policies]
    return [Document(id, f"{id}.{form}", render(one, form)) for id, one in made]


def write_documents(found: Sequence[Document], output: Path) -> list[Path]:
    """Write one document to a file, or any number into a folder."""
    into_folder = output.is_dir() or len(found) > 1
    names = {one.name for one in found}
    if len(names) < len(found):
        raise InvalidInput(
            "two of the policies have the same id, and one document would replace the other",
            expected="each policy once",
        )
    return [
        write_bytes(output / one.name if into_folder else output, one.content, "document")
        for one in found
    ]


def _before(against: Path, folder: Path | None, policies: Sequence[Policy]) -> dict[str, Policy]:
    (old,) = _one(against, folder)
    known = [policy.id for policy in policies]
    if old.id not in known:
        raise InvalidInput(
            f"{old.id} is none of the policies to be documented",
            where=str(against),
            expected=f"an older version of {', '.join(known)}",
        )
    return {old.id: old}


def _one(path: Path, folder: Path | None) -> list[Policy]:
    if path.is_dir():
        raise InvalidInput("a folder is no policy", where=str(path), expected="one policy file")
    return read_policies([path], folder)
