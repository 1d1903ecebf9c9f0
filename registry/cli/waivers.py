"""``registry waive`` and ``waivers``: signed exceptions to a rule, each with an end."""

from typing import Annotated

import typer

from registry.cli.options import As, Key, Quiet, Shape
from registry.cli.output import Format, say, show_list, show_one
from registry.cli.surroundings import open_here

commands = typer.Typer(help="Signed exceptions to rules, and when they end.", no_args_is_help=True)
Waiver = Annotated[str, typer.Argument(metavar="W-3", help="The waiver.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(waive)
    app.add_typer(commands, name="waivers")


def waive(
    version: Annotated[str, typer.Argument(metavar="NAME@V", help="The version.")],
    rule: Annotated[str, typer.Option("--rule", help="The rule to except, such as FID-002.")],
    reason: Annotated[str, typer.Option(help="Why the rule cannot be met.")],
    owner: Annotated[str, typer.Option(help="Who answers for the exception.")],
    control: Annotated[str, typer.Option(help="What is done instead: the compensating control.")],
    until: Annotated[str, typer.Option(help="The last day it counts, YYYY-MM-DD.")],
    policy: Annotated[
        str | None, typer.Option("--policy", help="The policy, where several have the rule.")
    ] = None,
    ticket: Annotated[str | None, typer.Option(help="Where it is tracked.")] = None,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
    claimed: As = None,
    once: Key = None,
) -> None:
    """Waive one rule for one version, in the role that the policy names.

    The rule is evaluated all the same: its real outcome and margin stand beside the waiver.

    Example: registry waive claims@1 --rule FID-002 --reason "rare codes are pooled" --owner petra
    --control "tail columns are not used" --until 2027-01-31 --as petra
    """
    from registry.workflow.waive import Asked
    from registry.workflow.waive import waive as run
    from registry.workflow.waiver_listing import shown
    from registry.workflow.waivers import waiver_label

    context = open_here(claimed, once)
    asked = Asked(rule, reason, owner, control, until, policy, ticket)
    row = shown(context, waiver_label(run(context, version, asked)))
    kept = ("waiver", "version", "policy", "rule", "until", "owner", "approved_by", "role")
    show_one({name: row[name] for name in (*kept, "authentication")}, format, quiet=quiet)
    say("open requests of the version are decided anew, and void if their outcome changed")


@commands.command("list")
def list_waivers(
    expiring: Annotated[
        str | None, typer.Option(help="Only those that end within so long: 30d.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Ended and expired ones as well.")] = False,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
) -> None:
    """List the waivers in force, those that end first at the top.

    Example: registry waivers list --expiring 30d
    """
    from registry.workflow.waiver_listing import listed, portfolio

    context = open_here()
    columns = ["waiver", "version", "policy", "rule", "until", "state", "owner", "approved_by"]
    rows = listed(context, expiring, every=every)
    show_list(rows, columns, format, quiet=quiet, empty="no waiver is in force")
    total = portfolio(context)
    say(
        f"{total['in_force']} in force on {total['versions']} versions, "
        f"{total['ending_within_30_days']} of them end within 30 days; "
        f"releases in force that rest on one: {total['releases_resting_on_one']}"
    )


@commands.command()
def show(waiver: Waiver, format: Shape = Format.TABLE, quiet: Quiet = False) -> None:
    """Show a waiver with its reason, its compensating control and how it was signed."""
    from registry.workflow.waiver_listing import shown

    show_one(shown(open_here(), waiver), format, quiet=quiet)


@commands.command()
def end(
    waiver: Waiver,
    reason: Annotated[str, typer.Option(help="Why; kept with the record.")],
    claimed: As = None,
    once: Key = None,
) -> None:
    """End a waiver before its day; what rests on it is decided anew.

    Example: registry waivers end W-1 --reason "the rule is met since version 2" --as petra
    """
    from registry.workflow.waive import end as run

    row = run(open_here(claimed, once), waiver, reason)
    say(f"ended {waiver.upper()} on {row.rule}")
