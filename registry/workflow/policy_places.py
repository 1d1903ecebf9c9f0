"""Where the files of policies are, so that a finding can point at the line of a checkout."""

from pathlib import Path

from registry.log.canonical import digest_bytes
from registry.workflow.files import read_document
from registry.workflow.policy_files import policy_files


def places(folder: Path) -> dict[str, str]:
    """The files of a folder, seen from the working folder, by the digest of their bytes.

    By the bytes, because a line of another version of the file would be another line. A file
    outside the working folder goes by its name alone: no checkout has a path to it.
    """
    here = Path.cwd()
    return {
        digest_bytes(read_document(file, "policy")): seen_from(here, file)
        for file in policy_files([folder])
    }


def seen_from(here: Path, file: Path) -> str:
    """The path of ``file`` from ``here``, or its name where it lies elsewhere."""
    whole = file.absolute()
    return whole.relative_to(here).as_posix() if whole.is_relative_to(here) else file.name
