"""Runs one attack and sees what finds it, from the nearest to the farthest."""

from pathlib import Path

from hostility.attack import ANCHOR, FILE, NOTHING, REFUSED, REGISTRY, VERIFY, Attack, Found
from hostility.attacker import Attacker, attacking
from hostility.estate import Case, Estate
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from registry.errors import IntegrityFailure, InvalidInput, RegistryError
from registry.records import Agreement, DatasetVersion
from registry.store import objects
from registry.store.database import reading
from registry.workflow.auditing.verify_anchored import verify_anchored
from registry.workflow.verify import verify


def observed(estate: Estate, attack: Attack, into: Path) -> Found:
    """The outcome of ``attack`` on a copy, and the words of whatever found it."""
    with estate.copied(into, "older" if attack.restored else "live") as case:
        return _done(case, attack) or _found(case, attack)


def _done(case: Case, attack: Attack) -> Found | None:
    """Who did not take it, and why; None where it was done."""
    try:
        with attacking(case) as attacker:
            if attack.unguarded:
                with attacker.unguarded():
                    _do(attack, attacker)
            else:
                _do(attack, attacker)
    except DBAPIError as error:
        return REFUSED, str(error.orig)
    except RegistryError as error:
        return REGISTRY, str(error)
    return None


def _do(attack: Attack, attacker: Attacker) -> None:
    for statement in attack.sql:
        attacker.run(statement)
    if attack.by:
        attack.by(attacker)


def _found(case: Case, attack: Attack) -> Found:
    """Every means is tried before the next one, so that no outcome claims too much."""
    try:
        verify(case.context)
    except IntegrityFailure as error:
        return VERIFY, str(error)
    try:
        anchors = [str(case.outside / "anchors")]
        verify_anchored(case.context, anchors, trust=case.outside / "log.pub")
        verify_anchored(case.context, anchors)
    except (IntegrityFailure, InvalidInput) as error:
        return ANCHOR, str(error)
    try:
        _hash(case)
    except RegistryError as error:
        return FILE, str(error)
    seen = attack.look(case) if attack.look else None
    return seen or (NOTHING, "")


def _hash(case: Case) -> None:
    """Every stored file, as a release and `registry doctor --full` do."""
    with reading(case.context.engine) as session:
        for version in session.exec(select(DatasetVersion)):
            objects.verify(case.context.file_of(version), version.file_digest)
        for one in session.exec(select(Agreement)):
            objects.verify(case.context.objects / one.path, one.digest)
