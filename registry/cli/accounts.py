"""``registry accounts``: people and services, and their roles."""

from typing import Annotated

import typer

from registry.cli.options import As, Quiet, Shape
from registry.cli.output import Format, say, show_list
from registry.cli.surroundings import open_here

commands = typer.Typer(help="People, services and their roles.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(commands, name="accounts")


@commands.command()
def add(
    name: Annotated[str, typer.Argument(help="Lower-case, such as ada.")],
    role: Annotated[list[str], typer.Option(help="A role; repeat it for several.")],
    claimed: As = None,
) -> None:
    """Add an account.

    Example: registry accounts add ada --role engineer --as admin
    """
    from registry.workflow.add_account import add_account
    from registry.workflow.words import role_named

    account = add_account(open_here(claimed), name, [role_named(one) for one in role])
    say(f"added {account.name}: {', '.join(sorted(role))}")


@commands.command("list")
def list_accounts(format: Shape = Format.TABLE, quiet: Quiet = False) -> None:
    """List accounts with their roles and their pseudonym in the log."""
    from registry.workflow.listing import accounts

    show_list(accounts(open_here()), ["name", "roles", "pseudonym"], format, quiet=quiet)
