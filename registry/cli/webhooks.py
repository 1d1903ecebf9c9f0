"""``registry webhooks``: other systems that are told of what happens here."""

from typing import Annotated

import typer

from registry.cli.options import As, Quiet, Shape
from registry.cli.output import Format, say, show_list, show_one
from registry.cli.surroundings import open_here

commands = typer.Typer(help="Other systems that are told what happens.", no_args_is_help=True)
Webhook = Annotated[str, typer.Argument(metavar="WH-1", help="The webhook.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(commands, name="webhooks")


@commands.command()
def add(
    url: Annotated[str, typer.Argument(metavar="URL", help="Where messages go: https://...")],
    kind: Annotated[
        list[str] | None,
        typer.Option(
            help="submitted, approved, denied, released, expiring, revoked or budget exhausted; "
            "may be repeated. Default: all."
        ),
    ] = None,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
    claimed: As = None,
) -> None:
    """Tell another system; prints the secret that signs the messages, this once.

    Example: registry webhooks add https://ci.example.org/registry --kind released --as admin
    """
    from registry.workflow.webhooks.manage import add_webhook

    made = add_webhook(open_here(claimed), url, kind or ())
    row = {"webhook": made.webhook, "url": made.url, "kinds": made.kinds, "secret": made.secret}
    show_one(row, format, quiet=quiet)
    say("next: keep the secret where the other system reads it; it is not shown again")


@commands.command("list")
def list_webhooks(format: Shape = Format.TABLE, quiet: Quiet = False, claimed: As = None) -> None:
    """List the webhooks.

    Example: registry webhooks list --as admin
    """
    from registry.workflow.webhooks.listing import webhooks

    columns = ["webhook", "url", "kinds", "state", "added_by"]
    rows = webhooks(open_here(claimed))
    show_list(rows, columns, format, quiet=quiet, empty="nobody is told")


@commands.command()
def deliveries(
    webhook: Annotated[str | None, typer.Argument(metavar="WH-1", help="Only to this one.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the newest.")] = 50,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
    claimed: As = None,
) -> None:
    """List messages and what became of each.

    Example: registry webhooks deliveries WH-1 --as admin
    """
    from registry.workflow.webhooks.listing import deliveries as run

    columns = ["message", "webhook", "kind", "subject", "state", "attempts", "cause"]
    rows = run(open_here(claimed), webhook, limit)
    show_list(rows, columns, format, quiet=quiet, empty="no message yet")


@commands.command()
def redeliver(
    message: Annotated[int, typer.Argument(min=1, help="Its number, as in the list.")],
    claimed: As = None,
) -> None:
    """Have a message sent once more, whatever became of it.

    Example: registry webhooks redeliver 7 --as admin
    """
    from registry.workflow.webhooks.manage import redeliver as run

    run(open_here(claimed), message)
    say(f"message {message} is due; `registry webhooks deliver` or the server sends it")


@commands.command()
def deliver(claimed: As = None) -> None:
    """Send every message that is due; exits 3 if one did not arrive.

    Example: registry webhooks deliver
    """
    from registry.workflow.webhooks.deliver import deliver_due

    found = deliver_due(open_here(claimed))
    say(f"{found.delivered} delivered, {found.failed} not")
    if found.failed:
        raise typer.Exit(3)


@commands.command()
def remove(webhook: Webhook, claimed: As = None) -> None:
    """Tell a webhook nothing more; what it was told stays in the list.

    Example: registry webhooks remove WH-1 --as admin
    """
    from registry.workflow.webhooks.manage import remove_webhook

    say(f"{remove_webhook(open_here(claimed), webhook)} is told nothing more")
