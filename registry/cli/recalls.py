"""``registry recalls``: notices that releases are over, and what became of them."""

from typing import TYPE_CHECKING, Annotated

import typer

from registry.cli.options import As, Quiet, Shape
from registry.cli.output import Format, say, show_list
from registry.cli.surroundings import open_here

if TYPE_CHECKING:
    from registry.workflow.recalls.deliver import Delivered

commands = typer.Typer(help="Recalls and their acknowledgements.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(commands, name="recalls")


@commands.command("list")
def list_recalls(
    every: Annotated[bool, typer.Option("--all", help="Acknowledged ones as well.")] = False,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
) -> None:
    """List the recalls that nobody acknowledged yet, with their age in days.

    Example: registry recalls list
    """
    from registry.workflow.recalls.listing import recalls

    columns = ["release", "version", "recipient", "state", "age_days", "delivery", "contact"]
    rows = recalls(open_here(), every=every)
    show_list(rows, [*columns, "cause"], format, quiet=quiet, empty="no recall is outstanding")


@commands.command()
def acknowledge(
    release: Annotated[str, typer.Argument(metavar="REL-4", help="The release recalled.")],
    by: Annotated[str, typer.Option(help="Who answered at the recipient; not put in the log.")],
    evidence: Annotated[str, typer.Option(help="What shows it, such as a letter's number.")],
    code: Annotated[str, typer.Option(help="The code of the notice, as they quote it.")],
    claimed: As = None,
) -> None:
    """Record that a recipient answered a recall.

    Example: registry recalls acknowledge REL-1 --by "Kim Berg" --evidence "letter of 3 May"
    --code 1A2B-3C4D-5E6F --as carla
    """
    from registry.workflow.recalls.acknowledge import Answer
    from registry.workflow.recalls.acknowledge import acknowledge as run

    row = run(open_here(claimed), release, Answer(by, evidence, code))
    say(f"the recall of {release.upper()} was acknowledged {row.acknowledged_at}")


def say_delivery(found: "Delivered") -> None:
    """Where a notice is, and what is left to do by hand."""
    say(f"the notice is {found.notice}")
    if found.delivery == "delivered":
        say(f"delivered to the webhook of {found.recipient}")
    elif found.delivery == "failed":
        say(f"NOT delivered to {found.recipient}: {found.cause}")
        say(f"send it again with `registry releases recall {found.release}`")
    elif found.contact:
        say(f"send it to {found.contact}: {found.recipient} has no webhook")
    else:
        say(f"nobody to send it to: no contact of {found.recipient} is recorded")
    if found.cause and found.delivery != "failed":
        say(f"but {found.cause}")
