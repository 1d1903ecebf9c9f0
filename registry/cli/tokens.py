"""``registry tokens``: what services show instead of signing in."""

from typing import Annotated

import typer

from registry.cli.options import Quiet, Shape
from registry.cli.output import Format, say, show_list, show_one
from registry.cli.surroundings import open_here

commands = typer.Typer(help="Access tokens of services.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(commands, name="tokens")


@commands.command()
def create(
    account: Annotated[str, typer.Option(help="A service's account.")],
    scope: Annotated[list[str], typer.Option(help="What it is good for; repeat it for several.")],
    expires: Annotated[str | None, typer.Option(help="Last day (UTC).")] = None,
    days: Annotated[int | None, typer.Option(min=1, max=366, help="For so many days.")] = None,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
) -> None:
    """Print a new token, this once. Services show it in REGISTRY_TOKEN.

    Scopes: check, register, evaluate, verify, report.

    Example: registry tokens create --account ci --scope check --scope register --days 30
    """
    from registry.workflow.people.tokens import create_until

    made = create_until(open_here(), account, scope, expires, days)
    record = {"token": made.text, "id": made.id, "expires_at": made.expires_at}
    show_one(record, format, quiet=quiet)
    say("next: keep it where only the service reads it; it is not shown again")


@commands.command("list")
def list_tokens(format: Shape = Format.TABLE, quiet: Quiet = False) -> None:
    """List tokens, without their secrets.

    Example: registry tokens list --format json
    """
    from registry.workflow.people.listing import tokens

    columns = ["token", "account", "scopes", "state", "expires_at"]
    show_list(tokens(open_here()), columns, format, quiet=quiet)


@commands.command()
def revoke(token: Annotated[str, typer.Argument(help="Its id, as in the list.")]) -> None:
    """End a token at once.

    Example: registry tokens revoke 3f9a2c71
    """
    from registry.workflow.people.tokens import revoke_token

    revoke_token(open_here(), token)
    say(f"the token {token} is revoked")
