"""Verifies a bundle that somebody hands over: reads files, and needs no registry around them."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from registry.bundle.read import Opened
from registry.bundle.strict import MOST_BYTES
from registry.bundle.verify import Row, Verification, verified
from registry.errors import IntegrityFailure, InvalidInput, RegistryError, Unavailable
from registry.workflow.auditing.log_key import read_public

NO_BUNDLE = frozenset({"unreadable", "oversize", "foreign"})
"""Causes that say that the file is none of ours, or not all of one of ours."""

_BLOCK = 1 << 20


@dataclass(frozen=True)
class Given:
    """What the auditor holds beside the bundle."""

    trust: Path | None = None
    data: Path | None = None
    anchor: Path | None = None


def check_bundle(path: Path, given: Given) -> Verification:
    """Every check of the bundle at ``path``; raises `InvalidInput` where it cannot be read."""
    data = _bytes(path, "bundle", MOST_BYTES + 1)
    trusted = read_public(given.trust) if given.trust else None
    rows: list[Row] = []
    sha256 = _held(rows, given.data, "data file", _sha256)
    anchor = _held(rows, given.anchor, "anchor", lambda file: _bytes(file, "anchor", _BLOCK))
    found = verified(data, trusted, sha256, anchor)
    if found.opened is not None:
        rows += _catalogue(found.opened)
    unread = {one.check for one in rows if one.demanded}  # and so was not "not given"
    kept = (one for one in found.rows if one.check not in unread)
    return Verification((*kept, *rows), found.opened)


def verdict(found: Verification, path: Path) -> RegistryError | None:
    """The error that a verification ends with; None where nothing contradicts the bundle."""
    if found.causes and found.causes <= NO_BUNDLE:
        return IntegrityFailure(
            f"{path.name} is no evidence bundle: {found.failed[0].what}",
            expected="the whole file, as `registry bundle create` wrote it",
            todo="ask whoever sent it for the registry's own copy",
        )
    if found.failed:
        return IntegrityFailure(
            f"{path.name} is refused: {', '.join(sorted(found.causes))}",
            todo="do not rely on it; ask whoever sent it for the registry's own copy",
        )
    if found.open:
        return Unavailable(
            "not everything that was asked for could be checked: "
            + "; ".join(str(one.what) for one in found.open)
        )
    return None


def _held(rows: list[Row], path: Path | None, noun: str, read: Any) -> Any:
    """What stands in a file; one that was named and cannot be read leaves the question open."""
    if path is None:
        return None
    try:
        return read(path)
    except (OSError, InvalidInput) as error:
        what = getattr(error, "strerror", None) or str(error).splitlines()[0]
        rows.append(Row(noun, "could not check", None, f"{path}: {what}", demanded=True))
        return None


def _bytes(path: Path, noun: str, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(most)
    except IsADirectoryError:
        raise InvalidInput(
            f"the {noun} is one file, and this is a folder: name a file in it", where=str(path)
        ) from None
    except OSError as error:
        raise InvalidInput(
            f"the {noun} cannot be read: {error.strerror}", where=str(path)
        ) from None


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _catalogue(bundle: Opened) -> Iterator[Row]:
    """What the bundle says of metrics, against what they are here where definitions agree."""
    from registry.workflow.metrics import known_metrics
    from registry.workflow.recorded import definitions

    title, known, current = "metrics as they are defined here", known_metrics(), definitions()
    unknown: list[str] = []
    for one in bundle.record.catalogue:
        if current.get(one.id) != one.definition:
            unknown.append(one.id)
            continue
        here = known[one.id]
        said: Mapping[str, object] = {"scope": here.scope, "sampled": here.sampled}
        wide = (one.kinds, one.places) != (tuple(here.kinds), tuple(map(tuple, here.places)))
        if wide or any(getattr(one, key) != value for key, value in said.items()):
            yield Row(title, "fail", "catalogue-differs", f"{one.id} is described otherwise here")
    if unknown:
        what = f"defined otherwise here: {', '.join(unknown)}"
        yield Row(title, "could not check", None, what)
