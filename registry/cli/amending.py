"""``registry amend``: another card for a version, with a reason."""

from pathlib import Path
from typing import Annotated

import typer

from registry.cli.options import As, Key, Quiet, Shape
from registry.cli.output import Format, say, show_one
from registry.cli.surroundings import open_here


def add_to(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command()(amend)


def amend(
    version: Annotated[str, typer.Argument(metavar="NAME@V", help="The version.")],
    card: Annotated[Path, typer.Option("--card", help="The whole card as it is to be, YAML.")],
    reason: Annotated[str, typer.Option(help="Why; kept with the revision.")],
    weakens: Annotated[
        bool,
        typer.Option("--weakens", help="The claim was wrong; the totals of who has it may grow."),
    ] = False,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
    claimed: As = None,
    once: Key = None,
) -> None:
    """Give a version another card: a new revision, which voids the requests open on it.

    Whoever amends a card can no longer sign it. What policies match on can only be raised.

    Example: registry amend claims@1 --card card.yaml --reason "the delta was misread" --as ada
    """
    from registry.workflow.amend import amend as run
    from registry.workflow.register import read_card_file

    context = open_here(claimed, once)
    found = run(context, version, read_card_file(card), reason, weakens=weakens)
    row = {
        "version": found.version,
        "revision": found.revision,
        "card": found.card,
        "was": found.was,
        "voided": list(found.voided),
    }
    show_one(row, format, quiet=quiet)
    if found.voided:
        say(f"void, and to be submitted again: {', '.join(found.voided)}")
    for each in found.weakened:
        say(f"for {each}")
    if found.releases:
        say(f"to be reviewed, with `registry releases recheck`: {', '.join(found.releases)}")
    for warning in found.warnings:
        say(f"about the guarantee: {warning}")
