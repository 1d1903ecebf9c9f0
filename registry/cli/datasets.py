"""``registry register``, ``evaluate`` and ``datasets``: synthetic versions and their evidence."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from registry.cli import evidence
from registry.cli.options import As, Key, Quiet, Shape
from registry.cli.output import Format, say, show_list, show_one
from registry.cli.surroundings import open_here, server
from registry.cli.withdrawing import withdraw_version

if TYPE_CHECKING:
    from registry.workflow.evaluate import Evaluated

commands = typer.Typer(help="Synthetic datasets and their versions.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(register)
    app.command()(evaluate)
    app.add_typer(commands, name="datasets")
    evidence.add_to(commands)
    commands.command("withdraw")(withdraw_version)


def register(
    data: Annotated[Path, typer.Argument(help="A .csv, .csv.gz or .parquet file.")],
    card: Annotated[Path | None, typer.Option(help="The dataset card, YAML.")] = None,
    name: Annotated[str | None, typer.Option(help="The dataset's name.")] = None,
    source: Annotated[str | None, typer.Option(help="The real source.")] = None,
    target: Annotated[str | None, typer.Option(help="What downstream work predicts.")] = None,
    generator: Annotated[str | None, typer.Option(help="Name of the generator.")] = None,
    generator_version: Annotated[str | None, typer.Option(help="Its version.")] = None,
    family: Annotated[str | None, typer.Option(help="Its family, such as copula.")] = None,
    epsilon: Annotated[float | None, typer.Option(help="Claimed epsilon, above 0.")] = None,
    delta: Annotated[float | None, typer.Option(help="Claimed delta, from 0 to below 1.")] = None,
    mechanism: Annotated[str | None, typer.Option(help="Mechanism of the claim.")] = None,
    privacy_unit: Annotated[str | None, typer.Option(help="person, record, ...")] = None,
    relation: Annotated[str | None, typer.Option(help="add-remove or replace-one.")] = None,
    reference: Annotated[
        bool, typer.Option("--reference", help="Record where the file is; do not copy it.")
    ] = False,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
    claimed: As = None,
    once: Key = None,
) -> None:
    """Register a synthetic dataset file as a new version, from a card or from flags.

    Example: registry register synthetic.csv --card card.yaml --as ada
    """
    from registry.cli.cards import card_from_flags, require_no_flags
    from registry.workflow.register import read_card_file
    from registry.workflow.register import register as run

    flags = {
        "name": name,
        "source": source,
        "target": target,
        "generator": {"name": generator, "version": generator_version, "family": family},
        "guarantee": {
            "epsilon": epsilon,
            "delta": delta,
            "mechanism": mechanism,
            "privacyUnit": privacy_unit,
            "neighbouringRelation": relation,
        },
    }
    if card is not None:
        require_no_flags(flags, card)
    chosen = read_card_file(card) if card else card_from_flags(flags)
    found = run(open_here(claimed, once), data, chosen, reference=reference)
    show_one(
        {
            "version": found.label,
            "rows": found.rows,
            "columns": found.columns,
            "content": found.content_digest,
            "registered": "now" if found.new else "before; nothing changed",
        },
        format,
        quiet=quiet,
    )
    for warning in found.warnings:
        say(f"about the guarantee: {warning}")


def evaluate(
    version: Annotated[str, typer.Argument(metavar="NAME@V", help="The version.")],
    real: Annotated[Path, typer.Option(help="The committed training table.")],
    holdout: Annotated[Path, typer.Option(help="The committed holdout.")],
    target: Annotated[str | None, typer.Option(help="Column to predict; default: card's.")] = None,
    profile: Annotated[str, typer.Option(help="quick, standard or full.")] = "standard",
    probe: Annotated[
        bool, typer.Option("--probe", help="Also measure altered tables that must be noticed.")
    ] = False,
    jobs: Annotated[int, typer.Option(min=1, max=64, help="Metrics measured at a time.")] = 1,
    time_limit: Annotated[
        float | None,
        typer.Option(min=0.1, max=604_800, help="Seconds for each metric; default: profile's."),
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Measure again what the record holds already.")
    ] = False,
    seed: Annotated[
        int | None,
        typer.Option(min=0, max=2**32 - 1, help="Makes the run exploratory: no policy reads it."),
    ] = None,
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
    claimed: As = None,
) -> None:
    """Measure fidelity, utility and privacy, and record every result.

    The same run again is served from the record; one that was interrupted goes on where it was.
    What cannot be measured is recorded with its cause. Exits 3 if an evaluator broke down.

    Example: registry evaluate claims@1 --real train.csv --holdout holdout.csv --as ada
    """
    from registry.cli.progress import progress_bar
    from registry.workflow.evaluate import evaluate as run
    from registry.workflow.evaluation_inputs import Asked

    asked = Asked(profile, probe, seed, target, jobs, time_limit, fresh)
    if url := server():
        from registry.cli.evaluating_afar import evaluate_afar

        open_here(claimed)  # which refuses a claimed name
        tables = {"training": real, "holdout": holdout}
        evaluate_afar(url, version, tables, asked, format, quiet=quiet)
        return
    with progress_bar(f"evaluating {version}") as report:
        found = run(open_here(claimed), version, real, holdout, asked, report)
    rows = [one.facts() for one in found.measurements]
    columns = ["metric", "scope", "value", "low", "high", "n", "status"]
    if quiet:
        show_one({"evaluation": found.digest}, format, quiet=True)
    else:
        show_list(rows, columns, format)
    _say_outcome(found)
    if found.failed:
        raise typer.Exit(3)


def _say_outcome(found: "Evaluated") -> None:
    kind = "admissible" if found.admissible else "exploratory: no policy reads it"
    again = "" if found.new else "; the same results were recorded before"
    if found.served:
        again = f"; read from the record of {found.served}, --fresh measures again"
    total = len(found.measurements)
    say(f"{found.measured} of {total} measured, evaluation {found.digest} ({kind}){again}")
    for one in found.not_measurable:
        scope = f"[{', '.join(one.scope)}]" if one.scope else ""
        say(f"not measurable: {one.metric}{scope}: {one.cause}")
    for name, why in found.unasked.items():
        say(f"nothing to measure: {name}: {why}")
    for name, kind in found.excluded.items():
        say(f"excluded: column {name!r} ({kind}): only copies and uniqueness are measured")


@commands.command("list")
def list_datasets(format: Shape = Format.TABLE, quiet: Quiet = False) -> None:
    """List every version of every synthetic dataset."""
    from registry.workflow.listing import versions

    columns = ["version", "state", "source", "generator", "epsilon", "rows", "registered_at"]
    show_list(versions(open_here()), columns, format, quiet=quiet)


@commands.command()
def show(
    version: Annotated[str, typer.Argument(metavar="NAME@V")],
    format: Shape = Format.TABLE,
    quiet: Quiet = False,
) -> None:
    """Show one version: digests, generator, guarantee, evaluations."""
    from registry.workflow.listing import version as one

    show_one(one(open_here(), version), format, quiet=quiet)
