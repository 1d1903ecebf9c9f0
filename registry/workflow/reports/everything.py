"""Every document about versions in every format, in one folder with an index page."""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

from sqlmodel import Session, col, select

from registry.records import DecisionRecord, Release, Request
from registry.reports.document import Document
from registry.reports.index import Groups, file_name, index
from registry.reports.numbers import moment
from registry.store.database import reading
from registry.workflow.attempt import refusals_logged
from registry.workflow.context import Context
from registry.workflow.exchange.entries import entries
from registry.workflow.exchange.export import every_export, log_exported
from registry.workflow.find import Found, row_id, version_labelled
from registry.workflow.permissions import require_scope
from registry.workflow.reports.compare import compare
from registry.workflow.reports.kinds import OF_A_POLICY, OF_A_RELEASE, OF_A_VERSION
from registry.workflow.reports.write import log_written, printed, replace_file

POLICIES: Final = "Policies that decided"
WHOLE: Final = "The whole registry"
COMPARED: Final = "From one version to the next"


def write_all(
    context: Context,
    labels: Sequence[str],
    output: Path | None = None,
    whole: Sequence[Document] = (),
) -> Path:
    """Write every document about the versions into a folder; returns the path of its index.

    ``whole`` are documents about everything, such as the portfolio, which come last. All of it is
    printed before anything is written, so that a template that fails leaves the folder as it was.
    """
    from registry.reports.rendering.render import FORMATS, render_index

    folder = output or context.settings.folder / "reports"
    groups = {**every_document(context, labels), **({WHOLE: whole} if whole else {})}
    written = [(one, form) for group in groups.values() for one in group for form in FORMATS]
    files = {folder / file_name(one, form): printed(context, one, form) for one, form in written}
    exports = [one for label in labels for one in every_export(context, label)]
    for one in exports:
        files[folder / one.name] = one.text.encode()
        files[folder / file_name(one.losses, "html")] = printed(context, one.losses, "html")
    page = index(groups, FORMATS, moment(context.now()), entries(exports))
    files[folder / "index.html"] = render_index(page, context.settings.templates)
    for path, content in files.items():
        replace_file(path, content)
    log_written(context, [*written, *((one.losses, "html") for one in exports)])
    log_exported(context, exports)
    return folder / "index.html"


def every_document(context: Context, labels: Sequence[str]) -> Groups:
    """The documents by what they are about: each version, what became of it, and the policies."""
    found = {label: documents_of(context, label) for label in labels}
    compared = tuple(compare(context, old, new) for old, new in pairwise(labels))
    groups = {**found, COMPARED: compared, POLICIES: _policies(context, labels)}
    return {name: group for name, group in groups.items() if group}


def documents_of(context: Context, label: str) -> tuple[Document, ...]:
    """Every kind of document about NAME@V and its releases, from one look at the records."""
    with refusals_logged(context, "report", dataset=label), reading(context.engine) as session:
        require_scope(context, "report")
        found = version_labelled(session, label)
        of_it = (make(context, session, found) for make in OF_A_VERSION.values())
        of_releases = (
            make(context, session, release)
            for make in OF_A_RELEASE.values()
            for release in _releases(session, found)
        )
        return (*of_it, *of_releases)


def _releases(session: Session, found: Found) -> Sequence[Release]:
    return session.exec(
        select(Release)
        .join(Request, col(Request.id) == col(Release.request_id))
        .where(Request.version_id == row_id(found.version))
        .order_by(col(Release.id))
    ).all()


def _policies(context: Context, labels: Sequence[str]) -> tuple[Document, ...]:
    """The policies that any decision on the versions rests on, each once."""
    with reading(context.engine) as session:
        every = {one: None for label in labels for one in _deciding(session, label)}
        return tuple(
            make(context, session, policy)
            for policy in sorted(every)
            for make in OF_A_POLICY.values()
        )


def _deciding(session: Session, label: str) -> Iterator[str]:
    version = row_id(version_labelled(session, label).version)
    rows = select(DecisionRecord.body).where(DecisionRecord.version_id == version)
    for body in session.exec(rows):
        policies: list[Mapping[str, str]] = json.loads(body)["policies"]
        yield from (f"{one['id']}@{one['version']}" for one in policies)
