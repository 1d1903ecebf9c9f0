"""``registry agreements``: recorded documents that data is shared under."""

from pathlib import Path
from typing import Annotated

import typer

from registry.cli.options import As, Quiet, Shape
from registry.cli.output import Format, say, show_list, show_one
from registry.cli.surroundings import open_here

commands = typer.Typer(help="Documents that data is shared under.", no_args_is_help=True)
Named = Annotated[str, typer.Argument(metavar="A-1", help="The agreement, or its name.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(commands, name="agreements")


@commands.command()
def add(
    name: Annotated[str, typer.Argument(help="The name that policies ask for, such as DUA-1.")],
    file: Annotated[Path, typer.Option(help="The signed document; its bytes are kept.")],
    party: Annotated[list[str], typer.Option(help="A recipient it binds. May be repeated.")],
    valid_from: Annotated[str, typer.Option("--from", help="The first day, YYYY-MM-DD.")],
    until: Annotated[str, typer.Option(help="The last day, YYYY-MM-DD.")],
    claimed: As = None,
) -> None:
    """Record an agreement. Policies that ask for NAME are met by it, for its parties and its days.

    Example: registry agreements add DUA-1 --file dua.pdf --party "Partner Lab"
    --from 2026-01-01 --until 2027-12-31 --as carla
    """
    from registry.workflow.agreements import Document, add_agreement, agreement_label

    document = Document(name, file, party, valid_from, until)
    row = add_agreement(open_here(claimed), document)
    say(f"recorded {agreement_label(row)}, {row.name}, of {row.digest}")
    say(f"in force from {row.valid_from} to {row.valid_until} with {', '.join(party)}")


@commands.command("list")
def list_agreements(
    every: Annotated[bool, typer.Option("--all", help="Ended and expired ones as well.")] = False,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
) -> None:
    """List the agreements in force, those that end first at the top.

    Example: registry agreements list --all
    """
    from registry.workflow.agreement_listing import agreements

    columns = ["agreement", "name", "parties", "from", "until", "state", "added_by"]
    rows = agreements(open_here(), every=every)
    show_list(rows, columns, format, quiet=quiet, empty="no agreement is in force")


@commands.command()
def show(agreement: Named, format: Shape = Format.TABLE, quiet: Quiet = False) -> None:
    """Show an agreement, its document, and the releases that stand under it.

    Example: registry agreements show A-1
    """
    from registry.workflow.agreement_listing import agreement as one

    show_one(one(open_here(), agreement), format, quiet=quiet)


@commands.command()
def end(
    agreement: Named,
    reason: Annotated[str, typer.Option(help="Why; kept with the record.")],
    claimed: As = None,
) -> None:
    """End an agreement before its last day. Releases under it stay in force until revoked.

    Example: registry agreements end A-1 --reason "terminated by the partner" --as carla
    """
    from registry.workflow.agreement_listing import agreement as one
    from registry.workflow.agreements import agreement_label, end_agreement

    context = open_here(claimed)
    label = agreement_label(end_agreement(context, agreement, reason))
    say(f"ended {label}")
    under = one(context, label)["releases"]
    if isinstance(under, list) and under:
        say(f"stood under it: {', '.join(under)}; see `registry releases recheck`")
