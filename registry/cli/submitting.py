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
    from registry.workflow.find import request_label
    from registry.workflow.submit import submit as run

    wanted = Context(use, audience, jurisdiction, tuple(chosen_from or ()))
    request, decision = run(open_here(claimed, once), version, wanted)
    row = {
        "request": request_label(request),
        "version": version,
        "state": request.state,
        "needs": dict(sorted(decision.quorum.items())),
        **({"chosen from": sorted(chosen_from)} if chosen_from else {}),
        "decision": decision.digest,
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
    from registry.workflow.find import request_label
    from registry.workflow.withdraw import withdraw as run

    found = run(open_here(claimed, once), request, reason)
    row = {
        "request": request_label(found),
        "state": found.state,
        "reason": found.closed_reason,
    }
    show_one(row, format, quiet=quiet)
