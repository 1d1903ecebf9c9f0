"""``registry recipients``: the organisations data is released to, and how a recall reaches them."""

from pathlib import Path
from typing import Annotated

import typer

from registry.cli.options import As, Quiet, Shape
from registry.cli.output import Format, say, show_list
from registry.cli.surroundings import open_here

commands = typer.Typer(help="Who receives data, and how to reach them.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(commands, name="recipients")


@commands.command()
def add(
    name: Annotated[str, typer.Argument(help="The organisation, as --to names it.")],
    contact: Annotated[str | None, typer.Option(help="Whom a recall goes to.")] = None,
    webhook: Annotated[str | None, typer.Option(help="Where it is sent: https://...")] = None,
    secret_file: Annotated[
        Path | None, typer.Option(help="The secret that signs what is sent, shared with them.")
    ] = None,
    no_contact: Annotated[bool, typer.Option("--no-contact", help="Erase the contact.")] = False,
    claimed: As = None,
) -> None:
    """Record a recipient, or change how a recorded one is reached.

    Contacts are never written into the log; the secret is kept in a file, not in the database.

    Example: registry recipients add "Partner Lab" --contact recall@partner.example --as carla
    """
    from registry.workflow.recipients import Reach, add_recipient

    reach = Reach(contact, webhook, secret_file, no_contact)
    row = add_recipient(open_here(claimed), name, reach)
    ways = [word for word, there in (("contact", row.contact), ("webhook", row.webhook)) if there]
    say(f"recorded {row.name}, reached by " + (" and ".join(ways) or "nothing yet"))


@commands.command("list")
def list_recipients(format: Shape = Format.TABLE, quiet: Quiet = False) -> None:
    """List the recipients and how each is reached.

    Example: registry recipients list
    """
    from registry.workflow.recipient_listing import recipients

    columns = ["recipient", "contact", "webhook", "secret", "added_by", "added_at"]
    show_list(recipients(open_here()), columns, format, quiet=quiet, empty="no recipient yet")
