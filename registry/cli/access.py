"""``registry access``: who wants which data, for what, and what was answered."""

from typing import Annotated

import typer

from registry.cli.options import As, Audience, Quiet, Shape, Use
from registry.cli.output import Format, show_list, show_one
from registry.cli.surroundings import open_here

commands = typer.Typer(
    help="Who wants which data, for what, and what was answered.", no_args_is_help=True
)
Access = Annotated[str, typer.Argument(metavar="Q-3", help="The access request.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(commands, name="access")


@commands.command()
def ask(
    dataset: Annotated[str, typer.Argument(metavar="NAME", help="The dataset that is wanted.")],
    recipient: Annotated[str, typer.Option("--for", help="Who would receive it.")],
    use: Use,
    audience: Audience,
    purpose: Annotated[str, typer.Option(help="What it is wanted for, in a sentence or more.")],
    until: Annotated[str, typer.Option(help="The last day it is wanted, YYYY-MM-DD, UTC.")],
    agreement: Annotated[
        str | None, typer.Option(help="The agreement it would be shared under.")
    ] = None,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
    claimed: As = None,
) -> None:
    """Ask for data. A compliance officer answers; nothing is permitted by it.

    Example: registry access ask claims --for "Pricing team" --use model-development
    --audience internal --purpose "price models for 2027" --until 2027-06-30 --as ada
    """
    from registry.workflow.access.ask import Wanted, request_access

    wanted = Wanted(dataset, recipient, use, audience, purpose, until, agreement)
    show_one(request_access(open_here(claimed), wanted), format, quiet=quiet)


@commands.command("list")
def list_access(
    every: Annotated[bool, typer.Option("--all", help="Ended ones as well.")] = False,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
) -> None:
    """List what was asked for and waits for an answer, the oldest first.

    Example: registry access list --all
    """
    from registry.workflow.access.find import access_requests

    columns = ["access", "dataset", "recipient", "use", "audience", "until", "agreement"]
    columns += ["state", "asked_by", "answer"]
    rows = access_requests(open_here(), every=every)
    show_list(rows, columns, format, quiet=quiet, empty="nothing waits for an answer")


@commands.command()
def answer(
    access: Access,
    text: Annotated[str, typer.Option("--answer", help="What is answered; kept.")],
    refuse: Annotated[bool, typer.Option("--refuse", help="The answer is no.")] = False,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
    claimed: As = None,
) -> None:
    """Answer an access request, as a compliance officer who did not ask.

    Example: registry access answer Q-1 --answer "version 2 serves this; ask ada to submit it"
    --as carla
    """
    from registry.workflow.access.answer import answer_access

    row = answer_access(open_here(claimed), access, text, refuse=refuse)
    show_one(row, format, quiet=quiet)


@commands.command()
def withdraw(
    access: Access, format: Shape = Format.TABLE, quiet: Quiet = False, claimed: As = None
) -> None:
    """Take back what one asked for oneself.

    Example: registry access withdraw Q-1 --as ada
    """
    from registry.workflow.access.answer import withdraw_access

    show_one(withdraw_access(open_here(claimed), access), format, quiet=quiet)
