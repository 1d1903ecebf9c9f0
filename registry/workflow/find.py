"""Looks records up by the names people type; a miss names the nearest that exist."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import NoReturn

from sqlmodel import Session, col, select

from registry.errors import Conflict, InvalidInput, NotFound
from registry.records import (
    OPEN_STATES,
    Account,
    Dataset,
    DatasetVersion,
    Release,
    Request,
    Source,
)

VERSION = re.compile(r"(?P<name>.+)@(?P<number>[1-9][0-9]{0,8})")
_REQUEST = re.compile(r"R-(?P<id>[1-9][0-9]{0,8})", re.IGNORECASE)
_RELEASE = re.compile(r"REL-(?P<id>[1-9][0-9]{0,8})", re.IGNORECASE)


@dataclass(frozen=True)
class Found:
    """One version with the names around it."""

    dataset: Dataset
    version: DatasetVersion
    source: Source

    @property
    def label(self) -> str:
        """``name@number``."""
        return f"{self.dataset.name}@{self.version.number}"


def row_id(record: object) -> int:
    """The primary key of a stored record (a record from the database always has one)."""
    key = getattr(record, "id", None)
    if not isinstance(key, int):
        raise TypeError(f"{record!r} is not stored")
    return key


def request_label(request: Request) -> str:
    """``R-17``."""
    return f"R-{request.id}"


def subject(label: str) -> dict[str, str]:
    """What an event is about, from the label somebody typed: a version or a request."""
    return {"dataset": label} if "@" in label else {"request": label.upper()}


def release_label(release: Release) -> str:
    """``REL-4``."""
    return f"REL-{release.id}"


def source_named(session: Session, name: str) -> Source:
    """The source called ``name``; raises `NotFound`."""
    source = session.exec(select(Source).where(Source.name == name)).first()
    if source is None:
        _missing("source", name, session.exec(select(Source.name)).all(), "registry sources list")
    return source


def version_labelled(session: Session, label: str) -> Found:
    """The version ``NAME@V``; raises `NotFound`, or `InvalidInput` if it is not of that form."""
    match = VERSION.fullmatch(label)
    if match is None:
        raise InvalidInput(f"{label!r} is not a version", expected="NAME@NUMBER, such as claims@2")
    dataset = session.exec(select(Dataset).where(Dataset.name == match["name"])).first()
    if dataset is None:
        names = session.exec(select(Dataset.name)).all()
        _missing("dataset", match["name"], names, "registry datasets list")
    of_dataset = DatasetVersion.dataset_id == row_id(dataset)
    version = session.exec(
        select(DatasetVersion).where(of_dataset, DatasetVersion.number == int(match["number"]))
    ).first()
    if version is not None:
        return around(session, version)
    numbers = sorted(session.exec(select(DatasetVersion.number).where(of_dataset)).all())
    known = [f"{dataset.name}@{number}" for number in numbers]
    raise NotFound(f"there is no version {label}", expected=" or ".join(known))


def version_of(session: Session, request: Request) -> Found:
    """The version that a request puts forward."""
    version = session.get_one(DatasetVersion, request.version_id)
    return around(session, version)


def request_labelled(session: Session, label: str) -> Request:
    """The request ``R-17``, or the only open one of ``NAME@V``."""
    match = _REQUEST.fullmatch(label)
    if match is None:
        return _only_open_request(session, label)
    request = session.get(Request, int(match["id"]))
    if request is None:
        last = session.exec(select(Request.id).order_by(col(Request.id).desc())).first()
        expected = f"R-1 to R-{last}" if last else "none has been submitted yet"
        raise NotFound(
            f"there is no request {label}",
            expected=expected,
            todo="see `registry review queue --all`",
        )
    return request


def release_labelled(session: Session, label: str) -> Release:
    """The release ``REL-4``."""
    match = _RELEASE.fullmatch(label)
    release = session.get(Release, int(match["id"])) if match else None
    if release is None:
        raise NotFound(
            f"there is no release {label!r}", expected="REL-1, ...", todo="`registry releases list`"
        )
    return release


def account_name(session: Session, account_id: int | None) -> str | None:
    """The printed name of an account."""
    return None if account_id is None else session.get_one(Account, account_id).name


def names_of(session: Session, account_ids: Iterable[int | None]) -> dict[int | None, str | None]:
    """The printed names of accounts by id, read at once; None, which is nobody, has none."""
    ids = {one for one in account_ids if one is not None}
    found = session.exec(select(Account.id, Account.name).where(col(Account.id).in_(ids)))
    return {None: None, **dict(found.all())} if ids else {None: None}


def around(session: Session, version: DatasetVersion) -> Found:
    """A version with the names around it."""
    dataset = session.get_one(Dataset, version.dataset_id)
    return Found(dataset, version, session.get_one(Source, dataset.source_id))


def _only_open_request(session: Session, label: str) -> Request:
    found = version_labelled(session, label)
    requests = session.exec(
        select(Request)
        .where(Request.version_id == row_id(found.version))
        .where(col(Request.state).in_(OPEN_STATES))
    ).all()
    if not requests:
        raise NotFound(
            f"{label} has no open request",
            expected="R-1, ..., or a version with exactly one open request",
            todo=f"put it forward with `registry submit {label} --use USE --audience AUDIENCE`",
        )
    if len(requests) > 1:
        names = ", ".join(request_label(request) for request in requests)
        raise Conflict(f"{label} has several open requests: {names}", todo="name one of them")
    return requests[0]


def _missing(noun: str, name: str, known: Sequence[str], command: str) -> NoReturn:
    near = get_close_matches(name, known, n=3, cutoff=0.5)
    expected = " or ".join(near or sorted(known)[:5]) or f"no {noun} is recorded yet"
    raise NotFound(f"there is no {noun} {name!r}", expected=expected, todo=f"see `{command}`")
