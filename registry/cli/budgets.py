"""``registry budget``: what a source may expose, what it has, and what would still fit."""

import math
from pathlib import Path
from typing import Annotated, cast

import typer

from registry.cli.options import As, Key, Quiet, Shape
from registry.cli.output import Format, say, show_list, show_one
from registry.cli.surroundings import open_here
from registry.errors import InvalidInput

commands = typer.Typer(
    help="The epsilon that a source may expose, and its ledger.", no_args_is_help=True
)
Source = Annotated[str, typer.Argument(metavar="SOURCE", help="The source.")]
To = Annotated[str | None, typer.Option("--audience", help="Only internal, partner or public.")]
Epsilon = Annotated[float, typer.Option("--epsilon", help="Above 0.")]
Unit = Annotated[str, typer.Option("--unit", help="person, record, household or event.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(commands, name="budget")


@commands.command()
def declare(
    source: Source,
    epsilon: Epsilon,
    delta: Annotated[float, typer.Option("--delta", help="From 0, below 1.")],
    unit: Unit,
    relation: Annotated[str, typer.Option("--relation", help="add-remove or replace-one.")],
    audience: Annotated[str, typer.Option("--audience", help="internal, partner or public.")],
    reason: Annotated[str, typer.Option(help="How it was chosen; kept with the signature.")],
    first: Annotated[
        str | None, typer.Option("--from", help="The first day, YYYY-MM-DD, UTC.")
    ] = None,
    last: Annotated[str | None, typer.Option("--until", help="The last day, inclusive.")] = None,
    method: Annotated[
        str, typer.Option("--method", help="How the gate adds up: basic, or a zcdp or rdp filter.")
    ] = "basic",
    order: Annotated[
        float | None, typer.Option("--order", help="Of an rdp filter: above 1, to 10,000.")
    ] = None,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
    claimed: As = None,
    once: Key = None,
) -> None:
    """Declare what a source may expose to an audience; in force once a second person signs it.

    A change is a new declaration with its reason, which supersedes the one in force.

    Example: registry budget declare hospital --epsilon 3 --delta 1e-6 --unit person
    --relation add-remove --audience partner --reason "what the board allows in all" --as stefan
    """
    from registry.workflow.budgets.declare import Asked
    from registry.workflow.budgets.declare import declare as run

    how = (method, first, last, order)
    asked = Asked(source, epsilon, delta, unit, relation, audience, reason, *how)
    found = run(open_here(claimed, once), asked)
    kept = ("budget", "source", "audience", "epsilon", "delta", "state", "supersedes", "statement")
    row = {name: getattr(found, name) for name in (*kept, "authentication", "warnings")}
    show_one(row, format, quiet=quiet)
    for warning in found.warnings:
        say(f"warning: {warning}")
    say(f"not in force yet: a second person runs `registry budget sign {found.budget}`")


@commands.command()
def sign(
    label: Annotated[str, typer.Argument(metavar="B-1", help="The budget, or P-1, or BATCH-1.")],
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
    claimed: As = None,
    once: Key = None,
) -> None:
    """Sign a budget, partition or batch that somebody else declared; then it is in force.

    Example: registry budget sign B-1 --as paula
    """
    from dataclasses import asdict

    from registry.workflow.budgets.sign import sign as run
    from registry.workflow.budgets.sign_batch import sign_batch
    from registry.workflow.budgets.sign_partition import sign_partition
    from registry.workflow.budgets.terms import names_batch, names_partition

    context = open_here(claimed, once)
    if names_partition(label):
        divided = sign_partition(context, label)
        show_one(asdict(divided), format, quiet=quiet)
        say(divided.unchecked)
        return
    if names_batch(label):
        show_one(asdict(sign_batch(context, label)), format, quiet=quiet)
        say("its runs are made from now on, and each card says when: `generator: madeAt`")
        return
    show_one(asdict(run(context, label)), format, quiet=quiet)
    say("open requests of the source are decided anew, and void if their outcome changed")


@commands.command("list")
def list_budgets(
    source: Annotated[str | None, typer.Option("--source", help="Only of this source.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Superseded ones as well.")] = False,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
) -> None:
    """List the budgets that are in force or wait for a signature.

    Example: registry budget list --all
    """
    from registry.workflow.budgets.listing import budgets

    columns = ["budget", "source", "audience", "epsilon", "delta", "unit", "relation", "method"]
    columns += ["order", "from", "until", "state", "declared_by", "signed_by", "reason"]
    rows = budgets(open_here(), source, every=every)
    show_list(rows, columns, format, quiet=quiet, empty="no budget was declared")


@commands.command()
def show(
    source: Source,
    audience: To = None,
    plot: Annotated[
        Path | None, typer.Option("--plot", metavar="FILE.svg", help="Draw what was exposed, too.")
    ] = None,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
) -> None:
    """Show the ledger of a source, what it comes to by every method, and what remains.

    Example: registry budget show hospital --audience partner --plot hospital.svg
    """
    from registry.workflow.budgets.show import show as run

    context = open_here()
    found = run(context, source, audience)
    if plot is not None:
        from registry.workflow.budgets.plot import plot as draw

        say(f"drawn: {draw(context, source, plot, audience)}")
    if format is not Format.TABLE or quiet:
        show_one(found, format, quiet=quiet)
        return
    show_one({name: found[name] for name in ("source", "entries", "head")}, format)
    for name, columns in _TABLES.items():
        if name == "batches" and not found[name]:
            continue  # few sources have any
        typer.echo("")
        rows = [_barred(row) for row in cast("list[dict[str, object]]", found[name])]
        show_list(rows, columns, format, empty=f"{name}: none")


def _barred(row: dict[str, object]) -> dict[str, object]:
    """A row as people read it: what is used of a budget as a bar of tenths, and its per cent."""
    return {**row, "used": _bar(row["used"])} if "used" in row else row


def _bar(used: object) -> str | None:
    """``###....... 30%``, rounded up so that what was used never reads as unused."""
    if not isinstance(used, int | float):
        return "no bound" if used == "inf" else None
    tenths = min(10, math.ceil(used * 10))
    return f"{'#' * tenths}{'.' * (10 - tenths)} {math.ceil(used * 100):,}%"


_TABLES = {
    "budgets": [
        *("audience", "budget", "epsilon", "delta", "spent epsilon", "spent delta", "used"),
        *("remaining", "state", "why"),
    ],
    "batches": ["batch", "runs", "made", "epsilon", "delta", "charged to", "library"],
    "ledger": [
        *("entry", "kind", "version", "audience", "recipient", "epsilon", "delta"),
        *("counted as", "why"),
    ],
    "methods": ["total", "method", "epsilon", "delta", "valid", "why"],
    "recipients": ["audience", "recipient", "versions", "note"],
}


@commands.command()
def plan(
    source: Source,
    epsilon: Annotated[
        float | None, typer.Option("--epsilon", help="Above 0, of one release.")
    ] = None,
    delta: Annotated[float, typer.Option("--delta", help="From 0, below 1.")] = 0.0,
    batch: Annotated[str | None, typer.Option("--batch", help="Or all runs of this batch.")] = None,
    audience: To = None,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
) -> None:
    """Say whether a release would fit and what would remain: exit 0 it fits, 1 it does not.

    Example: registry budget plan hospital --epsilon 0.5 --delta 1e-7 --audience partner
    """
    from dataclasses import asdict

    from registry.workflow.budgets.plan import plan as run
    from registry.workflow.budgets.plan_batch import plan_batch
    from registry.workflow.budgets.show import plain

    if (epsilon is None) == (batch is None):
        raise InvalidInput(
            "a plan is of one release or of one batch", expected="--epsilon or --batch"
        )
    found = (
        plan_batch(open_here(), source, batch, audience)
        if batch is not None
        else run(open_here(), source, epsilon or 0.0, delta, audience)
    )
    rows = [
        {**asdict(one), "epsilon": plain(one.epsilon), "used": plain(one.used)} for one in found
    ]
    columns = ["audience", "budget", "fits", "epsilon", "delta", "used", "remaining", "why"]
    show_list(rows, columns, format, quiet=quiet)
    if not all(one.fits for one in found):
        raise typer.Exit(1)


@commands.command()
def partition(
    source: Source,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What cards call it.")],
    column: Annotated[str, typer.Option("--by", help="The column whose values divide it.")],
    part: Annotated[
        list[str],
        typer.Option("--part", help="NAME, or NAME=VALUE for each value; each part and value."),
    ],
    unit: Unit,
    reason: Annotated[str, typer.Option(help="Why no unit lies in two parts.")],
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
    claimed: As = None,
    once: Key = None,
) -> None:
    """Divide a source into parts that share no privacy unit; it holds once a second person signs.

    Runs on different parts compose in parallel: a card says which with `partition: NAME/PART`.
    Each part is a set of values of one column, and no value may be in two of them.

    Example: registry budget partition hospital region --by region --part north --part south
    --unit person --reason "nobody is insured in two regions" --as stefan
    """
    from dataclasses import asdict

    from registry.workflow.budgets.partition import Asked
    from registry.workflow.budgets.partition import partition as run

    asked = Asked(source, name, column, unit, tuple(part), reason)
    found = run(open_here(claimed, once), asked)
    show_one(asdict(found), format, quiet=quiet)
    say(found.unchecked)
    say(f"not in force yet: a second person runs `registry budget sign {found.partition}`")


@commands.command("partitions")
def list_partitions(
    source: Annotated[str | None, typer.Option("--source", help="Only of this source.")] = None,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
) -> None:
    """List the partitions, with the values of their parts and who signed them.

    Example: registry budget partitions --source hospital
    """
    from registry.workflow.budgets.divisions import partitions

    columns = ["id", "source", "partition", "column", "unit", "values", "state"]
    columns += ["declared_by", "signed_by", "reason", "unchecked"]
    rows = partitions(open_here(), source)
    show_list(rows, columns, format, quiet=quiet, empty="no partition was declared")


@commands.command("batch")
def declare_batch(
    source: Source,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What cards call it.")],
    plan: Annotated[Path, typer.Option("--plan", help="The planned runs, a YAML file.")],
    reason: Annotated[
        str, typer.Option(help="Who fixed the plan, and why none waits for another.")
    ],
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
    claimed: As = None,
    once: Key = None,
) -> None:
    """Plan runs of a source together, before any is made; then they count as one mechanism.

    They are composed by their loss distributions. A card says which it is with `batch: NAME/PLACE`.

    Example: registry budget batch hospital spring --plan spring.yaml
    --reason "the protocol of 2 March fixes all twenty" --as stefan
    """
    from dataclasses import asdict

    from registry.workflow.budgets.batch import Asked
    from registry.workflow.budgets.batch import batch as run
    from registry.workflow.budgets.batch_plan import read_plan

    asked = Asked(source, name, read_plan(plan), reason)
    found = run(open_here(claimed, once), asked)
    show_one(asdict(found), format, quiet=quiet)
    say(f"not in force yet: a second person runs `registry budget sign {found.batch}`")


@commands.command("batches")
def list_batches(
    source: Annotated[str | None, typer.Option("--source", help="Only of this source.")] = None,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
) -> None:
    """List the batches, with the whole plan of each and who signed it.

    Example: registry budget batches --source hospital --format json
    """
    from registry.workflow.budgets.plans import batches

    columns = ["id", "source", "batch", "epsilon", "delta", "state", "declared_by", "signed_by"]
    columns += ["reason", "library", "runs"]
    rows = batches(open_here(), source)
    show_list(rows, columns, format, quiet=quiet, empty="no batch was declared")
