"""Whether the files of registered versions are where they were put, and what they were."""

from collections.abc import Iterator
from pathlib import Path

from sqlmodel import col, select

from registry.errors import Unavailable
from registry.records import Dataset, DatasetVersion, Storage
from registry.store.objects import file_digest
from registry.workflow.doctor.finding import Finding, fault, ok, unchecked, warning
from registry.workflow.doctor.patient import Patient

NAME = "files"
_RESTORE = "bring the file back from a backup; what was decided on it cannot be shown without it"


def check(patient: Patient) -> Iterator[Finding]:
    """Every stored file is there and not empty; with ``full`` it has its digest."""
    count = 0
    found: list[Finding] = []
    query = select(DatasetVersion, Dataset.name).where(DatasetVersion.dataset_id == Dataset.id)
    for version, name in patient.session.exec(query.order_by(col(DatasetVersion.id))):
        count += 1
        found += _version(patient, version, f"{name}@{version.number}")
    yield from found
    if not found:
        how = "have their digests" if patient.full else "are there (--full reads them)"
        yield ok(NAME, f"the files of {count} versions {how}")


def _version(patient: Patient, version: DatasetVersion, label: str) -> Iterator[Finding]:
    path = patient.context.file_of(version)
    stored = version.storage == Storage.STORED
    if not path.is_file():
        how = fault if stored else warning
        yield how(NAME, f"the file of {label} is gone", path, _RESTORE)
    elif stored and not path.stat().st_size:
        yield fault(NAME, f"the file of {label} is empty", path, _RESTORE)
    elif patient.full:
        yield from _digest(version, label, path)


def _digest(version: DatasetVersion, label: str, path: Path) -> Iterator[Finding]:
    try:
        found = file_digest(path)
    except Unavailable as error:
        yield unchecked(NAME, f"{label}: {error.what}", path, "make the file readable")
        return
    if found != version.file_digest:
        yield fault(
            NAME,
            f"the file of {label} is not the one that was registered: it has {found}",
            where=path,
            todo=f"bring back the file with {version.file_digest}",
        )
