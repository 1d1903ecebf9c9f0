"""The documents there are, by what they are about, and who makes each from stored records."""

from collections.abc import Callable, Mapping
from typing import Final

from sqlmodel import Session

from registry.records import Release
from registry.reports.document import Document
from registry.workflow.context import Context
from registry.workflow.find import Found
from registry.workflow.reports.siblings import siblings_of
from registry.workflow.reports.version import version_facts

Make = Callable[[Context, Session, Found], Document]


def _quality(context: Context, session: Session, found: Found) -> Document:
    from registry.reports.quality import quality

    return quality(version_facts(context, session, found))


def _tstr(context: Context, session: Session, found: Found) -> Document:
    from registry.reports.tstr.document import tstr

    return tstr(version_facts(context, session, found))


def _privacy_utility(context: Context, session: Session, found: Found) -> Document:
    from registry.reports.privacy_utility.document import privacy_utility

    facts = version_facts(context, session, found)
    return privacy_utility(facts, siblings_of(session, found))


def _card(context: Context, session: Session, found: Found) -> Document:
    from registry.reports.card import card
    from registry.workflow.reports.card import card_facts

    return card(card_facts(context, session, found))


def _certificate(context: Context, session: Session, release: Release) -> Document:
    from registry.reports.certificate import certificate
    from registry.workflow.reports.certificate import certificate_facts

    return certificate(certificate_facts(context, session, release))


def _policy(context: Context, session: Session, label: str) -> Document:
    from registry.reports.governance import governance
    from registry.workflow.metrics import metric_titles
    from registry.workflow.reports.policy import published_policy

    policy, record = published_policy(context, session, label)
    return governance(policy, metric_titles(), record=record)


OF_A_VERSION: Final[Mapping[str, Make]] = {
    "quality": _quality,
    "tstr": _tstr,
    "privacy-utility": _privacy_utility,
    "card": _card,
}
OF_A_RELEASE: Final[Mapping[str, Callable[[Context, Session, Release], Document]]] = {
    "certificate": _certificate,
}
OF_A_POLICY: Final[Mapping[str, Callable[[Context, Session, str], Document]]] = {
    "policy": _policy,
}
