"""Brings policy files into their one layout."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from registry.policy.layouts.layout import formatted
from registry.workflow.files import read_document
from registry.workflow.policy_files import policy_files
from registry.workflow.rewrite import rewrite


@dataclass(frozen=True)
class Laid:
    """A file as it is, and as it is to be."""

    path: Path
    before: bytes
    after: bytes

    @property
    def changes(self) -> bool:
        """Whether the file is not in its layout yet."""
        return self.before != self.after

    @property
    def diff(self) -> str:
        """What changes, as a unified diff."""
        old, new = (text.decode().splitlines(keepends=True) for text in (self.before, self.after))
        lines = difflib.unified_diff(old, new, str(self.path), str(self.path))
        return "".join(
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
            for line in lines
        )


def policy_fmt(places: Iterable[Path], *, write: bool) -> list[Laid]:
    """The layout of files and folders; with ``write`` the files that change are replaced.

    Nothing is written if any of them cannot be read.
    """
    found = [_laid(path) for path in policy_files(places)]
    for one in found:
        if write and one.changes:
            rewrite(one.path, one.before, one.after)
    return found


def _laid(path: Path) -> Laid:
    before = read_document(path, "policy")
    return Laid(path, before, formatted(before, str(path)))
