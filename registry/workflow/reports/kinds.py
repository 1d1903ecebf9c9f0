"""The documents of one version that there are, and who makes each from stored records."""

from collections.abc import Callable, Mapping
from typing import Final

from sqlmodel import Session

from registry.reports.document import Document
from registry.workflow.context import Context
from registry.workflow.find import Found
from registry.workflow.reports.version import version_facts

Make = Callable[[Context, Session, Found], Document]


def _quality(context: Context, session: Session, found: Found) -> Document:
    from registry.reports.quality import quality

    return quality(version_facts(context, session, found))


OF_A_VERSION: Final[Mapping[str, Make]] = {
    "quality": _quality,
}
