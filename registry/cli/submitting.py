"""``registry submit`` and ``withdraw``."""

from typing import Annotated

import typer

from registry.cli.options import (
    As,
    Audience,
    ChosenFrom,
    Jurisdiction,
    Key,
    Quiet,
    Reason,
    Shape,
    Use,
)
from registry.cli.output import Format, show_one
from registry.cli.request import Request
from registry.cli.surroundings import open_here


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(submit)
    app.command()(withdraw)


def submit(
    version: Annotated[str, typer.Argument(metavar="NAME@V", help="The version.")],
    use: Use,
    audience: Audience,
    jurisdiction: Jurisdiction = None,
    chosen_from: ChosenFrom = None,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
    claimed: As = None,
    once: Key = None,
) -> None:
    """Put a version forward for release in one context; refused if the policies do not allow it.

    Example: registry submit claims@1 --use model-development --audience internal --as ada
    """
    from registry.policy.facts import Context
    from registry.workflow.submit import submitted

    wanted = Context(use, audience, jurisdiction, tuple(chosen_from or ()))
    found = submitted(open_here(claimed, once), version, wanted)
    row = {
        "request": found.request,
        "version": found.version,
        "state": found.state,
        "needs": found.needs,
        **({"chosen from": sorted(chosen_from)} if chosen_from else {}),
        "decision": found.decision,
    }
    show_one(row, format, quiet=quiet)


def withdraw(
    request: Request,
    reason: Reason = None,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
    claimed: As = None,
    once: Key = None,
) -> None:
    """Withdraw a request that one submitted oneself.

    Example: registry withdraw R-1 --reason "a better version is on its way" --as ada
    """
    from dataclasses import asdict

    from registry.workflow.withdraw import withdrawn

    show_one(asdict(withdrawn(open_here(claimed, once), request, reason)), format, quiet=quiet)
