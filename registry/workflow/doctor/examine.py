"""Runs every check, and leaves none out because another one failed."""

from collections.abc import Callable, Iterator, Sequence

from registry.clock import Clock, system_clock
from registry.errors import RegistryError
from registry.settings import Settings
from registry.store import database, migrations
from registry.store.database import reading
from registry.workflow.context import Context
from registry.workflow.doctor import (
    anchored,
    clock,
    key,
    mode,
    objects,
    policies,
    requests,
    trail,
    triggers,
)
from registry.workflow.doctor.finding import Finding, ok, unchecked
from registry.workflow.doctor.patient import Patient

_CHECKS: tuple[tuple[str, Callable[[Patient], Iterator[Finding]]], ...] = tuple(
    (one.NAME, one.check)
    for one in (triggers, trail, key, anchored, clock, objects, policies, requests, mode)
)


def examine(
    settings: Settings,
    *,
    full: bool = False,
    anchors: Sequence[str] = (),
    clock: Clock = system_clock,
) -> list[Finding]:
    """Everything that was found, sound or not, in the order of the checks.

    Without a database of the right revision the other checks have nothing to look at.
    """
    try:
        engine = database.open_engine(settings.database_url)
        migrations.require_head(engine)
    except RegistryError as error:
        return [unchecked("database", error.what, error.where, error.todo)]
    context = Context(settings, engine, clock, None)
    found = [ok("database", f"it answers, at revision {migrations.HEAD}")]
    for name, check in _CHECKS:
        found += _checked(context, name, check, full, tuple(anchors))
    engine.dispose()
    return found


def _checked(
    context: Context,
    name: str,
    check: Callable[[Patient], Iterator[Finding]],
    full: bool,
    anchors: tuple[str, ...],
) -> list[Finding]:
    """What one check found; a check that fails is a finding."""
    found: list[Finding] = []
    try:
        with reading(context.engine) as session:
            # One by one, so that what was found before it failed is not lost.
            for one in check(Patient(context, session, full, anchors)):
                found.append(one)
    except RegistryError as error:
        found.append(unchecked(name, error.what, error.where, error.todo))
    except Exception as error:
        # A tampered row can be anything; that a check stumbles over it must not hide the others.
        found.append(unchecked(name, f"the check failed: {type(error).__name__}: {error}"))
    return found
