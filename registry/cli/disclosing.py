"""``registry disclose`` and ``withhold``: whether exact figures leave the house."""

from typing import Annotated

import typer

from registry.cli.options import As, Key
from registry.cli.output import say
from registry.cli.surroundings import open_here

Version = Annotated[str, typer.Argument(metavar="NAME@V", help="The version.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(disclose)
    app.command()(withhold)


def disclose(
    version: Version,
    reason: Annotated[str, typer.Option(help="Why it may be; kept in the log.")],
    claimed: As = None,
    once: Key = None,
) -> None:
    """Let certificates and cards of a version carry its exact figures, in place of bands.

    Measurements of real rows tell of those rows, and no epsilon covers that. It holds for what was
    measured until now, and ends with the next evaluation. Needs a privacy officer.

    Example: registry disclose claims@1 --reason "the partner's ethics board asks" --as paula
    """
    from registry.workflow.disclose import disclose as run

    say(f"the figures of {run(open_here(claimed, once), version, reason)} are disclosed")


def withhold(
    version: Version,
    reason: Annotated[str, typer.Option(help="Why; kept in the log.")],
    claimed: As = None,
    once: Key = None,
) -> None:
    """Take a disclosure back: certificates and cards carry bands again.

    Example: registry withhold claims@1 --reason "the study is over" --as paula
    """
    from registry.workflow.disclose import withhold as run

    say(f"the figures of {run(open_here(claimed, once), version, reason)} are withheld again")
